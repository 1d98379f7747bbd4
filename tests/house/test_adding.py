"""`docs/adding.md` names every file that a recipe needs."""

import re
from pathlib import Path

import pytest

from liandong.contexts.cases.public import Action, by_hand
from liandong.foundation.rooms import public as rooms

ROOT = Path(__file__).resolve().parents[2]
ROOM = ROOT / "src" / "liandong" / "contexts" / "cases"
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


SOURCE = ROOT / "src" / "liandong"
SOURCES = {
    path.relative_to(SOURCE).as_posix(): path.read_text("utf-8")
    for path in (*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"))
    if "migrations" not in path.parts
}


def naming(text: str) -> set[str]:
    """The files of the house that hold a text."""
    return {name for name, written in SOURCES.items() if text in written}


def folder(room: rooms.Room) -> str:
    return f"contexts/{room.name}"


PANELS = [(room, panel) for room in rooms.rooms() for panel in room.panels]
KINDS = [(room, kind) for room in rooms.rooms() for kind in room.kinds]


def test_a_room_of_the_list_hangs_up_panels_and_kinds() -> None:
    assert {room.name for room, _ in PANELS} == {"cases", "process", "intake", "console"}
    assert len(KINDS) > len(rooms.Group)


@pytest.mark.parametrize(("room", "panel"), PANELS, ids=[panel.name for _, panel in PANELS])
def test_a_panel_is_its_row_and_what_is_its_own(room: rooms.Room, panel: rooms.Panel) -> None:
    for template in filter(None, (panel.template, panel.sheet)):
        assert naming(template) == {f"{folder(room)}/room.py"}
        assert (SOURCE / folder(room) / "templates" / template).is_file()
    for name in filter(None, (panel.load, panel.when, panel.opens)):
        assert name.startswith(f"liandong.contexts.{room.name}.web.panels.")


def test_the_page_of_a_case_names_no_panel() -> None:
    page = SOURCES["contexts/console/templates/console/case.html"] + SOURCES["contexts/console/web/case.py"]
    assert [panel.name for _, panel in PANELS if f'"{panel.name}"' in page or f"'{panel.name}'" in page] == []


@pytest.mark.parametrize(("room", "kind"), KINDS, ids=[kind.name for _, kind in KINDS])
def test_a_kind_of_notification_is_one_row(room: rooms.Room, kind: rooms.Kind) -> None:
    row = re.compile(rf'rooms\.Kind\(\s*"{kind.name}",\s*_\(')
    assert {name for name, text in SOURCES.items() if row.search(text)} == {f"{folder(room)}/room.py"}
    assert [name for name in naming(f'"{kind.name}"') if name.startswith("contexts/notifications/")] == []
    for name in filter(None, (*kind.audiences, kind.when, kind.count, kind.address)):
        assert name.startswith(f"liandong.{folder(room).replace('/', '.')}.")


@pytest.mark.parametrize("room", rooms.rooms(), ids=[room.name for room in rooms.rooms()])
def test_the_words_of_an_event_stand_in_the_room_that_tells_it(room: rooms.Room) -> None:
    """An action's in its row, every other's in `room.py`."""
    table = {f"{folder(room)}/room.py", f"{folder(room)}/domain/actions.py"}
    for event, told in room.events.items():
        where = {name for name, text in SOURCES.items() if re.search(rf'"{event}":\s+(?:rooms\.Told\()?_?\(?"', text)}
        assert where <= table, event
        assert told.words


def test_every_event_of_a_room_has_words() -> None:
    written = {
        (name, event)
        for name, text in SOURCES.items()
        if name.startswith("contexts/") and name.endswith(".py")
        for event in re.findall(r"""\b(?:action|type)="([A-Z]\w+)\"""", text)
    }
    assert len(written) > len(rooms.Group)
    assert {event for _, event in written} <= set(rooms.told())


def test_every_module_that_speaks_on_another_rooms_actions_is_loaded_with_its_room() -> None:
    """Its guard would else be asked only once somebody has imported it."""
    speaks = {
        name
        for name, text in SOURCES.items()
        if re.search(r"^@(?:cases|actions)\.(?:does|guards)\(", text, re.MULTILINE)
    }
    loaded = {f"{each.removeprefix('liandong.').replace('.', '/')}.py" for room in rooms.rooms() for each in room.loads}
    assert speaks
    assert speaks <= loaded


def test_the_files_of_the_recipes_are_there() -> None:
    page = (ROOT / "docs" / "adding.md").read_text("utf-8")
    named = re.findall(r"`((?:src|docs|tests|tools|console)/[\w./]+)`", page)
    assert named
    for name in named:
        path = ROOT / name if not name.startswith("console/") else ROOT / "src" / "liandong" / "contexts" / name
        assert path.exists(), name
