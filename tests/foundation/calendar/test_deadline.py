"""Due and yellow moments: the cases of the standards, the edges of the day, pauses and what is not yet known."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from liandong.foundation.calendar.domain.budget import Budget
from liandong.foundation.calendar.domain.deadline import due, yellow
from liandong.foundation.calendar.domain.work_calendar import DayKind, DayNotice, Due, WorkCalendar
from liandong.kernel.errors import InvalidInput

SHANGHAI = ZoneInfo("Asia/Shanghai")
SPLIT_SHIFT = ((time(8, 30), time(12)), (time(14), time(17, 30)))
KNOWN = date(2026, 12, 24)


def local(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def due_at(calendar: WorkCalendar, start: datetime, budget: str, *pauses: tuple[datetime, datetime]) -> datetime:
    return due(calendar, start, Budget.parse(budget), pauses).at


def yellow_at(calendar: WorkCalendar, start: datetime, budget: str, *pauses: tuple[datetime, datetime]) -> datetime:
    return yellow(calendar, start, Budget.parse(budget), pauses).at


@pytest.mark.parametrize(
    ("received", "budget", "last_day"),
    [
        pytest.param((2, 13), "5wd", (2, 27), id="over Spring Festival with two make-up Saturdays"),
        pytest.param((9, 30), "5wd", (10, 13), id="over National Day with a make-up Saturday"),
        pytest.param((4, 30), "1wd", (5, 6), id="over Labour Day"),
        pytest.param((9, 18), "3wd", (9, 22), id="a make-up Sunday counts"),
        pytest.param((8, 4), "60d", (10, 3), id="natural days end on a holiday"),
        pytest.param((8, 4), "60d+", (10, 8), id="natural days rolled past the holiday"),
    ],
)
def test_day_budgets_end_at_close_of_office_on_the_last_day(
    county: WorkCalendar, received: tuple[int, int], budget: str, last_day: tuple[int, int]
) -> None:
    for hour in (0, 9, 23):
        assert due_at(county, local(*received, hour), budget) == local(*last_day, 17, 30)


def test_a_report_in_the_night_belongs_to_the_local_day(county: WorkCalendar) -> None:
    just_after_midnight = datetime(2026, 8, 3, 16, 30, tzinfo=UTC)
    assert due_at(county, just_after_midnight, "1wd") == local(8, 5, 17, 30)


def test_answers_are_in_utc(county: WorkCalendar) -> None:
    assert due(county, local(8, 4, 10), Budget.parse("5wd")).at.tzinfo is UTC


@pytest.mark.parametrize(
    ("received", "budget", "expected"),
    [
        pytest.param((8, 4, 10), "4wh", (8, 4, 14), id="inside one day"),
        pytest.param((8, 4, 16), "4wh", (8, 5, 11), id="over the evening"),
        pytest.param((8, 4, 20), "4wh", (8, 5, 12, 30), id="received after closing"),
        pytest.param((8, 4, 6), "60wm", (8, 4, 9, 30), id="received before opening"),
        pytest.param((8, 7, 16), "120wm", (8, 10, 9), id="over the weekend"),
        pytest.param((8, 4, 8, 30), "9wh", (8, 4, 17, 30), id="a full day ends at closing, not at the next opening"),
        pytest.param((2, 13, 16, 30), "2wh", (2, 14, 9, 30), id="into a make-up Saturday"),
        pytest.param((8, 7, 16), "4h", (8, 7, 20), id="natural hours run through the evening"),
        pytest.param((8, 7, 23, 45), "30m", (8, 8, 0, 15), id="natural minutes run through midnight"),
    ],
)
def test_hours_and_minutes(
    county: WorkCalendar, received: tuple[int, ...], budget: str, expected: tuple[int, ...]
) -> None:
    assert due_at(county, local(*received), budget) == local(*expected)


def test_the_lunch_break_of_a_split_shift_does_not_count() -> None:
    calendar = WorkCalendar(known_until=KNOWN, office_hours=SPLIT_SHIFT)
    assert due_at(calendar, local(8, 4, 11), "2wh") == local(8, 4, 15)
    assert due_at(calendar, local(8, 4, 11), "1wh") == local(8, 4, 12)
    assert due_at(calendar, local(8, 4, 13), "7wh") == local(8, 5, 12)
    assert due_at(calendar, local(8, 4, 13), "1wd") == local(8, 5, 17, 30)


def test_a_round_the_clock_desk_closes_at_midnight() -> None:
    calendar = WorkCalendar(known_until=KNOWN, office_hours=((time(0), time(0)),))
    assert due_at(calendar, local(8, 4, 10), "1wd") == local(8, 6)
    assert due_at(calendar, local(8, 4, 10), "1d") == local(8, 6)
    assert due_at(calendar, local(8, 7, 22), "3wh") == local(8, 10, 1)


def test_yellow_comes_when_four_fifths_of_the_counted_days_are_used(county: WorkCalendar) -> None:
    assert yellow_at(county, local(8, 4, 10), "5wd") == local(8, 10, 17, 30)
    assert yellow_at(county, local(8, 4, 10), "1wd") == local(8, 5, 15, 42)
    assert yellow_at(county, local(8, 4, 10), "10h") == local(8, 4, 18)
    assert yellow_at(county, local(8, 4, 9), "5wh") == local(8, 4, 13)


def test_the_share_of_yellow_is_a_choice(county: WorkCalendar) -> None:
    start, budget = local(8, 4, 10), Budget.parse("4wd")
    assert yellow(county, start, budget, share=0.5).at == local(8, 6, 17, 30)
    assert yellow(county, start, budget, share=1).at == due(county, start, budget).at


@pytest.mark.parametrize("share", [0, -0.1, 1.01])
def test_a_share_outside_the_budget_is_refused(county: WorkCalendar, share: float) -> None:
    with pytest.raises(InvalidInput):
        yellow(county, local(8, 4), Budget.parse("5wd"), share=share)


def test_rolling_forward_moves_red_but_not_yellow(county: WorkCalendar) -> None:
    start = local(8, 4, 10)
    assert yellow_at(county, start, "60d+") == yellow_at(county, start, "60d")


def test_a_pause_extends_working_days_by_the_working_time_it_took(county: WorkCalendar) -> None:
    start, pause = local(8, 4, 10), (local(8, 6, 15, 30), local(8, 7, 10))
    assert due_at(county, start, "3wd") == local(8, 7, 17, 30)
    assert due_at(county, start, "3wd", pause) == local(8, 10, 12)


def test_a_pause_outside_office_hours_changes_no_working_clock(county: WorkCalendar) -> None:
    weekend = (local(8, 7, 17, 30), local(8, 10, 8, 30))
    assert due_at(county, local(8, 6, 10), "3wd", weekend) == due_at(county, local(8, 6, 10), "3wd")


def test_a_pause_on_the_start_day_changes_no_day_budget(county: WorkCalendar) -> None:
    pause = (local(8, 4, 11), local(8, 4, 16))
    for budget in ("3wd", "3d"):
        assert due_at(county, local(8, 4, 10), budget, pause) == due_at(county, local(8, 4, 10), budget)


def test_a_pause_extends_natural_days_by_its_whole_length_and_then_they_roll(county: WorkCalendar) -> None:
    start, pause = local(8, 4, 10), (local(8, 5, 12), local(8, 6, 13))
    assert due_at(county, start, "3d", pause) == local(8, 8, 18, 30)
    assert due_at(county, start, "3d+", pause) == local(8, 10, 17, 30)


def test_a_pause_extends_hours(county: WorkCalendar) -> None:
    pause = (local(8, 4, 12), local(8, 5, 9))
    assert due_at(county, local(8, 4, 10), "4h", pause) == local(8, 5, 11)
    assert due_at(county, local(8, 4, 10), "4wh", pause) == local(8, 5, 11)


def test_a_pause_after_the_due_moment_comes_too_late(county: WorkCalendar) -> None:
    start = local(8, 4, 10)
    plain = due_at(county, start, "1wd")
    assert due_at(county, start, "1wd", (plain, plain + timedelta(days=3))) == plain


def test_the_order_and_overlap_of_pauses_do_not_matter(county: WorkCalendar) -> None:
    start = local(8, 4, 10)
    whole = (local(8, 5, 9), local(8, 6, 12))
    parts = [(local(8, 5, 16), local(8, 6, 12)), (local(8, 5, 9), local(8, 5, 17)), (local(8, 5, 10), local(8, 5, 10))]
    assert due_at(county, start, "3wd", *parts) == due_at(county, start, "3wd", whole)


def test_a_pause_that_ends_before_it_starts_is_refused(county: WorkCalendar) -> None:
    with pytest.raises(InvalidInput) as refused:
        due_at(county, local(8, 4), "3wd", (local(8, 6), local(8, 5)))
    assert refused.value.field == "pauses"


def test_yellow_waits_for_pauses_too(county: WorkCalendar) -> None:
    pause = (local(8, 5, 8, 30), local(8, 5, 17, 30))
    assert yellow_at(county, local(8, 4, 10), "5wd", pause) == local(8, 11, 17, 30)


def test_a_due_day_that_no_notice_covers_is_provisional(county: WorkCalendar) -> None:
    last_known = due(county, local(12, 23, 10), Budget.parse("1wd"))
    first_unknown = due(county, local(12, 24, 10), Budget.parse("1wd"))
    assert last_known == Due(local(12, 24, 17, 30).astimezone(UTC), provisional=False)
    assert first_unknown == Due(local(12, 25, 17, 30).astimezone(UTC), provisional=True)
    assert yellow(county, local(12, 24, 10), Budget.parse("1wd")).provisional


def test_beyond_the_notices_the_weekday_rule_stands(county: WorkCalendar) -> None:
    assert due_at(county, local(12, 31, 10), "1wd") == local(1, 1, 17, 30, year=2027)


def test_what_rests_on_no_working_day_is_never_provisional(county: WorkCalendar) -> None:
    for budget in ("60d", "48h", "30m"):
        assert not due(county, local(12, 20), Budget.parse(budget)).provisional
    assert due(county, local(12, 20), Budget.parse("60d+")).provisional


def test_a_loaded_notice_turns_a_provisional_due_into_a_sure_one(county: WorkCalendar) -> None:
    new_year = {date(2027, 1, 1): DayNotice(DayKind.OFF, "元旦")}
    informed = WorkCalendar(known_until=date(2027, 12, 24), overrides={**county.overrides, **new_year})
    assert due(informed, local(12, 31, 10), Budget.parse("1wd")) == Due(
        local(1, 4, 17, 30, year=2027).astimezone(UTC), provisional=False
    )


def test_working_time_between_two_moments(county: WorkCalendar) -> None:
    measured = county.working_time_between(local(8, 7, 16), local(8, 10, 9, 30))
    assert (measured.minutes, measured.provisional) == (150, False)
    assert county.working_time_between(local(8, 8), local(8, 9)).minutes == 0
    assert county.working_time_between(local(12, 24), local(12, 26)).provisional
    with pytest.raises(InvalidInput):
        county.working_time_between(local(8, 9), local(8, 8))


def test_adding_working_minutes(county: WorkCalendar) -> None:
    assert county.add_working_minutes(local(8, 7, 17), 31) == Due(
        local(8, 10, 8, 31).astimezone(UTC), provisional=False
    )
    with pytest.raises(InvalidInput):
        county.add_working_minutes(local(8, 7, 17), 0)


def test_summer_time_shortens_natural_days_but_not_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = WorkCalendar(known_until=KNOWN, zone="Europe/Berlin")
    saturday = datetime(2026, 3, 28, 12, tzinfo=berlin)
    assert due_at(calendar, saturday, "24h") == datetime(2026, 3, 29, 13, tzinfo=berlin)
    assert due_at(calendar, saturday, "1d") == datetime(2026, 3, 29, 17, 30, tzinfo=berlin)
    assert due_at(calendar, saturday, "1wd") == datetime(2026, 3, 30, 17, 30, tzinfo=berlin)


def test_a_night_shift_over_the_change_of_summer_time_counts_real_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = WorkCalendar(
        known_until=KNOWN, zone="Europe/Berlin", office_hours=((time(0), time(6)),), work_weekdays=frozenset({6})
    )
    for day, minutes in ((date(2026, 3, 22), 360), (date(2026, 3, 29), 300), (date(2026, 10, 25), 420)):
        midnight = datetime.combine(day, time(0), berlin)
        assert calendar.working_time_between(midnight, midnight + timedelta(hours=12)).minutes == minutes


@pytest.mark.parametrize(
    "office_hours",
    [
        (),
        ((time(9), time(8)),),
        ((time(8), time(12)), (time(11), time(17))),
        ((time(14), time(17)), (time(8), time(12))),
    ],
)
def test_office_hours_that_make_no_day_are_refused(office_hours: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(InvalidInput):
        WorkCalendar(known_until=KNOWN, office_hours=office_hours)


@pytest.mark.parametrize("weekdays", [frozenset[int](), frozenset({7})])
def test_a_week_without_real_working_days_is_refused(weekdays: frozenset[int]) -> None:
    with pytest.raises(InvalidInput):
        WorkCalendar(known_until=KNOWN, work_weekdays=weekdays)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(InvalidInput):
        WorkCalendar(known_until=KNOWN, zone="Mars/Olympus")


@pytest.mark.parametrize("year", [1900, 2090])
@pytest.mark.parametrize("budget", ["5wd", "5wh", "5d+"])
def test_a_moment_outside_the_calendar_is_refused_not_guessed(county: WorkCalendar, year: int, budget: str) -> None:
    with pytest.raises(InvalidInput):
        due_at(county, local(8, 4, year=year), budget)


def test_a_moment_without_a_zone_is_refused(county: WorkCalendar) -> None:
    with pytest.raises(TypeError):
        county.working_time_between(datetime(2026, 8, 4), local(8, 5))  # noqa: DTZ001
    with pytest.raises(TypeError):
        due(county, datetime(2026, 8, 4), Budget.parse("1wd"))  # noqa: DTZ001


def test_the_worked_example_of_the_documentation_holds(county: WorkCalendar) -> None:
    start, pause = local(2, 13, 10), (local(2, 25, 15, 30), local(2, 26, 10))
    assert (due_at(county, start, "5wd"), yellow_at(county, start, "5wd")) == (
        local(2, 27, 17, 30),
        local(2, 26, 17, 30),
    )
    assert due_at(county, start, "5wd", pause) == local(2, 28, 12)
    assert yellow_at(county, start, "5wd", pause) == local(2, 27, 12)
    assert yellow_at(county, local(8, 4, 10), "60d") == local(9, 21, 18, 48)
