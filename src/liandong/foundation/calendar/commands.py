from collections.abc import Iterable, Mapping
from datetime import date, time

from django.db import transaction

from liandong.foundation.events import public as events
from liandong.foundation.registers import public as registers
from liandong.kernel import time as clock
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from .domain.work_calendar import DayNotice, WorkCalendar
from .models import Day, Notice, OfficeHours, Weekday

SOURCE_SIGNS = 80


def load_notice(*, actor: Actor, source: str, days: Mapping[date, DayNotice], covers_until: date) -> int:
    """Loads one holiday notice (days off and make-up working days) and publishes `CalendarLoaded`: due times that were
    provisional are then recomputed. A notice loaded again replaces itself. Returns the number of days it names.
    """
    if not source or len(source) > SOURCE_SIGNS:
        raise InvalidInput("请注明放假通知的名称，不超过 %(limit)s 字。", field="source", limit=SOURCE_SIGNS)
    with transaction.atomic():
        Notice.objects.filter(source=source).delete()
        notice = Notice.objects.create(source=source, covers_until=covers_until, loaded_at=clock.now())
        Day.objects.filter(date__in=list(days)).delete()
        Day.objects.bulk_create(
            Day(date=day, kind=row.kind.value, name=row.name, notice=notice) for day, row in sorted(days.items())
        )
        payload = {"source": source, "days": len(days), "covers_until": covers_until.isoformat()}
        registers.record_import(actor=actor, register="calendar", payload=payload)
        events.publish(type="CalendarLoaded", stream=("calendar", notice.pk), payload=payload)
    return len(days)


def set_office_hours(*, actor: Actor, spans: Iterable[tuple[time, time]], weekdays: Iterable[int]) -> None:
    """Replaces office hours (local, in order, not overlapping) and the weekdays worked by rule (0 = Monday).

    Raises InvalidInput for those that no calendar can be built of: no clock would run any more.
    """
    wanted = WorkCalendar(clock.now().date(), office_hours=tuple(spans), work_weekdays=frozenset(weekdays))
    with transaction.atomic():
        OfficeHours.objects.all().delete()
        OfficeHours.objects.bulk_create(
            OfficeHours(opens=opens, closes=closes) for opens, closes in wanted.office_hours
        )
        Weekday.objects.all().delete()
        Weekday.objects.bulk_create(Weekday(day=day) for day in sorted(wanted.work_weekdays))
        registers.record_import(actor=actor, register="calendar", payload={"office_hours": "changed"})
        events.publish(type="CalendarLoaded", stream=("calendar", 0), payload={})
