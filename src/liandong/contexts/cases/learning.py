"""Learns the category proposal from confirmed cases. The only module that needs scikit-learn: it runs in a process of
its own (`./liandong learn`), and no other one of the product imports it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from .domain.grams import cut, is_chinese, is_readable, read
from .domain.learned import ELSEWHERE, Bin, Figures, Learned, Lesson, Vocabulary, softmax
from .domain.proposal import LeafWords, Proposal, SynonymIndex, contradicts, propose, together

PRECISION = 0.95
LEAST, LEAST_AGREEING = 0.8, 0.5
"""Nothing is taken below, however clear the confirmed cases are: the next report may be unlike them."""
FEWEST_CASES = 200
FEWEST_OF_LEAF = 10
FEWEST_TEXTS_OF_PIECE = 5
"""A piece that fewer texts share isn't learned: what one person wrote (a name) leaves no mark."""
MOST_PIECES = 60_000
WEAK_WEIGHT = 0.3
FOLDS = 5
_SURE_OF_IT_Z = 1.645
_PENALTY = 1.0
_TOLERANCE = 0.1
"""Of the fit: as good as with a ten-thousandth, sooner."""
_BINS = 10
_SMALLEST = 1e-12
_SEED = 1949

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    """What a report said and the leaf that its case was confirmed with."""

    text: str
    code: str


def learn(examples: Iterable[Example], leaves: Sequence[LeafWords] = ()) -> Lesson | None:
    """None while there is too little to learn from: the written synonyms go on alone.

    Needs 200 different readable texts and two leaves with ten of them; leaves with fewer are one class, “elsewhere”.
    The synonyms of `leaves` are weak examples of theirs.
    """
    told = {example.text: example for example in examples if is_readable(example.text)}
    counts = Counter(example.code for example in told.values())
    known = sorted(code for code, count in counts.items() if count >= FEWEST_OF_LEAF)
    if len(told) < FEWEST_CASES or len(known) < 2:
        return None
    return _Teaching(list(told.values()), known, leaves).lesson()


class _Teaching:
    """One training: texts as signs, true classes as places in `codes`."""

    def __init__(self, examples: Sequence[Example], known: Sequence[str], leaves: Sequence[LeafWords]) -> None:
        weak = [(read(word), row.code) for row in leaves for word in row.synonyms if is_chinese(word)]
        unknown = {code for _, code in weak} | {example.code for example in examples}
        self.codes = (*known, *([ELSEWHERE] if unknown - set(known) else []))
        self._examples = examples
        self._signs = [read(example.text) for example in examples]
        self._weak_signs = [signs for signs, _ in weak]
        self._truth = self._places(example.code for example in examples)
        self._weak_truth = self._places(code for _, code in weak)
        index = SynonymIndex(leaves)
        self._written = [propose(example.text, index) for example in examples]

    def lesson(self) -> Lesson:
        """Scores of every text by a model of the other folds; from them calibration, thresholds and figures; then the
        model of all texts.
        """
        scores, fold = self._unseen_scores()
        scale = _scale(scores, self._truth)
        unseen = np.zeros_like(scores)
        for number in range(FOLDS):
            own = fold == number
            unseen[own] = softmax(scores[own] * _scale(scores[~own], self._truth[~own]))
        sure, sure_agreeing = self._thresholds(unseen)
        vocabulary, weights, bias = self._fit(range(len(self._signs)))
        learned = Learned(
            self.codes,
            vocabulary,
            (weights * scale).astype(np.float16),
            (bias * scale).astype(np.float32),
            sure,
            sure_agreeing,
        )
        return Lesson(learned, self._figures(unseen, learned), bins_of(unseen.max(axis=1), self._right(unseen)))

    def _places(self, codes: Iterable[str]) -> npt.NDArray[np.int64]:
        place = {code: number for number, code in enumerate(self.codes)}
        return np.array([place.get(code, len(self.codes) - 1) for code in codes], np.int64)

    def _unseen_scores(self) -> tuple[Array, npt.NDArray[np.int64]]:
        scores = np.zeros((len(self._signs), len(self.codes)), np.float32)
        fold = np.zeros(len(self._signs), np.int64)
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=_SEED).split(self._signs, self._truth)
        for number, (seen, unseen) in enumerate(folds):
            vocabulary, weights, bias = self._fit(seen)
            scores[unseen] = matrix([self._signs[place] for place in unseen], vocabulary) @ weights + bias
            fold[unseen] = number
        return scores, fold

    def _fit(self, chosen: Iterable[int]) -> tuple[Vocabulary, Array, Array]:
        """Vocabulary, weights (pieces × classes) and bias from these texts and all weak examples."""
        chosen = list(chosen)
        signs = [self._signs[place] for place in chosen]
        vocabulary = vocabulary_of(signs, self._weak_signs)
        truth = np.concatenate([self._truth[chosen], self._weak_truth])
        strength = np.concatenate([np.ones(len(signs)), np.full(len(self._weak_signs), WEAK_WEIGHT)])
        machine = LinearSVC(C=_PENALTY, tol=_TOLERANCE, class_weight="balanced", random_state=_SEED)
        machine.fit(matrix([*signs, *self._weak_signs], vocabulary), truth, sample_weight=strength)
        weights, bias = machine.coef_.T, machine.intercept_
        if len(self.codes) == 2:
            weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
        return vocabulary, weights.astype(np.float32), bias.astype(np.float32)

    def _thresholds(self, unseen: Array) -> tuple[float, float]:
        """The lowest probabilities above which proposals are right in 95 of 100: alone, and where the synonyms agree.

        Elsewhere is no proposal; what the synonyms contradict with confidence isn't taken either.
        """
        proposed = [self.codes[place] for place in unseen.argmax(axis=1)]
        agreeing = np.array(
            [bool(said) and said[0].code == code for said, code in zip(self._written, proposed, strict=True)]
        )
        contradicted = np.array(
            [contradicts(said, code, self.codes) for said, code in zip(self._written, proposed, strict=True)]
        )
        alone = ~agreeing & ~contradicted & (np.array(proposed) != ELSEWHERE)
        best, right = unseen.max(axis=1), self._right(unseen)
        return (
            max(threshold(best[alone], right[alone]), LEAST),
            max(threshold(best[agreeing], right[agreeing]), LEAST_AGREEING),
        )

    def _right(self, unseen: Array) -> npt.NDArray[np.bool_]:
        """Whether the likeliest class is the true one."""
        return np.asarray(unseen.argmax(axis=1) == self._truth, np.bool_)

    def _figures(self, unseen: Array, learned: Learned) -> Figures:
        proposed = unseen.argmax(axis=1)
        right = self._right(unseen)
        both, by_words = _Count(), _Count()
        for example, probabilities, written in zip(self._examples, unseen, self._written, strict=True):
            by_words.add(written, example.code)
            both.add(together(written, learned.ranked(probabilities), learned), example.code)
        return Figures(
            cases=len(self._examples),
            leaves=sum(code != ELSEWHERE for code in self.codes),
            pieces=len(learned.vocabulary.known),
            macro_f1=float(f1_score(self._truth, proposed, average="macro")),
            accuracy=float(right.mean()),
            calibration_error=calibration_error(bins_of(unseen.max(axis=1), right)),
            sure=learned.sure,
            sure_agreeing=learned.sure_agreeing,
            taken=both.taken,
            taken_right=both.right,
            written_taken=by_words.taken,
            written_right=by_words.right,
        )


