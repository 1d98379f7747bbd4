"""Learns the category proposal: the start model from letters that ship with the product, a county's model from these
and its confirmed cases. The only module that needs scikit-learn: it runs in processes of its own (at set-up, and
`./liandong learn`), and no other one of the product imports it.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from . import shipped
from .domain.assessing import DANGER_SIGNS
from .domain.grams import cut, is_chinese, is_readable, read, read_wanted
from .domain.learned import Figures, Learned, Lesson, StartModel, Vocabulary
from .domain.taxonomy import CategoryRow

LETTERS = "letters.tsv"
DANGER_LETTERS = "danger_letters.tsv"
"""Below the room's folder: code, kind and text; yes or no and text."""
FEWEST_CASES, FEWEST_LEAVES = 500, 30
"""A county learns from its own cases from then on."""
FEWEST_OF_NEW_LEAF = 10
"""A leaf that no letter speaks of needs so many examples."""
MOST_OF_LEAF = 0.2
"""No leaf is more of the county's examples: what a flood brought doesn't become the answer to everything."""
FEWEST_TEXTS_OF_PIECE = 5
"""A piece that fewer of the county's texts share isn't learned: what one person wrote (a name) leaves no mark."""
FEWEST_LETTERS_OF_PIECE = 2
FEWEST_LETTERS_OF_KIND = 3
MOST_PIECES = 60_000
WEAK_WEIGHT = 0.3
CHANCE = 0.01
"""So much of the check set may turn by chance without the new model being worse."""
FEWEST_FOUND = 3
"""Letters of a leaf that are found: of fewer, half may be lost by chance."""
_CENTRE_WEIGHT = 2.0
_APART = 3
_BEGINNING_SIGNS = 30
_PENALTY = 1.0
_TOLERANCE = 0.1
"""The tolerance of the fit: as good as a ten-thousandth, sooner."""
_SCALE = 4.0
"""Scores times this are the logits that tell the truth best on the letters kept apart."""
_SEED = 1949

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in our own words, the leaf that it is about, and whether it complains, asks or proposes."""

    code: str
    kind: str
    text: str

    @property
    def is_kept_apart(self) -> bool:
        """A third, by its text: models that are compared with each other haven't read it."""
        return hashlib.sha256(self.text.encode()).digest()[0] % _APART == 0


@dataclass(frozen=True, slots=True)
class DangerLetter:
    """A sentence, and whether it tells of a danger to life that is there now."""

    is_danger: bool
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """The words of a report and the leaf with which its case was confirmed; `is_recent`: in the last thirty days."""

    text: str
    code: str
    is_recent: bool = False


def shipped_letters() -> list[Letter]:
    return [Letter(*row) for row in _rows(LETTERS)]


def shipped_danger_letters() -> list[DangerLetter]:
    return [DangerLetter(said == "yes", text) for said, text in _rows(DANGER_LETTERS)]


def _rows(name: str) -> Iterable[list[str]]:
    for line in (shipped.DATA / name).read_text("utf-8").splitlines():
        yield line.split("\t")


def teach_start(
    letters: Sequence[Letter], dangers: Sequence[DangerLetter], leaves: Collection[CategoryRow]
) -> StartModel:
    """The same from the same, always."""
    return StartModel(teach_topics(letters, leaves), _teach_kinds(letters), _teach_danger(letters, dangers, leaves))


def teach_topics(
    letters: Sequence[Letter], leaves: Collection[CategoryRow], examples: Sequence[Example] = ()
) -> Learned:
    """Learns from letters, the county's examples, and the names and synonyms of leaves as weak ones."""
    known = {row.code for row in leaves}
    told = [(read(letter.text), letter.code) for letter in letters if letter.code in known]
    own = [(read(example.text), example.code) for example in examples]
    weak = [
        (read(word), row.code)
        for row in leaves
        if "not_for_residents" not in row.flags
        for word in (row.zh, *row.keywords_zh)
        if is_chinese(word)
    ]
    vocabulary = _vocabulary_with(
        vocabulary_of([signs for signs, _ in told], FEWEST_LETTERS_OF_PIECE, [signs for signs, _ in weak]),
        [signs for signs, _ in told],
        [signs for signs, _ in own],
    )
    rows = [*told, *own, *weak]
    strength = np.concatenate([np.ones(len(told) + len(own)), np.full(len(weak), WEAK_WEIGHT)])
    signs, classes = [signs for signs, _ in rows], [code for _, code in rows]
    fitted = _fit(vocabulary, signs, classes, strength, _SCALE)
    weights = fitted.weights + _CENTRE_WEIGHT * _centres(matrix(signs, vocabulary), classes, strength, fitted.codes)
    return replace(fitted, weights=weights.astype(np.float16))


