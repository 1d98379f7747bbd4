"""Whether words tell of a danger to life that is there now: a thing and what happens to it, told together.

Neither alone is enough: a power line has a price, a plan and a rule, and a fire may be last year's. Nor is what is
asked, wished for, feared, planned or over. The words stand in `data/dangers.json`, as patterns: `now` and `at_once`
make a sentence urgent, `calm` makes it a rule, a price, a wish, a plan or a story; `denied` and `not_happening`, just
before what happens, say that it doesn't, or that it does again and again, as does `denied_thing` just
before the thing. `over` makes a sentence past. English texts have words of their own for what is asked, denied or past.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from liandong.kernel.text import HAN, fold

_LONGEST_TEXT = 1_000
_HEAD_SIGNS = 40
"""Somebody in danger says so first; further on only with a word for now beside it."""
_REACH_SIGNS = 12
_BEFORE_SIGNS = 16
_ASKED = ("?", "？", "吗", "呢")
_SENTENCE = re.compile("[^。！？!?\n；;]+[。！？!?\n；;]*")
_BLANK_BETWEEN = re.compile(f"(?<=[{HAN}])[ \t]+(?=[{HAN}])")
_COMMAS = frozenset(",，、:：")


@dataclass(frozen=True, slots=True)
class Danger:
    """`code`: the leaf that it is; `words`: what says so, as it stands in the text."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """The rules' reading of a text. `danger`: the first that is there now, or None. `is_withdrawn`: dangers are named,
    and each is denied, supposed, told of others or over.
    """

    danger: Danger | None = None
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """A thing and what happens to it: where in the sentence, in which words, and whether just there it is denied."""

    at: int
    words: str
    is_denied: bool


@dataclass(frozen=True, slots=True)
class _Sign:
    """One sign of a leaf: a thing within twelve signs of what happens. Without `thing` what happens says enough."""

    code: str
    happening: re.Pattern[str]
    thing: re.Pattern[str] | None


class Dangers:
    """The signs and the words around them, read once from `data/dangers.json`; may be shared by threads."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._signs = [
            _Sign(row["code"], _any(row["happenings"]), _any(row["things"]) if row["things"] else None)
            for row in document["signs"]
        ]
        self._now, self._at_once, self._calm, self._over = (
            _any(document[name]) for name in ("now", "at_once", "calm", "over")
        )
        self._english_at_once, self._english_calm = (_any(document["english"][name]) for name in ("at_once", "calm"))
        self._denied, self._denied_thing = (
            re.compile(f"(?:{'|'.join(document[name])})$") for name in ("denied", "denied_thing")
        )
        self._not_happening = _any(document["not_happening"])

    def of(self, text: str) -> Told:
        """Only the first thousand signs are read, without blanks between Chinese signs."""
        named = withdrawn = 0
        for match in _SENTENCE.finditer(_read(text)):
            for sign in self._signs:
                for found in self._found(sign, match[0]):
                    named += 1
                    if found.is_denied or self._is_over(match[0]):
                        withdrawn += 1
                    elif self._is_now(match[0], found.at, match.start() + found.at):
                        return Told(Danger(sign.code, found.words))
        return Told(is_withdrawn=named > 0 and named == withdrawn)

    def is_calm(self, text: str) -> bool:
        """Whether it asks, or has words of a rule, a price, a wish or a story, and none that says that it is now."""
        words = _read(text)
        if self._at_once.search(words):
            return False
        asks = any(match[0].rstrip().endswith(_ASKED) for match in _SENTENCE.finditer(words))
        return asks or self._calm.search(words) is not None

    def is_calm_english(self, text: str) -> bool:
        """Whether an English text only asks, denies, or tells what is over; a call for help never does."""
        folded = fold(text[:_LONGEST_TEXT])
        return not self._english_at_once.search(folded) and self._english_calm.search(folded) is not None

    def _found(self, sign: _Sign, sentence: str) -> Iterator[_Found]:
        """Dangers of which the sentence speaks."""
        for happening in sign.happening.finditer(sentence):
            before = sentence[max(0, happening.start() - _BEFORE_SIGNS) : happening.start()]
            is_denied = bool(self._denied.search(before) or self._not_happening.search(before))
            if sign.thing is None:
                yield _Found(happening.start(), happening[0], is_denied)
                continue
            begin = max(0, happening.start() - _REACH_SIGNS)
            things = [
                (begin + thing.start(), begin + thing.end())
                for thing in sign.thing.finditer(sentence[begin : happening.end() + _REACH_SIGNS])
            ]
            if things:
                start, end = min(things, key=lambda thing: abs(thing[0] - happening.start()))
                first = min(start, happening.start())
                is_denied = is_denied or self._denied_thing.search(sentence[:first]) is not None
                yield _Found(first, sentence[first : max(end, happening.end())], is_denied)

    def _is_over(self, sentence: str) -> bool:
        return self._over.search(sentence) is not None and self._at_once.search(sentence) is None

    def _is_now(self, sentence: str, at: int, place: int) -> bool:
        """`at`: where in the sentence, `place`: where in the text."""
        urgent = self._at_once.search(sentence) is not None
        if not urgent and (self._calm.search(sentence) or sentence.rstrip().endswith(_ASKED)):
            return False
        return place < _HEAD_SIGNS or self._now.search(_clauses(sentence, at)) is not None


def _read(text: str) -> str:
    return _BLANK_BETWEEN.sub("", fold(text[:_LONGEST_TEXT]))


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def _clauses(sentence: str, at: int) -> str:
    """The clause at a place with the one before and the one after."""
    commas = [place for place, sign in enumerate(sentence) if sign in _COMMAS]
    before = [place for place in commas if place < at][-2:-1]
    after = [place for place in commas if place > at][1:2]
    return sentence[before[0] if before else 0 : after[0] if after else len(sentence)]
