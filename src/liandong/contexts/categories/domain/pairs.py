"""Pairs of leaves 成对事项 that are told in the same words and differ by what the reporter wants."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from liandong.kernel.language import is_english


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to the question, and the leaf that it chooses."""

    code: str
    zh: str
    en: str

    def text(self, language: str) -> str:
        return self.en if is_english(language) else self.zh


@dataclass(frozen=True, slots=True)
class Pair:
    """Two leaves and the question that tells them apart."""

    zh: str
    en: str
    answers: tuple[Answer, Answer]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(answer.code for answer in self.answers)

    def question(self, language: str) -> str:
        return self.en if is_english(language) else self.zh


def pairs_from(document: Mapping[str, Any]) -> list[Pair]:
    """The pairs of a file (`question`, `answers`, `pairs`), in its order. Raises KeyError or ValueError."""
    asked, (first, second) = document["question"], document["answers"]
    return [
        Pair(
            asked["zh"],
            asked["en"],
            (Answer(one, first["zh"], first["en"]), Answer(other, second["zh"], second["en"])),
        )
        for one, other in document["pairs"]
    ]


def pair_asked(pairs: Iterable[Pair], settled: str, proposed: Sequence[str], known: Collection[str]) -> Pair | None:
    """The pair of the settled leaf, else of the first proposed one that has a pair.

    Of several pairs that is the one whose other leaf is proposed too, else the first. A pair with a leaf that the
    county doesn't have asks nothing.
    """
    complete = [pair for pair in pairs if pair.codes <= set(known)]
    for code in [settled] if settled else proposed:
        of_leaf = [pair for pair in complete if code in pair.codes]
        if of_leaf:
            return max(of_leaf, key=lambda pair: len(pair.codes & {settled, *proposed}))
    return None
