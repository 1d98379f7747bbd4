"""协办: tasks beside the main one, each of an office with clocks of its own. A room above gives them and says who may.
What a part does to the case is one change under the case's lock: a line of the deadline ledger, an entry, an event.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction
from msgspec.structs import replace

from liandong.contexts.cases.change import end_task, lock_case
from liandong.contexts.cases.clocks.reckoning import own_clocks
from liandong.contexts.cases.clocks.refreshing import due_times, moved, own_times, refresh_own
from liandong.contexts.cases.domain import rights
from liandong.contexts.cases.domain.events import (
    AssistClockMoved,
    AssistFacts,
    AssistTaskAssigned,
    AssistTaskEnded,
    AssistTaskOpened,
)
from liandong.contexts.cases.domain.lifecycle import OPEN, State
from liandong.contexts.cases.involving import settle_involvement
from liandong.contexts.cases.lead_offices import check_lead
from liandong.contexts.cases.models import Case, DeadlineEntry, Task
from liandong.contexts.cases.queries import task_history, visible_case
from liandong.contexts.cases.rows import DeadlineRow, TaskRow
from liandong.foundation.access import public as access
from liandong.foundation.calendar import public as calendar
from liandong.foundation.events import public as events
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import Conflict, InvalidInput, NotFound

Move = DeadlineEntry.Kind
MOVES = frozenset({Move.ACCEPT, Move.PAUSE, Move.RESUME, Move.EXTEND, Move.OVERRIDE, Move.RESTART})
"""Lines of the deadline ledger that move the clocks of a part alone."""


RECOMPUTED = "recompute"
"""The move of a part whose dates the calendar has moved."""


class _AssistChange:
    """One change of one part under the lock of its case. `tell` says what happened; due times that moved come along."""

    def __init__(self, actor: Actor, case: Case) -> None:
        self.actor = actor
        self.case = case
        self.now = time.now()
        self.facts: AssistFacts | None = None

    def line(self, task: Task, move: str, *, accept_budget: str = "", finish_budget: str = "") -> None:
        """A line of the part's clocks in the deadline ledger."""
        DeadlineEntry.objects.create(
            case=self.case,
            task=task,
            kind=move,
            at=self.now,
            accept_budget=accept_budget,
            finish_budget=finish_budget,
            actor=self.actor.ref,
        )

    def tell(self, facts: AssistFacts, task: Task, before: Mapping[str, str | None] | None = None) -> None:
        others = moved(before, task) if before else {}
        self.facts = replace(facts, task=task.pk, assisting_office=task.office_id, **others)

    def conclude(self) -> None:
        if self.facts is None:
            return
        self.case.version += 1
        self.case.changed_at = self.now
        self.case.save(update_fields=["version", "changed_at"])
        events.happened(actor=self.actor, stream=("case", self.case.pk), facts=self.facts)


@contextmanager
def _change(actor: Actor, case_id: int) -> Iterator[_AssistChange]:
    """Raises NotFound where the post may not see the case, Conflict where it has ended, Busy."""
    with transaction.atomic():
        case = lock_case(case_id)
        if actor.kind == "staff":
            visible_case(actor=actor, case_id=case_id)
        if State(case.state) not in OPEN:
            raise Conflict("事件已经结束。")
        change = _AssistChange(actor, case)
        yield change
        change.conclude()


def open_assist_task(
    *,
    actor: Actor,
    case_id: int,
    office_id: int,
    accept_budget: str = "",
    finish_budget: str = "",
    assignee_id: int | None = None,
) -> TaskRow:
    """Gives an office besides the lead a part of an open case. Budgets in compact text, `2wd`; "" for no such clock.

    Raises InvalidInput for an office that leads the case, is complained of, has such a task already or has ended, for a
    post of another office and for a budget that is none; Conflict where the case has ended; NotFound.
    """
    for budget in filter(None, (accept_budget, finish_budget)):
        calendar.Budget.parse(budget)
    with _change(actor, case_id) as change:
        _check_office(change.case, office_id)
        _check_post(change.case, office_id, assignee_id)
        start = DeadlineRow(Move.START, change.now, accept_budget, finish_budget, actor.ref)
        task = Task.objects.create(
            case=change.case,
            kind=Task.Kind.ASSIST,
            office_id=office_id,
            assignee_id=assignee_id,
            created_at=change.now,
            **own_times(change.now, [start]),
        )
        change.line(task, Move.START, accept_budget=accept_budget, finish_budget=finish_budget)
        settle_involvement(change.case, _open_tasks(case_id), change.now)
        change.tell(AssistTaskOpened(accept_budget=accept_budget, finish_budget=finish_budget), task)
    return _row(task)


