"""Linear models over pieces of text, learned from letters and confirmed cases. Every process reads them without their
teacher.

How they are trained: `learning.py` of this room. Formula and worked example: docs/algorithms/category_proposal.md.
"""

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import rjieba

from .grams import Pieces, cut, read, read_wanted

_HEAD_SIGNS = 25
_HEAD_WEIGHT = 3
"""People mostly say the matter first: a piece in the head of a text counts three times."""
_REASONS = 5
_SMALLEST_SHARE = 0.08
"""A share of all that speaks for a leaf: a word below it is no reason."""

Floats = npt.NDArray[np.float32]
ELSEWHERE = ""
"""A class that is no current leaf: it is never proposed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the model sees it: known pieces in `columns` of the vocabulary, ascending, and their `values`.

    Of each place where one stands: `own`, its number in `columns`, `starts`, its first sign, and its length.
    """

    signs: str
    columns: Pieces
    values: Floats
    own: Pieces
    starts: Pieces
    lengths: Pieces

    def spread(self, shares: Floats) -> Floats:
        """A share of each column, divided among the places where its piece stands and there among its signs."""
        by_sign = np.zeros(len(self.signs), np.float32)
        share = shares[self.own] / np.bincount(self.own, minlength=len(shares))[self.own] / self.lengths
        np.add.at(by_sign, self.starts, share)
        pairs = self.lengths > 1
        np.add.at(by_sign, self.starts[pairs] + 1, share[pairs])
        return by_sign


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Known pieces, ascending, and the rarity of each: (ln((1 + texts) / (1 + texts with it)) + 1)²."""

    known: Pieces
    rarity: Floats

    def places(self, found: Pieces) -> tuple[Pieces, npt.NDArray[np.bool_]]:
        """Where each piece stands in the vocabulary, and whether it does."""
        if not len(self.known):
            return np.zeros(len(found), np.int64), np.zeros(len(found), np.bool_)
        places = np.minimum(np.searchsorted(self.known, found), len(self.known) - 1)
        return places, self.known[places] == found

    def read(self, signs: str) -> Reading:
        """Values are (1 + ln count) · rarity, of length 1 together."""
        pieces = cut(signs)
        places, hit = self.places(pieces.found)
        starts = pieces.starts[hit]
        columns, own = np.unique(places[hit], return_inverse=True)
        counts = np.bincount(own, np.where(starts < _HEAD_SIGNS, _HEAD_WEIGHT, 1), len(columns))
        values = (1 + np.log(counts)) * self.rarity[columns]
        length = float(np.sqrt((values**2).sum())) or 1.0
        return Reading(signs, columns, (values / length).astype(np.float32), own, starts, pieces.lengths[hit])


@dataclass(frozen=True, slots=True)
class Learned:
    """`weights`: pieces × classes, `bias`: classes; `codes` names the classes. Its scores times `scale` are the logits
    of probabilities.
    """

    codes: tuple[str, ...]
    vocabulary: Vocabulary
    weights: npt.NDArray[np.float16]
    bias: Floats
    scale: float = 1.0

    def read(self, text: str) -> Reading:
        return self.vocabulary.read(read(text))

    def read_wanted(self, text: str) -> Reading:
        """For a model of what is wanted."""
        return self.vocabulary.read(read_wanted(text))

    def scores(self, reading: Reading) -> Floats:
        """One of each class; what speaks for it is above what speaks against it from about zero on."""
        found = reading.values @ self.weights[reading.columns].astype(np.float32) + self.bias
        return np.asarray(found, np.float32)

    def score(self, text: str, code: str) -> float:
        """The score of one class."""
        reading, place = self.read(text), self.codes.index(code)
        return float(reading.values @ self.weights[reading.columns, place].astype(np.float32) + self.bias[place])

    def reasons(self, reading: Reading, codes: Collection[str]) -> list[tuple[str, ...]]:
        """Of each of these classes the words that spoke for it, weightiest first; none of one that it hasn't."""
        rows = self.weights[reading.columns]
        mean = rows.mean(axis=1, dtype=np.float32)
        words = rjieba.cut(reading.signs)
        return [
            _reasons(words, reading.spread((rows[:, self.codes.index(code)] - mean) * reading.values))
            if code in self.codes
            else ()
            for code in codes
        ]

    def only(self, current: Collection[str]) -> Self:
        """The same, where classes that are no current leaf any more are elsewhere: they keep their probability, so that
        a text of theirs doesn't become another leaf's.
        """
        return replace(self, codes=tuple(code if code in current else ELSEWHERE for code in self.codes))

    def arrays(self, name: str = "") -> dict[str, npt.NDArray[Any]]:
        """Arrays for a file, each with `name` before its own."""
        own: dict[str, npt.NDArray[Any]] = {
            "codes": np.array(self.codes, dtype="U12"),
            "known": self.vocabulary.known,
            "rarity": self.vocabulary.rarity,
            "weights": self.weights,
            "bias": self.bias,
            "scale": np.array(self.scale),
        }
        return {name + key: array for key, array in own.items()}

    @classmethod
    def of(cls, file: Mapping[str, npt.NDArray[Any]], name: str = "") -> Self:
        """Reads what `arrays` gave. Raises KeyError for anything else."""
        vocabulary = Vocabulary(file[f"{name}known"], file[f"{name}rarity"])
        codes = tuple(str(code) for code in file[f"{name}codes"])
        return cls(codes, vocabulary, file[f"{name}weights"], file[f"{name}bias"], float(file[f"{name}scale"]))

    def to_bytes(self) -> bytes:
        """A compressed `.npz`; pieces are code points, no text is in it."""
        file = io.BytesIO()
        np.savez_compressed(file, **self.arrays())  # type: ignore[arg-type]
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Raises ValueError or KeyError for what `to_bytes` hasn't written."""
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            return cls.of(file)


