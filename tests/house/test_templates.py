"""Templates name each other by strings and escape the import checks: a room's pages are made of its own and of ui's,
and of the panels that rooms hang up.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.fences import ROOT, order

SOURCE = ROOT / "src" / "liandong"
ROOMS = {*order("liandong.foundation"), *order("liandong.contexts")}
TAKEN = re.compile(r"""{%\s*(?:include|extends)\s+["'](\w+)/|["'](\w+)/[\w/]+\.html["']""")
LOADED = re.compile(r"{%\s*load\s+([^%]+?)\s*%}")


def taken() -> Iterator[tuple[Path, str, str]]:
    """Files of rooms, the room of each, and the rooms whose templates or tags they name."""
    for path in (*SOURCE.glob("*/*/**/*.html"), *SOURCE.glob("*/*/**/*.py")):
        _, room, *_ = path.relative_to(SOURCE).parts
        text = path.read_text("utf-8")
        named = {name for match in TAKEN.finditer(text) for name in match.groups() if name}
        named |= {name for match in LOADED.finditer(text) for name in match.group(1).split()}
        if room in ROOMS:
            yield from ((path, room, name) for name in named & ROOMS)


def test_no_page_takes_a_template_of_another_room() -> None:
    across = [f"{path.relative_to(SOURCE)}: {of}" for path, room, of in taken() if of not in (room, "ui", "rooms")]
    assert across == []


def test_the_pages_of_every_room_are_seen() -> None:
    assert {"access", "console", "intake", "notifications", "ui"} <= {room for _, room, _ in taken()}
