"""Cutting addresses, measured on real tagged ones: how well by part, how fast."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from liandong.foundation.places.domain.address import Names, Part, split

ADDRESSES = Path("linkage/train.txt")
_TAGS = {
    "prov": Part.UPPER, "city": Part.UPPER, "district": Part.UPPER, "town": Part.TOWN, "community": Part.VILLAGE,
    "road": Part.ROAD, "subroad": Part.ROAD, "roadno": Part.NUMBER, "subroadno": Part.NUMBER, "poi": Part.PLACE,
    "subpoi": Part.PLACE, "houseno": Part.UNIT, "cellno": Part.UNIT, "floorno": Part.UNIT, "roomno": Part.UNIT,
}  # fmt: skip
_REGISTERED = (Part.UPPER, Part.TOWN, Part.VILLAGE)
_MERGED = (Part.UNIT, Part.PLACE)
"""Parts that people divide as they like: neighbours of one kind count as one piece."""
Piece = tuple[Part, int, int]


@dataclass(frozen=True, slots=True)
class Tagged:
    """An address as people cut it; `county` is the county that it names, or ""."""

    text: str
    county: str
    pieces: frozenset[Piece]


@dataclass(frozen=True, slots=True)
class Reached:
    """Exact pieces of one part: how many there are, and the shares found rightly (0–1)."""

    part: Part
    told: int
    precision: float
    recall: float


def addresses(folder: Path) -> list[Tagged]:
    """Those of the tagged file that name their county: each can be given its own register."""
    text = (folder / ADDRESSES).read_text("utf-8")
    return [each for each in map(_tagged, text.split("\n\n")) if each.county]


def _tagged(block: str) -> Tagged:
    text, last = "", ""
    spans: list[tuple[str, int, int]] = []
    for line in filter(str.strip, block.split("\n")):
        signs, tag = line.rsplit(" ", 1)
        kind = tag[2:].lower()
        begins = len(text) if tag.startswith("B-") or kind != last else spans.pop()[1]
        text, last = text + signs, kind
        spans.append((kind, begins, len(text)))
    county = next((text[start:end] for kind, start, end in spans if kind == "district"), "")
    return Tagged(text, county, frozenset((_TAGS[kind], start, end) for kind, start, end in spans if kind in _TAGS))


def measure(rows: Sequence[Tagged]) -> tuple[list[Reached], float]:
    """By part, with a register of each county's own names; and addresses a second."""
    registers = _registers(rows)
    told: Counter[Part] = Counter()
    found: Counter[Part] = Counter()
    right: Counter[Part] = Counter()
    began = time.perf_counter()
    cut = [split(row.text, registers[row.county]) for row in rows]
    per_s = len(rows) / (time.perf_counter() - began)
    for row, address in zip(rows, cut, strict=True):
        theirs = set(_merged(row.text, row.pieces))
        ours = set(_merged(row.text, ((span.part, span.start, span.end) for span in address.spans)))
        told.update(part for part, *_ in theirs)
        found.update(part for part, *_ in ours)
        right.update(part for part, *_ in ours & theirs)
    return [Reached(p, told[p], right[p] / max(found[p], 1), right[p] / told[p]) for p in Part if told[p]], per_s


def _registers(rows: Sequence[Tagged]) -> dict[str, Names]:
    names: dict[str, set[tuple[Part, str]]] = {}
    for row in rows:
        own = {
            (part, row.text[start:end]) for part, start, end in row.pieces if part in _REGISTERED and end - start > 1
        }
        names.setdefault(row.county, set()).update(own)
    return {
        county: Names((part, name, number) for number, (part, name) in enumerate(sorted(own)))
        for county, own in names.items()
    }


def _merged(text: str, pieces: "Iterator[Piece] | frozenset[Piece]") -> Iterator[Piece]:
    held: Piece | None = None
    for piece in sorted(pieces, key=lambda each: each[1]):
        joins = held and piece[0] in _MERGED and held[0] is piece[0] and not text[held[2] : piece[1]].strip("-_ /.")
        if held and joins:
            held = (held[0], held[1], piece[2])
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held
