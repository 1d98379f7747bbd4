"""Why this date: the steps from start to due, as data that a page can put into words in either language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from liandong.foundation.calendar.domain.budget import Budget, Counting, Unit
from liandong.foundation.calendar.domain.deadline import Allowance, Pause, counted, due, lay_out, merged, moment_used
from liandong.foundation.calendar.domain.work_calendar import DayReason, Due, WorkCalendar, from_us, to_us


@dataclass(frozen=True, slots=True)
class StartDayNotCounted:
    """A day budget counts from the day after this one (Civil Code 201)."""

    day: date


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A working day that used `used` of the budget; `number` counts such days from 1."""

    day: date
    number: int
    used: timedelta
    reason: DayReason
    holiday_name: str = ""


@dataclass(frozen=True, slots=True)
class SkippedDay:
    """A rest day, not counted; `holiday_name` (Chinese) when a notice names it."""

    day: date
    reason: DayReason
    holiday_name: str = ""


@dataclass(frozen=True, slots=True)
class PausedDay:
    """A working day on which nothing was used, because the clock stood still."""

    day: date


@dataclass(frozen=True, slots=True)
class CountedSpan:
    """Natural time: everything from `since` to `until` counted, pauses apart; `days` is 0 for hours and minutes."""

    since: datetime
    until: datetime
    days: int


@dataclass(frozen=True, slots=True)
class PauseTaken:
    """The clock stood still; `added` is how far that moved the due moment, in counted time."""

    since: datetime
    until: datetime
    added: timedelta


@dataclass(frozen=True, slots=True)
class RolledForward:
    """The last day was a rest day, so the first working day after it takes its place (Civil Code 203)."""

    last_day: date
    to: date
    reason: DayReason
    holiday_name: str = ""


Step = StartDayNotCounted | CountedDay | SkippedDay | PausedDay | CountedSpan | PauseTaken | RolledForward


@dataclass(frozen=True, slots=True)
class Explanation:
    """Question, result and every step between, in order of time. Pauses follow the days."""

    start: datetime
    budget: Budget
    due: Due
    steps: tuple[Step, ...]


def explain(calendar: WorkCalendar, start: datetime, budget: Budget, pauses: Iterable[Pause] = ()) -> Explanation:
    """The reasons for `due(calendar, start, budget, pauses)`; takes longer, for showing only. Raises as `due` does."""
    pauses = tuple(pauses)
    allowance = lay_out(calendar, start, budget, pauses)
    end_us = moment_used(calendar, budget, allowance, allowance.net)
    first_day = calendar.local_date(start)
    steps: list[Step] = []
    if budget.unit is Unit.DAY:
        steps.append(StartDayNotCounted(first_day))
        first_day += timedelta(days=1)
    if budget.calendar is Counting.WORKING:
        steps += _working_steps(calendar, allowance, first_day, end_us)
    else:
        steps.append(_natural_step(budget, allowance, end_us))
    steps += _pause_steps(calendar, budget, allowance, [p for p in merged(pauses) if p[1] > to_us(start)], end_us)
    outcome = due(calendar, start, budget, pauses)
    if to_us(outcome.at) != end_us:
        steps.append(_roll_step(calendar, end_us, outcome))
    return Explanation(start, budget, outcome, tuple(steps))


def _natural_step(budget: Budget, allowance: Allowance, end_us: int) -> CountedSpan:
    days = budget.value if budget.unit is Unit.DAY else 0
    return CountedSpan(from_us(allowance.begin), from_us(end_us), days)


def _working_steps(calendar: WorkCalendar, allowance: Allowance, first_day: date, end_us: int) -> Iterator[Step]:
    day, last_day = first_day, calendar.local_date(from_us(end_us - 1))
    end = calendar.position(end_us)
    number = 0
    while day <= last_day:
        opened, used = _opened_and_used(calendar, allowance, day, end)
        if not calendar.is_work_day(day):
            yield SkippedDay(day, calendar.reason(day), calendar.holiday_name(day))
        elif used:
            number += 1
            yield CountedDay(day, number, _length(used), calendar.reason(day), calendar.holiday_name(day))
        elif opened:
            yield PausedDay(day)
        day += timedelta(days=1)


def _opened_and_used(calendar: WorkCalendar, allowance: Allowance, day: date, end: int) -> tuple[int, int]:
    """Open time of the day within the allowance, and the part of it outside pauses, as positions."""
    since = max(calendar.position(calendar.local_us(day)), allowance.begin)
    until = min(calendar.position(calendar.local_us(day + timedelta(days=1))), end)
    paused = sum(max(0, min(b, until) - max(a, since)) for a, b in allowance.pauses)
    return max(0, until - since), max(0, until - since) - paused


def _pause_steps(
    calendar: WorkCalendar, budget: Budget, allowance: Allowance, pauses_us: Iterable[tuple[int, int]], end_us: int
) -> Iterator[PauseTaken]:
    for since, until in pauses_us:
        if since < end_us:
            counted_since = max(counted(calendar, budget, since), allowance.begin)
            added = max(0, counted(calendar, budget, until) - counted_since)
            yield PauseTaken(from_us(since), from_us(until), _length(added))


def _length(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)


def _roll_step(calendar: WorkCalendar, end_us: int, outcome: Due) -> RolledForward:
    last_day = calendar.local_date(from_us(end_us - 1))
    to = calendar.local_date(outcome.at - timedelta(microseconds=1))
    return RolledForward(last_day, to, calendar.reason(last_day), calendar.holiday_name(last_day))
