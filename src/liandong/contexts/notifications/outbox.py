"""From notifications to messages: what is due is put together, ordered to be sent, and its fate written down.

A message goes out at least once: where the worker dies between handing it over and writing that down, the next one
sends it again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from liandong.contexts.intake import public as intake
from liandong.foundation.access import public as access
from liandong.foundation.jobs import public as jobs
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms
from liandong.kernel import time

from . import filling, senders
from .domain.pace import KEPT, QUIET_FROM, QUIET_UNTIL, is_quiet, next_try
from .models import Delivery, Notification, Way
from .queries import DeliveryRow, PreferenceRow, opted_out, preferences, with_chat

KIND = "notifications.send"
LOOKED_AT = 20_000
_OF_THE_COUNTY = ("mail", "sms")
_OPEN = (Delivery.State.WAITING, Delivery.State.FAILED)
State = Delivery.State


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: to a post, an office's group, or the reporter of a report, and by which means."""

    means: str
    staff_id: int | None = None
    office_id: int | None = None
    report_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Note:
    id: int
    staff_id: int | None
    report_id: int | None
    about: str
    about_id: int | None
    kind: str
    key: str
    urgent: bool
    at: datetime
    read_at: datetime | None


def put_together() -> int:
    """Makes messages of the notifications whose time has come, the most urgent first; returns how many messages."""
    now = time.now()
    filling.fill_some()
    with transaction.atomic():
        rows = Notification.objects.select_for_update(skip_locked=True).filter(pending=True).order_by("-urgent", "id")
        notes = [_Note(*row) for row in rows.values_list(*_Note.__slots__)[:LOOKED_AT]]
        if not notes:
            return 0
        post_ids = {note.staff_id for note in notes if note.staff_id}
        chosen = preferences(post_ids)
        grouped, settled = _grouped(notes, _ways(notes, chosen))
        made = []
        for target, group in grouped.items():
            if not _is_time(target, group, chosen, now):
                continue
            settled += [note.id for note in group]
            told = list({(note.about, note.about_id, note.kind, note.key): note.id for note in group}.values())
            made.append(_message(target, told, now))
        put(made)
        Notification.objects.filter(pk__in=settled).update(pending=False)
    return len(made)


def put_password_links(staff_ids: Iterable[int]) -> None:
    """A mail for each post, at once; while one still waits no second."""
    now = time.now()
    links = Delivery.objects.filter(is_password_link=True, state__in=_OPEN)
    waiting = set(links.values_list("staff_id", flat=True))
    wanted = dict.fromkeys(each for each in staff_ids if each in access.staff() and each not in waiting)
    put(Delivery(staff_id=each, means="mail", is_password_link=True, created_at=now, next_at=now) for each in wanted)


def put(deliveries: Iterable[Delivery]) -> None:
    """Into the outbox, and ordered to be sent, in one transaction."""
    with transaction.atomic():
        order(Delivery.objects.bulk_create(deliveries))


def order(deliveries: Iterable[Delivery]) -> None:
    """They are sent now. What goes by one sender of the county's is put off together when that is away."""
    jobs.order_many(
        jobs.Order(KIND, str(each.pk), group=each.means if each.means in _OF_THE_COUNTY else "") for each in deliveries
    )


def _message(target: Target, told: list[int], now: datetime) -> Delivery:
    return Delivery(
        staff_id=target.staff_id,
        office_id=target.office_id,
        report_id=target.report_id,
        means=target.means,
        notifications=told,
        created_at=now,
        next_at=now,
    )


def _grouped(notes: Iterable[_Note], ways: Mapping[int, Target | None]) -> tuple[dict[Target, list[_Note]], list[int]]:
    """By where they go; and those that go nowhere: told on the page only, or read there meanwhile."""
    grouped: dict[Target, list[_Note]] = {}
    nowhere = []
    for note in notes:
        target = ways[note.id]
        if target is None or note.read_at is not None:
            nowhere.append(note.id)
        else:
            grouped.setdefault(target, []).append(note)
    return grouped, nowhere


