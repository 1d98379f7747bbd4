"""Words that become public: masked once, in the transaction that reads the contacts, and kept by the case."""

from collections.abc import Collection, Sequence

from liandong.contexts.cases import public as cases
from liandong.foundation.events import public as events
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict
from liandong.kernel.masking import HIDDEN, Kind, Reporter, find
from liandong.kernel.text import fold

from .models import Contact, Report
from .queries import erased_contacts, first_texts


@cases.does(cases.Action.PUBLISH)
def publish_words(*, actor: Actor, case_id: int, version: int | None = None) -> cases.CaseRow:
    """Makes what the report said and the office answered public, without names and numbers of persons.

    Raises Conflict where they are public already or never may be, NotAllowed, NotFound.
    """
    return cases.publish_words(actor=actor, case_id=case_id, words=lambda: public_words(case_id), version=version)


def public_words(case_id: int) -> cases.PublicWords:
    """The words of a case that would be public now. Raises Conflict where a name can't be left out any more."""
    if nameless([case_id]):
        raise Conflict("联系方式或文字已应本人要求删除，姓名无法再隐去，内容不能公开。")
    reporters = reporters_of([case_id])[case_id]
    text, answer = first_texts([case_id]).get(case_id, ""), cases.latest_answers([case_id]).get(case_id, "")
    return cases.PublicWords(cases.shown_to_anybody(text, reporters), cases.shown_to_anybody(answer, reporters))


def nameless(case_ids: Collection[int]) -> set[int]:
    """Cases of whose matter a contact was erased: whom the words name, nobody knows any more."""
    main = cases.main_ids(case_ids)
    matters = cases.reported_in(set(main.values()))
    reports = list(Report.objects.filter(case_id__in=matters).values_list("pk", "case_id", "erased_at"))
    erased = erased_contacts([pk for pk, *_ in reports])
    lost = {matters[case_id] for pk, case_id, erased_at in reports if erased_at or pk in erased}
    return {case_id for case_id, main_id in main.items() if main_id in lost}


def words_for_partners(case_ids: Collection[int]) -> dict[int, cases.PublicWords]:
    """Masked words of cases, public or not, for a client system that has the right to them; of a joined case the answer
    to the main one. Those of `nameless` cases are left out. Nine statements.
    """
    main = cases.main_ids(case_ids)
    reporters, texts = reporters_of(case_ids), first_texts(case_ids)
    answers, lost = cases.latest_answers(list(set(main.values()))), nameless(case_ids)
    return {
        case_id: cases.PublicWords(
            cases.shown_to_anybody(texts.get(case_id, ""), reporters[case_id]),
            cases.shown_to_anybody(answers.get(main_id, ""), reporters[case_id]),
        )
        for case_id, main_id in main.items()
        if case_id not in lost
    }


def keep_public_answers(batch: Sequence[events.EventRow]) -> None:
    """Cases that got an answer: what of it anybody may read, where the words of the case are public."""
    for event in batch:
        case = cases.find(event.stream.id)
        if case.is_published:
            answer = cases.latest_answers([case.id]).get(case.id, "") if not nameless([case.id]) else ""
            shown = cases.shown_to_anybody(answer, reporters_of([case.id])[case.id])
            cases.keep_public_answer(case_id=case.id, answer=shown)


def reporters_of(case_ids: Collection[int]) -> dict[int, list[Reporter]]:
    """Who reported each matter, with those of all cases joined for it: what is said of one may name any of them."""
    main = cases.main_ids(case_ids)
    matters = cases.reported_in(set(main.values()))
    found: dict[int, list[Reporter]] = {main_id: [] for main_id in main.values()}
    rows = Contact.objects.filter(report__case_id__in=matters)
    for case_id, *contact in rows.values_list("report__case_id", "name", "phone", "email"):
        found[matters[case_id]].append(Reporter(*contact))
    return {case_id: found[main_id] for case_id, main_id in main.items()}


def other_reporters(matter: cases.Matter) -> list[Reporter]:
    """Who else reported the matter."""
    if matter.is_of_one:
        return []
    others = set(cases.reported_in([matter.main.id])) - {matter.own.id}
    rows = Contact.objects.filter(report__case_id__in=others).values_list("name", "phone", "email")
    return [Reporter(*row) for row in rows]


def without_others(words: str, others: Sequence[Reporter]) -> str:
    """Takes names, numbers and addresses of the other reporters out of words to one. An office's own stay."""
    numbers = [_digits(other.phone)[-_LEAST_DIGITS:] for other in others if len(_digits(other.phone)) >= _LEAST_DIGITS]
    mails = [fold(other.email) for other in others if other.email]
    for span in reversed(find(words, others)):
        piece = words[span.start : span.end]
        is_theirs = any(each in _digits(piece) for each in numbers) or any(each in fold(piece) for each in mails)
        if is_theirs or span.kind is Kind.NAME:
            words = f"{words[: span.start]}{HIDDEN}{words[span.end :]}"
    return words


_LEAST_DIGITS = 7
"""Of a number, from its end: by these it is somebody's, whatever stands before them."""


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, fold(text)))