class _Count:
    """How many first proposals were taken, and how many of these were right."""

    def __init__(self) -> None:
        self._all = self._taken = self._right = 0

    def add(self, proposals: Sequence[Proposal], code: str) -> None:
        sure = bool(proposals) and proposals[0].confident
        self._all += 1
        self._taken += sure
        self._right += sure and proposals[0].code == code

    @property
    def taken(self) -> float:
        return self._taken / max(self._all, 1)

    @property
    def right(self) -> float:
        return self._right / max(self._taken, 1)


def vocabulary_of(signs: Sequence[str], public: Sequence[str] = ()) -> Vocabulary:
    """Pieces that five texts share, the commonest 60,000; those of `public` texts (synonyms) in any case."""
    own = [np.unique(cut(text).found) for text in signs]
    known, counts = np.unique(np.concatenate(own), return_counts=True)
    shared = counts >= FEWEST_TEXTS_OF_PIECE
    known, counts = known[shared], counts[shared]
    commonest = np.argsort(-counts, kind="stable")[:MOST_PIECES]
    written = [cut(text).found for text in public]
    kept = np.unique(np.concatenate([known[commonest], *written]))
    places = np.minimum(np.searchsorted(known, kept), len(known) - 1)
    texts_with = np.where(known[places] == kept, counts[places], 0)
    return Vocabulary(kept, ((np.log((1 + len(signs)) / (1 + texts_with)) + 1) ** 2).astype(np.float32))


def matrix(signs: Sequence[str], vocabulary: Vocabulary) -> csr_matrix:
    """A row for each text."""
    rows = [vocabulary.read(text) for text in signs]
    ends = np.cumsum([0, *(len(row.columns) for row in rows)])
    placed = (np.concatenate([row.values for row in rows]), np.concatenate([row.columns for row in rows]), ends)
    found: csr_matrix = csr_matrix(placed, (len(rows), len(vocabulary.known)))
    return found


def threshold(probabilities: Array, right: npt.NDArray[np.bool_]) -> float:
    """The lowest probability above which the share of right ones is 0.95 or more, at the lower end of Wilson's interval
    (one-sided, 95 %); 2 where none is. No more than 0.95 is asked where nothing lower was seen.
    """
    order = np.argsort(-probabilities, kind="stable")
    taken = np.arange(1, len(order) + 1)
    share, z2 = np.cumsum(right[order]) / taken, _SURE_OF_IT_Z**2
    spread = _SURE_OF_IT_Z * np.sqrt(share * (1 - share) / taken + z2 / (4 * taken**2))
    enough = np.flatnonzero((share + z2 / (2 * taken) - spread) / (1 + z2 / taken) >= PRECISION)
    if not len(enough):
        return 2.0
    lowest = float(probabilities[order[enough[-1]]])
    return min(lowest, PRECISION) if enough[-1] == len(order) - 1 else lowest


def bins_of(probabilities: Array, right: npt.NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Ten equal steps of probability; empty ones are left out."""
    step = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    return tuple(
        Bin(int(own.sum()), float(probabilities[own].mean()), float(right[own].mean()))
        for number in range(_BINS)
        if (own := step == number).any()
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: the mean distance of probability and share of right ones, by count."""
    return sum(each.count * abs(each.probability - each.right) for each in bins) / sum(each.count for each in bins)


def _scale(scores: Array, truth: npt.NDArray[np.int64]) -> float:
    """The factor on the scores whose softmax tells the truth best (least log loss). As with Platt, two texts more that
    may be anything keep it from being certain where the classes don't overlap.
    """
    own, anything = np.arange(len(truth)), 2 / (len(truth) + 2)

    def loss(exponent: float) -> float:
        told = np.log(softmax(scores * np.exp(exponent)) + _SMALLEST)
        return float(-((1 - anything) * told[own, truth] + anything * told.mean(axis=1)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 4), method="bounded").x))
