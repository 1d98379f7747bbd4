"""`docs/adding.md` names every file that a recipe needs."""

import re
from pathlib import Path

import pytest

from liandong.contexts.cases.public import Action, by_hand
from liandong.foundation.rooms import public as rooms
from liandong.kernel.roles import POSTS, Role
from tests.house.test_rights import NAME_A_ROLE

ROOT = Path(__file__).resolve().parents[2]
ROOM = ROOT / "src" / "liandong" / "contexts" / "cases"
FILES_OF_A_ROLE = ("src/liandong/kernel/roles.py", "src/liandong/locale/en/LC_MESSAGES/django.po")
ADDED = (Action.PARK, Action.RETURN, Action.TELL_EMERGENCY_NUMBER, Action.UNDO_OVERRIDE, Action.DECLINE_CONSENT)
"""Actions of every sort: with fields, words, guards, nothing of them."""
DECIDES = {
    Action.PARK: {"contexts/process/places.py"},  # which drawing has a way to it
    Action.TELL_EMERGENCY_NUMBER: {"contexts/intake/web/desk.py"},  # the call taken down just now asks for it at once
    Action.DECLINE_CONSENT: {"contexts/cases/concerns.py"},  # whose word is asked for
}
"""Files in which an action is more than its row and its command, with what they do with it."""


@pytest.mark.parametrize("action", ADDED)
def test_an_action_is_its_row_and_its_command(action: Action) -> None:
    named = {
        path.relative_to(ROOT / "src" / "liandong").as_posix()
        for path in (ROOT / "src").rglob("*.py")
        if re.search(rf"\bAction\.{action.name}\b", path.read_text("utf-8"))
    }
    told = named - {"contexts/cases/domain/actions.py"} - DECIDES.get(action, set())
    assert len(told) == 1, f"beside its row {action} stands in {sorted(told)}: docs/adding.md says one file"
    assert (ROOT / "src" / "liandong" / told.pop()).parent == ROOM / "actions"


def test_every_action_by_hand_has_a_command_that_says_so() -> None:
    files = [*(ROOM / "actions").glob("*.py"), *(ROOT / "src" / "liandong" / "contexts" / "intake").glob("*.py")]
    said = {
        name
        for path in files
        for name in re.findall(r"@(?:cases\.)?does\((?:cases\.)?Action\.(\w+)", path.read_text("utf-8"))
    }
    assert said == {action.name for action in by_hand()}


@pytest.mark.parametrize("role", POSTS)
def test_a_role_is_its_row_and_its_words(role: Role) -> None:
    """Beside who has which right by the rooms' own rows, a role stands in no file that would decide something by it;
    `test_rights.py` has the exceptions, `test_a_new_role.py` adds one.
    """
    tables = {"kernel/roles.py", "contexts/cases/domain/actions.py", *NAME_A_ROLE}
    named = {
        path.relative_to(ROOT / "src" / "liandong").as_posix()
        for path in (ROOT / "src").rglob("*.py")
        if re.search(rf"\bRole\.{role.name}\b", path.read_text("utf-8"))
    }
    assert {name for name in named if not name.endswith("/domain/rights.py")} <= tables
    row, words = (ROOT / name for name in FILES_OF_A_ROLE)
    assert f'{role.name} = Standing("{role}"' in row.read_text("utf-8")
    assert f'msgid "{role.standing.label}"' in words.read_text("utf-8")


def test_the_recipe_of_a_role_names_its_two_files() -> None:
    recipe = (ROOT / "docs" / "adding.md").read_text("utf-8").partition("## A role")[2].partition("\n## ")[0]
    assert re.findall(r"^\d\. `([^`]+)`", recipe, re.MULTILINE) == list(FILES_OF_A_ROLE)


def test_the_files_of_the_recipes_are_there() -> None:
    page = (ROOT / "docs" / "adding.md").read_text("utf-8")
    named = re.findall(r"`((?:src|docs|tests|tools|console)/[\w./]+)`", page)
    assert named
    for name in named:
        path = ROOT / name if not name.startswith("console/") else ROOT / "src" / "liandong" / "contexts" / name
        assert path.exists(), name


SOURCE = ROOT / "src" / "liandong"


def test_a_page_of_the_navigation_is_a_line_in_the_room_that_has_it() -> None:
    """Neither the pages' foundation nor the app, nor another room, says that it is there."""
    hung = {page.url_name for room in rooms.rooms() for page in room.pages}
    for name in hung:
        saying = [path for path in SOURCE.rglob("room.py") if f'Page("{name}"' in path.read_text("utf-8")]
        assert len(saying) == 1, name
    shared = [path for part in ("foundation/ui", "app") for path in (SOURCE / part).rglob("*.*")]
    told = {
        f"{path.relative_to(SOURCE)}: {name}"
        for path in shared
        if path.suffix in (".py", ".html")
        for name in hung - {"admin:index"}
        if name.partition(":")[2] and f"{name}" in path.read_text("utf-8")
    }
    assert told == set()


def test_a_service_is_a_line_in_the_room_that_brings_it() -> None:
    for service in (service for room in rooms.rooms() for service in room.services):
        saying = [path for path in SOURCE.rglob("room.py") if f'Service("{service.name}"' in path.read_text("utf-8")]
        assert len(saying) == 1, service
        assert f'"{service.name}"' not in (SOURCE / "operate" / "up.py").read_text("utf-8")


def test_a_room_of_the_usual_kind_stands_in_the_list_and_nowhere_else() -> None:
    """What says so by adding one is `test_rooms.py`; here: those that are like it."""
    for name in ("handovers", "batches"):
        files = [ROOT / ".importlinter", *(SOURCE / "app").glob("*.py"), *(SOURCE / "operate").rglob("*.py")]
        naming = [
            path.relative_to(ROOT).as_posix()
            for path in files
            if re.search(rf"\bcontexts\.{name}\b", path.read_text("utf-8"))
        ]
        assert naming == ["src/liandong/app/rooms.py"]
