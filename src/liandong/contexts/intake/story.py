"""The case as its reporter may know it: the events, and the words that were said in public."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from liandong.contexts.cases import public as cases
from liandong.foundation.ledger import public as ledger
from liandong.kernel.masking import Reporter

from .publishing import other_reporters, without_others
from .receipts import Receipt

ENDING = {"VerdictSolved", "VerdictLapsed", "CaseClosed", "CaseWithdrawn", "CaseReferredOut"}
_OF_ONE = {
    "ReporterAsked",
    "ReporterReplied",
    "ReporterSupplemented",
    "SupplementTaken",
    "QuestionLapsed",
    "ReporterUrged",
    "ReportsAdded",
    "CaseWordsErased",
}
"""Between the office and one reporter: no other one is told."""


@dataclass(frozen=True, slots=True)
class Story:
    """A matter as its reporter may know it; `messages` hold those for the reporter only. `teller`: the reporter, as the
    ledger names it.
    """

    matter: cases.Matter
    entries: Sequence[ledger.EntryRow]
    messages: Sequence[cases.MessageRow]
    teller: str = ""

    @classmethod
    def of(cls, receipt: Receipt) -> "Story":
        return cls.told(receipt.matter, receipt.entries, receipt.actor.ref)

    @classmethod
    def told(cls, matter: cases.Matter, entries: Sequence[ledger.EntryRow], teller: str = "") -> "Story":
        """Of a joined case what happened until then, and what the office did for the other since. Of a matter that
        several reported, names and numbers of the others are left out of what the office wrote.
        """
        own, main = matter.own, matter.main
        messages = cases.messages(own.id, reader=cases.THE_REPORTER)
        if matter.is_joined:
            joined_at = own.closed_at or own.changed_at
            others = ledger.entries(("case", main.id))
            entries = [*entries, *(each for each in others if each.at >= joined_at and each.event not in _OF_ONE)]
            messages = [*messages, *_for_all(main, others, joined_at)]
        if others_reported := other_reporters(matter):
            messages = [_not_of(each, others_reported) for each in messages]
        return cls(matter, entries, messages, teller)

    def last(self, kind: str) -> cases.MessageRow | None:
        """The newest public message of a kind."""
        return next((each for each in reversed(self.messages) if each.kind == kind), None)

    @property
    def has_judged(self) -> bool:
        """Whether a joined reporter has judged the answer, whatever the others have done."""
        return self.matter.is_joined and self.matter.own.solved is not None

    @property
    def is_lapsed(self) -> bool:
        """Whether it closed because the time for a verdict ran out."""
        ends = [entry.event for entry in self.entries if entry.event in ENDING]
        return self.matter.state is cases.State.CLOSED and bool(ends) and ends[-1] == "VerdictLapsed"


def _not_of(message: cases.MessageRow, others: Sequence[Reporter]) -> cases.MessageRow:
    if message.actor.startswith("reporter:"):
        return message
    return replace(message, text=without_others(message.text, others))


def _for_all(
    main: cases.CaseRow, entries: Sequence[ledger.EntryRow], joined_at: datetime
) -> Iterator[cases.MessageRow]:
    """Messages of the other case that a joined reporter reads: its answers and progress, and the office's reasons since
    the join; never why another reporter withdrew, which a clerk may have taken down.
    """
    told = (entry.facts for entry in entries)
    withdrawn = {facts.message for facts in told if isinstance(facts, cases.CaseWithdrawn)}
    for each in cases.messages(main.id, reader=cases.THE_REPORTER):
        if each.id in withdrawn or each.actor.startswith("reporter:"):
            continue
        if each.kind in ("answer", "progress") or (each.kind == "reason" and each.at >= joined_at):
            yield each
