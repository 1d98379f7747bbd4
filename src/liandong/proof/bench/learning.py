"""The category proposal on real letters that were judged by hand: how good, how often falsely alarmed, how fast."""

import csv
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from liandong.contexts.categories import public as categories

LETTERS = Path("judged/letters.jsonl")
PAIRS = Path("judged/emergency_pairs.tsv")
MESSAGES = Path("messages_zh")
_FILES = ("hot", "replied", "unlabelled")
_LABELLED = "labelled"
_NO_LEAF = "NONE"
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Judged:
    """A real letter, and the leaves that are right; none where no leaf fits."""

    text: str
    acceptable: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Shares of the judged letters, those of emergencies in 1,000 of all real letters; pairs as (right, of)."""

    letters: int
    first: float
    among_three: float
    taken: float
    taken_right: float
    shown_in_1000: float
    taken_in_1000: float
    pairs_true: tuple[int, int]
    pairs_false: tuple[int, int]
    ms: float


def measure(folder: Path) -> Outcome:
    """Measures with the taxonomy and the start model that ship, as `./liandong propose` does. Real letters count as
    telling of no danger: they were answered after weeks.
    """
    voices = categories.shipped_voices()
    real = letters(folder)
    judged = list(_judged(folder, real))
    begun = time.process_time()
    found = [categories.assess(letter.text, voices) for letter in judged]
    ms = (time.process_time() - begun) * 1_000 / max(len(judged), 1)
    fitting = [(row, letter) for row, letter in zip(found, judged, strict=True) if letter.acceptable]
    taken = [(row.taken, letter) for row, letter in zip(found, judged, strict=True) if row.taken]
    texts = list(real.values())
    alarms = [categories.assess(text, voices) for text in texts]
    pairs = [line.split("\t") for line in (folder / PAIRS).read_text("utf-8").splitlines() if line]
    shown = [(said == "yes", categories.assess(text, voices).is_danger) for said, text in pairs]
    return Outcome(
        letters=len(judged),
        first=_share([_has(row.proposals[:1], letter) for row, letter in fitting]),
        among_three=_share([_has(row.proposals, letter) for row, letter in fitting]),
        taken=len(taken) / max(len(judged), 1),
        taken_right=_share([row.code in letter.acceptable for row, letter in taken]),
        shown_in_1000=1_000 * _share([row.is_danger for row in alarms]),
        taken_in_1000=1_000 * _share([bool(row.taken and row.taken.code in voices.emergencies) for row in alarms]),
        pairs_true=(sum(is_shown for is_true, is_shown in shown if is_true), sum(is_true for is_true, _ in shown)),
        pairs_false=(
            sum(is_shown for is_true, is_shown in shown if not is_true),
            sum(not is_true for is_true, _ in shown),
        ),
        ms=ms,
    )


def letters(folder: Path) -> dict[str, str]:
    """All real letters below a folder, title and words, by the id that the judge gave them."""
    found: dict[str, str] = {}
    for name in (*_FILES, _LABELLED):
        with (folder / MESSAGES / f"messages_{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file)):
                found[f"dev:{name}:{_key(row) or number}"] = row["text"] if name == _LABELLED else _text(row)
    return found


def _key(row: Mapping[str, str]) -> str:
    return next((value for name, value in row.items() if "编号" in name), "")


def _text(row: Mapping[str, str]) -> str:
    return f"{(row.get('留言主题') or '').strip()}。{_BLANK.sub('', row.get('留言详情') or '')}"


def _judged(folder: Path, real: Mapping[str, str]) -> Iterator[Judged]:
    for line in (folder / LETTERS).read_text("utf-8").splitlines():
        row = json.loads(line)
        fits = {row["best"], *row["acceptable"]} - {_NO_LEAF} if row["best"] != _NO_LEAF else set()
        yield Judged(real[row["id"]], frozenset(fits))


def _has(proposals: Sequence[categories.Proposal], letter: Judged) -> bool:
    return any(each.code in letter.acceptable for each in proposals)


def _share(right: Sequence[bool]) -> float:
    return sum(right) / max(len(right), 1)


def lines(found: Outcome) -> Iterator[str]:
    """A line for each aim."""
    true, of_true = found.pairs_true
    false, of_false = found.pairs_false
    yield f"手工判定的信件 · letters judged by hand            {found.letters:>8,}"
    yield f"首选可接受 · first acceptable                      {found.first:>8.1%}   ≥ 75 %"
    yield f"前三含可接受 · acceptable among three              {found.among_three:>8.1%}   ≥ 92 %"
    yield f"自动归类 · taken without a clerk                   {found.taken:>8.1%}   ≥ 35 %"
    yield f"其中正确 · of these right                          {found.taken_right:>8.1%}   ≥ 95 %"
    yield f"误示急救电话 · numbers shown falsely in 1,000      {found.shown_in_1000:>8.2f}   ≤ 2"
    yield f"误归急救类 · emergency taken falsely in 1,000      {found.taken_in_1000:>8.2f}   ≤ 0.5"
    yield f"真危险句 · true ones of the pairs                  {f'{true}/{of_true}':>8}"
    yield f"假危险句 · false ones of the pairs                 {f'{false}/{of_false}':>8}"
    yield f"每封耗时 · ms of a processor                       {found.ms:>8.1f}   ≤ 6"
