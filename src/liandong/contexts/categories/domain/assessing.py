"""Assesses a resident's words: they name at most three leaves, of which one may be taken without a clerk, and may tell
of a danger to life. Every door calls the same function; docs/algorithms/category_proposal.md has its formula.

Two voices name a leaf, the written synonyms and what was learned. What is wanted (asked, proposed or complained of) is
decided before the topic, and a danger by a gate of its own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from .danger import Dangers, Told
from .grams import is_readable
from .learned import ELSEWHERE, Floats, Learned, StartModel, softmax
from .proposal import LeafWords, Proposal, SynonymIndex, propose
from .taxonomy import CategoryRow

ASKED, SUGGESTED = "120101", "120201"
"""The leaves of questions and of suggestions."""
DANGER_SIGNS = 120
"""Signs of the head of a text: who is in danger says so first."""

_PROPOSED = 3
_WRITTEN = 12
_REASONS = 5
_WRITTEN_WEIGHT = 1.0
_ASKED_WEIGHT, _SUGGESTED_WEIGHT = 0.3, 1.0
_KIND_FROM = -0.6
_DANGER_FROM, _DANGER_BY_RULE_FROM = -0.05, -0.9
_DANGER_DESPITE_RULE_FROM = 0.5
_CALM_WEIGHT = 0.3
_TOLD_WEIGHT = 0.5
_NOT_TOLD_WEIGHT = 1.0
_TAKEN_LEAD = 0.15
_LESS_WHERE_SURE, _MORE_WHERE_ASKED, _MORE_WHERE_THIN = 0.1, 0.3, 0.4
_THIN, _TRACES = 3.0, 1.2
"""These are set on real letters of other counties; all else of both models by cross-validation on our own."""

_NO_LEAD = -1e9


@dataclass(frozen=True, slots=True)
class Assessed:
    """`proposals`: best first, at most three; only the first may be confident, and then it is taken. `is_danger`: the
    emergency numbers are shown. `is_urgent`: danger, or a first guess of the gravest leaves by more than traces.
    """

    proposals: tuple[Proposal, ...]
    is_danger: bool
    is_urgent: bool

    @property
    def taken(self) -> Proposal | None:
        """The leaf that becomes the category without a clerk."""
        return self.proposals[0] if self.proposals and self.proposals[0].confident else None


@dataclass(frozen=True, slots=True)
class Voices:
    """Who is asked. `topics`: the county's model or the start model's, None where there is neither.

    `hidden` leaves are never proposed for residents' words, `barred` ones never taken without a clerk, `emergencies`
    only where a danger is told; where one is, only `grave` ones are.
    """

    synonyms: SynonymIndex
    dangers: Dangers
    topics: Learned | None = None
    start: StartModel | None = None
    hidden: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    emergencies: frozenset[str] = frozenset()
    grave: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        leaves: Iterable[CategoryRow],
        dangers: Mapping[str, Any],
        start: StartModel | None,
        county: Learned | None = None,
    ) -> "Voices":
        """Of the current leaves; `dangers` as in `data/dangers.json`."""
        rows = {row.code: row for row in leaves}
        topics = county or (start.topics if start else None)

        def with_any(*flags: str) -> frozenset[str]:
            return frozenset(code for code, row in rows.items() if row.flags & set(flags))

        return cls(
            synonyms=_index_of(tuple(map(leaf_words, rows.values()))),
            dangers=Dangers(dangers),
            topics=topics.only(rows) if topics else None,
            start=start,
            hidden=with_any("not_for_residents"),
            barred=with_any("recusal", "private", "not_for_residents"),
            emergencies=with_any("call_emergency"),
            grave=frozenset(code for code, row in rows.items() if row.severity == 1),
        )


def leaf_words(row: CategoryRow) -> LeafWords:
    return LeafWords(row.code, (row.zh, row.en), (*row.keywords_zh, *row.keywords_en))


@lru_cache(maxsize=4)
def _index_of(leaves: tuple[LeafWords, ...]) -> SynonymIndex:
    """The same words make the same index: a county's are most often those that ship, also where it has learned."""
    return SynonymIndex(leaves)


def assess(text: str, voices: Voices) -> Assessed:
    """Assesses the words of a report. Only their first thousand signs are read."""
    written = propose(text, voices.synonyms, hidden=voices.hidden, most=_WRITTEN)
    if not is_readable(text):
        return _by_synonyms(written, voices, is_danger=_names_danger(text, written, voices))
    told = voices.dangers.of(text)
    is_danger = _tells_danger(text, told, voices)
    if voices.topics is None:
        return _by_synonyms(written, voices, is_danger=is_danger)
    topics = voices.topics
    reading = topics.read(text)
    learned = topics.scores(reading)
    if topics.codes[int(np.argmax(learned))] == ELSEWHERE:
        return _by_synonyms(written, voices, is_danger=is_danger)
    scores = _own(learned, topics, voices)
    named = max(scores, key=scores.__getitem__, default="")
    _add_written(scores, written, learned)
    asks = _weigh_what_is_wanted(scores, text, voices.start)
    if not is_danger:
        _calm(scores, voices.emergencies, asks=asks)
    elif told.danger is not None and told.danger.code in scores:
        scores[told.danger.code] += _TOLD_WEIGHT
    ranked = sorted(scores, key=lambda code: (-scores[code], code))[:_PROPOSED]
    lead = scores[ranked[0]] - scores[ranked[1]] if len(ranked) > 1 else 0.0
    if written and written[0].confident and written[0].code != ranked[0] and lead < _TAKEN_LEAD:
        ranked = [written[0].code, *(code for code in ranked if code != written[0].code)][:_PROPOSED]
        lead = _NO_LEAD
    first = ranked[0]
    sure = bool(written) and written[0].code == first == named and written[0].score >= _TRACES
    sure = sure and lead >= _needed_lead(written[0])
    sure = sure and _may_be_taken(first, voices, is_danger=is_danger)
    chances = dict(zip(scores, softmax(np.array(list(scores.values()), np.float32) * topics.scale), strict=True))
    said = {row.code: row.reasons for row in written}
    proposals = tuple(
        Proposal(
            code, round(float(chances[code]), 3), _reasons(said.get(code, ()), spoke), confident=sure and place == 0
        )
        for place, (code, spoke) in enumerate(zip(ranked, topics.reasons(reading, ranked), strict=True))
    )
    return Assessed(proposals, is_danger, is_danger or _is_grave(first, written, voices))


