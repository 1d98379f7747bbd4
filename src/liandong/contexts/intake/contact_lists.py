"""Contact data of many cases at once, for an export: a purpose, at most 1,000 cases, every one of them on record."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from liandong.contexts.cases import public as cases
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, NotAllowed

from .domain import rights
from .domain.events import ContactRead
from .models import Contact, ContactReading
from .receipts import PURPOSES, may_read_contact

LIST_PURPOSES = {**PURPOSES, "sample": "回访抽样"}
MOST_CASES = 1000


@dataclass(frozen=True, slots=True)
class OpenContact:
    """A contact unmasked, as it may be seen after its reading was recorded."""

    name: str
    phone: str
    email: str


def read_contacts(*, actor: Actor, rows: Sequence[cases.CaseRow], purpose: str) -> dict[int, list[OpenContact]]:
    """Contacts by case id of cases that the post has listed, each recorded where its reporter can see it, and in its
    ledger stream.

    Those of confidential cases are left out, for a handler those that another post works on. Raises NotAllowed,
    InvalidInput for another purpose and for more than 1,000 cases.
    """
    if not (actor.may(rights.LIST_CONTACTS) or actor.may(rights.LIST_OWN_CONTACTS)):
        raise NotAllowed
    if purpose not in LIST_PURPOSES:
        raise InvalidInput("请选择查看联系方式的目的。", field="purpose")
    if len(rows) > MOST_CASES:
        raise InvalidInput(
            "含联系方式时一次最多导出 %(limit)s 件，请缩小筛选范围。", field="contacts", limit=MOST_CASES
        )
    wanted = [row.id for row in rows if not row.is_confidential and may_read_contact(actor, row)]
    found: dict[int, list[OpenContact]] = {}
    with transaction.atomic():
        contacts = Contact.objects.select_for_update(of=("self",)).filter(report__case_id__in=wanted)
        columns = ("report_id", "report__case_id", "name", "phone", "email")
        read = list(contacts.order_by("report_id").values_list(*columns))
        ContactReading.objects.bulk_create(
            ContactReading(report_id=report_id, staff_id=actor.id, purpose=purpose, at=time.now())
            for report_id, *_ in read
        )
        ledger.append_many(
            actor=actor,
            entries=[ledger.entry_of(("contact", row[0]), ContactRead(purpose=purpose)) for row in read],
        )
    for _, case_id, name, phone, email in read:
        found.setdefault(case_id, []).append(OpenContact(name, phone, email))
    return found
