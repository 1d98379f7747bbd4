"""`docs/adding.md` names every file that a recipe needs."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from liandong.contexts.cases.public import Action, by_hand
from liandong.foundation import facts
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
    assert {room.name for room, _ in PANELS} == {
        *("cases", "process", "joint", "intake", "notifications", "console", "opening")
    }
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
    """Of rooms that have a timeline or a page of records: the contexts."""
    written = {name for name, event in facts.declared().items() if event.__module__.startswith("liandong.contexts.")}
    assert len(written) > len(rooms.Group)
    assert written <= set(rooms.told())


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


FILTERS = "contexts/cases/lists/filters.py"
A_FILTER = """
    reports: Annotated[
        int | None,
        Filter(
            "reports",
            Number({"minimum": 1}),
            "At least so many reports.",
            keeps=lambda number: Q(report_count__gte=number),
            offer=Select("上报次数", "全部", lambda: [Choices("", [("2", "2+")])], str),
            may=lambda actor: actor.id == 1,
        ),
    ] = None
"""
WITH_IT = """
import dataclasses, json, sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from django.http import QueryDict
from liandong.app.api import api
from liandong.contexts.cases import public as cases
from liandong.contexts.console import exporting, filters
from liandong.kernel.actor import Actor, Role
from liandong.kernel.errors import InvalidInput, NotAllowed

one = Actor(kind="staff", id=1, role=Role.CLERK)
two = dataclasses.replace(one, id=2)
county = cases.Scope.COUNTY

def refused(query, actor):
    try:
        filters.read(QueryDict(query), actor, county)
    except (InvalidInput, NotAllowed) as error:
        return [type(error).__name__, error.field]

query = QueryDict("reports=2&openness=all&light=red")
chosen, sort = filters.read(query, one, county)
listing = exporting.filtered(actor=one, name="square", scope=county, filters=chosen, sort=sort)
offered = filters.selects(chosen, county, one)
told = [p for p in api.get_openapi_schema()["paths"]["/api/v1/cases"]["get"]["parameters"] if p["name"] == "reports"]
print(json.dumps({
    "read": chosen.reports,
    "refused": refused("reports=many", one),
    "not allowed": refused("reports=2", two),
    "exported": [listing.filters, listing.count.number],
    "few": cases.count_cases(actor=one, scope=county, filters=chosen).number,
    "all": cases.count_cases(actor=one, scope=county, filters=cases.Filters()).number,
    "many at once": cases.list_versions(actor=one, scope=county, filters=chosen),
    "told": told,
    "offered": [(each.name, [(c.value, c.selected) for _, group in each.groups for c in group]) for each in offered
                if each.name == "reports"],
    "offered to another": [each.name for each in filters.selects(chosen, county, two) if each.name == "reports"],
    "kept": filters.kept(query, offered),
    "asked of map and live bar": filters.asked(query),
}))
"""


@pytest.mark.django_db
def test_a_list_filter_is_one_row(tmp_path: Path) -> None:
    """In a copy of the house with one more."""
    source = ROOT / "src" / "liandong"
    shutil.copytree(
        source, tmp_path / "liandong", ignore=shutil.ignore_patterns("__pycache__", "static", "node_modules")
    )
    table = tmp_path / "liandong" / FILTERS
    rows, *rest = table.read_text("utf-8").split("\n\n\nFILTERS: ")
    table.write_text(f"{rows}{A_FILTER}\n\nFILTERS: {rest[0]}", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WITH_IT, str(connection.settings_dict["NAME"])],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "read": 2,
        "refused": ["InvalidInput", "reports"],
        "not allowed": ["NotAllowed", "reports"],
        "exported": [{"openness": "all", "light": "red", "reports": 2, "sort": "newest"}, 0],
        "few": 0,
        "all": 0,
        "many at once": [],
        "told": [
            {
                "name": "reports",
                "in": "query",
                "description": "At least so many reports.",
                "schema": {"type": "integer", "minimum": 1},
            }
        ],
        "offered": [["reports", [["2", True]]]],
        "offered to another": [],
        "kept": [["openness", "all"], ["light", "red"]],
        "asked of map and live bar": "openness=all&light=red&reports=2",
    }
