"""公开内容: the words of a case as anybody may read them, masked by who has the contact, and withheld again."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from liandong.foundation.ledger import public as ledger
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import Conflict

from .change import Change
from .domain.lifecycle import Action
from .models import Message, Publication
from .queries import CaseRow, may_publish


@dataclass(frozen=True, slots=True)
class PublicWords:
    """Words of the reports and answer of the office, without names and numbers of persons."""

    text: str
    answer: str


def publish_words(
    *, actor: Actor, case_id: int, words: Callable[[], PublicWords], version: int | None = None
) -> CaseRow:
    """Makes the words public. `words` is asked once the case is locked, so that nothing is erased meanwhile.

    Raises Conflict where they are public already or never may be.
    """
    with Change(actor, case_id, Action.PUBLISH, version) as change:
        if change.case.is_published or not may_publish(change.case):
            raise Conflict("这件事的内容不能公开，或者已经公开。")
        shown = words()
        Publication.objects.create(case=change.case, text=shown.text, answer=shown.answer)
        change.set(is_published=True)
    return change.row


def withhold_words(*, actor: Actor, case_id: int, version: int | None = None) -> CaseRow:
    """Takes the words back from public view; what others have copied meanwhile stays with them."""
    with Change(actor, case_id, Action.WITHHOLD, version) as change:
        if not change.case.is_published:
            raise Conflict("这件事的内容没有公开。")
        Publication.objects.filter(case=change.case).delete()
        change.set(is_published=False)
    return change.row


def keep_public_answer(*, case_id: int, answer: str) -> None:
    """The latest answer, masked, where the words of the case are public."""
    with transaction.atomic():
        Publication.objects.filter(case_id=case_id).update(answer=answer)
        ledger.bind_rows(actor=SYSTEM)


def latest_answers(case_ids: list[int]) -> dict[int, str]:
    """The newest answer of each case that has one, by case id; one statement."""
    answers = Message.objects.filter(case_id__in=case_ids, kind=Message.Kind.ANSWER, public=True)
    return dict(answers.order_by("case_id", "-id").distinct("case_id").values_list("case_id", "text"))
