from datetime import date
from datetime import time as clock_time
from functools import lru_cache
from zoneinfo import ZoneInfo

from liandong.foundation.registers.public import Cached
from liandong.kernel import time

from .domain.statutory import by_law
from .domain.work_calendar import (
    DEFAULT_OFFICE_HOURS,
    MONDAY_TO_FRIDAY,
    YEARS_AFTER,
    DayKind,
    DayNotice,
    WorkCalendar,
)
from .models import Day, Notice, OfficeHours, Weekday


def _load() -> dict[str, WorkCalendar]:
    return {}


_calendars = Cached(_load, "calendar")


def work_calendar(zone: str) -> WorkCalendar:
    """The county's calendar in its IANA zone. What no notice names is as law and weekday rule have it; behind the
    last day that one covers, provisionally.
    """
    by_zone = _calendars.get()
    if zone not in by_zone:
        by_zone[zone] = _build(zone)
    return by_zone[zone]


def covered_until() -> date | None:
    """The last day that a notice decides; None where there is no notice."""
    return Notice.objects.order_by("-covers_until").values_list("covers_until", flat=True).first()


def _build(zone: str) -> WorkCalendar:
    last = covered_until()
    return _laid_out(
        zone,
        last or date(time.today(ZoneInfo(zone)).year - 1, 12, 31),
        tuple(OfficeHours.objects.values_list("opens", "closes")) or DEFAULT_OFFICE_HOURS,
        tuple(Day.objects.order_by("notice_id").values_list("date", "kind", "name")),
        frozenset(Weekday.objects.values_list("day", flat=True)) or MONDAY_TO_FRIDAY,
    )


@lru_cache(maxsize=8)
def _laid_out(
    zone: str,
    until: date,
    office_hours: tuple[tuple[clock_time, clock_time], ...],
    days: tuple[tuple[date, str, str], ...],
    work_weekdays: frozenset[int],
) -> WorkCalendar:
    """Laying out forty years takes a fifth of a second; what the register holds is most often what it held before."""
    lawful = {day: DayNotice(DayKind.OFF, name) for day, name in by_law(until.year + YEARS_AFTER).items()}
    return WorkCalendar(
        known_until=until,
        zone=zone,
        office_hours=office_hours,
        overrides=lawful | {day: DayNotice(DayKind(kind), name) for day, kind, name in days},
        work_weekdays=work_weekdays,
    )
