"""Whether two cases may be the same matter: their words, weighed by how rare they are, beside kind, place and time;
and whether they very likely are: what each title says stands in the other's words, and neither names another place.

Formula, worked example and figures: docs/algorithms/duplicates.md.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from liandong.kernel.geo import LonLat, distance_m
from liandong.kernel.text import query_tokens

from .naming import Named, counted_otherwise, numbers_in, others_of_a_kind, others_only, places_in

_GROUP_DIGITS = 4
_UNSEEN = 1.2
"""How much rarer than the rarest word that is counted one is that isn't."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far apart two reports of one matter may lie and how long after each other they may come."""

    metres: int
    days: int


_REACH: Mapping[str, Reach] = {
    "": Reach(200, 30),
    "01": Reach(100, 7),
    "0103": Reach(60, 90),
    "02": Reach(80, 30),
    "0201": Reach(80, 60),
    "0204": Reach(100, 30),
    "03": Reach(800, 5),
    "0304": Reach(800, 14),
    "0401": Reach(150, 30),
    "0402": Reach(100, 7),
    "0403": Reach(500, 14),
    "0404": Reach(200, 1),
    "05": Reach(500, 30),
    "0503": Reach(300, 14),
    "0505": Reach(300, 60),
    "06": Reach(80, 30),
    "0603": Reach(500, 7),
    "0604": Reach(200, 3),
    "0605": Reach(50, 2),
    "07": Reach(200, 60),
    "08": Reach(300, 60),
    "09": Reach(60, 30),
    "10": Reach(50, 60),
    "11": Reach(200, 3),
    "12": Reach(500, 30),
    "13": Reach(300, 60),
}
"""By category, group or domain, the longest code that fits: a pothole is a point that stays for weeks, a burst main is
many streets for days. A county's own leaves have what their group has.
"""
WORDS_DAYS = 90
"""How far back words alone find the same matter, where a place isn't known."""
LONGEST_DAYS = max(WORDS_DAYS, *(reach.days for reach in _REACH.values()))

ALIKE, MUCH_ALIKE = 0.12, 0.3
"""Likeness of words from which they speak for the same matter, and from which they do so for another kind too."""
LIKELY, LIKELY_NEAR = 0.6, 0.45
"""Agreement from which two are very likely the same matter, and from which two of one leaf near each other are."""
BESIDES = 0.3
"""How much of what the titles say besides the names of places must stand in the other's words: an estate has several
matters.
"""
ENOUGH_WORDS = 10
"""Common words from which they mean the same place, where none is known or named: 路灯不亮 is said of many."""
SENT_AGAIN = 0.6
"""Likeness of words from which the titles don't matter: the same letter under another one."""


def reach_of(category_code: str) -> Reach:
    """Distance and days of a category; "" for one that nobody has said yet."""
    fitting = (category_code[:digits] for digits in range(len(category_code), -1, -1))
    return next(_REACH[code] for code in fitting if code in _REACH)


@dataclass(frozen=True, slots=True)
class Rarity:
    """How telling a word is: ln(1 / share of the cases that have it). `counted`: that of the common words; all others
    are a little rarer than the rarest of these. Without any every word counts the same.
    """

    counted: Mapping[str, float] = field(default_factory=dict)
    unseen: float = 1.0

    @classmethod
    def of(cls, shares: Mapping[str, float]) -> "Rarity":
        counted = {word: math.log(1 / share) for word, share in shares.items() if 0 < share <= 1}
        if not counted:
            return cls()
        return cls(counted, max(_UNSEEN * max(counted.values()), 1.0))

    def __call__(self, word: str) -> float:
        return self.counted.get(word, self.unseen)

    def weight(self, words: Iterable[str]) -> float:
        """Of all words together, each with its rarity squared."""
        known, unseen = self.counted.get, self.unseen
        return sum([known(word, unseen) ** 2 for word in words])

    def rarest(self, words: Collection[str], most: int) -> list[str]:
        """The most telling words, of equally rare ones the longest."""
        return sorted(words, key=lambda word: (-self(word), -len(word), word))[:most]


