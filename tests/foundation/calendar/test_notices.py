"""Holiday notices and office hours as they are loaded: by notice, applied by date, recorded and told."""

from datetime import date, time

import pytest

from liandong.app import groundwork
from liandong.foundation.calendar import public as calendar
from liandong.foundation.calendar.models import Notice
from liandong.foundation.calendar.public import DayKind, DayNotice
from liandong.foundation.events.models import Event
from liandong.foundation.ledger import public as ledger
from liandong.foundation.registers.public import Cached
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import InvalidInput, NotFound

pytestmark = pytest.mark.usefixtures("small_county")
OFF, WORK = DayNotice(DayKind.OFF, "建县纪念日"), DayNotice(DayKind.WORK, "建县纪念日")
ZONE = "Asia/Shanghai"


def load(source: str, days: dict[date, DayNotice], until: date = date(2026, 12, 24)) -> int:
    return calendar.load_notice(actor=SYSTEM, source=source, days=days, covers_until=until)


def works(day: date) -> bool:
    return calendar.work_calendar(ZONE).is_work_day(day)


MONDAY, SATURDAY = date(2026, 6, 1), date(2026, 6, 6)


def test_a_notice_makes_days_off_and_days_worked_at_once() -> None:
    assert (works(MONDAY), works(SATURDAY)) == (True, False)
    assert load("县通知", {MONDAY: OFF, SATURDAY: WORK}) == 2
    assert (works(MONDAY), works(SATURDAY)) == (False, True)
    assert calendar.work_calendar(ZONE).holiday_name(MONDAY) == "建县纪念日"


def test_a_register_that_holds_what_it_held_is_not_laid_out_anew() -> None:
    before = calendar.work_calendar(ZONE)
    Cached.forget_all()
    assert calendar.work_calendar(ZONE) is before
    load("县通知", {MONDAY: OFF})
    assert calendar.work_calendar(ZONE) is not before


def test_a_notice_loaded_again_replaces_itself() -> None:
    load("县通知", {MONDAY: OFF, SATURDAY: WORK})
    load("县通知", {SATURDAY: WORK})
    assert (works(MONDAY), works(SATURDAY)) == (True, True)
    assert Notice.objects.filter(source="县通知").count() == 1


def test_of_two_notices_on_one_day_the_one_loaded_last_counts() -> None:
    load("县通知", {MONDAY: OFF})
    load("县通知（更正）", {MONDAY: WORK})
    assert works(MONDAY)


def test_a_correction_that_is_withdrawn_brings_back_what_the_notice_before_it_said() -> None:
    load("县通知", {MONDAY: OFF, SATURDAY: WORK})
    load("县通知（更正）", {MONDAY: WORK, SATURDAY: OFF})
    load("县通知（再更正）", {SATURDAY: WORK})
    assert (works(MONDAY), works(SATURDAY)) == (True, True)
    calendar.withdraw_notice(actor=SYSTEM, source="县通知（更正）")
    assert (works(MONDAY), works(SATURDAY)) == (False, True)
    calendar.withdraw_notice(actor=SYSTEM, source="县通知（再更正）")
    assert (works(MONDAY), works(SATURDAY)) == (False, True)
    calendar.withdraw_notice(actor=SYSTEM, source="县通知")
    assert (works(MONDAY), works(SATURDAY)) == (True, False)


def test_a_correction_that_leaves_a_day_out_lets_the_notice_before_it_speak() -> None:
    load("县通知", {MONDAY: OFF})
    load("县通知（更正）", {MONDAY: WORK, SATURDAY: WORK})
    load("县通知（更正）", {SATURDAY: WORK})
    assert (works(MONDAY), works(SATURDAY)) == (False, True)


def test_a_notice_loaded_again_leaves_its_correction_standing() -> None:
    load("县通知", {MONDAY: OFF})
    load("县通知（更正）", {MONDAY: WORK})
    load("县通知", {MONDAY: OFF, SATURDAY: WORK})
    assert (works(MONDAY), works(SATURDAY)) == (True, True)


def test_the_notices_of_the_product_laid_again_leave_the_countys_own_standing() -> None:
    labour_day = date(2026, 5, 1)
    load("县通知", {labour_day: WORK})
    groundwork.lay()
    assert works(labour_day)


def test_a_withdrawal_is_recorded_and_told() -> None:
    load("县通知", {MONDAY: OFF})
    calendar.withdraw_notice(actor=SYSTEM, source="县通知")
    assert ledger.entries(("calendar", 0))[-1].payload == {"source": "县通知", "withdrawn": True}
    assert [event.type for event in Event.objects.all()] == ["CalendarLoaded"] * 2
    with pytest.raises(NotFound):
        calendar.withdraw_notice(actor=SYSTEM, source="县通知")


def test_the_calendar_is_known_as_far_as_the_farthest_notice() -> None:
    load("县通知", {MONDAY: OFF}, until=date(2020, 1, 1))
    assert calendar.work_calendar(ZONE).known_until == date(2026, 12, 24)
    load("2027年放假通知", {}, until=date(2027, 12, 24))
    assert calendar.work_calendar(ZONE).known_until == date(2027, 12, 24)


def test_a_notice_is_recorded_and_told() -> None:
    load("县通知", {MONDAY: OFF})
    (entry,) = ledger.entries(("calendar", 0))
    assert entry.payload == {"source": "县通知", "days": 1, "covers_until": "2026-12-24"}
    assert Event.objects.get().type == "CalendarLoaded"


@pytest.mark.parametrize("source", ["", "通" * 81])
def test_a_notice_needs_a_name_that_can_be_kept(source: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        load(source, {MONDAY: OFF})
    assert refused.value.field == "source"


def test_office_hours_replace_those_before_and_are_told() -> None:
    for _ in range(2):
        calendar.set_office_hours(actor=SYSTEM, spans=[(time(9), time(12)), (time(14), time(18))], weekdays=[0, 1, 5])
    table = calendar.work_calendar(ZONE)
    assert table.office_hours == ((time(9), time(12)), (time(14), time(18)))
    assert table.work_weekdays == {0, 1, 5}
    assert [event.type for event in Event.objects.all()] == ["CalendarLoaded"] * 2


WRONG = [
    ("none", [], [0]),
    ("backwards", [(time(17), time(9))], [0]),
    ("overlapping", [(time(9), time(12)), (time(11), time(18))], [0]),
    ("no day", [(time(9), time(17))], []),
    ("an eighth day", [(time(9), time(17))], [7]),
]


@pytest.mark.parametrize(("what", "spans", "weekdays"), WRONG, ids=[what for what, *_ in WRONG])
def test_office_hours_that_cannot_be_are_refused_before_every_clock_stops(
    what: str, spans: list, weekdays: list
) -> None:
    before = calendar.work_calendar(ZONE).office_hours
    with pytest.raises(InvalidInput):
        calendar.set_office_hours(actor=SYSTEM, spans=spans, weekdays=weekdays)
    assert calendar.work_calendar(ZONE).office_hours == before
