"""The picture of the rooms in AGENTS.md: `write` draws it from the list and from what each room hangs up, `check` says
whether it is the present one.
"""

import os
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import django
from django.apps import apps

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
os.environ["LIANDONG_TESTING"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liandong.app.settings")
django.setup()

from liandong.app.rooms import FLOORS  # noqa: E402
from liandong.foundation.rooms import public as rooms  # noqa: E402

PAGE = ROOT / "AGENTS.md"
BEGIN, END = "<!-- picture of the rooms: tools/rooms.py write -->", "<!-- end of the picture -->"


def drawn() -> str:
    """Floors from the highest down as a mermaid diagram; dashed: a county may switch the room off."""
    names = [[room.rpartition(".")[2] for room in floor] for floor in reversed(FLOORS)]
    hung = {room.name: room for room in rooms.rooms()}
    lines = ["```mermaid", "flowchart TB"]
    lines += [f'  {name}["{_told(name, hung.get(name))}"]' for floor in names for name in floor]
    lines += [f"  {' & '.join(high)} --> {' & '.join(low)}" for high, low in pairwise(names)]
    optional = [room.name for room in hung.values() if room.is_optional]
    lines += ["  classDef optional stroke-dasharray: 5 5", f"  class {','.join(optional)} optional"] if optional else []
    return "\n".join([*lines, "```"])


def _told(name: str, room: rooms.Room | None) -> str:
    label = room.label if room else apps.get_app_config(name).verbose_name
    return "<br>".join((f"{name} {label}", *(_hung(room) if room else ())))


def _hung(room: rooms.Room) -> Iterator[str]:
    """What stands on the door of the room: addresses, pages, services."""
    if room.urls or room.api:
        yield " ".join([*(f"/{prefix}" for prefix, _ in room.urls), *(["/api/v1/"] if room.api else [])])
    if room.pages:
        yield " · ".join(dict.fromkeys(str(page.label) for page in room.pages))
    if room.services:
        yield "runs " + ", ".join(service.name for service in room.services)


def page() -> str:
    """AGENTS.md with the present picture. Raises ValueError where the marks are missing."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE.name} needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{drawn()}\n{END}{after}"


def main(arguments: list[str]) -> int:
    """0 where the picture is the present one."""
    wanted = page()
    if arguments == ["write"]:
        PAGE.write_text(wanted, "utf-8")
    elif PAGE.read_text("utf-8") != wanted:
        sys.stderr.write("AGENTS.md shows other rooms: run .venv/bin/python tools/rooms.py write\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