@dataclass(frozen=True)
class Signs:
    """Signs by which another case is the same. `words`: of the whole case, those of `title` and `address` too."""

    words: frozenset[str]
    category_code: str
    point: LonLat | None
    received_at: datetime
    title: str = ""
    address: str = ""

    @cached_property
    def headline(self) -> frozenset[str]:
        """The words that a text must have to say what the title says."""
        return frozenset(query_tokens(self.title))

    @cached_property
    def besides(self) -> frozenset[str]:
        """Those of them that name no place."""
        return self.headline.difference(*(each.words for each in self.named))

    @cached_property
    def named(self) -> tuple[Named, ...]:
        """The names in the title."""
        return places_in(self.title)

    @cached_property
    def named_anywhere(self) -> tuple[Named, ...]:
        """The names in title and address."""
        return (*self.named, *places_in(self.address))

    @cached_property
    def numbers(self) -> tuple[tuple[str, str], ...]:
        """Numbers of houses, lines, groups in the title."""
        return numbers_in(self.title)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two cases may be one matter. `words` 0 to 1: likeness of all their words; `told` 0 to 1: how much of what the
    titles say stands in the other's words; `names_others`: they name other places or numbers; `shared`: common words,
    the most telling first; `distance_m` None where a place isn't known; `is_likely`: very likely the same matter, else
    the same subject.
    """

    score: float
    words: float
    told: float
    names_others: bool
    shared: tuple[str, ...]
    distance_m: int | None
    apart: timedelta
    same_leaf: bool
    same_group: bool
    is_likely: bool


def likeness(one: Signs, other: Signs, rarity: Rarity) -> Likeness | None:
    """None where nothing speaks for the same matter: too far, too long ago, another kind in other words."""
    apart = abs(one.received_at - other.received_at)
    known = bool(one.category_code and other.category_code)
    same_leaf = known and one.category_code == other.category_code
    same_group = known and one.category_code[:_GROUP_DIGITS] == other.category_code[:_GROUP_DIGITS]
    reach = _wider(reach_of(one.category_code), reach_of(other.category_code))
    distance = distance_m(one.point, other.point) if one.point and other.point else None
    shared = one.words & other.words
    words = _cosine(one.words, other.words, shared, rarity)
    if distance is not None and distance > reach.metres:
        return None
    near = distance is not None and apart <= timedelta(days=reach.days)
    if not near and (distance is not None or apart > timedelta(days=WORDS_DAYS)):
        return None
    is_other_kind = known and not same_group
    if words < (MUCH_ALIKE if is_other_kind else 0 if near and same_group else ALIKE):
        return None
    closeness = 1 - distance / reach.metres if near and distance is not None else 0.0
    told = _told(one.headline, other.headline, one, other, rarity)
    names_others = _names_others(one, other, near=near)
    agreement = told + words / 2
    closeness = 1 - distance / reach.metres if near and distance is not None else 0.0
    return Likeness(
        score=agreement + 0.3 * closeness + 0.2 * same_leaf + 0.1 * same_group,
        words=words,
        told=told,
        names_others=names_others,
        shared=tuple(rarity.rarest(shared, len(shared))),
        distance_m=None if distance is None else round(distance),
        apart=apart,
        same_leaf=same_leaf,
        same_group=same_group,
        is_likely=not (is_other_kind or names_others or words < ALIKE)
        and (near or _say_where(one, other, shared))
        and (
            words >= SENT_AGAIN
            or (near and same_leaf and agreement >= LIKELY_NEAR)
            or (agreement >= LIKELY and _told(one.besides, other.besides, one, other, rarity) >= BESIDES)
        ),
    )


def _say_where(one: Signs, other: Signs, shared: Collection[str]) -> bool:
    """Whether what they have in common tells a place: a name, or words enough."""
    return (
        len(shared) >= ENOUGH_WORDS
        or any(each.is_in(other.words) for each in one.named_anywhere)
        or any(each.is_in(one.words) for each in other.named_anywhere)
    )


def _told(
    headline: Collection[str], others_headline: Collection[str], one: Signs, other: Signs, rarity: Rarity
) -> float:
    """How much of what two titles say stands in the other's words, the mean of both ways."""
    return (_share(headline, other.words, rarity) + _share(others_headline, one.words, rarity)) / 2


def _names_others(one: Signs, other: Signs, *, near: bool) -> bool:
    """Whether they name other things. Where both places are known, an address says no more; elsewhere it does."""
    if counted_otherwise(one.numbers, other.numbers):
        return True
    if near:
        return others_of_a_kind(one.named, other.named, one.words, other.words)
    return others_only(one.named_anywhere, other.named_anywhere, one.words, other.words)


def _share(headline: Collection[str], words: Collection[str], rarity: Rarity) -> float:
    """How much of a title's words are among the words, each with its rarity squared; 0 of a title without any."""
    whole = rarity.weight(headline)
    return rarity.weight([word for word in headline if word in words]) / whole if whole else 0.0


def _wider(one: Reach, other: Reach) -> Reach:
    return Reach(max(one.metres, other.metres), max(one.days, other.days))


def _cosine(one: Collection[str], other: Collection[str], shared: Collection[str], rarity: Rarity) -> float:
    """Of the two sets of words, each word with its rarity squared."""
    if not shared:
        return 0.0
    length = math.sqrt(rarity.weight(one) * rarity.weight(other))
    return rarity.weight(shared) / length if length else 0.0