def _centres(
    texts: csr_matrix, classes: Sequence[str], strength: npt.NDArray[np.float64], codes: Sequence[str]
) -> npt.NDArray[np.float64]:
    """Pieces × classes: the mean direction of each class's texts, without what all classes share. Beside the machine,
    which looks at borders, it says what is usual; that helps where few texts of a class are known.
    """
    place = {code: number for number, code in enumerate(codes)}
    shares = csr_matrix(
        (strength, (range(len(classes)), [place[code] for code in classes])), (len(classes), len(codes))
    )
    sums = (texts.T @ shares).toarray()
    sums /= np.linalg.norm(sums, axis=0)
    return np.asarray(sums - sums.mean(axis=1, keepdims=True))


def _vocabulary_with(start: Vocabulary, letters: Sequence[str], own: Sequence[str]) -> Vocabulary:
    """Also the pieces that enough of the county's own texts share; rarity over all of them."""
    if not own:
        return start
    county = vocabulary_of(own, FEWEST_TEXTS_OF_PIECE)
    return _with_rarity(np.union1d(start.known, county.known), [*letters, *own])


def _teach_kinds(letters: Sequence[Letter]) -> Learned:
    signs = [read_wanted(letter.text) for letter in letters]
    vocabulary = vocabulary_of(signs, FEWEST_LETTERS_OF_KIND)
    return _fit(vocabulary, signs, [letter.kind for letter in letters], np.ones(len(signs)))


def _teach_danger(
    letters: Sequence[Letter], dangers: Sequence[DangerLetter], leaves: Collection[CategoryRow]
) -> Learned:
    """Letters tell of none, nor does what they begin with; only complaints of the gravest leaves may, and are left
    out, as their synonyms are.
    """
    grave = {row.code for row in leaves if row.severity == 1 or row.is_emergency}
    calm = [letter.text for letter in letters if letter.kind != "complaint" or letter.code not in grave]
    words = [word for row in leaves if row.code not in grave for word in row.keywords_zh if is_chinese(word)]
    rows = [(text, "no") for text in (*calm, *(text[:_BEGINNING_SIGNS] for text in calm), *words)]
    rows += [(row.text, "yes" if row.is_danger else "no") for row in dangers]
    signs = [read(text[:DANGER_SIGNS]) for text, _ in rows]
    vocabulary = vocabulary_of(signs, FEWEST_LETTERS_OF_PIECE)
    return _fit(vocabulary, signs, [said for _, said in rows], np.ones(len(signs)))


def _fit(
    vocabulary: Vocabulary,
    signs: Sequence[str],
    classes: Sequence[str],
    strength: npt.NDArray[np.float64],
    scale: float = 1.0,
) -> Learned:
    machine = LinearSVC(C=_PENALTY, tol=_TOLERANCE, class_weight="balanced", random_state=_SEED)
    machine.fit(matrix(signs, vocabulary), classes, sample_weight=strength)
    weights, bias = machine.coef_.T, machine.intercept_
    if weights.shape[1] == 1:
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    codes = tuple(str(each) for each in machine.classes_)
    return Learned(codes, vocabulary, weights.astype(np.float16), bias.astype(np.float32), scale)


