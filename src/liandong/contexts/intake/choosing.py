"""The category of a form while it is typed: what was chosen, what the words speak for, and what follows from it."""

from dataclasses import dataclass

from liandong.contexts.cases import public as cases

from .wording import category_name

_ENOUGH = 2
"""Signs of text before anything is proposed."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A category that words of the text speak for; `reasons` are those words, where they say more than the name."""

    code: str
    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`chosen`: the leaf picked by hand, or None. `sure`: what the words alone would make of it, or None.

    `others`: what else the words may mean.
    """

    chosen: cases.CategoryRow | None
    sure: Proposed | None
    others: tuple[Proposed, ...]
    is_emergency: bool

    @property
    def leaf(self) -> cases.CategoryRow | None:
        """The category that the report would get as it stands."""
        return self.chosen or (cases.taxonomy().leaf(self.sure.code) if self.sure else None)

    @property
    def asks_office(self) -> bool:
        """Whether it is a complaint that must not reach the office complained of."""
        return self.leaf is not None and "recusal" in self.leaf.flags

    @property
    def is_confidential(self) -> bool:
        return self.leaf is not None and "reporter_confidential" in self.leaf.flags


def choose(text: str, code: str) -> Choice:
    """What is chosen by hand stands; else what the words clearly speak for, as `receive` will decide it.

    The emergency numbers are shown where the choice is such a category, or where the words tell of a danger.
    """
    chosen = cases.taxonomy().leaf(code)
    found = cases.assess_words(text if len(text.strip()) >= _ENOUGH else "")
    sure = _proposed(found.taken) if found.taken else None
    settled = {chosen.code} if chosen else {sure.code} if sure else set()
    return Choice(
        chosen=chosen,
        sure=sure if chosen is None else None,
        others=tuple(_proposed(each) for each in found.proposals if each.code not in settled),
        is_emergency=found.is_danger or (chosen is not None and chosen.is_emergency),
    )


def _proposed(proposal: cases.Proposal) -> Proposed:
    name = category_name(proposal.code)
    return Proposed(proposal.code, name, tuple(word for word in proposal.reasons if word != name))
