"""The committed table `endpoints.tsv`: for every address, method and kind of case what each column gets.

`-` stands where a column isn't asked. `csrf`: `token` where an unsafe request without the form's token is refused,
`key` where only sessions need one, `open` for a machine's door, `-` for what is safe.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.matrix.cast import COLUMNS

HERE = Path(__file__).parent
FILE, PENDING = HERE / "endpoints.tsv", HERE / "pending.tsv"
NOT_ASKED, UNREVIEWED = "-", "?"
ACTION = "action:"
ADD = (
    "Run `.venv/bin/python tools/matrix.py write`, which adds the lines with `?`; then put what is RIGHT for every"
    " column into tests/matrix/endpoints.tsv, by docs/rights.md and docs/threat_model.md and not by what comes, and run"
    " it again for docs/access.md. Where the address needs a body or names something, say it in tests/matrix/asking.py."
)
_HEAD = ("address", "method", "case", "csrf", "what")


@dataclass(frozen=True)
class Row:
    """`method` as HTTP has it, or `other`; of an action of the lifecycle the address is `action:` and its name."""

    address: str
    method: str
    case: str
    csrf: str
    what: str
    cells: Mapping[str, str]

    @property
    def key(self) -> tuple[str, str, str]:
        return self.address, self.method, self.case

    def __str__(self) -> str:
        return " ".join(filter(lambda part: part != NOT_ASKED, self.key))


def read() -> list[Row]:
    head, *lines = FILE.read_text("utf-8").splitlines()
    names = head.split("\t")
    if names != [*_HEAD, *COLUMNS]:
        raise ValueError(f"the head of {FILE.name} must be: {' '.join([*_HEAD, *COLUMNS])}")
    return [_row(line.split("\t"), number) for number, line in enumerate(lines, 2)]


def _row(parts: list[str], number: int) -> Row:
    if len(parts) != len(_HEAD) + len(COLUMNS):
        raise ValueError(f"{FILE.name}:{number}: {len(parts)} cells instead of {len(_HEAD) + len(COLUMNS)}")
    address, method, case, csrf, what, *cells = parts
    return Row(address, method, case, csrf, what, dict(zip(COLUMNS, cells, strict=True)))


def write(rows: Iterable[Row]) -> None:
    lines = ["\t".join([*_HEAD, *COLUMNS])]
    for row in sorted(rows, key=lambda row: row.key):
        cells = [row.cells.get(column, NOT_ASKED) for column in COLUMNS]
        lines.append("\t".join([row.address, row.method, row.case, row.csrf, row.what, *cells]))
    FILE.write_text("\n".join(lines) + "\n", "utf-8")


def pending() -> dict[tuple[str, str, str, str], str]:
    """(address, method, case, column) and what comes today, where the right answer isn't there yet."""
    lines = PENDING.read_text("utf-8").splitlines()
    parts = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {(address, method, case, column): today for address, method, case, column, today in parts}
