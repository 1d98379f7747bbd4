"""Erasure at a person's request (个人信息保护法 47): the contact, or the words too. What the ledger holds stays true,
since it holds a salted commitment only, and the salt goes with the words.
"""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from liandong.contexts.cases import public as cases
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import NotAllowed, NotFound

from .domain import rights
from .domain.events import ContactErased, ReportErased
from .models import Contact, Document, Photo, Report


def erase_contact(*, actor: Actor, report_id: int) -> None:
    """Removes the contact of one report, and what it could be guessed by: its salt, the digest of all that was
    delivered. That it was removed is recorded. Raises NotAllowed, NotFound.
    """
    _check(actor)
    with transaction.atomic():
        removed, _ = Contact.objects.filter(pk=report_id).delete()
        if not removed:
            raise NotFound("没有留下联系方式。")
        Report.objects.filter(pk=report_id).update(delivered=None)
        ledger.record(actor=actor, stream=("contact", report_id), facts=ContactErased())


def erase_words(*, actor: Actor, case_id: int) -> int:
    """Removes what the reporters of a case wrote, sent and left: words, photos, documents,
    contacts, salts; returns how many.

    The case keeps its kind, point, division, dates and answer, and its address where that is a known place's. Files
    that nothing names any more are swept within a day.
    """
    _check(actor)
    with transaction.atomic():
        cases.erase_words(actor=actor, case_id=case_id)
        reports = list(Report.objects.select_for_update().filter(case_id=case_id).values_list("pk", flat=True))
        Photo.objects.filter(report_id__in=reports).delete()
        Document.objects.filter(report_id__in=reports).delete()
        Contact.objects.filter(pk__in=reports).delete()
        Report.objects.filter(pk__in=reports).update(
            text="", address="", payload={}, salt=None, delivered=None, erased_at=time.now()
        )
        ledger.append_many(
            actor=actor, entries=[ledger.entry_of(("contact", each), ReportErased()) for each in reports]
        )
    return len(reports)


def left_over() -> QuerySet[Document]:
    """Documents of erased reports: the version before knows of none."""
    return Document.objects.filter(report__erased_at__isnull=False)


def erase_left_over(keys: Collection[Any]) -> None:
    """They go too, in the transaction it is called in."""
    left_over().filter(pk__in=keys).delete()
    ledger.bind_rows(actor=SYSTEM)


def _check(actor: Actor) -> None:
    if actor.kind != "system" and not actor.may(rights.ERASE):
        raise NotAllowed
