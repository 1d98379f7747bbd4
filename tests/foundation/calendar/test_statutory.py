"""Holidays of the law are off before the yearly notice comes; the notice, once it is there, decides."""

from datetime import UTC, date, datetime, timedelta

import pytest
from chinese_calendar import get_solar_terms
from chinese_calendar.constants import holidays as noticed

from liandong.foundation.calendar import public as calendar
from liandong.foundation.calendar.domain.statutory import COVERED, by_law, holidays
from liandong.foundation.calendar.public import Budget, DayKind, DayNotice, DayReason
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM

ZONE = "Asia/Shanghai"
OF_2027 = {
    "元旦": [(1, 1)],
    "春节": [(2, 5), (2, 6), (2, 7), (2, 8)],
    "清明": [(4, 5)],
    "劳动节": [(5, 1), (5, 2)],
    "端午": [(6, 9)],
    "中秋": [(9, 15)],
    "国庆节": [(10, 1), (10, 2), (10, 3)],
}


def test_the_holidays_of_2027_are_those_of_the_law() -> None:
    told = {date(2027, *day): name for name, days in OF_2027.items() for day in days}
    assert dict(holidays(2027)) == told
    assert {day: name for day, name in by_law(2027).items() if day.year == 2027} == told


@pytest.mark.parametrize("year", [year for year in COVERED if date(year, 1, 1) in noticed])
def test_every_holiday_of_the_law_is_off_in_the_notice_of_its_year(year: int) -> None:
    assert [day for day, _ in holidays(year) if day not in noticed] == []


@pytest.mark.parametrize("year", COVERED)
def test_the_festivals_of_a_year_lie_where_the_moon_and_the_sun_put_them(year: int) -> None:
    days = {name: day for day, name in holidays(year)}
    assert days["清明"] in {day for day, term in get_solar_terms(date(year, 4, 1), date(year, 4, 10)) if term == "清明"}
    spring = days["春节"] - timedelta(days=2)
    moon = datetime(2000, 1, 6, 18, 14, tzinfo=UTC)
    month = timedelta(days=29.530588861)
    for name, day, age in (("春节", spring, 0), ("端午", days["端午"], 4), ("中秋", days["中秋"], 14)):
        noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC) - timedelta(days=age)
        away = (noon - moon) % month
        assert min(away, month - away) < timedelta(days=1.3), name
    assert date(year, 1, 21) <= spring <= date(year, 2, 21)
    assert 116 <= (days["端午"] - spring).days <= 153
    assert 90 <= (days["中秋"] - days["端午"]).days <= 128


@pytest.mark.usefixtures("small_county")
class TestOfACounty:
    def works(self, *day: int) -> bool:
        return calendar.work_calendar(ZONE).is_work_day(date(*day))

    @pytest.mark.parametrize(
        "day", [(2027, 1, 1), (2027, 2, 5), (2027, 2, 8), (2027, 4, 5), (2027, 10, 1), (2028, 5, 1), (2028, 10, 3)]
    )
    def test_a_holiday_of_the_law_is_off_before_its_notice(self, day: tuple[int, int, int]) -> None:
        table = calendar.work_calendar(ZONE)
        assert not table.is_work_day(date(*day))
        assert table.reason(date(*day)) is DayReason.HOLIDAY
        assert table.holiday_name(date(*day))

    def test_what_rests_on_it_is_provisional_and_explained(self) -> None:
        start = datetime(2026, 12, 31, 2, tzinfo=UTC)
        table = calendar.work_calendar(ZONE)
        due = calendar.due(table, start, Budget.parse("1wd"))
        assert (due.at, due.provisional) == (datetime(2027, 1, 4, 9, 30, tzinfo=UTC), True)
        steps = calendar.explain(table, start, Budget.parse("1wd")).steps
        assert [step.holiday_name for step in steps if isinstance(step, calendar.SkippedDay)] == ["元旦", "", ""]

    def test_the_notice_decides_once_it_is_there(self) -> None:
        work = DayNotice(DayKind.WORK, "元旦")
        calendar.load_notice(
            actor=SYSTEM, source="2027年", days={date(2027, 1, 1): work}, covers_until=date(2027, 12, 24)
        )
        assert (self.works(2027, 1, 1), self.works(2027, 10, 1), self.works(2028, 10, 2)) == (True, False, False)

    def test_a_countys_own_early_notice_leaves_the_other_holidays_off(self) -> None:
        work = DayNotice(DayKind.WORK, "县庆")
        calendar.load_notice(
            actor=SYSTEM, source="县通知", days={date(2027, 1, 1): work}, covers_until=date(2027, 12, 31)
        )
        assert (self.works(2027, 1, 1), self.works(2027, 10, 1)) == (True, False)

    def test_holidays_are_off_in_every_zone_and_year_that_the_calendar_answers(self) -> None:
        with time.at(datetime(2026, 12, 31, 20, tzinfo=UTC)):
            assert not calendar.work_calendar("Asia/Urumqi").is_work_day(date(2027, 1, 1))
        assert not self.works(2038, 10, 1)
