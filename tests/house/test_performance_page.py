"""`docs/performance.md` shows what the bench measures: every line, and no other."""

import re
from pathlib import Path

from liandong.proof.bench import intake, lists, pages, written

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"


def tables() -> dict[str, list[list[str]]]:
    """The cells of each table's rows, by the heading above it."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("| ") and not line.startswith("| line |"):
            found.setdefault(heading, []).append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def test_each_line_says_what_it_asks_and_how_it_is_checked_as_the_bench_does() -> None:
    told = tables()["What each line asks, and how its answer is checked"]
    assert told == [[each.name, each.asks, each.checked] for each in written.asked()]


def test_each_database_has_a_figure_for_every_line() -> None:
    measured = {heading: rows for heading, rows in tables().items() if re.match(r"[\d,]+ cases", heading)}
    assert any("after a burst" in heading for heading in measured)
    for heading, rows in measured.items():
        creates = [] if "after a burst" in heading else intake.names()
        assert [row[0] for row in rows] == [*creates, *lists.names(), *pages.names()], heading
        assert all(float(row[1]) > 0 and float(row[2]) >= float(row[1]) for row in rows), heading
