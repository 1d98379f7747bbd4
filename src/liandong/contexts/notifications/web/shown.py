"""Rows as pages show them, with their names in the language of the request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from liandong.contexts.notifications import public as notifications
from liandong.contexts.notifications import wording
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms


@dataclass(frozen=True, slots=True)
class Shown:
    """A notification on a page."""

    id: int
    what: str
    number: str
    matter: str
    due_at: datetime | None
    left: int | None
    unit: str
    light: str
    is_urgent: bool
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A line of the delivery log: to whom by post, office or "reporter", never by address."""

    row: notifications.DeliveryRow
    to: str
    means: str
    state: str
    error: str
    is_open: bool


def shown(rows: Iterable[notifications.NotificationRow]) -> list[Shown]:
    """One look at each sort of thing."""
    listed = list(rows)
    named = wording.subjects(listed)
    return [_shown(row, named.get(row.id)) for row in listed]


def _shown(row: notifications.NotificationRow, subject: wording.Subject | None) -> Shown:
    glance = subject.glance if subject else rooms.Glance()
    return Shown(
        id=row.id,
        what=wording.counted(row) if row.about_id is None else wording.kind_words(row.kind),
        number=glance.number,
        matter=glance.matter or (subject.words if subject else ""),
        due_at=glance.due_at,
        left=glance.left,
        unit=glance.unit,
        light=glance.light,
        is_urgent=subject is not None and subject.is_urgent,
        at=row.at,
        is_read=row.read_at is not None,
    )


def message(row: notifications.DeliveryRow) -> Message:
    return Message(
        row=row,
        to=_to(row),
        means=gettext(notifications.MEANS[row.means]),
        state=gettext(notifications.DELIVERY_STATES[row.state]),
        error=gettext(row.error) if row.error else "",
        is_open=row.state in ("waiting", "failed"),
    )


def _to(row: notifications.DeliveryRow) -> str:
    if row.report_id is not None:
        return gettext("上报人")
    return orgs.office_name(row.office_id) if row.office_id else post_name(row.staff_id)


def post_name(staff_id: int | None) -> str:
    return access.post_name(staff_id) or gettext("已停用岗位")
