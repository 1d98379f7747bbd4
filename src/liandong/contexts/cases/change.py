"""One change of one case: check, lock, change, record, publish. Every command of this room is written on it."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from types import TracebackType
from typing import Self

import msgspec
from django.db import connection, transaction
from django.db.utils import OperationalError

from liandong.foundation.events import public as events
from liandong.foundation.files import public as files
from liandong.kernel import time, written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Busy, InvalidInput, NotFound, VeryShort

from .clocks.refreshing import due_times, main_times, moved, refresh_clocks, refresh_own
from .concerns import absent_behind
from .domain import rights
from .domain.actions import ACTIONS, LIFECYCLE, PASSING, Action, Transition
from .domain.audience import Audience
from .domain.events import CaseFacts, facts_of
from .domain.lifecycle import ENDED, PROMISED, Clock, State
from .following import followers_of
from .involving import settle_involvement
from .models import Attachment, Case, DeadlineEntry, Message, Task
from .queries import visible_case
from .rows import CaseRow, row_of
from .rules import check_action, is_permitted

LOCK_TIMEOUT_S = 3
_COMPUTED = ("state", "version", "changed_at", "accept_due_at", "due_at", "yellow_at", "red_at", "provisional")


_RECORDED = {
    Clock.PAUSE: DeadlineEntry.Kind.PAUSE,
    Clock.RESUME: DeadlineEntry.Kind.RESUME,
    Clock.STOP: DeadlineEntry.Kind.STOP,
    Clock.RESTART: DeadlineEntry.Kind.RESTART,
    Clock.REASSIGN: DeadlineEntry.Kind.REASSIGN,
    Clock.TAKE_BACK: DeadlineEntry.Kind.UNDO,
    Clock.EXTEND: DeadlineEntry.Kind.EXTEND,
    Clock.PARK: DeadlineEntry.Kind.PARK,
    Clock.OVERRIDE: DeadlineEntry.Kind.OVERRIDE,
}
_batch: ContextVar[int] = ContextVar("batch", default=0)


@contextmanager
def recorded_in(batch_id: int) -> Iterator[None]:
    """Changes of cases within the block belong to a batch 批量办理: ledger and event carry its number."""
    token = _batch.set(batch_id)
    try:
        yield
    finally:
        _batch.reset(token)


def lock_case(case_id: int) -> Case:
    """The case's row, locked until the transaction ends. Raises NotFound; Busy after 3 s of waiting."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s'")
    try:
        case = Case.objects.select_for_update(of=("self",)).defer("tokens").filter(pk=case_id).first()
    except OperationalError as error:
        raise Busy from error
    if case is None:
        raise NotFound("没有找到这个事件编号。")
    return case


def lock_visible(*, actor: Actor, case_id: int) -> CaseRow:
    """A case locked for what another room keeps about it, in the caller's transaction. Raises NotFound, also where the
    post may not see it; Busy.
    """
    lock_case(case_id)
    return visible_case(actor=actor, case_id=case_id)


class OpenTasks:
    """The open tasks of a locked case, read when they are first needed; what becomes of the main one is saved once.

    `is_moved`: whether an office besides the lead may have got or lost a part by it.
    """

    def __init__(self, case_id: int) -> None:
        self._case_id = case_id
        self._read: list[Task] | None = None
        self._touched: dict[int, set[str]] = {}
        self._ended: list[Task] = []
        self.is_moved = False

    @property
    def _open(self) -> list[Task]:
        if self._read is None:
            self._read = list(Task.objects.filter(case_id=self._case_id, done_at=None).order_by("id"))
        return self._read

    @property
    def _main(self) -> list[Task]:
        return [task for task in self._open if task.kind != Task.Kind.ASSIST]

    @property
    def assists(self) -> list[Task]:
        return [task for task in self._open if task.kind == Task.Kind.ASSIST]

    @property
    def open_now(self) -> list[Task]:
        return [task for task in self._open if task.done_at is None]

    @property
    def main_id(self) -> int | None:
        """Of the main task, or of the one that ended last; None where there was none."""
        if known := [*self._ended, *self._main]:
            return int(known[-1].pk)
        ended = Task.objects.filter(case_id=self._case_id).exclude(kind=Task.Kind.ASSIST)
        return ended.order_by("-created_at", "-id").values_list("pk", flat=True).first()

    def open(self, case: Case, **columns: object) -> None:
        task = Task.objects.create(case=case, **columns)
        self._open.append(task)
        self.is_moved |= task.office_id != case.office_id

    def set_main(self, **columns: object) -> None:
        for task in self._main:
            self._set(task, columns)

    def end_main(self, case: Case, outcome: str, at: datetime) -> None:
        """Its clocks stand still from now on."""
        for task in self._main:
            self._set(task, {"done_at": at, "outcome": outcome, "yellow_at": None, "red_at": None})
            self._open.remove(task)
            self._ended.append(task)
            self.is_moved |= task.office_id != case.office_id

    def _set(self, task: Task, columns: Mapping[str, object]) -> None:
        for name, value in columns.items():
            if getattr(task, name) != value:
                setattr(task, name, value)
                self._touched.setdefault(int(task.pk), set()).add(name)

    def save(self) -> None:
        for task in (*self._ended, *self._main):
            if names := self._touched.pop(int(task.pk), None):
                task.save(update_fields=sorted(names))


