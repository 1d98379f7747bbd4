"""Commands of posts, administrators and reporters on notifications. Read marks and preferences, which only the post
itself sees, leave no ledger entry. Addresses, repeated sendings and opting out do.
"""

from dataclasses import asdict

from django.db import transaction

from liandong.foundation.access import public as access
from liandong.foundation.events import public as events
from liandong.foundation.jobs import public as jobs
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, NotAllowed, NotFound

from . import outbox, senders
from .domain import rights
from .domain.events import (
    ChatAddressRemoved,
    ChatAddressSet,
    DeadLetterRevived,
    DeliveryRetried,
    JobRevived,
    OptedOut,
)
from .domain.pace import INTERVALS_MIN
from .models import ChatAddress, Delivery, Notification, OptOut, Preference, Way
from .queries import PreferenceRow, with_chat

LONGEST_URL = 500
_HOURS = range(24)


def mark_read(*, actor: Actor, notification_id: int | None = None) -> int:
    """One of the post's notifications, or all of them; returns how many were unread."""
    unread = Notification.objects.filter(staff_id=actor.id, read_at=None)
    if notification_id is not None:
        unread = unread.filter(pk=notification_id)
    return unread.update(read_at=time.now())


def save_preference(*, actor: Actor, chosen: PreferenceRow) -> None:
    """How the post wants to be told. Raises InvalidInput for a way that doesn't reach it."""
    for group in ("tasks", "deadlines", "progress"):
        _check_way(actor, getattr(chosen, group), group)
    if chosen.interval_min not in INTERVALS_MIN:
        raise InvalidInput("请选择多久发一次。", field="interval_min")
    for name in ("quiet_from", "quiet_until"):
        if getattr(chosen, name) not in _HOURS:
            raise InvalidInput("请选择一个整点。", field=name)
    if chosen.language not in ("zh-hans", "en"):
        raise InvalidInput("请选择语言。", field="language")
    Preference.objects.update_or_create(pk=actor.id, defaults=asdict(chosen))


def _check_way(actor: Actor, way: str, field: str) -> None:
    if way not in Way.values:
        raise InvalidInput("请选择一种方式。", field=field)
    if way == Way.MAIL and not senders.available("mail"):
        raise InvalidInput("本平台还没有设置发件邮箱，请联系管理员。", field=field)
    if way == Way.MAIL and not access.emails_of([actor.id]):
        raise InvalidInput("您的账号没有邮箱，请联系管理员填写。", field=field)
    posts, offices = with_chat() if way == Way.CHAT else (set(), set())
    if way == Way.CHAT and actor.id not in posts and actor.office_id not in offices:
        raise InvalidInput("您的岗位和部门还没有群聊地址，请联系管理员填写。", field=field)


def send_trial(*, actor: Actor, means: str) -> None:
    """Puts a trial message into the outbox; its fate is seen there in a moment. Raises InvalidInput as above."""
    if means not in (Way.MAIL, Way.CHAT):
        raise InvalidInput("请选择一种方式。", field="means")
    _check_way(actor, means, "means")
    now = time.now()
    own_chat = means != Way.CHAT or actor.id in with_chat()[0]
    office_id = None if own_chat else actor.office_id
    outbox.put([Delivery(staff_id=actor.id, office_id=office_id, means=means, created_at=now, next_at=now)])


def set_chat_address(*, actor: Actor, url: str, staff_id: int | None = None, office_id: int | None = None) -> None:
    """Where a post, or the group of an office, is reached by chat; another one replaces it."""
    _check_administrator(actor)
    url = url.strip()
    if (staff_id is None) == (office_id is None):
        raise InvalidInput("请选择一个岗位或一个部门。", field="whose")
    is_there = office_id in orgs.organisation().offices if staff_id is None else staff_id in access.staff()
    if not is_there:
        raise InvalidInput("没有这个岗位或部门。", field="whose")
    if len(url) > LONGEST_URL:
        raise InvalidInput("地址太长。", field="url")
    senders.check_chat(url)
    with transaction.atomic():
        whose = {"staff_id": staff_id} if staff_id else {"office_id": office_id}
        row, _ = ChatAddress.objects.update_or_create(**whose, defaults={"url": url, "set_at": time.now()})
        facts = ChatAddressSet(staff=staff_id, office=office_id)
        ledger.record(actor=actor, stream=("chat_address", row.pk), facts=facts)


def remove_chat_address(*, actor: Actor, address_id: int) -> None:
    """Removes it; who had chosen chat is told on the page only."""
    _check_administrator(actor)
    with transaction.atomic():
        removed, _ = ChatAddress.objects.filter(pk=address_id).delete()
        if not removed:
            raise NotFound
        ledger.record(actor=actor, stream=("chat_address", address_id), facts=ChatAddressRemoved())


def retry_delivery(*, actor: Actor, delivery_id: int) -> None:
    """Sends what failed or is dead once more, at once and with all attempts before it."""
    if not actor.may(rights.SEE_DELIVERIES):
        raise NotAllowed
    failed = [Delivery.State.DEAD, Delivery.State.FAILED]
    with transaction.atomic():
        again = Delivery.objects.filter(pk=delivery_id, state__in=failed)
        if not again.update(state=Delivery.State.WAITING, attempts=0, next_at=time.now()):
            raise NotFound("这一条已经不在等待重发。")
        outbox.order(Delivery.objects.filter(pk=delivery_id))
        ledger.record(actor=actor, stream=("delivery", delivery_id), facts=DeliveryRetried())


def revive_dead_letter(*, actor: Actor, letter_id: int) -> None:
    """Hands an event to the subscriber once more that had failed on it for good."""
    _check_administrator(actor)
    with transaction.atomic():
        if not events.revive(ids=[letter_id]):
            raise NotFound("这一条已经重新投递。")
        ledger.record(actor=actor, stream=("dead_letter", letter_id), facts=DeadLetterRevived())


def revive_job(*, actor: Actor, job_id: int) -> None:
    """Lets long work go on that was given up."""
    _check_administrator(actor)
    with transaction.atomic():
        if not jobs.revive(job_id=job_id):
            raise NotFound("这一项已经重新开始。")
        ledger.record(actor=actor, stream=("job", job_id), facts=JobRevived())


def opt_out(*, actor: Actor, report_id: int) -> None:
    """退订: the reporter of this report is sent nothing more; what waits is dropped when its turn comes."""
    with transaction.atomic():
        _, is_new = OptOut.objects.get_or_create(pk=report_id, defaults={"at": time.now()})
        if is_new:
            ledger.record(actor=actor, stream=("contact", report_id), facts=OptedOut())


def _check_administrator(actor: Actor) -> None:
    if not actor.may(rights.KEEP_SENDING):
        raise NotAllowed
