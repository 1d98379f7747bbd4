"""Keep the matrix of who reaches what: `write` brings the table and docs/access.md up to the code, `check` says what is
missing.

`write` adds a line with `?` for every new address and method, drops lines of what is gone, derives the lines of actions
from the table of the lifecycle, sorts, and writes docs/access.md. What is right it can't know: that is for people.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
os.environ["LIANDONG_TESTING"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liandong.app.settings")
django.setup()

from liandong.contexts.cases.public import ACTION_NAMES  # noqa: E402
from tests.matrix import access_page, table  # noqa: E402
from tests.matrix.cast import COLUMNS, PLAIN  # noqa: E402
from tests.matrix.deeds import KINDS_TRIED, actions, right  # noqa: E402
from tests.matrix.doors import METHODS, OTHER, Door, doors  # noqa: E402
from tests.matrix.table import ACTION, NOT_ASKED, UNREVIEWED, Row  # noqa: E402


def fresh() -> list[Row]:
    """The table as it should be: reviewed cells as they are, of what is new `?`."""
    known = {row.key: row for row in table.read()}
    at = {door.address: door for door in doors()}
    rows = [row for door in at.values() for row in _of_door(door, known)]
    return sorted([*rows, *_of_actions()], key=lambda row: row.key)


def _of_door(door: Door, known: dict[tuple[str, str, str], Row]) -> Iterator[Row]:
    old = [row for row in known.values() if row.address == door.address]
    methods = door.methods or tuple({row.method: None for row in old}) or ("GET", "POST")
    other = () if set(methods) == set(METHODS) else (OTHER,)
    for method in dict.fromkeys((*methods, *other)):
        reviewed = [row for row in old if row.method == method]
        yield from reviewed or [_new(door, method)]


def _new(door: Door, method: str) -> Row:
    asked = dict.fromkeys(PLAIN, UNREVIEWED)
    csrf = NOT_ASKED if method in ("GET", OTHER) else "token"
    if method == OTHER:
        asked = {"visitor": "405", "coordinator": "405", "administrator": "405"}
    return Row(door.address, method, NOT_ASKED, csrf, door.what.lower() or "?", asked)


def _of_actions() -> Iterator[Row]:
    for action in actions():
        for kind in KINDS_TRIED:
            cells = {column: right(action, kind, column) for column in COLUMNS}
            yield Row(f"{ACTION}{action}", "POST", kind, "token", str(ACTION_NAMES[action]), cells)


def main(arguments: list[str]) -> int:
    if arguments not in (["write"], ["check"]):
        print("usage: tools/matrix.py write | check")
        return 2
    rows = fresh()
    if arguments == ["write"]:
        table.write(rows)
        access_page.FILE.write_text(access_page.written(table.read()), "utf-8")
    elif {row.key for row in rows} ^ {row.key for row in table.read()}:
        print(f"the table isn't of this code. {table.ADD}")
        return 1
    open_rows = [str(row) for row in rows if UNREVIEWED in row.cells.values()]
    print(f"{len(rows)} rows" + (f"; to be reviewed: {', '.join(open_rows)}" if open_rows else ""))
    return 1 if open_rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
