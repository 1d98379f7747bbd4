"""Keep docs/stores.md: `write` prints it from the rooms, `check` says whether it is as the code has it."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src")]
os.environ["LIANDONG_TESTING"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liandong.app.settings")
django.setup()

from liandong.app.stores import AROUND, STORES  # noqa: E402
from liandong.foundation.rooms import public as rooms  # noqa: E402

FILE = ROOT / "docs" / "stores.md"
HEAD = """# What is kept · 存储

Printed by `.venv/bin/python tools/stores.py write` from the rooms (`stores` in each `room.py`); a test compares it with
the tables of the database and the data folder. Every one is in a backup: a table by the dump of the whole database, a
folder (its name ends in `/`) or file as it is. `rights` and `threat` name the lines in `docs/rights.md` and
`docs/threat_model.md`.

| kept | for how long |
|---|---|
| always | as long as the county |
| matter | as long as the case; words go by right |
| replaced | until the next one takes its place, or what it is about goes |
| span | the time that is named |
| work | until the work is done |
| again | made again from the others |
"""
COLUMNS = """| store | kept | how erasure reaches it, or why it needn't | rights | threat |
|---|---|---|---|---|"""


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    for name, stores in (*((room.name, room.stores) for room in rooms.rooms()), ("the installation", STORES)):
        if stores:
            yield f"## {name}\n\n{COLUMNS}"
            yield from (
                f"| `{each.name}` | {each.kept}{f', {each.kept_for}' if each.kept_for else ''} | {each.erase} "
                f"| {each.rights} | {each.threat} |"
                for each in stores
            )
            yield ""
    yield "## Not in a backup\n\n| entry of the data folder | why |\n|---|---|"
    yield from (f"| `{name}` | {why} |" for name, why in sorted(AROUND.items()))


def main(arguments: list[str]) -> int:
    if arguments == ["write"]:
        FILE.write_text(page(), "utf-8")
        return 0
    if arguments != ["check"]:
        print("usage: tools/stores.py write | check")
        return 2
    if FILE.exists() and FILE.read_text("utf-8") == page():
        return 0
    print("docs/stores.md isn't of this code: .venv/bin/python tools/stores.py write")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
