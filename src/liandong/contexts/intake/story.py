"""What a reporter may know of the case: what happened, and what was said in public."""

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
    "QuestionLapsed",
    "ReportsAdded",
    "CaseWordsErased",
}
"""Between the office and one reporter: no other one is told."""


@dataclass(frozen=True, slots=True)
class Story:
    """A case as its reporter may know it; `messages` hold public ones only. `own`: the reporter's own case, which may
    be joined to `case`; `teller`: the reporter, as the ledger names it.
    """

    case: cases.CaseRow
    entries: Sequence[ledger.EntryRow]
    messages: Sequence[cases.MessageRow]
    own: cases.CaseRow
    teller: str = ""

    @classmethod
    def of(cls, receipt: Receipt) -> "Story":
        return cls.told(receipt.case, receipt.carrier, receipt.entries, receipt.actor.ref)

    @classmethod
    def told(
        cls, own: cases.CaseRow, carrier: cases.CaseRow, entries: Sequence[ledger.EntryRow], teller: str = ""
    ) -> "Story":
        """Of a joined case what happened until then, and what the office did for the other since. Of a matter that
        several reported, names and numbers of the others are left out of what the office wrote.
        """
        messages = cases.messages(own.id, public_only=True)
        if own.id != carrier.id:
            joined_at = own.closed_at or own.changed_at
            others = ledger.entries(("case", carrier.id))
            entries = [*entries, *(each for each in others if each.at >= joined_at and each.event not in _OF_ONE)]
            messages = [*messages, *_for_all(carrier, others, joined_at)]
        if others_reported := other_reporters(own, carrier):
            messages = [_not_of(each, others_reported) for each in messages]
        return cls(carrier, entries, messages, own, teller)

    @property
    def is_joined(self) -> bool:
        return self.own.id != self.case.id

    def last(self, kind: str) -> cases.MessageRow | None:
        """The newest public message of a kind."""
        return next((each for each in reversed(self.messages) if each.kind == kind), None)

    @property
    def is_lapsed(self) -> bool:
        """Whether it closed because the time for a verdict ran out."""
        ends = [entry.event for entry in self.entries if entry.event in ENDING]
        return self.case.state == cases.State.CLOSED and bool(ends) and ends[-1] == "VerdictLapsed"


def _not_of(message: cases.MessageRow, others: Sequence[Reporter]) -> cases.MessageRow:
    if message.actor.startswith("reporter:"):
        return message
    return replace(message, text=without_others(message.text, others))


def _for_all(
    carrier: cases.CaseRow, entries: Sequence[ledger.EntryRow], joined_at: datetime
) -> Iterator[cases.MessageRow]:
    """What a joined reporter reads of the other case: its answers, and the office's reasons since the join; never why
    another reporter withdrew, which a clerk may have taken down.
    """
    told = (entry.facts for entry in entries)
    withdrawn = {facts.message for facts in told if isinstance(facts, cases.CaseWithdrawn)}
    for each in cases.messages(carrier.id, public_only=True):
        if each.id in withdrawn or each.actor.startswith("reporter:"):
            continue
        if each.kind == "answer" or (each.kind == "reason" and each.at >= joined_at):
            yield each