def move_assist_clock(*, actor: Actor, task_id: int, move: str, budget: str = "") -> TaskRow:
    """Moves the clocks of one part by one of `MOVES`. `budget`: what an extension adds, in the unit of the finish
    budget, or the other finish budget; with a restart the same budgets count anew.

    Raises Conflict where the part is done, or can't move so as it stands; InvalidInput for a move or budget that is
    none; NotFound.
    """
    if move not in MOVES:
        raise InvalidInput("没有这样的时限变动。", field="move")
    with _change(actor, _case_of(task_id)) as change:
        task = _open_one(task_id)
        _check_move(task, move)
        wanted = _budget_of(task, move, budget)
        before = due_times(task)
        is_restart = move == Move.RESTART
        change.line(
            task,
            move,
            accept_budget=task.accept_budget if is_restart else "",
            finish_budget=task.finish_budget if is_restart else wanted,
        )
        refresh_own(task)
        change.tell(AssistClockMoved(move=move, budget=wanted), task, before)
    return _row(task)


def assign_assist_task(*, actor: Actor, task_id: int, staff_id: int | None) -> TaskRow:
    """Gives a part to a post of its office, or to nobody. Raises InvalidInput for any other post, Conflict where the
    part is done, NotFound.
    """
    with _change(actor, _case_of(task_id)) as change:
        task = _open_one(task_id)
        _check_post(change.case, task.office_id, staff_id)
        task.assignee_id = staff_id
        task.save(update_fields=["assignee_id"])
        change.tell(AssistTaskAssigned(assignee=staff_id), task)
    return _row(task)


def end_assist_task(*, actor: Actor, task_id: int, outcome: str) -> TaskRow:
    """The part is done, or taken back: `outcome` is a code. Raises Conflict where it has ended already, NotFound."""
    with _change(actor, _case_of(task_id)) as change:
        task = _open_one(task_id)
        end_task(task, outcome, actor=actor, at=change.now)
        settle_involvement(change.case, _open_tasks(task.case_id), change.now)
        change.tell(AssistTaskEnded(outcome=outcome), task)
    return _row(task)


def recompute_assist_task(row: TaskRow) -> bool:
    """Due times as the calendar has them now; whether anything was other. What was promised and moves is recorded.
    Raises Busy.
    """
    times = own_times(row.created_at, task_history(row.case_id, row.id))
    if all(getattr(row, name) == value for name, value in times.items()):
        return False
    with transaction.atomic():
        change = _AssistChange(SYSTEM, lock_case(row.case_id))
        task = Task.objects.filter(pk=row.id, done_at=None).first()
        if task is None:
            return False
        before = due_times(task)
        if not refresh_own(task):
            return False
        if due_times(task) != before:
            change.tell(AssistClockMoved(move=RECOMPUTED), task, before)
            change.conclude()
        else:
            ledger.bind_rows(actor=SYSTEM)
    return True


def _case_of(task_id: int) -> int:
    case_id = Task.objects.filter(pk=task_id, kind=Task.Kind.ASSIST).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound
    return case_id


def _open_one(task_id: int) -> Task:
    task = Task.objects.filter(pk=task_id).get()
    if task.done_at is not None:
        raise Conflict("协办已经结束。")
    return task


def _open_tasks(case_id: int) -> list[Task]:
    return list(Task.objects.filter(case_id=case_id, done_at=None))


def _check_office(case: Case, office_id: int) -> None:
    check_lead(case, office_id)
    if office_id == case.office_id:
        raise InvalidInput("牵头部门不用协办。", field="office_id")
    if Task.objects.filter(case=case, kind=Task.Kind.ASSIST, office_id=office_id, done_at=None).exists():
        raise InvalidInput("这个部门已经在协办。", field="office_id")


def _check_post(case: Case, office_id: int | None, staff_id: int | None) -> None:
    if staff_id is None:
        return
    post = access.staff().get(staff_id)
    is_own = post is not None and post.office_id == office_id and post.may(rights.BE_ASSIGNED_IN_OFFICE)
    if not is_own or staff_id == case.complained_staff_id:
        raise InvalidInput("只能指派给协办部门的岗位。", field="staff_id")


def _check_move(task: Task, move: str) -> None:
    """A pause only of clocks that run, resuming only of those that don't, signing once."""
    clocks = own_clocks(task_history(task.case_id, task.pk), task.created_at)
    is_paused = clocks.state is State.ASKED
    if (move == Move.RESUME) != is_paused and move in (Move.PAUSE, Move.RESUME):
        raise Conflict("协办的时限已经暂停。" if is_paused else "协办的时限没有暂停。")
    if move == Move.ACCEPT and clocks.accepted_at is not None:
        raise Conflict("协办已经签收。")


def _budget_of(task: Task, move: str, budget: str) -> str:
    if move not in (Move.EXTEND, Move.OVERRIDE):
        return ""
    wanted = calendar.Budget.parse(budget)
    if move == Move.EXTEND:
        if not task.finish_budget:
            raise InvalidInput("协办没有办结时限，不能延期。", field="budget")
        base = calendar.Budget.parse(task.finish_budget)
        if (base.unit, base.calendar) != (wanted.unit, wanted.calendar):
            raise InvalidInput("延期要用原时限的单位。", field="budget")
    return str(wanted)


def _row(task: Task) -> TaskRow:
    return TaskRow(*(getattr(task, name) for name in TaskRow.__slots__))