def end_task(task: Task, outcome: str, *, actor: Actor, at: datetime) -> None:
    """A task beside the main one ends, and its clocks with it."""
    DeadlineEntry.objects.create(case_id=task.case_id, task=task, kind=DeadlineEntry.Kind.STOP, at=at, actor=actor.ref)
    task.done_at, task.outcome = at, outcome
    task.save(update_fields=["done_at", "outcome"])
    refresh_own(task)


def keep_words(case: Case, actor: Actor, kind: Message.Kind, text: str, readers: Audience, at: datetime) -> int:
    """Keeps what was written on a locked case as a message. Returns its id."""
    message = Message.objects.create(
        case=case,
        kind=kind,
        public=readers is Audience.REPORTER,
        audience=readers.value,
        text=text,
        actor=actor.ref,
        office_id=actor.office_id,
        at=at,
    )
    return int(message.pk)


def attach_files(case: Case, message_id: int, kept: Sequence[files.FileRef]) -> None:
    """Files that belong to a message of a locked case. Raises InvalidInput as `Change.attach`."""
    if kept and not message_id:
        raise InvalidInput("附件须和文字一起提交。", field="text")
    if len(kept) > files.MOST_FILES:
        raise InvalidInput("最多 %(count)s 个文件。", field="files", count=files.MOST_FILES)
    for file in kept:
        if not files.is_kept(file.sha256):
            raise InvalidInput("文件标记无效或已过期，请重新上传。", field="files")
        Attachment.objects.create(case=case, message_id=message_id, **dataclasses.asdict(file))


