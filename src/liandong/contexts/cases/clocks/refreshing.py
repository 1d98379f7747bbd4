"""Due times and lights are written anew on the row of a case."""

from datetime import datetime

from liandong.contexts.cases.domain.lifecycle import State
from liandong.contexts.cases.models import Case, Task
from liandong.contexts.cases.queries import deadline_entries

from .reckoning import promised_to


def refresh_clocks(case: Case) -> None:
    """Recomputes due times and lights from the budgets and the deadline ledger; open tasks follow, screening by the
    accept time.
    """
    promised = promised_to(case, deadline_entries(case.pk))
    case.accept_due_at, case.due_at = promised.accept_due_at, promised.due_at
    case.provisional = promised.provisional
    case.yellow_at, case.red_at = promised.turns(State(case.state), accepted=case.accepted_at is not None)
    due_at = case.accept_due_at if case.state == State.RECEIVED else case.due_at
    Task.objects.filter(case=case, done_at=None).exclude(due_at=due_at).update(due_at=due_at)


def due_times(case: Case) -> dict[str, str | None]:
    """The promises that somebody counts on, as the ledger keeps them: acceptance only until it is there."""
    names = ("due_at",) if case.accepted_at else ("accept_due_at", "due_at")
    moments: dict[str, datetime | None] = {name: getattr(case, name) for name in names}
    return {name: at.isoformat() if at else None for name, at in moments.items()}
