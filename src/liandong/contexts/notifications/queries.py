from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from liandong.kernel.actor import Actor

from .domain.masking import masked
from .domain.pace import INTERVAL_MIN, QUIET_FROM, QUIET_UNTIL
from .models import ChatAddress, Delivery, Notification, OptOut, Preference, Way

UNREAD_EXACT_TO = 99
PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """One notification about the stream `about`, `about_id`; without the second it counts."""

    id: int
    kind: str
    about: str
    about_id: int | None
    count: int
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One message of the delivery log; it never holds an address."""

    id: int
    staff_id: int | None
    office_id: int | None
    report_id: int | None
    means: str
    state: str
    notifications: Sequence[int]
    created_at: datetime
    next_at: datetime
    attempts: int
    error: str
    sent_at: datetime | None
    is_password_link: bool

    @property
    def is_trial(self) -> bool:
        return not self.notifications and not self.is_password_link


@dataclass(frozen=True, slots=True)
class PreferenceRow:
    """How a post wants to be told; hours of the county, `interval_min` minutes."""

    tasks: str = Way.PAGE
    deadlines: str = Way.PAGE
    progress: str = Way.PAGE
    interval_min: int = INTERVAL_MIN
    quiet_from: int = QUIET_FROM
    quiet_until: int = QUIET_UNTIL
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class ChatAddressRow:
    """Whose it is, and what may be shown of it."""

    id: int
    staff_id: int | None
    office_id: int | None
    masked: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of a list by key; cursors are "" where nothing follows."""

    rows: Sequence[NotificationRow]
    next: str


def count_unread(actor: Actor) -> int:
    """The unread ones of a post are counted, exact up to `UNREAD_EXACT_TO`, one more where there are more."""
    unread = Notification.objects.filter(staff_id=actor.id, read_at=None)
    return unread.values("id")[: UNREAD_EXACT_TO + 1].count()


def newest_unread(actor: Actor, limit: int) -> list[NotificationRow]:
    rows = Notification.objects.filter(staff_id=actor.id, read_at=None).order_by("-at", "-id")
    return [NotificationRow(*row) for row in rows.values_list(*NotificationRow.__slots__)[:limit]]


def own(actor: Actor, *, cursor: str = "", unread_only: bool = False) -> Slice:
    """Those of a post, newest first. A cursor that is none begins at the top."""
    rows = Notification.objects.filter(staff_id=actor.id).order_by("-at", "-id")
    if unread_only:
        rows = rows.filter(read_at=None)
    after = _after(cursor)
    if after:
        at, id_ = after
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=id_))
    found = [NotificationRow(*row) for row in rows.values_list(*NotificationRow.__slots__)[: PAGE_ROWS + 1]]
    last = found[PAGE_ROWS - 1] if len(found) > PAGE_ROWS else None
    return Slice(found[:PAGE_ROWS], f"{last.at.isoformat()}~{last.id}" if last else "")


def _after(cursor: str) -> tuple[datetime, int] | None:
    at, _, id_ = cursor.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, int(id_)) if moment.tzinfo and id_.isascii() and id_.isdigit() and len(id_) < 19 else None


def own_one(actor: Actor, notification_id: int) -> NotificationRow | None:
    rows = Notification.objects.filter(staff_id=actor.id, pk=notification_id)
    return next((NotificationRow(*row) for row in rows.values_list(*NotificationRow.__slots__)), None)


def notifications_of(ids: Collection[int]) -> list[NotificationRow]:
    """In the order in which they came."""
    rows = Notification.objects.filter(pk__in=ids).order_by("at", "id")
    return [NotificationRow(*row) for row in rows.values_list(*NotificationRow.__slots__)]


def preferences(staff_ids: Collection[int]) -> Mapping[int, PreferenceRow]:
    """The choices of posts; a post without a choice has what holds for all."""
    chosen = Preference.objects.filter(pk__in=staff_ids).values_list("pk", *PreferenceRow.__slots__)
    return dict.fromkeys(staff_ids, PreferenceRow()) | {row[0]: PreferenceRow(*row[1:]) for row in chosen}


def chat_addresses() -> list[ChatAddressRow]:
    rows = ChatAddress.objects.order_by("office_id", "staff_id")
    return [ChatAddressRow(row.pk, row.staff_id, row.office_id, masked(row.url), row.set_at) for row in rows]


def chat_url(*, staff_id: int | None = None, office_id: int | None = None) -> str:
    """In clear, for sending; "" where there is none."""
    rows = ChatAddress.objects.filter(Q(staff_id=staff_id) & Q(office_id=office_id))
    return rows.values_list("url", flat=True).first() or ""


def with_chat() -> tuple[set[int], set[int]]:
    """(posts, offices) that have a chat address of their own."""
    rows = list(ChatAddress.objects.values_list("staff_id", "office_id"))
    return {staff for staff, _ in rows if staff}, {office for _, office in rows if office}


def opted_out(report_ids: Collection[int]) -> set[int]:
    return set(OptOut.objects.filter(pk__in=report_ids).values_list("pk", flat=True))


def deliveries(*, state: str, before: int | None) -> tuple[list[DeliveryRow], int | None]:
    """Deliveries of one state, newest first, and the id below which the next page begins."""
    rows = Delivery.objects.filter(state=state).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = [DeliveryRow(*row) for row in rows.values_list(*DeliveryRow.__slots__)[: PAGE_ROWS + 1]]
    return found[:PAGE_ROWS], found[PAGE_ROWS - 1].id if len(found) > PAGE_ROWS else None


def count_deliveries() -> dict[str, int]:
    """How many there are of each state."""
    rows = Delivery.objects.values_list("state").annotate(number=Count("id"))
    return dict.fromkeys(Delivery.State.values, 0) | dict(rows)


def last_trial(actor: Actor) -> DeliveryRow | None:
    """The newest trial message of a post."""
    rows = Delivery.objects.filter(staff_id=actor.id, notifications=[], is_password_link=False).order_by("-id")
    return next((DeliveryRow(*row) for row in rows.values_list(*DeliveryRow.__slots__)[:1]), None)
