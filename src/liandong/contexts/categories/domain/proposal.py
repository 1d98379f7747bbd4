"""Proposes categories from a resident's own words by the written synonyms, with the words that speak for each.

What was learned speaks beside them in `assessing.py`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from liandong.contexts.categories.domain.synonym_index import Evidence, LeafWords, SynonymIndex, leaves_of

__all__ = ["LeafWords", "Proposal", "SynonymIndex", "leaves_of", "propose"]

_PROPOSED = 3
_REASONS = 5
_LONGEST_TEXT = 1_000
_CONFIDENT_SCORE = 3.0
_CONFIDENT_LEAD = 1.4
_SECOND_MATTER = 1.9


@dataclass(frozen=True, slots=True)
class Proposal:
    """`score` compares leaves of one text only: weight of the synonyms found, or the probability where both sources
    speak.

    `reasons` are the words found, weightiest first. `confident`: the first of its list, with enough evidence and a
    clear lead over the second.
    """

    code: str
    score: float
    reasons: tuple[str, ...]
    confident: bool


@dataclass(frozen=True, slots=True)
class _Weighed:
    leaf: int
    score: float
    used: tuple[Evidence, ...]

    def beside(self, other: "_Weighed") -> float:
        """The weight of this leaf's evidence on signs of the text that the other leaf does not explain."""
        explained = {language: _covered(other.used, language) for language in ("zh", "en")}
        return sum(item.weight for item in self.used if not item.mask & explained[item.language])


def propose(text: str, index: SynonymIndex, *, hidden: Collection[str] = (), most: int = _PROPOSED) -> list[Proposal]:
    """At most three leaves, best first; none for a text without any known word, and none that is hidden.

    Longer and rarer words weigh more, and no sign of the text counts twice for one leaf. Only the first thousand signs
    are read.
    """
    by_leaf: dict[int, list[Evidence]] = defaultdict(list)
    for evidence in index.evidence(text[:_LONGEST_TEXT]):
        if index.codes[evidence.leaf] not in hidden:
            by_leaf[evidence.leaf].append(evidence)
    weighed = (_weigh(leaf, found) for leaf, found in by_leaf.items())
    best = sorted(weighed, key=lambda row: (-row.score, index.codes[row.leaf]))[:most]
    sure = _is_clear(best[:_PROPOSED])
    return [
        Proposal(index.codes[row.leaf], round(row.score, 2), _reasons(row.used), confident=sure and place == 0)
        for place, row in enumerate(best)
    ]


def _weigh(leaf: int, found: Iterable[Evidence]) -> _Weighed:
    """Weightiest evidence first, the rest only as far as it explains signs not yet explained."""
    covered = {"zh": 0, "en": 0}
    score = 0.0
    used: list[Evidence] = []
    for evidence in sorted(found, key=lambda item: (-item.weight, item.words)):
        fresh = evidence.mask & ~covered[evidence.language]
        if fresh:
            score += evidence.weight * fresh.bit_count() / evidence.mask.bit_count()
            covered[evidence.language] |= fresh
            used.append(evidence)
    return _Weighed(leaf, score, tuple(used))


def _covered(used: Iterable[Evidence], language: str) -> int:
    mask = 0
    for evidence in used:
        if evidence.language == language:
            mask |= evidence.mask
    return mask


def _reasons(used: Iterable[Evidence]) -> tuple[str, ...]:
    """Phrases; traces only where there is no phrase."""
    used = tuple(used)
    phrases = [evidence.words for evidence in used if not evidence.trace]
    return tuple(phrases or [evidence.words for evidence in used])[:_REASONS]


def _is_clear(best: Sequence[_Weighed]) -> bool:
    """Enough evidence, a clear lead, and no second matter told in other words of the same text."""
    if not best or best[0].score < _CONFIDENT_SCORE:
        return False
    first, others = best[0], best[1:]
    return all(
        first.score >= _CONFIDENT_LEAD * other.score and other.beside(first) < _SECOND_MATTER for other in others
    )
