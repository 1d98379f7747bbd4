"""协办: tasks beside the main one, each of an office with clocks of its own. A room above gives them and says who may.
What a part does to the case is one change under the case's lock: what is written, a line of the deadline ledger, an
entry, an event.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import transaction
from msgspec.structs import replace

from liandong.contexts.cases.change import attach_files, end_task, keep_words, lock_case
from liandong.contexts.cases.clocks.reckoning import own_clocks
from liandong.contexts.cases.clocks.refreshing import due_times, moved, own_times, refresh_own
from liandong.contexts.cases.domain import rights
from liandong.contexts.cases.domain.audience import Audience
from liandong.contexts.cases.domain.events import (
    AssistClockMoved,
    AssistFacts,
    AssistTaskAccepted,
    AssistTaskAssigned,
    AssistTaskEnded,
    AssistTaskOpened,
)
from liandong.contexts.cases.domain.involvement import Outcome
from liandong.contexts.cases.domain.lifecycle import OPEN, State
from liandong.contexts.cases.involving import settle_involvement
from liandong.contexts.cases.lead_offices import check_lead
from liandong.contexts.cases.models import Case, DeadlineEntry, Message, Task
from liandong.contexts.cases.queries import task_history, visible_case
from liandong.contexts.cases.rows import CaseRow, DeadlineRow, TaskRow, row_of
from liandong.foundation.access import public as access
from liandong.foundation.calendar import public as calendar
from liandong.foundation.events import public as events
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time, written
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import Conflict, InvalidInput, NotFound
from liandong.kernel.kept import FileRef

Move = DeadlineEntry.Kind
MOVES = frozenset({Move.ACCEPT, Move.PAUSE, Move.RESUME, Move.EXTEND, Move.OVERRIDE, Move.RESTART})
"""Lines of the deadline ledger that move the clocks of a part alone."""


RECOMPUTED = "recompute"
"""The move of a part whose dates the calendar has moved."""


class AssistChange:
    """One change of one part under the lock of its case, made by `assisting`. Words are kept first; then one of the
    others is done, once; rows that the room above writes meanwhile are bound by the same entry. Due times that moved
    come along.
    """

    def __init__(self, actor: Actor, case: Case) -> None:
        self._actor = actor
        self._case = case
        self._facts: AssistFacts | None = None
        self._message = 0
        self.now = time.now()

    @property
    def row(self) -> CaseRow:
        """The case as it is now."""
        return row_of(self._case)

    def write(self, text: str, files: Sequence[FileRef] = ()) -> int | None:
        """Words with their files, which all involved read. Returns the message's id, None without words. Raises
        InvalidInput as `written.check`, for files without words, and as `Change.attach`.
        """
        text = written.cleaned(text)
        written.check(text)
        if text:
            self._message = keep_words(self._case, self._actor, Message.Kind.PART, text, Audience.INVOLVED, self.now)
        attach_files(self._case, self._message, files)
        return self._message or None

    def open(
        self, *, office_id: int, accept_budget: str = "", finish_budget: str = "", assignee_id: int | None = None
    ) -> TaskRow:
        """An office besides the lead gets a part. Budgets in compact text, `2wd`; "" for no such clock.

        Raises InvalidInput for an office that leads the case, is complained of, has such a task already or has ended,
        for a post of another office and for a budget that is none.
        """
        for budget in filter(None, (accept_budget, finish_budget)):
            calendar.Budget.parse(budget)
        _check_office(self._case, office_id)
        _check_post(self._case, office_id, assignee_id)
        start = DeadlineRow(Move.START, self.now, accept_budget, finish_budget, self._actor.ref)
        task = Task.objects.create(
            case=self._case,
            kind=Task.Kind.ASSIST,
            office_id=office_id,
            assignee_id=assignee_id,
            created_at=self.now,
            **own_times(self.now, [start]),
        )
        self._line(task, Move.START, accept_budget=accept_budget, finish_budget=finish_budget)
        settle_involvement(self._case, _open_tasks(self._case.pk), self.now)
        self._tell(AssistTaskOpened(accept_budget=accept_budget, finish_budget=finish_budget), task)
        return _row(task)

    def move(self, task_id: int, move: str, budget: str = "") -> TaskRow:
        """Moves the clocks of the part by one of `MOVES`. `budget`: what an extension adds, in the unit of the finish
        budget, or the other finish budget; with a restart the same budgets count anew. A post of the office that signs
        has the part, where nobody had it.

        Raises Conflict where the part is done, or can't move so as it stands; InvalidInput for a move or budget that is
        none; NotFound.
        """
        if move not in MOVES:
            raise InvalidInput("没有这样的时限变动。", field="move")
        task = self._open_one(task_id)
        _check_move(task, move)
        wanted = _budget_of(task, move, budget)
        before = due_times(task)
        is_restart = move == Move.RESTART
        self._line(
            task,
            move,
            accept_budget=task.accept_budget if is_restart else "",
            finish_budget=task.finish_budget if is_restart else wanted,
        )
        refresh_own(task)
        is_signing = move == Move.ACCEPT
        if is_signing and task.assignee_id is None and _is_of(task, self._actor):
            task.assignee_id = self._actor.id
            task.save(update_fields=["assignee_id"])
        self._tell(AssistTaskAccepted() if is_signing else AssistClockMoved(move=move, budget=wanted), task, before)
        return _row(task)

    def assign(self, task_id: int, staff_id: int | None) -> TaskRow:
        """Gives the part to a post of its office, or to nobody. Raises InvalidInput for any other post, Conflict where
        the part is done, NotFound.
        """
        task = self._open_one(task_id)
        _check_post(self._case, task.office_id, staff_id)
        task.assignee_id = staff_id
        task.save(update_fields=["assignee_id"])
        self._tell(AssistTaskAssigned(assignee=staff_id), task)
        return _row(task)

    def end(self, task_id: int, outcome: Outcome, *, leaves: bool = False) -> TaskRow:
        """The part is done, or taken back. `leaves`: the case is closed to the office at once instead of when the
        matter is judged. Raises Conflict where it has ended already, NotFound.
        """
        task = self._open_one(task_id)
        end_task(task, outcome.value, actor=self._actor, at=self.now)
        leaving = (task.office_id,) if leaves and task.office_id is not None else ()
        settle_involvement(self._case, _open_tasks(task.case_id), self.now, leaving)
        self._tell(AssistTaskEnded(outcome=outcome.value), task)
        return _row(task)

    def tell(self, task_id: int, facts: AssistFacts) -> TaskRow:
        """Tells what the room above did to an open part. Raises Conflict, NotFound."""
        task = self._open_one(task_id)
        self._tell(facts, task)
        return _row(task)

    def conclude(self) -> None:
        if self._facts is None:
            return
        self._case.version += 1
        self._case.changed_at = self.now
        self._case.save(update_fields=["version", "changed_at"])
        events.happened(actor=self._actor, stream=("case", self._case.pk), facts=self._facts)

    def recompute(self, task_id: int) -> bool:
        """Due times as the calendar has them now; whether anything was other. What was promised and moves is told."""
        task = Task.objects.filter(pk=task_id, done_at=None).first()
        if task is None:
            return False
        before = due_times(task)
        is_other = refresh_own(task)
        if due_times(task) != before:
            self._tell(AssistClockMoved(move=RECOMPUTED), task, before)
        return is_other

    def _open_one(self, task_id: int) -> Task:
        task = Task.objects.filter(pk=task_id, case=self._case, kind=Task.Kind.ASSIST).first()
        if task is None:
            raise NotFound
        if task.done_at is not None:
            raise Conflict("协办已经结束。")
        return task

    def _line(self, task: Task, move: str, *, accept_budget: str = "", finish_budget: str = "") -> None:
        """A line of the part's clocks in the deadline ledger."""
        DeadlineEntry.objects.create(
            case=self._case,
            task=task,
            kind=move,
            at=self.now,
            accept_budget=accept_budget,
            finish_budget=finish_budget,
            actor=self._actor.ref,
        )

    def _tell(self, facts: AssistFacts, task: Task, before: Mapping[str, str | None] | None = None) -> None:
        others = moved(before, task) if before else {}
        told = {"task": task.pk, "assisting_office": task.office_id, "message": self._message}
        self._facts = replace(facts, **told, **others)


