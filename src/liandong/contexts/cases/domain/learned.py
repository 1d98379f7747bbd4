"""What was learned from confirmed cases: a linear model over pieces of text, read by every process without its teacher.

How it is trained: `learning.py` of this room. Formula and worked example: docs/algorithms/category_proposal.md.
"""

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt
import rjieba

from .grams import Pieces, cut, is_readable, read

_JUDGED = 3
_HEAD_SIGNS = 25
_HEAD_WEIGHT = 3
"""What is said first is mostly the matter: a piece in the head of a text counts three times."""
_REASONS = 5
_SMALLEST_SHARE = 0.08
"""Of all that speaks for a leaf: a word below it is no reason."""

Floats = npt.NDArray[np.float32]
ELSEWHERE = ""
"""The one class of all leaves that too few confirmed cases speak of: there the written synonyms decide."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A class and its probability, with the words that spoke for it, weightiest first."""

    code: str
    probability: float
    reasons: tuple[str, ...] = ()


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
    """`weights`: pieces × classes, `bias`: classes, both with the calibration in them. `codes` names the classes.

    `sure`, `sure_agreeing`: the probability above which a proposal is taken: alone, and where the written synonyms say
    the same. 2 where no probability is enough.
    """

    codes: tuple[str, ...]
    vocabulary: Vocabulary
    weights: npt.NDArray[np.float16]
    bias: Floats
    sure: float
    sure_agreeing: float

    def judge(self, text: str) -> list[Judged]:
        """At most three classes, likeliest first; none for a text that it can't read."""
        if not is_readable(text):
            return []
        reading = self.vocabulary.read(read(text))
        rows = self.weights[reading.columns].astype(np.float32)
        ranked = self.ranked(softmax(reading.values @ rows + self.bias))
        words = rjieba.cut(reading.signs)
        apart = (rows - rows.mean(axis=1, keepdims=True)) * reading.values[:, None]
        return [
            replace(each, reasons=_reasons(words, reading.spread(apart[:, self.codes.index(each.code)])))
            if each.code != ELSEWHERE
            else each
            for each in ranked
        ]

    def ranked(self, probabilities: Floats) -> list[Judged]:
        """The likeliest three, without their reasons."""
        best = np.argsort(-probabilities, kind="stable")[:_JUDGED]
        return [Judged(self.codes[place], float(probabilities[place])) for place in best]

    def only(self, current: Collection[str]) -> Self:
        """The same, where classes that are no current leaf any more are elsewhere: they keep their probability, so that
        a text of theirs doesn't become another leaf's.
        """
        return replace(self, codes=tuple(code if code in current else ELSEWHERE for code in self.codes))

    def to_bytes(self) -> bytes:
        """A compressed `.npz`; pieces are code points, no text is in it."""
        file = io.BytesIO()
        np.savez_compressed(
            file,
            codes=np.array(self.codes, dtype="U12"),
            known=self.vocabulary.known,
            rarity=self.vocabulary.rarity,
            weights=self.weights,
            bias=self.bias,
            sure=np.array([self.sure, self.sure_agreeing]),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Raises ValueError for what `to_bytes` hasn't written."""
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            alone, agreeing = (float(each) for each in file["sure"])
            vocabulary = Vocabulary(file["known"], file["rarity"])
            codes = tuple(str(code) for code in file["codes"])
            return cls(codes, vocabulary, file["weights"], file["bias"], alone, agreeing)


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
class Bin:
    """Proposals of about the same probability: how many, its mean, and the share of them that were right."""

    count: int
    probability: float
    right: float


@dataclass(frozen=True, slots=True)
class Figures:
    """How good it is, all by cross-validation: each text judged by a model that hasn't seen it.

    `taken`, `taken_right`: the share of texts whose category the learned model and the synonyms together would take,
    and of these the share that is right; `written_taken`, `written_right`: the same by the synonyms alone.
    """

    cases: int
    leaves: int
    pieces: int
    macro_f1: float
    accuracy: float
    calibration_error: float
    sure: float
    sure_agreeing: float
    taken: float
    taken_right: float
    written_taken: float
    written_right: float


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned, how good it is, and its calibration in ten steps of probability."""

    learned: Learned
    figures: Figures
    bins: tuple[Bin, ...]


def softmax(scores: Floats) -> Floats:
    """Probabilities of the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)
