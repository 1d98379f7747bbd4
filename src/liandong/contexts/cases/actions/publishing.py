"""公开内容: the words of a case as anybody may read them, masked by who has the contact, and withheld again."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from liandong.contexts.cases.change import Change
from liandong.contexts.cases.concerns import may_publish
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.models import Case, Message, Publication
from liandong.contexts.cases.queries import told_to_reporters
from liandong.contexts.cases.rows import CaseRow
from liandong.contexts.cases.rules import guards
from liandong.foundation.ledger import public as ledger
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import Conflict, LiandongError

from .registry import does


@dataclass(frozen=True, slots=True)
class PublicWords:
    """Words of the reports and answer of the office, without names and numbers of persons."""

    text: str
    answer: str


@guards(Action.PUBLISH)
def _may_publish(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    if case.is_published or not may_publish(case):
        return Conflict("这件事的内容不能公开，或者已经公开。")
    return None


@guards(Action.WITHHOLD)
def _may_withhold(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return None if case.is_published else Conflict("这件事的内容没有公开。")


def publish_words(
    *, actor: Actor, case_id: int, words: Callable[[], PublicWords], version: int | None = None
) -> CaseRow:
    """Makes the words public. `words` is asked once the case is locked, so that nothing is erased meanwhile.

    Raises Conflict where they are public already or never may be.
    """
    with Change(actor, case_id, Action.PUBLISH, version) as change:
        shown = words()
        Publication.objects.create(case=change.case, text=shown.text, answer=shown.answer)
        change.set(is_published=True)
    return change.row


@does(Action.WITHHOLD)
def withhold_words(*, actor: Actor, case_id: int, version: int | None = None) -> CaseRow:
    """Takes the words back from public view; what others have copied meanwhile stays with them."""
    with Change(actor, case_id, Action.WITHHOLD, version) as change:
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
    answers = Message.objects.filter(told_to_reporters(), case_id__in=case_ids, kind=Message.Kind.ANSWER)
    return dict(answers.order_by("case_id", "-id").distinct("case_id").values_list("case_id", "text"))
