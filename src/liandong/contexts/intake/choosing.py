"""The category of a form while it is typed: what was chosen, what the words speak for, and what follows from it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import get_language

from liandong.contexts.categories import public as categories
from liandong.foundation.language import in_language
from liandong.kernel.text import fold

_ENOUGH = 2
"""Signs of text before anything is proposed."""
_FOUND = 8
"""Leaves that a search of the picker lists."""
_BESIDE = 0.05
"""A share of the score of a sure leaf: others above it are shown beside it."""
_WORTH_FINDING = 0.1
"""Score of a leaf that a search lists although none of its words was asked for."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A category that may be meant. `hint`: its group or domain, where that says more than the name. `reasons`: words
    of the text that speak for it, where they say more than the name.
    """

    code: str
    name: str
    hint: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """One answer to a question, and the category that it chooses."""

    code: str
    text: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question that tells apart two categories described in the same words."""

    text: str
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`chosen`: the leaf picked by hand, or None. `sure`: what the words alone would make of it, or None.

    `others`: what else the words may mean. `clearly`: what the words clearly speak for although something else was
    chosen. `question`: asked where the leaf has a counterpart; its answers aren't among `others`.
    """

    chosen: categories.CategoryRow | None
    sure: Proposed | None
    others: tuple[Proposed, ...]
    is_emergency: bool
    clearly: Proposed | None = None
    question: Question | None = None

    @property
    def leaf(self) -> categories.CategoryRow | None:
        """The category that the report would get as it stands."""
        return self.chosen or (categories.taxonomy().leaf(self.sure.code) if self.sure else None)

    @property
    def picked(self) -> Proposed | None:
        """The leaf picked by hand, as it is told."""
        return _named(self.chosen) if self.chosen else None

    @property
    def asks_office(self) -> bool:
        """Whether it is a complaint that must not reach the office complained of."""
        return self.leaf is not None and "recusal" in self.leaf.flags

    @property
    def is_confidential(self) -> bool:
        return self.leaf is not None and "reporter_confidential" in self.leaf.flags


def choose(text: str, code: str, *, for_desk: bool = False) -> Choice:
    """The category chosen by hand, else the one for which the words clearly speak, as `receive` will decide it.

    The emergency numbers are shown where the choice is such a category, or where the words tell of a danger.
    """
    chosen = _shown(code, for_desk=for_desk)
    assessed = categories.assess_words(text if len(text.strip()) >= _ENOUGH else "")
    found, sure = assessed.proposals, assessed.taken
    settled = chosen.code if chosen else sure.code if sure else ""
    pair = categories.asked_pair(settled, [each.code for each in found])
    said = {settled, *(pair.codes if pair else ())}
    least = _BESIDE * sure.score if sure else 0.0
    clearly = sure if sure and chosen and sure.code not in said else None
    said |= {clearly.code} if clearly else set()
    return Choice(
        chosen=chosen,
        sure=_proposed(sure) if sure and chosen is None else None,
        others=tuple(_proposed(each) for each in found if each.code not in said and each.score >= least),
        is_emergency=assessed.is_danger or (chosen is not None and chosen.is_emergency),
        clearly=_proposed(clearly) if clearly else None,
        question=_question(pair, settled) if pair else None,
    )


def _shown(code: str, *, for_desk: bool) -> categories.CategoryRow | None:
    leaf = categories.taxonomy().leaf(code)
    return leaf if leaf and (for_desk or leaf.is_for_residents) else None


def _proposed(proposal: categories.Proposal) -> Proposed:
    name = categories.category_name(proposal.code)
    reasons = tuple(word for word in proposal.reasons if word != name)
    return Proposed(proposal.code, name, _hint(proposal.code, name), reasons)


def _named(leaf: categories.CategoryRow) -> Proposed:
    name = categories.category_name(leaf.code)
    return Proposed(leaf.code, name, _hint(leaf.code, name))


def _hint(code: str, name: str) -> str:
    """The first of group and domain whose name isn't the leaf's."""
    by_code = categories.taxonomy().by_code
    upper = (in_language(row.zh, row.en) for each in (code[:4], code[:2]) if (row := by_code.get(each)))
    return next((each for each in upper if each != name), "")


def _question(pair: categories.Pair, settled: str) -> Question:
    language = get_language() or ""
    return Question(
        pair.question(language),
        tuple(
            Wish(each.code, each.text(language), categories.category_name(each.code), each.code == settled)
            for each in pair.answers
        ),
    )


@dataclass(frozen=True, slots=True)
class Group:
    """A domain of the picker with its leaves; `about` names its groups."""

    name: str
    about: tuple[str, ...]
    leaves: tuple[Proposed, ...]


def groups(*, for_desk: bool = False) -> list[Group]:
    """All that may be chosen, by domain."""
    taxonomy = categories.taxonomy()
    by_domain: dict[str, list[Proposed]] = {row.code: [] for row in taxonomy.children("")}
    for leaf in taxonomy.leaves():
        if for_desk or leaf.is_for_residents:
            by_domain.setdefault(leaf.code[:2], []).append(_named(leaf))
    return [
        Group(
            categories.category_name(domain) or domain,
            tuple(dict.fromkeys(each.hint for each in leaves)),
            tuple(leaves),
        )
        for domain, leaves in by_domain.items()
        if leaves
    ]


def find(asked: str, *, for_desk: bool = False) -> list[Proposed]:
    """Leaves whose name, synonyms or group hold the asked words, then what the words speak for; best first."""
    words = fold(asked[:200]).split()
    if not words:
        return []
    ranked = [
        (rank, leaf)
        for leaf in categories.taxonomy().leaves()
        if (for_desk or leaf.is_for_residents) and (rank := _rank(leaf, words)) is not None
    ]
    found = {leaf.code: _named(leaf) for _, leaf in sorted(ranked, key=lambda each: (each[0], each[1].code))}
    for proposal in categories.assess_words(asked).proposals:
        leaf = _shown(proposal.code, for_desk=for_desk)
        if leaf and proposal.score >= _WORTH_FINDING:
            found.setdefault(leaf.code, _named(leaf))
    return list(found.values())[:_FOUND]


def _rank(leaf: categories.CategoryRow, words: Collection[str]) -> int | None:
    """0 found in a name, 1 in a synonym too, 2 in the names of group and domain too; None where a word isn't found."""
    by_code = categories.taxonomy().by_code
    upper = [row for code in (leaf.code[:4], leaf.code[:2]) if (row := by_code.get(code))]
    sources = (
        (leaf.zh, leaf.en),
        (*leaf.keywords_zh, *leaf.keywords_en),
        tuple(name for row in upper for name in (row.zh, row.en)),
    )
    known: list[str] = []
    for rank, texts in enumerate(sources):
        known += map(fold, texts)
        if all(any(word in each for each in known) for word in words):
            return rank
    return None
