from collections.abc import Iterable, Mapping
from datetime import UTC, date, time

from django.db import transaction

from liandong.foundation.events import public as events
from liandong.foundation.registers import public as registers
from liandong.kernel import time as clock
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, NotFound

from .domain.events import CalendarLoaded
from .domain.work_calendar import DayNotice, WorkCalendar
from .models import Day, Notice, OfficeHours, Weekday

SOURCE_SIGNS = 80


def load_notice(*, actor: Actor, source: str, days: Mapping[date, DayNotice], covers_until: date) -> int:
    """Loads one holiday notice (days off and make-up working days) and publishes `CalendarLoaded`: due times of open
    cases are then recomputed. A notice loaded again replaces itself in its place: what corrected it still does.
    Returns the number of days it names.
    """
    if not source or len(source) > SOURCE_SIGNS:
        raise InvalidInput("请注明放假通知的名称，不超过 %(limit)s 字。", field="source", limit=SOURCE_SIGNS)
    with transaction.atomic():
        notice, _ = Notice.objects.update_or_create(
            source=source, defaults={"covers_until": covers_until, "loaded_at": clock.now()}
        )
        Day.objects.filter(notice=notice).delete()
        Day.objects.bulk_create(
            Day(date=day, kind=row.kind.value, name=row.name, notice=notice) for day, row in sorted(days.items())
        )
        until = covers_until.isoformat()
        loaded = registers.RegisterImported(source=source, days=len(days), covers_until=until)
        registers.record_import(actor=actor, register="calendar", facts=loaded)
        facts = CalendarLoaded(source=source, days=len(days), covers_until=until)
        events.publish(stream=("calendar", notice.pk), facts=facts)
    return len(days)


def withdraw_notice(*, actor: Actor, source: str) -> None:
    """Takes a notice back: its days are again what the notices before it say, else what the weekday says.

    Publishes `CalendarLoaded`. Raises NotFound.
    """
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(source=source).first()
        if notice is None:
            raise NotFound("没有这份放假通知。")
        withdrawn = registers.RegisterImported(source=source, withdrawn=True)
        registers.record_import(actor=actor, register="calendar", facts=withdrawn)
        events.publish(stream=("calendar", notice.pk), facts=CalendarLoaded(source=source, withdrawn=True))
        notice.delete()


def set_office_hours(*, actor: Actor, spans: Iterable[tuple[time, time]], weekdays: Iterable[int]) -> None:
    """Replaces office hours (local, in order, not overlapping) and the weekdays worked by rule (0 = Monday).

    Raises InvalidInput for those that no calendar can be built of: no clock would run any more.
    """
    wanted = WorkCalendar(clock.today(UTC), office_hours=tuple(spans), work_weekdays=frozenset(weekdays))
    with transaction.atomic():
        OfficeHours.objects.all().delete()
        OfficeHours.objects.bulk_create(
            OfficeHours(opens=opens, closes=closes) for opens, closes in wanted.office_hours
        )
        Weekday.objects.all().delete()
        Weekday.objects.bulk_create(Weekday(day=day) for day in sorted(wanted.work_weekdays))
        registers.record_import(
            actor=actor, register="calendar", facts=registers.RegisterImported(office_hours="changed")
        )
        events.publish(stream=("calendar", 0), facts=CalendarLoaded())
