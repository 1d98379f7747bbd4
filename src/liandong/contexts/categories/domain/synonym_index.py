"""Finds in a text what speaks for which leaf: phrases, phrases in two halves, and traces of them.

A phrase counts whole; a Chinese one also when its two halves stand near each other (路灯…不亮), an English one when its
words do. What no phrase explains may still speak through a pair of signs or a single word: a trace, worth far less.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from liandong.kernel.text import fold, has_han

_LONGEST_PIECE = 10
_REACH_SIGNS = 10
_REACH_WORDS = 6
_WORD_UNITS = 2.5
_NAME_FACTOR = 1.15
_APART_FACTOR = 0.8
_PART_FACTOR = 0.6
_TRACE_FACTOR = 0.3
_MOST_TRACE_FACTOR = 0.8
_LONGEST_TRACE = 4

_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", ""))
_KEPT_ENDINGS = ("ss", "us")
_SHORTEST_STEM = 3

_WORD = re.compile(r"[a-z0-9]+")
_NAME_PARTS = re.compile(r"[与和或、,/()（）]")
_EMPTY_SIGNS = frozenset(
    "的了是在我你他她们有和也都就还很不没个这那一吗呢啊吧请到上下来去说给让被把要会能多人家里几好两三"
)
_EMPTY_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "from",
        "with",
        "by",
        "my",
        "our",
        "your",
        "his",
        "her",
        "their",
        "its",
        "it",
        "i",
        "we",
        "you",
        "he",
        "she",
        "they",
        "this",
        "that",
        "there",
        "and",
        "or",
        "not",
        "no",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "will",
        "would",
        "can",
        "could",
        "please",
        "very",
        "so",
        "me",
        "us",
        "but",
        "who",
        "what",
        "when",
        "where",
        "how",
        "any",
        "all",
        "some",
        "since",
        "again",
        "still",
        "just",
        "been",
    ]
)


@dataclass(frozen=True, slots=True)
class LeafWords:
    """A leaf of the taxonomy: its code, its names in each language, its synonyms."""

    code: str
    names: tuple[str, ...]
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """`mask` has a bit for every sign (Chinese) or word (English) of the text that this evidence explains.

    `language` says which of the two `mask` counts; `trace`: no phrase of the leaf, only a pair of signs or a word.
    """

    language: str
    weight: float
    leaf: int
    mask: int
    words: str
    trace: bool = False


@dataclass(frozen=True, slots=True)
class _Phrase:
    leaf: int
    text: str
    factor: float


def leaves_of(taxonomy: Mapping[str, Any]) -> tuple[LeafWords, ...]:
    """The leaves of a taxonomy shaped as `data/taxonomy.json`."""
    return tuple(
        LeafWords(row["code"], (row["zh"], row["en"]), (*row["synonyms"]["zh"], *row["synonyms"]["en"]))
        for row in taxonomy["categories"]
        if row["leaf"]
    )


class SynonymIndex:
    """Built once from all leaves (about a quarter of a second); holds no text and may be shared by threads."""

    def __init__(self, leaves: Iterable[LeafWords]) -> None:
        rows = tuple(leaves)
        self.codes = tuple(row.code for row in rows)
        phrases = [phrase for number, row in enumerate(rows) for phrase in _phrases(number, row)]
        self._chinese = _Chinese([phrase for phrase in phrases if has_han(phrase.text)], len(rows))
        self._english = _English([phrase for phrase in phrases if not has_han(phrase.text)], len(rows))

    def evidence(self, text: str) -> Iterator[Evidence]:
        """All evidence in a text; case and width do not matter."""
        text = fold(text)
        if has_han(text):
            yield from self._chinese.evidence(text)
        yield from self._english.evidence(text)


class _Chinese:
    """Finds phrases and their halves by looking up every piece of the text in one table."""

    def __init__(self, phrases: Sequence[_Phrase], leaves: int) -> None:
        rarity = _Rarity(_vocabulary(phrases), leaves)
        self._wholes: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._halves: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
        self._seconds: dict[str, set[str]] = defaultdict(set)
        self._traces: dict[str, dict[int, float]] = defaultdict(dict)
        for phrase in phrases:
            self._learn(phrase, rarity)
        self._learn_traces(phrases, rarity)
        halves = {half for pair in self._halves for half in pair}
        self._pieces = frozenset(self._wholes) | halves | frozenset(self._traces)
        lengths: dict[str, set[int]] = defaultdict(set)
        for piece in self._pieces:
            lengths[piece[:1]].add(len(piece))
        self._lengths = {sign: tuple(sorted(own)) for sign, own in lengths.items()}

    def _learn(self, phrase: _Phrase, rarity: "_Rarity") -> None:
        units = len(phrase.text.replace(" ", "")) * phrase.factor
        if " " in phrase.text:
            pairs, factor = [_two_words(phrase.text)], 1.0
        else:
            self._wholes[phrase.text].append((phrase.leaf, units * rarity.of(phrase.text)))
            pairs, factor = list(_cuts(phrase.text)), _APART_FACTOR
        for first, second in pairs:
            weight = factor * units * (rarity.of(first) + rarity.of(second)) / 2
            own = self._halves[first, second]
            own[phrase.leaf] = max(weight, own.get(phrase.leaf, 0.0))
            self._seconds[first].add(second)

    def _learn_traces(self, phrases: Sequence[_Phrase], rarity: "_Rarity") -> None:
        uses = Counter((phrase.leaf, piece) for phrase in phrases for piece in set(_traces_of(phrase.text)))
        for (leaf, piece), times in uses.items():
            self._traces[piece][leaf] = _trace_factor(times) * len(piece) * rarity.of(piece)

    def evidence(self, text: str) -> Iterator[Evidence]:
        places = self._places(text)
        for piece, starts in places.items():
            mask = _mask(starts, len(piece))
            for leaf, weight in self._wholes.get(piece, ()):
                yield Evidence("zh", weight, leaf, mask, piece)
            for leaf, weight in self._traces.get(piece, {}).items():
                yield Evidence("zh", weight, leaf, mask, piece, trace=True)
            for other in self._seconds.get(piece, ()):
                if other in places:
                    yield from self._apart(piece, other, places)

    def _places(self, text: str) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for start, sign in enumerate(text):
            for length in self._lengths.get(sign, ()):
                piece = text[start : start + length]
                if piece in self._pieces and len(piece) == length:
                    places.setdefault(piece, []).append(start)
        return places

    def _apart(self, first: str, second: str, places: Mapping[str, Sequence[int]]) -> Iterator[Evidence]:
        nearest = _nearest(places[first], len(first), places[second], len(second))
        if nearest is None:
            return
        reach = _REACH_SIGNS if min(len(first), len(second)) > 1 else _REACH_SIGNS // 2
        start, other = nearest
        if max(other - start - len(first), start - other - len(second)) > reach:
            return
        mask = _mask([start], len(first)) | _mask([other], len(second))
        words = f"{first}…{second}" if start < other else f"{second}…{first}"
        for leaf, weight in self._halves[first, second].items():
            yield Evidence("zh", weight, leaf, mask, words)


class _English:
    """Compares stems, in any order, within a short stretch of words; two of three words are half a phrase."""

    def __init__(self, phrases: Sequence[_Phrase], leaves: int) -> None:
        stems = [(phrase, own) for phrase in phrases if (own := _stems(phrase.text))]
        self._rarity = _Rarity(_by_leaf((phrase.leaf, stem) for phrase, own in stems for stem in own), leaves)
        self._phrases: dict[str, list[tuple[tuple[str, ...], _Phrase]]] = defaultdict(list)
        for phrase, own in stems:
            for stem in set(own):
                self._phrases[stem].append((own, phrase))
        self._traces: dict[str, dict[int, float]] = defaultdict(dict)
        uses = Counter((phrase.leaf, stem) for phrase, own in stems for stem in set(own))
        for (leaf, stem), times in uses.items():
            self._traces[stem][leaf] = _trace_factor(times) * _WORD_UNITS * self._rarity.of(stem)

    def evidence(self, text: str) -> Iterator[Evidence]:
        words = _words(text)
        places: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(words):
            places[_stem(word)].append(number)
        for own, phrase in {row for stem in places for row in self._phrases.get(stem, ())}:
            present = [stem for stem in own if stem in places]
            if len(present) == len(own) or len(present) > 1:
                yield from self._together(own, present, phrase, places, words)
        for stem, at in places.items():
            for leaf, weight in self._traces.get(stem, {}).items():
                yield Evidence("en", weight, leaf, _mask(at, 1), words[at[0]], trace=True)

    def _together(
        self,
        own: Sequence[str],
        present: Sequence[str],
        phrase: _Phrase,
        places: Mapping[str, Sequence[int]],
        words: Sequence[str],
    ) -> Iterator[Evidence]:
        at = sorted(min(places[stem], key=lambda place: abs(place - places[present[0]][0])) for stem in present)
        stretch = at[-1] - at[0] + 1
        if stretch > len(own) + _REACH_WORDS:
            return
        weight = _WORD_UNITS * phrase.factor * sum(map(self._rarity.of, present))
        weight *= 1.0 if stretch <= len(present) else _APART_FACTOR
        weight *= 1.0 if len(present) == len(own) else _PART_FACTOR
        yield Evidence("en", weight, phrase.leaf, _mask(at, 1), " ".join(words[place] for place in at))


class _Rarity:
    """1 for a piece that one leaf uses, falling towards 0 for one that all leaves use."""

    def __init__(self, leaves_by_piece: Mapping[str, int], leaves: int) -> None:
        self._leaves_by_piece = leaves_by_piece
        self._scale = math.log(leaves + 1)

    def of(self, piece: str) -> float:
        return 1 - math.log(max(1, self._leaves_by_piece.get(piece, 1))) / self._scale


def _phrases(number: int, row: LeafWords) -> Iterator[_Phrase]:
    for name in row.names:
        for part in _NAME_PARTS.split(fold(name)):
            if len(part.strip()) > 1:
                yield _Phrase(number, part.strip(), _NAME_FACTOR)
    for synonym in row.synonyms:
        yield _Phrase(number, fold(synonym), 1.0)


def _vocabulary(phrases: Iterable[_Phrase]) -> Counter[str]:
    """In how many leaves each piece of up to ten signs occurs."""
    return _by_leaf(
        (phrase.leaf, phrase.text[start:end])
        for phrase in phrases
        for start in range(len(phrase.text))
        for end in range(start + 1, min(len(phrase.text), start + _LONGEST_PIECE) + 1)
    )


def _by_leaf(pieces: Iterable[tuple[int, str]]) -> Counter[str]:
    return Counter(piece for _, piece in set(pieces))


def _traces_of(phrase: str) -> Iterator[str]:
    for word in phrase.split(" "):
        longest = min(_LONGEST_TRACE, len(word) - (word == phrase))
        for length in range(2, longest + 1):
            for start in range(len(word) - length + 1):
                piece = word[start : start + length]
                if piece[0] not in _EMPTY_SIGNS and piece[-1] not in _EMPTY_SIGNS:
                    yield piece


def _two_words(phrase: str) -> tuple[str, str]:
    first, _, second = phrase.partition(" ")
    return first, second


def _cuts(phrase: str) -> Iterator[tuple[str, str]]:
    """The ways to cut a phrase in two halves that mean something alone; one of three signs may leave a single one."""
    shortest = 1 if len(phrase) == 3 else 2
    for at in range(shortest, len(phrase) - shortest + 1):
        halves = phrase[:at], phrase[at:]
        if not any(set(half) <= _EMPTY_SIGNS for half in halves):
            yield halves


def _nearest(firsts: Sequence[int], first: int, seconds: Sequence[int], second: int) -> tuple[int, int] | None:
    """The two starting places nearest to each other whose pieces do not overlap."""
    pairs = [(a, b) for a in firsts for b in seconds if a + first <= b or b + second <= a]
    return min(pairs, key=lambda pair: abs(pair[0] - pair[1]), default=None)


def _trace_factor(times: int) -> float:
    """A piece that many phrases of a leaf share is close to its heart and weighs almost like a phrase."""
    return min(_MOST_TRACE_FACTOR, _TRACE_FACTOR * (1 + math.log(times)))


def _mask(starts: Iterable[int], length: int) -> int:
    mask = 0
    for start in starts:
        mask |= ((1 << length) - 1) << start
    return mask


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.replace("'s", "")) if word not in _EMPTY_WORDS]


def _stems(text: str) -> tuple[str, ...]:
    return tuple(map(_stem, _words(text)))


def _stem(word: str) -> str:
    """A light stem: enough to meet plural, -ing and -ed, no more."""
    for ending, rest in _ENDINGS:
        if word.endswith(ending) and len(word) >= len(ending) + _SHORTEST_STEM and not word.endswith(_KEPT_ENDINGS):
            word = word[: -len(ending)] + rest
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "aeslz":
        word = word[:-1]
    return word[:-1] if len(word) > _SHORTEST_STEM and word.endswith("e") else word