@dataclass(frozen=True, slots=True)
class StartModel:
    """The model of the product before a county has confirmed anything, learned from letters that ship with it.

    `topics`: one class a leaf; `kinds`: complaint, question, proposal; `danger`: yes, no, of the head of a text.
    """

    topics: Learned
    kinds: Learned
    danger: Learned

    def to_bytes(self) -> bytes:
        file = io.BytesIO()
        arrays = self.topics.arrays("topics_") | self.kinds.arrays("kinds_") | self.danger.arrays("danger_")
        np.savez(file, **arrays)  # type: ignore[arg-type]
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Raises ValueError or KeyError for what `to_bytes` hasn't written."""
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            return cls(*(Learned.of(file, name) for name in ("topics_", "kinds_", "danger_")))


def _reasons(words: Sequence[str], by_sign: Floats) -> tuple[str, ...]:
    """The words of a text whose signs carry most of what sets a class apart from the mean of all."""
    if not words:
        return ()
    carried = np.add.reduceat(by_sign, np.cumsum([0, *(len(word) for word in words[:-1])]))
    by_word: dict[str, float] = {}
    for word, share in zip(words, carried.tolist(), strict=True):
        if len(word) > 1 and word.isalpha():
            by_word[word] = by_word.get(word, 0.0) + share
    least = _SMALLEST_SHARE * sum(share for share in by_word.values() if share > 0)
    telling = [word for word, share in by_word.items() if share > least]
    return tuple(sorted(telling, key=lambda word: -by_word[word])[:_REASONS])


@dataclass(frozen=True, slots=True)
class Figures:
    """How good it is, by models that haven't read what they are asked: the letters kept apart, the cases of the last
    thirty days.

    `cases`: confirmed ones, `used`: of these learned from; `check`, `recent`: the share of the letters kept apart and
    of the recent cases whose leaf comes first, by the county's model; `…_start`: by the start model. `lost`: leaves of
    whose letters the county's model finds less than half of what the start model finds: hundreds of reports that call
    one thing by another's name are few among all, and much for the one.
    """

    cases: int
    used: int
    leaves: int
    check: float
    check_start: float
    recent_cases: int
    recent: float
    recent_start: float
    lost: tuple[str, ...] = ()

    def is_kept(self, chance: float) -> bool:
        """Whether the county's model is worse on neither, and on no leaf by half; so much of the check set may turn by
        chance.
        """
        return not self.lost and self.check >= self.check_start - chance and self.recent >= self.recent_start


@dataclass(frozen=True, slots=True)
class Lesson:
    """A model and how good it is; `learned` None where the start model is better."""

    learned: Learned | None
    figures: Figures


def softmax(scores: Floats) -> Floats:
    """Probabilities of the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)
