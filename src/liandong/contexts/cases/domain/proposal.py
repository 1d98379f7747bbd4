"""Proposes categories from a resident's own words, with the words that speak for each: by the written synonyms, and by
what was learned from confirmed cases where there is enough of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from liandong.contexts.cases.domain.learned import ELSEWHERE, Judged, Learned
from liandong.contexts.cases.domain.synonym_index import Evidence, LeafWords, SynonymIndex, leaves_of

__all__ = [
    "LeafWords",
    "Proposal",
    "SynonymIndex",
    "contradicts",
    "leaves_of",
    "propose",
    "propose_learned",
    "together",
]

_PROPOSED = 3
_REASONS = 5
_LONGEST_TEXT = 1_000
_CONFIDENT_SCORE = 3.0
_CONFIDENT_LEAD = 1.4
_SECOND_MATTER = 1.9
_MORE_THAN_TRACES = 1.2
_WORTH_SHOWING = 0.1
"""Probability of a class that is shown although neither source puts it first."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """`score` compares leaves of one text and source only: weight of the synonyms found, or the learned probability.

    `reasons` are the words found, weightiest first. `confident`: the first of its list, with enough evidence and a
    clear lead over the second. `foremost`: the first by the synonyms or by what was learned.
    """

    code: str
    score: float
    reasons: tuple[str, ...]
    confident: bool
    foremost: bool = False


@dataclass(frozen=True, slots=True)
class _Weighed:
    leaf: int
    score: float
    used: tuple[Evidence, ...]

    def beside(self, other: "_Weighed") -> float:
        """The weight of this leaf's evidence on signs of the text that the other leaf does not explain."""
        explained = {language: _covered(other.used, language) for language in ("zh", "en")}
        return sum(item.weight for item in self.used if not item.mask & explained[item.language])


def propose(text: str, index: SynonymIndex) -> list[Proposal]:
    """At most three leaves, best first; none for a text without any known word.

    Longer and rarer words weigh more, and no sign of the text counts twice for one leaf. Only the first thousand signs
    are read.
    """
    by_leaf: dict[int, list[Evidence]] = defaultdict(list)
    for evidence in index.evidence(text[:_LONGEST_TEXT]):
        by_leaf[evidence.leaf].append(evidence)
    weighed = (_weigh(leaf, found) for leaf, found in by_leaf.items())
    best = sorted(weighed, key=lambda row: (-row.score, index.codes[row.leaf]))[:_PROPOSED]
    sure = _is_clear(best)
    return [
        Proposal(
            index.codes[row.leaf],
            round(row.score, 2),
            _reasons(row.used),
            confident=sure and place == 0,
            foremost=place == 0,
        )
        for place, row in enumerate(best)
    ]


def propose_learned(text: str, index: SynonymIndex, learned: Learned | None) -> list[Proposal]:
    """By both sources; by the synonyms alone while nothing is learned, and for a text that can't be judged."""
    written = propose(text, index)
    return together(written, learned.judge(text), learned) if learned else written


def together(written: Sequence[Proposal], judged: Sequence[Judged], learned: Learned) -> list[Proposal]:
    """At most three: the learned leaf, what the synonyms say, other learned ones. Where the likeliest is elsewhere, the
    synonyms alone.

    Taken is what its probability makes right in 95 of 100, a lower one where the synonyms say the same. Where they say
    something else with confidence, or a leaf that nothing was learned of, a clerk decides.
    """
    if not judged or judged[0].code == ELSEWHERE:
        return list(written)
    first, said = judged[0], written[0] if written else None
    agreeing = said is not None and said.code == first.code
    sure = not contradicts(written, first.code, learned.codes) and first.probability >= (
        learned.sure_agreeing if agreeing else learned.sure
    )
    found = {first.code: _judged(first, written, confident=sure, foremost=True)}
    others = [_judged(each, written) for each in judged[1:] if each.code and each.probability >= _WORTH_SHOWING]
    for each in (*(replace(row, confident=False) for row in written[:1]), *others, *written[1:]):
        found.setdefault(each.code, each)
    return list(found.values())[:_PROPOSED]


def contradicts(written: Sequence[Proposal], code: str, codes: Collection[str]) -> bool:
    """Whether the synonyms name another leaf with confidence, or one that isn't among the learned `codes` by more than
    traces of words.
    """
    if not written or written[0].code == code:
        return False
    said = written[0]
    return said.confident or (said.code not in codes and said.score >= _MORE_THAN_TRACES)


def _judged(
    judged: Judged, written: Iterable[Proposal], *, confident: bool = False, foremost: bool = False
) -> Proposal:
    """With the synonyms found for the same leaf before the words that only the model knows."""
    said = next((row.reasons for row in written if row.code == judged.code), ())
    more = (word for word in judged.reasons if not any(word in phrase for phrase in said))
    reasons = tuple(dict.fromkeys((*said, *more)))[:_REASONS]
    return Proposal(judged.code, round(judged.probability, 2), reasons, confident, foremost)


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