def tells_danger(text: str, voices: Voices) -> bool:
    """Whether the words tell of a danger, as `assess` says it, for less."""
    if not is_readable(text):
        return _names_danger(text, propose(text, voices.synonyms, hidden=voices.hidden, most=1), voices)
    return _tells_danger(text, voices.dangers.of(text), voices)


def _needed_lead(said: Proposal) -> float:
    """Over the second leaf, where both voices name this one. A question's words are in every letter."""
    less = _LESS_WHERE_SURE if said.confident else 0.0
    more = (_MORE_WHERE_ASKED if said.code in (ASKED, SUGGESTED) else 0.0) + (
        _MORE_WHERE_THIN if said.score < _THIN else 0.0
    )
    return _TAKEN_LEAD - less + more


def _by_synonyms(written: list[Proposal], voices: Voices, *, is_danger: bool) -> Assessed:
    """Assesses where nothing that was learned can speak."""
    total = sum(row.score for row in written) or 1.0
    return Assessed(
        tuple(
            Proposal(
                row.code,
                round(row.score / total, 3),
                row.reasons,
                confident=row.confident and _may_be_taken(row.code, voices, is_danger=is_danger),
            )
            for row in written[:_PROPOSED]
        ),
        is_danger,
        is_danger or (bool(written) and _is_grave(written[0].code, written, voices)),
    )


def _is_grave(code: str, written: list[Proposal], voices: Voices) -> bool:
    return code in voices.grave and any(row.code == code and row.score >= _TRACES for row in written)


def _may_be_taken(code: str, voices: Voices, *, is_danger: bool) -> bool:
    return code not in voices.barred and (code in voices.grave if is_danger else code not in voices.emergencies)


def _names_danger(text: str, written: list[Proposal], voices: Voices) -> bool:
    """Whether a text that only the synonyms can read names a danger."""
    return bool(written) and written[0].code in voices.emergencies and not voices.dangers.is_calm_english(text)


def _tells_danger(text: str, told: Told, voices: Voices) -> bool:
    """Where the model is sure; where a rule finds one and the model doesn't find it absurd. Who speaks calmly has to
    say more. What the rules find denied, supposed or over the model has to be very sure of.
    """
    if voices.start is None:
        return told.danger is not None
    head = text[:DANGER_SIGNS]
    score = voices.start.danger.score(head, "yes") - (_CALM_WEIGHT if voices.dangers.is_calm(head) else 0.0)
    if told.danger is not None:
        return score > _DANGER_BY_RULE_FROM
    return score > (_DANGER_DESPITE_RULE_FROM if told.is_withdrawn else _DANGER_FROM)


def _own(learned: Floats, topics: Learned, voices: Voices) -> dict[str, float]:
    """The learned share of every leaf that may be proposed."""
    return {
        code: score
        for code, score in zip(topics.codes, learned.tolist(), strict=True)
        if code != ELSEWHERE and code not in voices.hidden
    }


def _add_written(scores: dict[str, float], written: list[Proposal], learned: Floats) -> None:
    """The share of the synonyms, of everything that they found."""
    unknown = _third(learned)
    total = sum(row.score for row in written) or 1.0
    for row in written:
        scores[row.code] = scores.get(row.code, unknown) + _WRITTEN_WEIGHT * row.score / total


def _weigh_what_is_wanted(scores: dict[str, float], text: str, start: StartModel | None) -> bool:
    """Whether the text asks, which speaks for the leaf of questions, as a proposal does for that of suggestions."""
    if start is None:
        return False
    wanted = dict(zip(start.kinds.codes, start.kinds.scores(start.kinds.read_wanted(text)).tolist(), strict=True))
    for code, kind, weight in ((ASKED, "question", _ASKED_WEIGHT), (SUGGESTED, "proposal", _SUGGESTED_WEIGHT)):
        if code in scores:
            scores[code] += weight * (wanted[kind] - _KIND_FROM)
    return max(wanted, key=wanted.__getitem__) == "question"


def _calm(scores: dict[str, float], emergencies: Collection[str], *, asks: bool) -> None:
    """Where no danger is told an emergency's leaf stands back, and who asks about its thing asks."""
    own = [scores[code] for code in emergencies if code in scores]
    if asks and own and ASKED in scores:
        scores[ASKED] = max(scores[ASKED], *own)
    for code in emergencies:
        if code in scores:
            scores[code] -= _NOT_TOLD_WEIGHT


def _third(scores: Floats) -> float:
    """The score at which a leaf begins that nothing was learned of: the third best."""
    return float(np.sort(scores)[-_PROPOSED:][0])


def _reasons(written: tuple[str, ...], learned: tuple[str, ...]) -> tuple[str, ...]:
    """The synonyms found before the words that only the model knows."""
    more = (word for word in learned if not any(word in phrase for phrase in written))
    return tuple(dict.fromkeys((*written, *more)))[:_REASONS]
