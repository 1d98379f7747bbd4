"""Words that become public: masked once, in the transaction that reads the contacts, and kept by the case."""

from collections.abc import Collection, Sequence

from liandong.contexts.cases import public as cases
from liandong.foundation.events import public as events
from liandong.kernel.actor import Actor
from liandong.kernel.masking import Reporter, masked

from .models import Contact
from .queries import first_texts


def publish_words(*, actor: Actor, case_id: int, version: int | None = None) -> cases.CaseRow:
    """Makes what the report said and the office answered public, without names and numbers of persons.

    Raises Conflict where they are public already or never may be, NotAllowed, NotFound.
    """
    return cases.publish_words(actor=actor, case_id=case_id, words=lambda: public_words(case_id), version=version)


def public_words(case_id: int) -> cases.PublicWords:
    """What would be public of a case now."""
    reporters = _reporters([case_id])[case_id]
    text = first_texts([case_id]).get(case_id, "")
    return cases.PublicWords(masked(text, reporters), masked(cases.latest_answer(case_id), reporters))


def words_for_partners(case_ids: Collection[int]) -> dict[int, cases.PublicWords]:
    """Masked words of cases, public or not, for a client system that has the right to them; of a joined case the answer
    to the one that carries it. Five statements.
    """
    carriers = _carriers(case_ids)
    reporters, texts = _reporters(case_ids), first_texts(case_ids)
    answers = cases.latest_answers(list(set(carriers.values())))
    return {
        case_id: cases.PublicWords(
            masked(texts.get(case_id, ""), reporters[case_id]),
            masked(answers.get(carrier, ""), reporters[case_id]),
        )
        for case_id, carrier in carriers.items()
    }


def keep_public_answers(batch: Sequence[events.EventRow]) -> None:
    """Cases that got an answer: what of it anybody may read, where the words of the case are public."""
    for event in batch:
        case = cases.find(event.stream.id)
        if case.is_published:
            answer = masked(cases.latest_answer(case.id), _reporters([case.id])[case.id])
            cases.keep_public_answer(case_id=case.id, answer=answer)


def _carriers(case_ids: Collection[int]) -> dict[int, int]:
    joined_to = cases.of_matter(case_ids)
    return {case_id: joined_to.get(case_id) or case_id for case_id in case_ids}


def _reporters(case_ids: Collection[int]) -> dict[int, list[Reporter]]:
    """Who reported each matter, with those of all cases joined for it: what is said of one may name any of them."""
    carriers = _carriers(case_ids)
    matters = cases.of_matter(set(carriers.values()))
    found: dict[int, list[Reporter]] = {carrier: [] for carrier in carriers.values()}
    rows = Contact.objects.filter(report__case_id__in=matters)
    for case_id, *contact in rows.values_list("report__case_id", "name", "phone", "email"):
        found[matters[case_id] or case_id].append(Reporter(*contact))
    return {case_id: found[carrier] for case_id, carrier in carriers.items()}
