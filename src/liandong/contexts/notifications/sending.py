"""Messages go out: outside any transaction, each by a job of its own, which one worker alone has in hand."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.foundation.access import public as access
from liandong.foundation.language import in_language
from liandong.foundation.orgs import public as orgs
from liandong.ports.messages import NotSent, Outgoing, Unusable

from . import outbox, senders, wording
from .queries import DeliveryRow, chat_url, notifications_of, opted_out, preferences

log = logging.getLogger(__name__)


def send(delivery_id: int) -> datetime | None:
    """Tries a message that still waits; returns when to try again."""
    delivery = outbox.begun(delivery_id)
    return _try(delivery) if delivery else None


def _try(delivery: DeliveryRow) -> datetime | None:
    found = _address(delivery)
    if isinstance(found, _Nobody):
        outbox.dropped(delivery, found.why)
        return None
    message = _message(delivery, found)
    if message is None:
        outbox.dropped(delivery, "没有可发的内容")
        return None
    try:
        senders.sender(delivery.means, found.url).send(message)
    except (NotSent, Unusable) as error:
        log.warning("delivery %s by %s failed, attempt %s", delivery.id, delivery.means, delivery.attempts)
        return outbox.failed(delivery, str(error))
    except Exception as error:  # noqa: BLE001 (one message that a library stumbles over keeps no other back)
        log.warning("delivery %s by %s: %s", delivery.id, delivery.means, type(error).__name__)
        return outbox.failed(delivery, type(error).__name__)
    outbox.sent(delivery)
    return None


@dataclass(frozen=True, slots=True)
class _Nobody:
    """A message that has lost its recipient."""

    why: str


@dataclass(frozen=True, slots=True)
class _Address:
    """`to` for a sender of the county's, or a chat URL; `path`: the reporter's status page."""

    to: str = ""
    url: str = ""
    path: str = ""


def _address(delivery: DeliveryRow) -> _Address | _Nobody:
    if delivery.report_id is not None:
        return _reporters(delivery, delivery.report_id)
    if delivery.means == "chat":
        url = chat_url(staff_id=None if delivery.office_id else delivery.staff_id, office_id=delivery.office_id)
        return _Address(url=url) if url else _Nobody("群聊地址已删除")
    to = access.emails_of([delivery.staff_id or 0]).get(delivery.staff_id or 0, "")
    return _Address(to=to) if to else _Nobody("账号已停用或没有邮箱")


def _reporters(delivery: DeliveryRow, report_id: int) -> _Address | _Nobody:
    contact = intake.reachable([report_id]).get(report_id)
    if contact is None:
        return _Nobody("联系方式已删除")
    if opted_out([report_id]):
        return _Nobody("上报人已退订")
    to = contact.email if delivery.means == "mail" else contact.phone
    return _Address(to=to, path=contact.path) if to else _Nobody("联系方式已删除")


def _message(delivery: DeliveryRow, address: _Address) -> Outgoing | None:
    if delivery.is_password_link:
        return _password_link(delivery.staff_id or 0, address)
    rows = notifications_of(delivery.notifications)
    if delivery.report_id is not None:
        found = cases.rows_of({row.about_id for row in rows if row.about == wording.CASE and row.about_id})
        case = next(iter(found.values()), None)
        if case is None:
            return None
        with translation.override(case.language or "zh-hans"):
            head = gettext("%(county)s：事件 %(number)s") % {"county": _county(), "number": case.number}
            return Outgoing(head, wording.to_reporter(rows, case, address.path, delivery.report_id), address.to)
    with translation.override(_language(delivery)):
        if delivery.is_trial:
            return Outgoing(*wording.trial(), address.to)
        if not rows:
            return None
        return Outgoing(wording.subject(rows), wording.to_post(rows), address.to)


def _password_link(staff_id: int, address: _Address) -> Outgoing | None:
    """In both languages: who asks isn't signed in, and what they read isn't known."""
    found = access.password_links([staff_id]).get(staff_id)
    if found is None:
        return None
    subjects, texts = [], []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            subject, text = wording.password_link(*found, _county())
        subjects.append(subject)
        texts.append(text)
    return Outgoing(" · ".join(subjects), "\n\n".join(texts), address.to)


def _language(delivery: DeliveryRow) -> str:
    """A post's own; a group's is the county's."""
    if delivery.staff_id is None or delivery.office_id is not None:
        return "zh-hans"
    return preferences([delivery.staff_id])[delivery.staff_id].language


def _county() -> str:
    county = orgs.county()
    return in_language(county.name, county.name_en) or gettext("联动")
