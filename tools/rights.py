"""Print docs/rights_table.md, roles by rights as the rooms declare them: `write` writes it, `check` compares."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import django
from django.utils.translation import gettext, override

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
os.environ["LIANDONG_TESTING"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liandong.app.settings")
django.setup()

from liandong.foundation.rooms import public as rooms  # noqa: E402
from liandong.kernel.rights import Right  # noqa: E402
from liandong.kernel.roles import Role, deputies_of  # noqa: E402

FILE = ROOT / "docs" / "rights_table.md"
ACTION = "action."
_HEAD = """# Roles and rights · 角色与权限

Written by `.venv/bin/python tools/rights.py write` from the roles (`kernel/roles.py`), the rights that each room
declares (`domain/rights.py`) and the actions of a case (`contexts/cases/domain/actions.py`); a test holds it. Code asks
`actor.may(right)`. What a post reaches with them is tried over HTTP: `docs/access.md`. `docs/rights.md` is about
another thing, the rights of persons over their data.

## Roles
"""


def printed() -> str:
    return "\n".join([_HEAD, *_roles(), *_rooms()]).rstrip() + "\n"


def _roles() -> Iterator[str]:
    yield from _headed("role", "", "works in", "stood in for by", "has the rights of")
    for role in Role:
        own = role.standing
        row = [f"`{role}`", _both(own.label), own.works_in.value if own.is_post else ""]
        yield _row([*row, _named(each for each in Role if each in deputies_of(role)), _named(map(Role, own.like))])


def _rooms() -> Iterator[str]:
    for room in rooms.rooms():
        if room.rights:
            yield f"\n## {_both(room.label)}\n"
            yield from _rights([right for right in room.rights if not right.name.startswith(ACTION)])
            actions = [right for right in room.rights if right.name.startswith(ACTION)]
            if actions:
                yield "\n### Actions on a case · 事件动作\n"
                yield "In a state that allows it, on a case that concerns the post; without a mark: by itself.\n"
                yield from _rights(actions)


def _rights(found: Sequence[Right]) -> Iterator[str]:
    yield from _headed("right", "", *(f"`{role}`" for role in Role))
    for right in found:
        yield _row([f"`{right.name}`", _both(right.words), *("✓" if role in right.roles else "" for role in Role)])


def _headed(*columns: str) -> Iterator[str]:
    yield _row(columns)
    yield _row(["---"] * len(columns)).replace(" ", "")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _named(roles: Iterable[Role]) -> str:
    return ", ".join(f"`{role}`" for role in roles)


def _both(text: object) -> str:
    """In Chinese and in English."""
    return f"{_in('zh-hans', text)} · {_in('en', text)}"


def _in(language: str, text: object) -> str:
    with override(language):
        return gettext(text) if isinstance(text, str) else str(text)


def main(arguments: list[str]) -> int:
    if arguments == ["write"]:
        FILE.write_text(printed(), "utf-8")
        return 0
    if arguments != ["check"]:
        print("usage: tools/rights.py write | check")
        return 2
    if FILE.read_text("utf-8") == printed():
        return 0
    print("docs/rights_table.md isn't of this code: .venv/bin/python tools/rights.py write")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
