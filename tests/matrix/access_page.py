"""The table as a page for an administrator: from who somebody is to what is reached."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.matrix.cast import CAST, COLUMNS, KINDS, MACHINES, PLAIN
from tests.matrix.deeds import DONE, KINDS_TRIED
from tests.matrix.doors import OTHER
from tests.matrix.table import ACTION, Row

FILE = Path(__file__).parents[2] / "docs" / "access.md"
_REACHED = ("200", "201", "204", "302", "back", "422")
_AREAS = {
    "/": "pages for everybody",
    "/report": "reporting",
    "/status": "pages for everybody",
    "/ground.geojson": "pages for everybody",
    "/r": "by the receipt",
    "/desk": "desk",
    "/console": "console",
    "/notifications": "notifications",
    "/accounts": "own account",
    "/i18n": "own account",
    "/admin": "registers",
    "/api": "JSON API",
    "/open311": "Open311",
}
_HEAD = """# Who reaches what · 谁能看、能做什么

Written by `.venv/bin/python tools/matrix.py write` from `tests/matrix/endpoints.tsv`: addresses, methods and kinds of
cases by who asks, each cell of it asked over HTTP by the tests. What isn't listed is refused: without an account by the
page for signing in, to a post by 403, of a case that it may not see by 404, as of what isn't there. `docs/rights.md`
says why.
"""


def written(rows: Sequence[Row]) -> str:
    parts = [_HEAD, *_cases(rows), *_actions(rows), *_roles(rows)]
    return "\n".join(parts).rstrip() + "\n"


def _cases(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Cases\n"
    yield from (f"- **{kind}**: {words}" for kind, words in KINDS.items())
    yield "\n### Who opens a case\n"
    yield from _by_kind(rows, "/console/case/<number>/", "GET")
    yield "\n### Who reads a contact unmasked, for a purpose that its reporter sees\n"
    yield from _by_kind(rows, "/console/case/<number>/contact/<report_id>/", "POST")


def _by_kind(rows: Sequence[Row], address: str, method: str) -> Iterator[str]:
    found = {row.case: row.cells for row in rows if (row.address, row.method) == (address, method)}
    yield f"| who | {' | '.join(KINDS)} |"
    yield "|---" * (len(KINDS) + 1) + "|"
    for column, words in COLUMNS.items():
        if column not in (*MACHINES, "visitor", "reporter"):
            marks = ["✓" if found[kind][column] == "200" else "" if column in CAST[kind] else "·" for kind in KINDS]
            yield f"| {words} | {' | '.join(marks)} |"


def _actions(rows: Sequence[Row]) -> Iterator[str]:
    yield "\n## Actions on a case\n"
    yield "Each in a state that allows it; the states stand in `contexts/cases/domain/actions.py`."
    for kind in (each for each in KINDS_TRIED if each not in ("joined", "ended")):
        yield f"\n### {kind}: {KINDS[kind]}\n"
        yield "| who | actions |"
        yield "|---|---|"
        for column, words in COLUMNS.items():
            done = [
                row.address.removeprefix(ACTION)
                for row in rows
                if row.address.startswith(ACTION) and row.case == kind and row.cells[column] == DONE
            ]
            if done:
                yield f"| {words} | {', '.join(done)} |"


def _roles(rows: Sequence[Row]) -> Iterator[str]:
    yield "\n## Pages and API\n"
    yield "Without what names a single case. For everybody, also without an account:"
    plain = [
        row for row in rows if not row.address.startswith(ACTION) and row.case not in KINDS and row.method != OTHER
    ]
    everybodys = [row for row in plain if row.cells["visitor"] in _REACHED]
    yield from _listed(everybodys)
    for column in ("reporter", "client", *(each for each in PLAIN if each != "visitor")):
        more = [row for row in plain if row not in everybodys and row.cells[column] in _REACHED]
        yield f"\n### {COLUMNS[column]}\n"
        yield from _listed(more)


def _listed(rows: Iterable[Row]) -> Iterator[str]:
    by_area: dict[str, list[str]] = {}
    for row in rows:
        area = _AREAS.get("/" + row.address.split("/")[1], row.address)
        by_area.setdefault(area, []).append(row.what)
    yield ""
    for area, whats in by_area.items():
        yield f"- {area}: {'; '.join(dict.fromkeys(whats))}"
