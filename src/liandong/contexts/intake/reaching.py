"""How the system itself reaches a reporter who left a contact: by receipt link, never read by a post; what was sent
stands on the status page.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from liandong.foundation.ledger import public as ledger
from liandong.kernel import ids, telephone
from liandong.kernel.actor import SYSTEM

from .domain.events import ContactUsed
from .queries import contacts_of

MEANS = {"mail": "邮件", "sms": "短信"}


@dataclass(frozen=True, slots=True)
class Reachable:
    """Where one reporter is reached, and the path of the status page that the message leads to."""

    report_id: int
    case_id: int
    phone: str
    email: str
    path: str


def reachable(report_ids: Collection[int]) -> dict[int, Reachable]:
    """By report; without those whose contact was never left or is erased. One statement."""
    return {
        row.report_id: Reachable(
            row.report_id, row.case_id, telephone.for_messages(row.phone), row.email, _path(row.case_id, row.code)
        )
        for row in contacts_of(report_ids)
    }


def _path(case_id: int, code: str) -> str:
    return reverse("intake:receipt", args=[ids.case_number(case_id), code])


def record_sent(*, report_id: int, means: str) -> None:
    """Writes down that the system used a contact to send something by mail or sms; the reporter can read it."""
    with transaction.atomic():
        ledger.record(actor=SYSTEM, stream=("contact", report_id), facts=ContactUsed(means=means))
