"""Why this date: every step from start to due is there to be told."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from liandong.foundation.calendar.domain.budget import Budget
from liandong.foundation.calendar.domain.explanation import (
    CountedDay,
    CountedSpan,
    PausedDay,
    PauseTaken,
    RolledForward,
    SkippedDay,
    StartDayNotCounted,
    explain,
)
from liandong.foundation.calendar.domain.work_calendar import DayReason, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
FULL_DAY = timedelta(hours=9)


def local(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def test_the_days_over_spring_festival_are_told_one_by_one(county: WorkCalendar) -> None:
    steps = explain(county, local(2, 13, 10), Budget.parse("2wd")).steps
    assert steps == (
        StartDayNotCounted(date(2026, 2, 13)),
        CountedDay(date(2026, 2, 14), 1, FULL_DAY, DayReason.MAKE_UP, "春节"),
        *(SkippedDay(date(2026, 2, day), DayReason.HOLIDAY, "春节") for day in range(15, 24)),
        CountedDay(date(2026, 2, 24), 2, FULL_DAY, DayReason.WEEKDAY),
    )


def test_a_plain_weekend_is_told_as_such(county: WorkCalendar) -> None:
    steps = explain(county, local(8, 7, 16), Budget.parse("2wh")).steps
    assert steps == (
        CountedDay(date(2026, 8, 7), 1, timedelta(hours=1, minutes=30), DayReason.WEEKDAY),
        SkippedDay(date(2026, 8, 8), DayReason.WEEKEND),
        SkippedDay(date(2026, 8, 9), DayReason.WEEKEND),
        CountedDay(date(2026, 8, 10), 2, timedelta(minutes=30), DayReason.WEEKDAY),
    )


def test_pauses_are_told_with_what_they_added(county: WorkCalendar) -> None:
    pause = (local(8, 5, 16, 30), local(8, 7, 9, 30))
    told = explain(county, local(8, 4, 10), Budget.parse("2wd"), [pause])
    assert told.due.at == local(8, 10, 10, 30)
    assert PausedDay(date(2026, 8, 6)) in told.steps
    assert CountedDay(date(2026, 8, 5), 1, timedelta(hours=8), DayReason.WEEKDAY) in told.steps
    assert told.steps[-1] == PauseTaken(pause[0].astimezone(UTC), pause[1].astimezone(UTC), timedelta(hours=11))


def test_a_pause_that_added_nothing_is_told_and_one_after_the_end_is_not(county: WorkCalendar) -> None:
    weekend, too_late = (local(8, 8), local(8, 9)), (local(8, 20), local(8, 21))
    steps = explain(county, local(8, 7, 16), Budget.parse("2wh"), [weekend, too_late]).steps
    assert [step.added for step in steps if isinstance(step, PauseTaken)] == [timedelta()]


def test_sixty_natural_days_are_one_span_and_the_holiday_that_moved_their_end(county: WorkCalendar) -> None:
    told = explain(county, local(8, 4, 10), Budget.parse("60d+"))
    assert told.steps == (
        StartDayNotCounted(date(2026, 8, 4)),
        CountedSpan(local(8, 5).astimezone(UTC), local(10, 3, 17, 30).astimezone(UTC), 60),
        RolledForward(date(2026, 10, 3), date(2026, 10, 8), DayReason.HOLIDAY, "国庆节"),
    )


def test_natural_hours_are_one_span_without_days(county: WorkCalendar) -> None:
    told = explain(county, local(8, 4, 10), Budget.parse("4h"))
    assert told.steps == (CountedSpan(local(8, 4, 10).astimezone(UTC), local(8, 4, 14).astimezone(UTC), 0),)
    assert told.due.at == local(8, 4, 14)
