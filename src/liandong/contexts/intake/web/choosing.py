"""The category of a form as it is typed: what the words speak for, what was chosen by hand, what follows from it."""

from dataclasses import dataclass

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.forms import category_name

_ENOUGH = 2
"""Signs of text before anything is proposed."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A category that words of the text speak for."""

    code: str
    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`code`: what the picker shows; `proposed`: the same where the page put it there, empty where a hand did."""

    code: str
    proposed: str
    proposals: tuple[Proposed, ...]
    is_emergency: bool
    asks_office: bool
    is_confidential: bool

    @property
    def reasons(self) -> tuple[str, ...]:
        """The words that speak for the category in the picker."""
        return next((each.reasons for each in self.proposals if each.code == self.code), ())

    @property
    def others(self) -> tuple[Proposed, ...]:
        """Proposals that are not in the picker already."""
        return tuple(each for each in self.proposals if each.code != self.code)


def choose(text: str, code: str, proposed: str) -> Choice:
    """What a hand has chosen stays; what the page had proposed gives way to what the words speak for now."""
    found = cases.propose_category(text) if len(text.strip()) >= _ENOUGH else []
    sure = found[0].code if found and found[0].confident else ""
    by_hand = bool(code) and code != proposed and cases.taxonomy().leaf(code) is not None
    picked = code if by_hand else sure
    category = cases.taxonomy().leaf(picked or (found[0].code if found else ""))
    chosen = cases.taxonomy().leaf(picked)
    certain = cases.taxonomy().leaf(sure)
    return Choice(
        code=picked,
        proposed="" if by_hand else sure,
        proposals=tuple(Proposed(each.code, category_name(each.code), each.reasons) for each in found),
        is_emergency=is_emergency(category) or is_emergency(certain),
        asks_office=chosen is not None and "recusal" in chosen.flags,
        is_confidential=chosen is not None and "reporter_confidential" in chosen.flags,
    )


def is_emergency(category: cases.CategoryRow | None) -> bool:
    """Whether the emergency numbers come before any report of this category."""
    return category is not None and "call_emergency" in category.flags