@contextmanager
def assisting(*, actor: Actor, case_id: int) -> Iterator[AssistChange]:
    """One change of one part of an open case, in one transaction. Raises NotFound where the post may not see the case,
    Conflict where it has ended, Busy.
    """
    with transaction.atomic():
        case = lock_case(case_id)
        if actor.kind == "staff":
            visible_case(actor=actor, case_id=case_id)
        if State(case.state) not in OPEN:
            raise Conflict("事件已经结束。")
        change = AssistChange(actor, case)
        yield change
        change.conclude()


def recompute_assist_task(row: TaskRow) -> bool:
    """Due times as the calendar has them now; whether anything was other. What was promised and moves is recorded.
    Raises Busy.
    """
    times = own_times(row.created_at, task_history(row.case_id, row.id))
    if all(getattr(row, name) == value for name, value in times.items()):
        return False
    with transaction.atomic():
        change = AssistChange(SYSTEM, lock_case(row.case_id))
        is_other = change.recompute(row.id)
        change.conclude()
        if is_other:
            ledger.bind_rows(actor=SYSTEM)
    return is_other


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


def _is_of(task: Task, actor: Actor) -> bool:
    own = actor.kind == "staff" and actor.office_id is not None and actor.office_id == task.office_id
    return own and actor.may(rights.BE_ASSIGNED_IN_OFFICE)


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
