"""Due times and lights are written anew on the row of a case and on its tasks."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from liandong.contexts.cases.domain.lifecycle import State
from liandong.contexts.cases.models import Case, Task
from liandong.contexts.cases.queries import deadline_entries, task_history
from liandong.contexts.cases.rows import DeadlineRow

from .reckoning import own_clocks, promised_to


def refresh_clocks(case: Case) -> None:
    """Recomputes due times and lights of a case from the budgets and the main clock's lines of the deadline ledger."""
    promised = promised_to(case, deadline_entries(case.pk))
    case.accept_due_at, case.due_at = promised.accept_due_at, promised.due_at
    case.provisional = promised.provisional
    case.yellow_at, case.red_at = promised.turns(State(case.state), accepted=case.accepted_at is not None)


def main_times(case: Case) -> Mapping[str, Any]:
    """The clocks of the main task, of which the case has a copy; screening is due by the accept time."""
    return {
        "accept_budget": case.accept_budget,
        "finish_budget": case.finish_budget,
        "accept_due_at": case.accept_due_at,
        "due_at": case.accept_due_at if case.state == State.RECEIVED else case.due_at,
        "yellow_at": case.yellow_at,
        "red_at": case.red_at,
        "provisional": case.provisional,
    }


def own_times(created_at: datetime, history: Iterable[DeadlineRow]) -> Mapping[str, Any]:
    """The clocks of a task beside the main one, from its own lines and today's calendar."""
    lines = list(history)
    clocks = own_clocks(lines, created_at)
    promised = promised_to(clocks, lines)
    yellow_at, red_at = promised.turns(clocks.state, accepted=clocks.accepted_at is not None)
    return {
        "accept_budget": clocks.accept_budget,
        "finish_budget": clocks.finish_budget,
        "accept_due_at": promised.accept_due_at,
        "due_at": promised.due_at,
        "yellow_at": yellow_at,
        "red_at": red_at,
        "provisional": promised.provisional,
    }


def write_times(task: Task, times: Mapping[str, Any]) -> bool:
    """Saves what is other on the task now; whether anything was."""
    names = [name for name, value in times.items() if getattr(task, name) != value]
    for name in names:
        setattr(task, name, times[name])
    if names:
        task.save(update_fields=names)
    return bool(names)


def refresh_main_tasks(case: Case) -> None:
    """The open main task has the clocks that the case has now."""
    times = main_times(case)
    for task in Task.objects.filter(case=case, done_at=None).exclude(kind=Task.Kind.ASSIST):
        write_times(task, times)


def refresh_own(task: Task) -> bool:
    """Recomputes the clocks of a task beside the main one; whether they are others now."""
    return write_times(task, own_times(task.created_at, task_history(task.case_id, task.pk)))


def due_times(row: Case | Task) -> dict[str, str | None]:
    """The promises that somebody counts on, as the ledger keeps them: of a case acceptance only until it is there."""
    names = ("due_at",) if isinstance(row, Case) and row.accepted_at else ("accept_due_at", "due_at")
    moments: dict[str, datetime | None] = {name: getattr(row, name) for name in names}
    return {name: at.isoformat() if at else None for name, at in moments.items()}


def moved(before: Mapping[str, str | None], row: Case | Task) -> dict[str, list[str | None]]:
    """Due times that are others now than `due_times` had them, with what they were: none moves without a trace,
    whatever moved it.
    """
    return {name: [before.get(name), at] for name, at in due_times(row).items() if at != before.get(name)}
