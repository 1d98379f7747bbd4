"""Accept clock and finish clock of a case, or of one task: due times from budgets, history and the calendar."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from datetime import time as clock_time
from functools import lru_cache
from typing import Protocol

from liandong.contexts.cases.domain.lifecycle import RUNNING, State
from liandong.contexts.cases.models import Case, DeadlineEntry
from liandong.contexts.cases.rows import CaseRow, DeadlineRow
from liandong.foundation.calendar import public as calendar
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time


@dataclass(frozen=True, slots=True)
class Promise:
    """Due and yellow moments of both clocks, UTC; None where the category has no such budget."""

    accept_due_at: datetime | None
    accept_yellow_at: datetime | None
    due_at: datetime | None
    due_yellow_at: datetime | None
    provisional: bool

    def turns(self, state: State, *, accepted: bool) -> tuple[datetime | None, datetime | None]:
        """(yellow_at, red_at) of the clocks that run in this state; before acceptance the nearer of the two."""
        if state not in RUNNING:
            return None, None
        if accepted:
            return self.due_yellow_at, self.due_at
        yellows = [moment for moment in (self.accept_yellow_at, self.due_yellow_at) if moment]
        reds = [moment for moment in (self.accept_due_at, self.due_at) if moment]
        return min(yellows, default=None), min(reds, default=None)


class Clocked(Protocol):
    """Whatever has clocks: budgets in compact text, "" for none, and the moment from which they count."""

    @property
    def accept_budget(self) -> str: ...
    @property
    def finish_budget(self) -> str: ...
    @property
    def clock_from(self) -> datetime: ...


class Timed(Protocol):
    """Whatever has a light: when it turns red, and which of the two clocks that is."""

    @property
    def red_at(self) -> datetime | None: ...
    @property
    def accepted_at(self) -> datetime | None: ...
    @property
    def accept_due_at(self) -> datetime | None: ...
    @property
    def accept_budget(self) -> str: ...
    @property
    def finish_budget(self) -> str: ...


@lru_cache(maxsize=256)
def _budget(text: str) -> calendar.Budget:
    return calendar.Budget.parse(text)


def promise(
    accept_budget: str,
    finish_budget: str,
    start: datetime,
    pauses: Iterable[calendar.Pause] = (),
    lead_passed: datetime | None = None,
) -> Promise:
    """The promise for a case whose clocks started at `start`. The accept clock starts again at `lead_passed`, when
    another office gets it. Budgets are in compact text, "" for none.
    """
    county = orgs.county()
    table = calendar.work_calendar(county.zone)
    share = county.yellow_percent / 100
    paused = list(pauses)
    accept = _budget(accept_budget) if accept_budget else None
    finish = _budget(finish_budget) if finish_budget else None
    accept_start = lead_passed or start
    due = calendar.due(table, start, finish, paused) if finish else None
    accept_due = calendar.due(table, accept_start, accept) if accept else None
    return Promise(
        accept_due_at=accept_due.at if accept_due else None,
        accept_yellow_at=calendar.yellow(table, accept_start, accept, share=share).at if accept else None,
        due_at=due.at if due else None,
        due_yellow_at=calendar.yellow(table, start, finish, paused, share).at if finish else None,
        provisional=bool((due and due.provisional) or (accept_due and accept_due.provisional)),
    )


def time_left(row: Timed) -> tuple[int | None, str]:
    """(count, unit) until the light turns red, below zero after it; working units where the budget counts those.

    (None, ""): natural time tells it, or no clock is running.
    """
    if row.red_at is None:
        return None, ""
    running = row.accept_budget if row.accepted_at is None and row.red_at == row.accept_due_at else row.finish_budget
    return _left(row.red_at, running)


def answer_left(row: CaseRow) -> tuple[int | None, str]:
    """The same until the promised answer (`due_at`), whichever clock runs."""
    return _left(row.due_at, row.finish_budget) if row.due_at else (None, "")


def accept_left(row: CaseRow) -> tuple[int | None, str]:
    """The same until the case is to be signed for (`accept_due_at`)."""
    return _left(row.accept_due_at, row.accept_budget) if row.accept_due_at else (None, "")


def reply_left(until: datetime) -> tuple[int | None, str]:
    """The same until the end of the reporter's reply days (`reply_until`), which are working days."""
    return _left(until, "wd")


def _left(until: datetime, budget: str) -> tuple[int | None, str]:
    if "w" not in budget:
        return None, ""
    now = time.now()
    count, unit = worked(min(now, until), max(now, until))
    return (count if until >= now else -count), unit


