"""The tables against a plain count, minute by minute or day by day, over random calendars, pauses and zones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from liandong.foundation.calendar.domain.budget import Budget, Counting, Unit
from liandong.foundation.calendar.domain.deadline import Pause, due, yellow
from liandong.foundation.calendar.domain.explanation import CountedDay, PauseTaken, SkippedDay, explain
from liandong.foundation.calendar.domain.work_calendar import DayKind, DayNotice, WorkCalendar

MINUTE = timedelta(minutes=1)
ZONES = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Kathmandu",
]
AROUND_CHANGES_OF_SUMMER_TIME = [
    date(2026, 3, 6),
    date(2026, 3, 27),
    date(2026, 4, 3),
    date(2026, 10, 23),
    date(2026, 10, 30),
]
HORIZON = timedelta(days=60)
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
more = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def office_hours(draw: st.DrawFn) -> tuple[tuple[time, time], ...]:
    """One to three spans between five in the morning and midnight, or the whole day."""
    if draw(st.integers(0, 4)) == 0:
        return ((time(0), time(0)),)
    edges = draw(st.lists(st.integers(5 * 60, 24 * 60 - 1), min_size=2, max_size=6, unique=True))
    edges = sorted(edges[: len(edges) // 2 * 2])
    at = [time(*divmod(edge, 60)) for edge in edges]
    return tuple(zip(at[::2], at[1::2], strict=True))


@st.composite
def calendars(draw: st.DrawFn, first: date) -> WorkCalendar:
    window = [first + timedelta(days=n) for n in range(21)]
    kinds = draw(st.dictionaries(st.sampled_from(window), st.sampled_from(DayKind), max_size=12))
    return WorkCalendar(
        known_until=first + timedelta(days=draw(st.integers(0, 30))),
        zone=draw(st.sampled_from(ZONES)),
        office_hours=draw(office_hours()),
        overrides={day: DayNotice(kind) for day, kind in kinds.items()},
        work_weekdays=draw(st.frozensets(st.integers(0, 6), min_size=2)),
    )


@dataclass(frozen=True)
class Situation:
    calendar: WorkCalendar
    start: datetime
    pauses: tuple[Pause, ...]


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    first = draw(st.sampled_from(AROUND_CHANGES_OF_SUMMER_TIME) | st.dates(date(2026, 1, 1), date(2026, 12, 1)))
    start = datetime.combine(first, time(0), UTC) + draw(st.integers(0, 3 * 1440)) * MINUTE
    ends = draw(st.lists(st.tuples(st.integers(-1440, 6 * 1440), st.integers(0, 3000)), max_size=3))
    pauses = tuple((start + since * MINUTE, start + (since + length) * MINUTE) for since, length in ends)
    return Situation(draw(calendars(first)), start, pauses)


def minutes_from(moment: datetime) -> Iterator[datetime]:
    end = moment + HORIZON
    while moment < end:
        yield moment
        moment += MINUTE


def plain_is_work_day(calendar: WorkCalendar, day: date) -> bool:
    notice = calendar.overrides.get(day)
    return notice.kind is DayKind.WORK if notice else day.weekday() in calendar.work_weekdays


def plain_is_open(calendar: WorkCalendar, minute: datetime) -> bool:
    local = minute.astimezone(ZoneInfo(calendar.zone))
    return plain_is_work_day(calendar, local.date()) and any(
        opens <= local.time() < (closes if closes != time(0) else time.max) for opens, closes in calendar.office_hours
    )


def plain_moment_used(
    calendar: WorkCalendar, begin: datetime, minutes: int, pauses: Sequence[Pause], *, working: bool
) -> datetime:
    left = minutes
    for minute in minutes_from(begin):
        paused = any(since <= minute < until for since, until in pauses)
        if not paused and (not working or plain_is_open(calendar, minute)):
            left -= 1
            if left == 0:
                return minute + MINUTE
    raise AssertionError("horizon too near")


def local_midnight_after(calendar: WorkCalendar, moment: datetime) -> datetime:
    zone = ZoneInfo(calendar.zone)
    next_day = moment.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(next_day, time(0), zone).astimezone(UTC)


def plain_due_of_working_days(situation: Situation, days: int) -> datetime:
    calendar, zone = situation.calendar, ZoneInfo(situation.calendar.zone)
    day = situation.start.astimezone(zone).date()
    counted_days: list[date] = []
    while len(counted_days) < days:
        day += timedelta(days=1)
        if plain_is_work_day(calendar, day):
            counted_days.append(day)
    begin = local_midnight_after(calendar, situation.start)
    end = datetime.combine(counted_days[-1] + timedelta(days=1), time(0), zone).astimezone(UTC)
    net = sum(plain_is_open(calendar, minute) for minute in minutes_from(begin) if minute < end)
    return plain_moment_used(calendar, begin, net, situation.pauses, working=True)


@few
@given(situation=situations(), minutes=st.integers(1, 900), unit=st.sampled_from([Unit.MINUTE, Unit.HOUR]))
def test_hours_and_minutes_agree_with_a_count_minute_by_minute(situation: Situation, minutes: int, unit: Unit) -> None:
    calendar = situation.calendar
    value = minutes if unit is Unit.MINUTE else minutes // 60 + 1
    total = value if unit is Unit.MINUTE else value * 60
    assume(sum(_length(opens, closes) for opens, closes in calendar.office_hours) >= 60)
    for counting in Counting:
        budget = Budget(value, unit, counting)
        working = counting is Counting.WORKING
        plain = plain_moment_used(calendar, situation.start, total, situation.pauses, working=working)
        assert due(calendar, situation.start, budget, situation.pauses).at == plain


@few
@given(situation=situations(), days=st.integers(1, 4))
def test_working_days_agree_with_a_count_day_by_day(situation: Situation, days: int) -> None:
    budget = Budget(days, Unit.DAY, Counting.WORKING)
    assert due(situation.calendar, situation.start, budget, situation.pauses).at == plain_due_of_working_days(
        situation, days
    )


@few
@given(situation=situations(), days=st.integers(1, 6), roll=st.booleans())
def test_natural_days_agree_with_a_count_minute_by_minute(situation: Situation, days: int, *, roll: bool) -> None:
    calendar, zone = situation.calendar, ZoneInfo(situation.calendar.zone)
    begin = local_midnight_after(calendar, situation.start)
    closing = calendar.office_hours[-1][1]

    def close_of(day: date) -> datetime:
        ends_next_day = timedelta(days=1) if closing == time(0) else timedelta()
        return datetime.combine(day + ends_next_day, closing, zone).astimezone(UTC)

    net = (close_of(situation.start.astimezone(zone).date() + timedelta(days=days)) - begin) // MINUTE
    plain = plain_moment_used(calendar, begin, net, situation.pauses, working=False)
    last_day = (plain - MINUTE).astimezone(zone).date()
    if roll and not plain_is_work_day(calendar, last_day):
        while not plain_is_work_day(calendar, last_day):
            last_day += timedelta(days=1)
        plain = close_of(last_day)
    budget = Budget(days, Unit.DAY, Counting.NATURAL, roll_forward=roll)
    assert due(calendar, situation.start, budget, situation.pauses).at == plain


@few
@given(situation=situations(), length=st.integers(0, 4 * 1440))
def test_working_time_agrees_with_a_count_minute_by_minute(situation: Situation, length: int) -> None:
    end = situation.start + length * MINUTE
    plain = sum(plain_is_open(situation.calendar, minute) for minute in minutes_from(situation.start) if minute < end)
    measured = situation.calendar.working_time_between(situation.start, end)
    assert measured.duration == plain * MINUTE


@given(
    situation=situations(),
    value=st.integers(1, 30),
    unit=st.sampled_from(Unit),
    counting=st.sampled_from(Counting),
    shares=st.lists(st.floats(0.01, 1), min_size=2, max_size=4).map(sorted),
)
@more
def test_yellow_never_comes_after_red_and_grows_with_its_share(
    situation: Situation, value: int, unit: Unit, counting: Counting, shares: list[float]
) -> None:
    budget = Budget(value, unit, counting)
    lights = [yellow(situation.calendar, situation.start, budget, situation.pauses, share).at for share in shares]
    lights.append(due(situation.calendar, situation.start, budget, situation.pauses).at)
    assert all(earlier <= later for earlier, later in pairwise(lights))


@given(situation=situations(), value=st.integers(1, 12), unit=st.sampled_from(Unit))
@more
def test_an_explanation_adds_up_to_the_net_budget_and_names_every_day_between(
    situation: Situation, value: int, unit: Unit
) -> None:
    calendar, budget = situation.calendar, Budget(value, unit, Counting.WORKING)
    reasons = explain(calendar, situation.start, budget, situation.pauses)
    unpaused = due(calendar, situation.start, budget)
    begin = local_midnight_after(calendar, situation.start) if unit is Unit.DAY else situation.start
    used = sum((step.used for step in reasons.steps if isinstance(step, CountedDay)), timedelta())
    assert used == calendar.working_time_between(begin, unpaused.at).duration
    added = sum((step.added for step in reasons.steps if isinstance(step, PauseTaken)), timedelta())
    assert added == calendar.working_time_between(unpaused.at, reasons.due.at).duration
    for step in reasons.steps:
        if isinstance(step, CountedDay | SkippedDay):
            assert plain_is_work_day(calendar, step.day) is isinstance(step, CountedDay)


def _length(opens: time, closes: time) -> int:
    return (closes.hour * 60 + closes.minute or 1440) - opens.hour * 60 - opens.minute
