"""A reporter's words are removed from the case itself."""

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import transaction
from django.db.models import Q, QuerySet, Value

from liandong.contexts.categories import public as categories
from liandong.foundation.events import public as events
from liandong.foundation.ledger import public as ledger
from liandong.foundation.places import public as places
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Actor

from .change import lock_case
from .domain.events import CaseWordsErased
from .models import Attachment, Case, Message, Publication


def erase_words(*, actor: Actor, case_id: int) -> None:
    """Removes the reporter's words from the case itself (title, search, what they wrote or added); all else stays."""
    with transaction.atomic():
        case = lock_case(case_id)
        category = categories.taxonomy().named(case.category_code)
        address = case.address if places.resolve(case.address) else ""
        Publication.objects.filter(case=case).delete()
        Case.objects.filter(pk=case_id).update(
            title=category.zh if category else "（上报内容已删除）",
            address=address,
            public_address=places.to_the_street(address),
            is_published=False,
            tokens=Value("", output_field=SearchVectorField()),
            salt=ledger.new_row_salt(),
            version=case.version + 1,
            changed_at=time.now(),
        )
        words = Q(kind__in=[Message.Kind.REPLY, Message.Kind.VERDICT]) | Q(actor__startswith="reporter:")
        theirs = Message.objects.filter(words, case=case)
        Attachment.objects.filter(message__in=theirs.values("pk")).delete()
        theirs.update(text="", salt=None)
        events.happened(actor=actor, stream=("case", case_id), facts=CaseWordsErased())


def left_over() -> QuerySet[Attachment]:
    """Files of messages whose words were erased: the version before knows of no files."""
    return Attachment.objects.filter(message__salt=None)


def erase_left_over(keys: Collection[Any]) -> None:
    """They go too, in the transaction it is called in."""
    left_over().filter(pk__in=keys).delete()
    ledger.bind_rows(actor=SYSTEM)