def learn(examples: Iterable[Example], letters: Sequence[Letter], leaves: Collection[CategoryRow]) -> Lesson | None:
    """None while there is too little to learn from: the start model goes on alone.

    Models that haven't read the letters kept apart are compared on them, one with all of the county's cases and one
    without any; on the recent cases one that hasn't read those either. What was learned is kept where it is worse on
    neither; then it is taught from everything.
    """
    told: dict[str, Example] = {}
    for example in examples:
        if is_readable(example.text):
            told.setdefault(_matter_of(example.text), example)
    covered = {letter.code for letter in letters}
    counts = Counter(example.code for example in told.values())
    own = [each for each in told.values() if each.code in covered or counts[each.code] >= FEWEST_OF_NEW_LEAF]
    used = without_floods(own)
    if len(own) < FEWEST_CASES or len({each.code for each in own}) < FEWEST_LEAVES:
        return None
    apart = [Example(letter.text, letter.code) for letter in letters if letter.is_kept_apart]
    read_letters = [letter for letter in letters if not letter.is_kept_apart]
    recent = [each for each in own if each.is_recent]
    start = teach_topics(read_letters, leaves)
    county = teach_topics(read_letters, leaves, [each for each in used if not each.is_recent])
    whole = teach_topics(read_letters, leaves, used) if recent else county
    figures = Figures(
        cases=len(own),
        used=len(used),
        leaves=len({each.code for each in used}),
        check=right(whole, apart),
        check_start=right(start, apart),
        recent_cases=len(recent),
        recent=right(county, recent),
        recent_start=right(start, recent),
        lost=lost_leaves(whole, start, apart),
    )
    return Lesson(teach_topics(letters, leaves, used) if figures.is_kept(CHANCE) else None, figures)


def _matter_of(text: str) -> str:
    """The text without numbers and marks. Texts that differ by these alone are one example, the newest."""
    return "".join(sign for sign in read(text) if sign.isalpha())


def lost_leaves(model: Learned, start: Learned, letters: Sequence[Example]) -> tuple[str, ...]:
    """Leaves of whose letters the model finds less than half of those, three or more, that the start model finds."""
    found, before = _right_by_leaf(model, letters), _right_by_leaf(start, letters)
    return tuple(sorted(code for code, count in before.items() if count >= FEWEST_FOUND and 2 * found[code] < count))


def _right_by_leaf(model: Learned, examples: Sequence[Example]) -> Counter[str]:
    return Counter(each.code for each in examples if _first(model, each.text) == each.code)


def _first(model: Learned, text: str) -> str:
    return model.codes[int(np.argmax(model.scores(model.read(text))))]


def without_floods(examples: Sequence[Example]) -> list[Example]:
    """The same, where no leaf has more than a fifth of what is left; the first ones stay."""
    counts = Counter(example.code for example in examples)
    most = max(counts.values(), default=0)
    while most > 1 and most > MOST_OF_LEAF * sum(min(count, most) for count in counts.values()):
        most -= 1
    kept: Counter[str] = Counter()
    chosen: list[Example] = []
    for example in examples:
        if kept[example.code] < most:
            kept[example.code] += 1
            chosen.append(example)
    return chosen


def right(model: Learned, examples: Sequence[Example]) -> float:
    """The share whose leaf the model puts first; 0 of none."""
    return _right_by_leaf(model, examples).total() / max(len(examples), 1)


def vocabulary_of(signs: Sequence[str], fewest: int, public: Sequence[str] = ()) -> Vocabulary:
    """Pieces that so many texts share, the commonest 60,000; those of `public` texts (synonyms) in any case."""
    known, counts = _counted(signs)
    known, counts = known[counts >= fewest], counts[counts >= fewest]
    commonest = np.argsort(-counts, kind="stable")[:MOST_PIECES]
    kept = np.unique(np.concatenate([known[commonest], *(cut(text).found for text in public)]))
    return _with_rarity(kept, signs)


def _counted(signs: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Pieces, ascending, and how many texts have each."""
    return np.unique(np.concatenate([np.unique(cut(text).found) for text in signs]), return_counts=True)


def _with_rarity(kept: npt.NDArray[np.int64], signs: Sequence[str]) -> Vocabulary:
    known, counts = _counted(signs)
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