def _ways(notes: list[_Note], chosen: Mapping[int, PreferenceRow]) -> dict[int, Target | None]:
    report_ids = {note.report_id for note in notes if note.report_id}
    means = _means_of(report_ids) if report_ids else {}
    mailed = set(access.emails_of(list(chosen))) if senders.available("mail") else set()
    chats, kinds = with_chat(), rooms.kinds()
    found: dict[int, Target | None] = {}
    for note in notes:
        if note.report_id is not None:
            by = means.get(note.report_id)
            found[note.id] = Target(by, report_id=note.report_id) if by else None
        elif note.staff_id is not None:
            kind = kinds.get(note.kind)
            way = getattr(chosen[note.staff_id], kind.group) if kind and kind.group else Way.PAGE
            found[note.id] = _way_to_post(note.staff_id, way, mailed, chats)
    return found


def _way_to_post(staff_id: int, way: str, mailed: set[int], chats: tuple[set[int], set[int]]) -> Target | None:
    post = access.staff().get(staff_id)
    if post is None:
        return None
    if way == Way.MAIL and staff_id in mailed:
        return Target("mail", staff_id=staff_id)
    if way == Way.CHAT and staff_id in chats[0]:
        return Target("chat", staff_id=staff_id)
    if way == Way.CHAT and post.office_id in chats[1]:
        return Target("chat", office_id=post.office_id)
    return None


def _means_of(report_ids: set[int]) -> dict[int, str]:
    """Mail where an address was left and the county sends mail, else SMS, else nothing; not to who opted out."""
    silent = opted_out(report_ids)
    found = {}
    for contact in intake.reachable(report_ids).values():
        if contact.report_id in silent:
            continue
        if contact.email and senders.available("mail"):
            found[contact.report_id] = "mail"
        elif contact.phone and senders.available("sms"):
            found[contact.report_id] = "sms"
    return found


def _is_time(target: Target, group: list[_Note], chosen: Mapping[int, PreferenceRow], now: datetime) -> bool:
    """The most urgent goes at once. All else waits for the end of quiet hours, and until the first has waited the
    interval. Mail to a reporter disturbs nobody by night.
    """
    local = now.astimezone(orgs.county().tz)
    if any(note.urgent for note in group):
        return True
    if target.report_id is not None:
        return target.means == "mail" or not is_quiet(local, QUIET_FROM, QUIET_UNTIL)
    wishes = [chosen[note.staff_id] for note in group if note.staff_id]
    if all(is_quiet(local, wish.quiet_from, wish.quiet_until) for wish in wishes):
        return False
    return min(note.at for note in group) + timedelta(minutes=min(wish.interval_min for wish in wishes)) <= now


def begun(delivery_id: int) -> DeliveryRow | None:
    """The message, tried once more from now on; None where it doesn't wait any more."""
    with transaction.atomic():
        row = Delivery.objects.select_for_update().filter(pk=delivery_id, state__in=_OPEN).first()
        if row is None:
            return None
        row.attempts += 1
        row.save(update_fields=["attempts"])
    return DeliveryRow(*(getattr(row, name) for name in DeliveryRow.__slots__))


def sent(delivery: DeliveryRow) -> None:
    """It was handed over; where a reporter's contact was used, that is recorded for the reporter."""
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.id).update(state=State.SENT, sent_at=time.now(), error="")
        if delivery.report_id is not None:
            intake.record_sent(report_id=delivery.report_id, means=delivery.means)


def failed(delivery: DeliveryRow, error: str) -> datetime | None:
    """It wasn't taken: tried again later and later, at last dead; returns when. Others by the same sender wait a
    minute, so that a gateway that is away doesn't hold up the worker once for each.
    """
    now = time.now()
    again = next_try(delivery.attempts, now)
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.id).update(
            state=State.FAILED if again else State.DEAD, next_at=again or now, error=error[:300]
        )
        if delivery.means in _OF_THE_COUNTY:
            in_a_minute = now + timedelta(minutes=1)
            others = Delivery.objects.filter(state__in=_OPEN, means=delivery.means, next_at__lte=now)
            others.exclude(pk=delivery.id).update(next_at=in_a_minute)
            jobs.put_off(kind=KIND, group=delivery.means, until=in_a_minute)
    return again


def dropped(delivery: DeliveryRow, why: str) -> None:
    """It goes to nobody any more."""
    Delivery.objects.filter(pk=delivery.id).update(state=State.DROPPED, error=why)


def forget_old() -> int:
    """Removes messages that came to an end and notifications, read or not, after 90 days; returns how many."""
    before = time.now() - KEPT
    ended = Delivery.objects.filter(created_at__lt=before).exclude(state__in=_OPEN)
    told = Notification.objects.filter(at__lt=before)
    return sum(rows.delete()[0] for rows in (ended, told))
