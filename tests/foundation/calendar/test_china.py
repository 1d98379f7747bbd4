"""The notices of the State Council as they come with the product."""

from datetime import date, timedelta

import pytest

from liandong.foundation.calendar.domain.china import builtin_china, covered_years
from liandong.foundation.calendar.domain.work_calendar import DayKind, WorkCalendar
from liandong.kernel.errors import InvalidInput

OFF_2026 = [
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
]
MAKE_UP_2026 = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


def test_the_notice_of_2026_is_exactly_that_of_the_press() -> None:
    days = builtin_china([2026]).days
    off = {first + timedelta(days=n) for first, last in OFF_2026 for n in range((last - first).days + 1)}
    assert {day for day, notice in days.items() if notice.kind is DayKind.OFF} == off
    assert {day for day, notice in days.items() if notice.kind is DayKind.WORK} == {
        date(2026, *md) for md in MAKE_UP_2026
    }
    assert days[date(2026, 2, 28)].name == "春节"


def test_2026_has_248_working_days() -> None:
    notices = builtin_china()
    calendar = WorkCalendar(known_until=notices.known_until, overrides=notices.days)
    assert sum(calendar.is_work_day(day) for day in days_of(2026)) == 248


def test_a_notice_brings_the_days_it_moves_in_the_december_before() -> None:
    assert builtin_china([2019]).days[date(2018, 12, 29)].kind is DayKind.WORK
    assert date(2018, 12, 29) not in builtin_china([2018]).days


def test_the_end_of_the_last_december_stays_open_for_the_next_notice() -> None:
    assert builtin_china([2025, 2026]).known_until == date(2026, 12, 24)
    for year in covered_years()[1:]:
        notices = builtin_china([year])
        assert min(notices.days) > date(year - 1, 12, 24)


@pytest.mark.parametrize("years", [[2003], [2026, 2099], [], [2019, 2021]])
def test_years_without_a_notice_are_refused(years: list[int]) -> None:
    with pytest.raises(InvalidInput) as refused:
        builtin_china(years)
    assert refused.value.field == "years"


def test_all_years_from_2004_to_2026_are_at_hand() -> None:
    assert covered_years()[0] == 2004
    assert 2026 in covered_years()
