"""When a budget runs out. Always recomputed from the start and the whole history of pauses, never from an earlier due.

Definitions, clauses and a worked example: docs/algorithms/working_time.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from liandong.foundation.calendar.domain.budget import Budget, Counting, Unit
from liandong.foundation.calendar.domain.work_calendar import Due, WorkCalendar, from_us, to_us
from liandong.kernel.errors import InvalidInput

Pause = tuple[datetime, datetime]
YELLOW_SHARE = 0.8
_UNIT_US = {Unit.MINUTE: 60_000_000, Unit.HOUR: 3_600_000_000}


@dataclass(frozen=True, slots=True)
class Allowance:
    """A budget laid on the line of counted time: from `begin` on, `net` may be used, and nothing within `pauses`.

    Counted time is UTC microseconds for natural budgets, positions of the work calendar for working ones.
    """

    begin: int
    net: int
    pauses: tuple[tuple[int, int], ...]


def due(calendar: WorkCalendar, start: datetime, budget: Budget, pauses: Iterable[Pause] = ()) -> Due:
    """The moment the net budget is used up, rolled forward if the budget says so.

    `pauses` are the (from, to) moments in which the clock stood still; they may overlap and come in any order.
    Raises InvalidInput for a pause that ends before it starts or a date outside the calendar.
    """
    allowance = lay_out(calendar, start, budget, pauses)
    due_us = moment_used(calendar, budget, allowance, allowance.net)
    if budget.roll_forward:
        due_us = _rolled_forward(calendar, due_us)
    return calendar.due_at(due_us, by_calendar=_rests_on_working_days(budget))


def yellow(
    calendar: WorkCalendar,
    start: datetime,
    budget: Budget,
    pauses: Iterable[Pause] = (),
    share: float = YELLOW_SHARE,
) -> Due:
    """The moment `share` (0 < share <= 1) of the net budget is used; rolling forward adds nothing to the net budget."""
    if not 0 < share <= 1:
        raise InvalidInput("预警比例应大于 0 且不超过 1。", field="share")
    allowance = lay_out(calendar, start, budget, pauses)
    yellow_us = moment_used(calendar, budget, allowance, max(1, round(allowance.net * share)))
    return calendar.due_at(yellow_us, by_calendar=budget.calendar is Counting.WORKING)


def lay_out(calendar: WorkCalendar, start: datetime, budget: Budget, pauses: Iterable[Pause]) -> Allowance:
    """Where counting begins and how much counted time the budget comes to.

    For days the start day is not counted (Civil Code 201) and the last day ends at close of office (203).
    """
    begin, end = _counted_days(calendar, start, budget) if budget.unit is Unit.DAY else _hours(calendar, start, budget)
    on_line = tuple((counted(calendar, budget, a), counted(calendar, budget, b)) for a, b in merged(pauses))
    return Allowance(begin, end - begin, on_line)


def counted(calendar: WorkCalendar, budget: Budget, moment_us: int) -> int:
    """The place of a moment (UTC microseconds) on the line of counted time."""
    return moment_us if budget.calendar is Counting.NATURAL else calendar.position(moment_us)


def moment_used(calendar: WorkCalendar, budget: Budget, allowance: Allowance, used: int) -> int:
    """The first moment (UTC microseconds) at which `used` of counted time has passed outside the pauses."""
    reached = _past_pauses(allowance, used)
    return reached if budget.calendar is Counting.NATURAL else calendar.moment(reached)


def merged(pauses: Iterable[Pause]) -> tuple[tuple[int, int], ...]:
    """Pauses as sorted, disjoint UTC microseconds; empty ones vanish. Raises InvalidInput when one ends too early."""
    joined: list[tuple[int, int]] = []
    for since, until in sorted((to_us(since), to_us(until)) for since, until in pauses):
        if until < since:
            raise InvalidInput("暂停的结束时间早于开始时间。", field="pauses")
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        elif since < until:
            joined.append((since, until))
    return tuple(joined)


def _hours(calendar: WorkCalendar, start: datetime, budget: Budget) -> tuple[int, int]:
    begin = counted(calendar, budget, to_us(start))
    return begin, begin + budget.value * _UNIT_US[budget.unit]


def _counted_days(calendar: WorkCalendar, start: datetime, budget: Budget) -> tuple[int, int]:
    start_day = calendar.local_date(start)
    if budget.calendar is Counting.WORKING:
        return calendar.work_days_after(start_day, budget.value)
    begin = calendar.local_us(start_day + timedelta(days=1))
    return begin, calendar.close_of_day(start_day + timedelta(days=budget.value))


def _past_pauses(allowance: Allowance, used: int) -> int:
    cursor, left = allowance.begin, used
    for since, until in allowance.pauses:
        if until <= cursor:
            continue
        if since - cursor >= left:
            break
        left -= max(0, since - cursor)
        cursor = until
    return cursor + left


def _rolled_forward(calendar: WorkCalendar, due_us: int) -> int:
    """Civil Code 203: a last day that is a rest day gives way to the first working day after it."""
    last_day = calendar.local_date(from_us(due_us - 1))
    return due_us if calendar.is_work_day(last_day) else calendar.close_of_next_work_day(last_day)


def _rests_on_working_days(budget: Budget) -> bool:
    return budget.calendar is Counting.WORKING or budget.roll_forward
