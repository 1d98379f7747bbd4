"""The category proposal on real labelled messages: how good, how fast, how well calibrated."""

import csv
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.learning import Example, learn

MESSAGES = Path("messages_zh/messages_labelled.csv")
_SIDE, _MARGIN = 400, 60
_PROPOSED = 1_000


def messages(folder: Path) -> list[Example]:
    """The labelled messages below a folder of real data."""
    with (folder / MESSAGES).open(encoding="utf-8-sig", newline="") as file:
        return [Example(row["text"], row["label"]) for row in csv.DictReader(file)]


def measure(examples: Sequence[Example]) -> tuple[cases.Lesson, float, float]:
    """What is learned from them by the pipeline of the product; texts a second of training (all folds and the last
    fit) and of proposing with reasons.
    """
    begun = time.perf_counter()
    lesson = learn(examples)
    if lesson is None:
        raise ValueError("too few messages to learn from")
    trained = time.perf_counter()
    for example in examples[:_PROPOSED]:
        lesson.learned.judge(example.text)
    proposed = time.perf_counter()
    return lesson, len(examples) / (trained - begun), len(examples[:_PROPOSED]) / (proposed - trained)


def plot(bins: Sequence[cases.Bin]) -> str:
    """A calibration plot as SVG: probability across, share of right proposals upwards; the larger a dot, the more."""
    return "\n".join(_lines(bins))


def _lines(bins: Sequence[cases.Bin]) -> Iterator[str]:
    whole = _SIDE + 2 * _MARGIN
    total = sum(each.count for each in bins)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}"'
        ' font-family="sans-serif" font-size="13">'
    )
    yield f'<rect width="{whole}" height="{whole}" fill="#fff"/>'
    yield f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#999" stroke-dasharray="5 4"/>'
    yield f'<path d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}" fill="none" stroke="#333"/>'
    for tenth in range(0, 11, 2):
        share = tenth / 10
        yield f'<text x="{_x(share)}" y="{_y(0) + 18}" text-anchor="middle">{share:g}</text>'
        yield f'<text x="{_x(0) - 8}" y="{_y(share) + 4}" text-anchor="end">{share:g}</text>'
    for each in bins:
        radius = 3 + 17 * (each.count / total) ** 0.5
        place = f'cx="{_x(each.probability)}" cy="{_y(each.right)}" r="{radius:.1f}"'
        yield f'<circle {place} fill="#2a6fb0" fill-opacity=".6"><title>{each.count}</title></circle>'
    yield f'<text x="{whole / 2}" y="{whole - 16}" text-anchor="middle">给出的概率 · probability given</text>'
    yield (
        f'<text transform="translate(18 {whole / 2}) rotate(-90)" text-anchor="middle">正确的比例 · share right</text>'
    )
    yield f'<text x="{whole / 2}" y="32" text-anchor="middle">{total:,} 条 · texts</text></svg>'


def _x(share: float) -> float:
    return round(_MARGIN + share * _SIDE, 1)


def _y(share: float) -> float:
    return round(_MARGIN + (1 - share) * _SIDE, 1)
