"""The list of mutants `tests/mutants.tsv`: lines of the product that are broken on purpose, and the tests to notice it.

A row: area, file, which of the like lines (from 1), the line, the broken line, tests, and a reason where none notices
and none can. Indentation isn't written; "" is a line that is taken out.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from liandong.kernel.errors import InvalidInput

LIST = Path("tests/mutants.tsv")
COLUMNS = ("area", "file", "nth", "line", "broken", "tests", "reason")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One line that is broken. `tests` are paths below the clone, of which at least one is to fail."""

    area: str
    file: str
    nth: int
    line: str
    broken: str
    tests: tuple[str, ...]
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.line} → {self.broken or '∅'}"

    def applied(self, source: str) -> str:
        """The file's text with the line broken. Raises InvalidInput where the line isn't there any more."""
        lines = source.splitlines(keepends=True)
        places = [place for place, line in enumerate(lines) if line.strip() == self.line]
        if len(places) < self.nth:
            raise InvalidInput(f"{LIST}: {self.file} has no line {self.nth} “{self.line}”")
        place = places[self.nth - 1]
        kept = lines[place]
        indent, end = kept[: len(kept) - len(kept.lstrip())], "\n" if kept.endswith("\n") else ""
        lines[place] = f"{indent}{self.broken}{end}" if self.broken else _emptied(indent, end, self.file)
        return "".join(lines)


def read(root: Path) -> list[Mutant]:
    """Every row of the list, in its order. Raises InvalidInput for other columns."""
    with (root / LIST).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise InvalidInput(f"{LIST}: its columns are {', '.join(COLUMNS)}")
        return [
            Mutant(
                row["area"],
                row["file"],
                int(row["nth"]),
                row["line"],
                row["broken"],
                tuple(row["tests"].split()),
                row["reason"] or "",
            )
            for row in rows
        ]


def areas(mutants: Sequence[Mutant]) -> list[str]:
    """In the list's order, each once."""
    return list(dict.fromkeys(mutant.area for mutant in mutants))


def _emptied(indent: str, end: str, file: str) -> str:
    """A block of Python with nothing in it says so."""
    return f"{indent}pass{end}" if file.endswith(".py") else end
