"""What was learned from confirmed cases: a linear model over pieces of text, read by every process without its teacher.

How it is trained: `learning.py` of this room. Formula and worked example: docs/algorithms/category_proposal.md.
"""

import io
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt
import rjieba

from .grams import LONGEST_PIECE, Pieces, is_readable, pieces, read

_JUDGED = 3
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
class Vocabulary:
    """Known pieces, ascending, and the weight of each: ln((1 + texts) / (1 + texts with it)) + 1."""

    known: Pieces
    idf: Floats

    def places(self, cut: Pieces) -> tuple[Pieces, npt.NDArray[np.bool_]]:
        """Where each piece stands in the vocabulary, and whether it does."""
        if not len(self.known):
            return np.zeros(len(cut), np.int64), np.zeros(len(cut), np.bool_)
        places = np.minimum(np.searchsorted(self.known, cut), len(self.known) - 1)
        return places, self.known[places] == cut

    def features(self, signs: str) -> tuple[Pieces, Floats]:
        """The known pieces of a text and their values, of length 1 together: (1 + ln count) · idf."""
        places, hit = self.places(np.concatenate(pieces(signs)))
        columns, counts = np.unique(places[hit], return_counts=True)
        values = (1 + np.log(counts)) * self.idf[columns]
        length = float(np.sqrt((values**2).sum())) or 1.0
        return columns, (values / length).astype(np.float32)


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
        signs = read(text)
        columns, values = self.vocabulary.features(signs)
        ranked = self.ranked(softmax(values @ self.weights[columns].astype(np.float32) + self.bias))
        return [replace(each, reasons=self._reasons(signs, columns, values, each.code)) for each in ranked]

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
            idf=self.vocabulary.idf,
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
            vocabulary = Vocabulary(file["known"], file["idf"])
            codes = tuple(str(code) for code in file["codes"])
            return cls(codes, vocabulary, file["weights"], file["bias"], alone, agreeing)

    def _reasons(self, signs: str, columns: Pieces, values: Floats, code: str) -> tuple[str, ...]:
        """Words whose signs carry the most of what sets this class apart from the mean of all."""
        if code == ELSEWHERE:
            return ()
        place = self.codes.index(code)
        rows = self.weights[columns].astype(np.float32)
        by_sign = self._by_sign(signs, columns, values * (rows[:, place] - rows.mean(axis=1)))
        by_word: dict[str, float] = {}
        start = 0
        for word in rjieba.cut(signs):
            if len(word) > 1 and word.isalpha():
                by_word[word] = by_word.get(word, 0.0) + float(by_sign[start : start + len(word)].sum())
            start += len(word)
        least = _SMALLEST_SHARE * sum(max(weight, 0.0) for weight in by_word.values())
        telling = [word for word, weight in by_word.items() if weight > max(least, 0.0)]
        return tuple(sorted(telling, key=lambda word: -by_word[word])[:_REASONS])

    def _by_sign(self, signs: str, columns: Pieces, shares: Floats) -> Floats:
        """Each piece's share, divided among the places where it stands and there among its signs."""
        by_sign = np.zeros(len(signs), np.float32)
        cut = pieces(signs)
        found = [self.vocabulary.places(each) for each in cut]
        times = np.bincount(
            np.concatenate([places[hit] for places, hit in found]), minlength=len(self.vocabulary.known)
        )
        for length, (places, hit) in zip(range(1, LONGEST_PIECE + 1), found, strict=True):
            at = np.flatnonzero(hit)
            share = shares[np.searchsorted(columns, places[at])] / (times[places[at]] * length)
            for offset in range(length):
                np.add.at(by_sign, at + offset, share)
        return by_sign


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
