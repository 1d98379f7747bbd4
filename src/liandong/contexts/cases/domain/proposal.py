"""Proposes categories from a resident's own words, with the words that speak for each."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from liandong.contexts.cases.domain.synonym_index import Evidence, LeafWords, SynonymIndex, leaves_of

__all__ = ["LeafWords", "Proposal", "SynonymIndex", "leaves_of", "propose"]

_PROPOSED = 3
_REASONS = 5
_LONGEST_TEXT = 1_000
_CONFIDENT_SCORE = 3.0
_CONFIDENT_LEAD = 1.4


@dataclass(frozen=True, slots=True)
class Proposal:
    """`score` compares leaves within one text only; `reasons` are the words found, weightiest first.

    `confident`: the first of its list, with enough evidence and a clear lead over the second.
    """

    code: str
    score: float
    reasons: tuple[str, ...]
    confident: bool


def propose(text: str, index: SynonymIndex) -> list[Proposal]:
    """At most three leaves, best first; none for a text without any known word.

    Longer and rarer words weigh more, and no sign of the text counts twice for one leaf. Only the first thousand signs
    are read.
    """
    by_leaf: dict[int, list[tuple[str, Evidence]]] = defaultdict(list)
    for language, evidence in index.evidence(text[:_LONGEST_TEXT]):
        by_leaf[evidence.leaf].append((language, evidence))
    scored = sorted(((*_weigh(found), leaf) for leaf, found in by_leaf.items()), key=lambda row: (-row[0], row[2]))
    best = scored[:_PROPOSED]
    sure = _is_clear([score for score, _, _ in best])
    return [
        Proposal(index.codes[leaf], round(score, 2), reasons, confident=sure and place == 0)
        for place, (score, reasons, leaf) in enumerate(best)
    ]


def _weigh(found: Iterable[tuple[str, Evidence]]) -> tuple[float, tuple[str, ...]]:
    """The leaf's score and its reasons: weightiest evidence first, the rest only as far as it explains new signs."""
    covered = {"zh": 0, "en": 0}
    score = 0.0
    used: list[Evidence] = []
    for language, evidence in sorted(found, key=lambda item: (-item[1].weight, item[1].words)):
        fresh = evidence.mask & ~covered[language]
        if fresh:
            score += evidence.weight * fresh.bit_count() / evidence.mask.bit_count()
            covered[language] |= fresh
            used.append(evidence)
    return score, tuple(_reasons(used))


def _reasons(used: list[Evidence]) -> Iterator[str]:
    """Phrases; traces only where there is no phrase."""
    phrases = [evidence.words for evidence in used if not evidence.trace]
    yield from (phrases or [evidence.words for evidence in used])[:_REASONS]


def _is_clear(scores: list[float]) -> bool:
    if not scores or scores[0] < _CONFIDENT_SCORE:
        return False
    lead = scores[0] / scores[1] if len(scores) > 1 else math.inf
    return lead >= _CONFIDENT_LEAD