class Change:
    """Locks one case, checks the actor and changes the case in one transaction.

    Entering checks role, state and version. A case that the actor may not see is NotFound. Leaving recomputes the
    clocks, saves the locked row, writes ledger and event with the due times that moved.
    `expected_version`: as the actor saw it. Another version raises Conflict; nothing is lost or overwritten.
    `however_short`: words that stop a clock and that the reporter reads may be a single sign. Else VeryShort asks back.
    """

    def __init__(
        self,
        actor: Actor,
        case_id: int,
        action: Action,
        expected_version: int | None = None,
        text: str = "",
        *,
        however_short: bool = False,
    ) -> None:
        self.actor = actor
        self.action = action
        self.text = written.cleaned(text)
        self._told: CaseFacts | None = None
        self._message = 0
        self._in_place_of = ""
        self._case_id = case_id
        self._expected = expected_version
        self._however_short = however_short
        self._touched: set[str] = set()
        self._tasks = OpenTasks(case_id)
        self._atomic = transaction.atomic()

    def __enter__(self) -> Self:
        self._atomic.__enter__()
        try:
            self.now = time.now()
            self.case = lock_case(self._case_id)
            self._promised = due_times(self.case)
            self.line = self._check()
            self.to = self.line.to or State(self.case.state)
        except BaseException as error:
            self._atomic.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._conclude()
        except BaseException as failure:
            self._atomic.__exit__(type(failure), failure, failure.__traceback__)
            raise
        self._atomic.__exit__(kind, error, trace)

    @property
    def assisting(self) -> tuple[int, ...]:
        """Offices with a part that hasn't ended."""
        return tuple(task.office_id for task in self._tasks.assists if task.office_id is not None)

    @property
    def row(self) -> CaseRow:
        """The case as it is now, for the caller."""
        return row_of(self.case)

    def set(self, **columns: object) -> None:
        """Changes columns of the case; saved on leaving."""
        for name, value in columns.items():
            setattr(self.case, name, value)
            self._touched.add(name)

    def tell(self, facts: CaseFacts) -> None:
        """Adds to the action's event what the action alone knows. Raises ValueError for another event's."""
        if facts.event != self.line.event:
            raise ValueError(f"{self.action} is told by {self.line.event}, not by {facts.event}")
        self._told = facts

    def say(self, kind: Message.Kind, *, led_by: str = "", audience: Audience | None = None) -> int | None:
        """Keeps the written text as a message, after our own words `led_by`, for the audience of the action's row where
        none is chosen; without words, none. Raises InvalidInput as `written.check`.
        """
        written.check(self.text)
        if not self.text:
            return None
        words = ACTIONS[self.action].words
        readers = audience or (words.audience if words else Audience.INVOLVED)
        self._message = keep_words(self.case, self.actor, kind, led_by + self.text, readers, self.now)
        return self._message

    def attach(self, kept: Sequence[files.FileRef]) -> None:
        """Files that belong to the message just said. Raises InvalidInput where there is none, for more than nine and
        for a file that is no longer kept.
        """
        attach_files(self.case, self._message, kept)

    def open_task(self, kind: Task.Kind, *, office_id: int | None, assignee_id: int | None = None) -> None:
        """Ends the open main task and opens the next one."""
        self.end_tasks("replaced")
        self._tasks.open(
            self.case,
            kind=kind,
            office_id=office_id,
            assignee_id=assignee_id,
            created_at=self.now,
            **main_times(self.case),
        )

    def end_tasks(self, outcome: str) -> None:
        """Ends the main task; those beside it go on until the case ends."""
        self._tasks.end_main(self.case, outcome, self.now)

    def take_task(self, assignee_id: int | None) -> None:
        self._tasks.set_main(assignee_id=assignee_id)
        self.set(assignee_id=assignee_id)

    def deadline(self, kind: DeadlineEntry.Kind, at: datetime | None = None) -> None:
        """A line of the main clock in the deadline ledger; it carries the budgets of the clocks that begin with it."""
        both = kind in (DeadlineEntry.Kind.START, DeadlineEntry.Kind.RESTART)
        accept = both or kind in (DeadlineEntry.Kind.REASSIGN, DeadlineEntry.Kind.SEPARATE)
        finish = both or kind == DeadlineEntry.Kind.OVERRIDE
        added = self.case.extension_asked if kind == DeadlineEntry.Kind.EXTEND else ""
        DeadlineEntry.objects.create(
            case=self.case,
            kind=kind,
            at=at or self.now,
            accept_budget=self.case.accept_budget if accept else "",
            finish_budget=self.case.finish_budget if finish else added,
            actor=self.actor.ref,
            task_id=self._tasks.main_id,
        )

    def _check(self) -> Transition:
        if self.actor.kind == "staff" and not is_permitted(self.case, self.actor, self.action):
            visible_case(actor=self.actor, case_id=self.case.pk)
        line = check_action(self.case, self.actor, self.action, self._expected)
        words = ACTIONS[self.action].words
        if words and words.needed and self.actor.kind != "system":
            written.check(self.text, needed=True)
            if words.weighty and not self._however_short and not written.has_words(self.text, 2):
                raise VeryShort(field="text")
        absent = absent_behind(self.case, self.actor) if _is_done_as_assigned(self.action) else None
        if absent and self.action is not Action.CLAIM:
            self._in_place_of = f"staff:{absent}"
        return line

    def _conclude(self) -> None:
        case = self.case
        before, case.state = case.state, self.to.value
        self._move_clock()
        self._end_what_passes()
        if PROMISED & {State(before), self.to}:
            refresh_clocks(case)
            self._tasks.set_main(**main_times(case))
        case.version += 1
        case.changed_at = self.now
        if self.to in ENDED and State(before) not in ENDED:
            self.set(closed_at=self.now)
            self.end_tasks(self.to.value)
            self._end_assists()
        self._tasks.save()
        if self._tasks.is_moved or "office_id" in self._touched:
            settle_involvement(case, self._tasks.open_now, self.now)
        case.save(update_fields=sorted(self._touched | set(_COMPUTED)))
        facts = msgspec.structs.replace(
            self._told or facts_of(self.line.event)(),
            from_state=before,
            to_state=case.state,
            batch=_batch.get(),
            message=self._message,
            in_place_of=self._in_place_of,
            **moved(self._promised, case),
        )
        events.happened(actor=self.actor, stream=("case", case.pk), facts=facts)
        self._go_on()

    def _go_on(self) -> None:
        """Rooms above go on from here; they may change the case too, and whoever goes on after them has it so."""
        if followers := followers_of(self.action):
            for follow in followers:
                follow(self.row)
            self.case.refresh_from_db(fields=("version", "changed_at"))

    def _end_assists(self) -> None:
        for task in self._tasks.assists:
            end_task(task, self.to.value, actor=self.actor, at=self.now)
            self._tasks.is_moved = True

    def _move_clock(self) -> None:
        if self.line.clock is Clock.RESTART:
            self.set(clock_from=self.now, extension_count=0)
        if self.line.clock is not Clock.KEEP:
            self.deadline(_RECORDED[self.line.clock])

    def _end_what_passes(self) -> None:
        for each in PASSING:
            is_ended = self.action in each.ended_by and (each.of is None or self.actor.may(each.of))
            if (is_ended or self.to not in each.states) and getattr(self.case, each.column):
                self.set(**{each.column: each.none})


def _is_done_as_assigned(action: Action) -> bool:
    """Whether a deputy does it for the absent post; what is decided above them somebody decides in his own right."""
    return bool(LIFECYCLE[action].roles & rights.ACT_AS_ASSIGNED.given)


_TASK_IN = {State.RECEIVED: Task.Kind.SCREEN, State.COORDINATING: Task.Kind.COORDINATE}


def main_task_in(state: State) -> Task.Kind:
    """Which main task is open in a state."""
    return _TASK_IN.get(state, Task.Kind.HANDLE)