def worked(since: datetime, until: datetime) -> tuple[int, str]:
    """(count, unit) of office time between two moments: working days from one on, hours below."""
    table = calendar.work_calendar(orgs.county().zone)
    minutes = table.working_time_between(since, until).minutes
    days = minutes // minutes_a_day(table)
    return (days, "working_day") if days else (minutes // 60, "working_hour")


def minutes_a_day(table: calendar.WorkCalendar) -> int:
    """Open office time of a working day; a closing 00:00 means midnight at its end."""

    def minute(at: clock_time) -> int:
        return at.hour * 60 + at.minute

    return sum((minute(closes) or 24 * 60) - minute(opens) for opens, closes in table.office_hours)


def pauses_in(history: Iterable[DeadlineRow], since: datetime) -> list[calendar.Pause]:
    """Closed pauses of a deadline ledger, in its order, from `since` (the clocks' start) on."""
    found: list[calendar.Pause] = []
    paused_at: datetime | None = None
    for line in history:
        if line.at < since:
            continue
        if line.kind in (DeadlineEntry.Kind.PAUSE, DeadlineEntry.Kind.PARK):
            paused_at = line.at
        elif line.kind == DeadlineEntry.Kind.RESUME and paused_at is not None:
            found.append((paused_at, line.at))
            paused_at = None
    return found


def standing(history: Iterable[DeadlineRow]) -> list[DeadlineRow]:
    """The lines that count: an undo takes away itself and the last hand-over or override before it."""
    kept: list[DeadlineRow] = []
    undoable: list[DeadlineRow] = []
    for line in history:
        if line.kind != DeadlineEntry.Kind.UNDO:
            kept.append(line)
            if line.kind in (DeadlineEntry.Kind.REASSIGN, DeadlineEntry.Kind.OVERRIDE):
                undoable.append(line)
        elif undoable:
            undone = undoable.pop()
            kept = [each for each in kept if each is not undone]
    return kept


def lead_passed_at(history: Iterable[DeadlineRow], since: datetime) -> datetime | None:
    """When the case last came to an office anew, from `since` (the clocks' start) on; what was undone never did."""
    anew = (DeadlineEntry.Kind.REASSIGN, DeadlineEntry.Kind.SEPARATE)
    moves = (line.at for line in standing(history) if line.kind in anew)
    return max((at for at in moves if at >= since), default=None)


def extensions_in(history: Iterable[DeadlineRow], since: datetime) -> list[DeadlineRow]:
    """Extensions of the finish budget since the clocks' start. Another budget begins without any."""
    added: list[DeadlineRow] = []
    for line in standing(history):
        if line.kind == DeadlineEntry.Kind.OVERRIDE:
            added.clear()
        elif line.kind == DeadlineEntry.Kind.EXTEND and line.at >= since:
            added.append(line)
    return added


def extended(finish_budget: str, added: Iterable[DeadlineRow]) -> str:
    """The finish budget with what was added to it, which counts in the same unit."""
    if not finish_budget:
        return ""
    base = _budget(finish_budget)
    return str(replace(base, value=base.value + sum(_budget(line.finish_budget).value for line in added)))


def reply_due(row: CaseRow | Case, history: Iterable[DeadlineRow]) -> datetime:
    """How long an asked case waits for its reporter: the county's working days from the question on."""
    county = orgs.county()
    asked_at = max((line.at for line in history if line.kind == DeadlineEntry.Kind.PAUSE), default=row.changed_at)
    return calendar.due(calendar.work_calendar(county.zone), asked_at, _budget(f"{county.reply_days}wd")).at


def promised_to(row: Clocked, history: Iterable[DeadlineRow]) -> Promise:
    """Computes a promise from the budgets, the deadline ledger of these clocks in order and today's calendar."""
    lines = list(history)
    pauses, lead_passed = pauses_in(lines, row.clock_from), lead_passed_at(lines, row.clock_from)
    finish_budget = extended(row.finish_budget, extensions_in(lines, row.clock_from))
    return promise(row.accept_budget, finish_budget, row.clock_from, pauses, lead_passed)


@dataclass(frozen=True, slots=True)
class OwnClocks:
    """The clocks of a task beside the main one, as its own lines of the deadline ledger have them. `state`: the state
    of a case whose clocks stand so.
    """

    accept_budget: str
    finish_budget: str
    clock_from: datetime
    accepted_at: datetime | None
    state: State


_STANDING = {
    DeadlineEntry.Kind.START: State.HANDLING,
    DeadlineEntry.Kind.RESTART: State.HANDLING,
    DeadlineEntry.Kind.RESUME: State.HANDLING,
    DeadlineEntry.Kind.PAUSE: State.ASKED,
    DeadlineEntry.Kind.PARK: State.PARKED,
    DeadlineEntry.Kind.STOP: State.ANSWERED,
}
"""The state that a line leaves the clocks in; of the others they go on as they were."""


def own_clocks(history: Iterable[DeadlineRow], created_at: datetime) -> OwnClocks:
    """Reads the budgets, the beginning and the standing of a task's clocks from its own lines alone."""
    accept = finish = ""
    begun, accepted_at, state = created_at, None, State.HANDLING
    for line in standing(history):
        state = _STANDING.get(DeadlineEntry.Kind(line.kind), state)
        if line.kind in (DeadlineEntry.Kind.START, DeadlineEntry.Kind.RESTART):
            accept, finish, begun, accepted_at = line.accept_budget, line.finish_budget, line.at, None
        elif line.kind == DeadlineEntry.Kind.OVERRIDE:
            finish = line.finish_budget
        elif line.kind == DeadlineEntry.Kind.ACCEPT:
            accepted_at = line.at
    return OwnClocks(accept, finish, begun, accepted_at, state)


def explain(row: Clocked, history: Iterable[DeadlineRow]) -> calendar.Explanation | None:
    """Why a case, or a part, is due when it is: the steps of its finish clock; None without such a budget. A pause that
    still lasts is not in it: the date moves when it ends.
    """
    if not row.finish_budget:
        return None
    lines = list(history)
    budget = _budget(extended(row.finish_budget, extensions_in(lines, row.clock_from)))
    table = calendar.work_calendar(orgs.county().zone)
    return calendar.explain(table, row.clock_from, budget, pauses_in(lines, row.clock_from))


def verdict_due(now: datetime) -> datetime:
    """Until when the reporter may judge an answer."""
    return now + timedelta(days=orgs.county().verdict_days)
