"""Each room hangs itself up: the one list of rooms is all that others know of it."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.module_loading import import_string

from liandong.app.rooms import ROOMS
from liandong.foundation.rooms import public as rooms
from tests.house.fences import ROOT, floors

SOURCE = ROOT / "src" / "liandong"
OF_A_CONTEXT = {room.rpartition(".")[2] for room in ROOMS if ".contexts." in room}


@pytest.mark.parametrize("container", ["liandong.foundation", "liandong.contexts"])
def test_rooms_of_the_list_stand_in_the_order_of_the_contracts(container: str) -> None:
    heights = {name: height for height, floor in enumerate(reversed(floors()[container])) for name in floor}
    listed = [heights[_tail(room)] for room in ROOMS if room.startswith(f"{container}.")]
    assert listed == sorted(listed)


def test_every_folder_with_an_app_stands_in_the_list() -> None:
    made = {f"liandong.{path.parent.parent.name}.{path.parent.name}" for path in SOURCE.glob("*/*/apps.py")}
    assert made == set(ROOMS)
    assert {config.name for config in apps.get_app_configs()} >= set(ROOMS)


def test_every_context_has_hung_itself_up_under_the_name_of_its_folder() -> None:
    assert {room.name for room in rooms.rooms()} >= OF_A_CONTEXT
    for room in rooms.rooms():
        assert apps.get_app_config(room.name).name in ROOMS
    hung = [room.name for room in rooms.rooms()]
    assert hung == [_tail(room) for room in ROOMS if _tail(room) in hung]


def _tail(room: str) -> str:
    return room.rpartition(".")[2]


def test_every_page_and_every_name_that_a_room_hangs_up_is_there() -> None:
    for room in rooms.rooms():
        assert all(reverse(page.url_name) for page in room.pages)
        assert all(callable(import_string(door.refusal)) for door in room.machine_doors)
        assert not room.is_optional or room.purpose
    services = [service.name for room in rooms.rooms() for service in room.services]
    assert len(services) == len(set(services))
    assert not {"web", "postgresql"} & set(services)


def test_no_two_pages_of_a_place_stand_at_the_same_spot() -> None:
    spots = [(page.place, page.order) for room in rooms.rooms() for page in room.pages]
    assert sorted(spots) == sorted(set(spots))


def named(folder: str, pattern: str) -> Iterator[str]:
    for path in (SOURCE / folder).rglob("*"):
        if path.suffix in (".py", ".html"):
            for match in re.finditer(pattern, path.read_text("utf-8")):
                yield f"{path.relative_to(SOURCE)}: {match.group()}"


def test_the_pages_foundation_names_no_room_above_it() -> None:
    """Neither an address of theirs, nor a template, nor a path."""
    assert list(named("foundation/ui", rf"\b(?:{'|'.join(OF_A_CONTEXT)}|access|open311):\w+")) == []
    assert list(named("foundation/ui", rf"[\"'/](?:{'|'.join(OF_A_CONTEXT)})/")) == []


WIRED = {
    "app/apps.py",
    "app/groundwork.py",
    "app/jobs.py",
    "app/learning.py",
    "app/mail.py",
    "app/proposing.py",
    "app/relay.py",
    "app/rooms.py",
}
"""Where the app itself ties rooms together: senders, mail, what every county begins with, the training, the list."""


def test_the_app_names_rooms_in_its_wiring_only() -> None:
    found = {each.partition(":")[0] for each in named("app", r"liandong\.contexts\.\w+")}
    assert found == WIRED


def test_nobody_but_autodiscovery_imports_what_a_room_hangs_up() -> None:
    assert list(named(".", r"(?:from \.+ import room\b|import room\b|\.room import)")) == []


def test_the_picture_of_the_rooms_is_the_present_one() -> None:
    done = subprocess.run(
        [sys.executable, "tools/rooms.py", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


ROOM = {
    "__init__.py": "",
    "apps.py": """
from django.apps import AppConfig


class LostConfig(AppConfig):
    name = "liandong.contexts.lost"
    label = "lost"
""",
    "public.py": "from .queries import found\n\n__all__ = ['found']\n",
    "queries.py": "def found() -> list[str]:\n    return ['umbrella']\n",
    "web.py": """
from django.http import HttpRequest, HttpResponse

from .public import found


def overview(request: HttpRequest) -> HttpResponse:
    return HttpResponse(", ".join(found()))
""",
    "urls.py": """
from django.urls import path

from . import web

app_name = "lost"
urlpatterns = [path("", web.overview, name="overview")]
""",
    "api.py": """
from django.http import HttpRequest
from ninja import Router

from .public import found

router = Router(tags=["lost"])


@router.get("/lost-things")
def lost_things(request: HttpRequest) -> list[str]:
    return found()
""",
    "room.py": """
from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place

ROOM = rooms.Room(
    name="lost",
    label="失物招领",
    purpose="登记捡到的东西。",
    is_optional=True,
    pages=(Page("lost:overview", "失物招领", Place.STAFF, 15),),
    urls=(("lost/", "liandong.contexts.lost.urls"),),
    api=rooms.Router("liandong.contexts.lost.api.router"),
    lanes=(("/lost/", "exports"),),
    public=("lost:overview",),
    services=(rooms.Service("lost_reader", ("worker", "--once"), floor=2),),
)
""",
}
LINE = '    ("liandong.contexts.notifications",),\n'
ASKED = """
import json, sys
import django
django.setup()
from django.test import RequestFactory
from django.urls import Resolver404, get_resolver, resolve, reverse
from liandong.app.api import api
from liandong.app.gate import house
from liandong.app.no_store import public_addresses
from liandong.foundation.orgs import queries
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui import navigation

off = []
queries.county = lambda: type("County", (), {"rooms_off": off})

def there(path):
    try:
        resolve(path)
    except Resolver404:
        return False
    return "rest" not in resolve(path).kwargs

def api_status():
    request = RequestFactory().get("/api/v1/lost-things")
    match = resolve("/api/v1/lost-things")
    return match.func(request, *match.args, **match.kwargs).status_code

def seen():
    return {
        "rooms": [room.name for room in rooms.rooms()],
        "navigation": [link.label for link in navigation.links("staff", RequestFactory().get("/"))],
        "page": there("/lost/"),
        "api": api_status(),
        "document": "/api/v1/lost-things" in api.get_openapi_schema()["paths"],
        "lane": house().lane_of("/lost/").name,
        "public": "lost:overview" in public_addresses(),
        "is_on": rooms.is_on("lost"),
    }

first = seen()
off.append("lost")
print(json.dumps([first, seen()]))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "static", "data")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=ignored)
    for name in (".importlinter", "AGENTS.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python on the copy of the house."""
    env = os.environ | {
        "PYTHONPATH": str(folder / "src"),
        "LIANDONG_TESTING": "1",
        "LIANDONG_DATA": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "liandong.app.settings",
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


LINT = "from importlinter.cli import lint_imports_command as run; run()"


def add(copy: Path) -> None:
    """A folder and a line."""
    folder = copy / "src" / "liandong" / "contexts" / "lost"
    folder.mkdir()
    for name, text in ROOM.items():
        (folder / name).write_text(text.lstrip(), "utf-8")
    listed = copy / "src" / "liandong" / "app" / "rooms.py"
    text = listed.read_text("utf-8")
    assert text.count(LINE) == 1
    listed.write_text(text.replace(LINE, f'    ("liandong.contexts.lost",),\n{LINE}'), "utf-8")


def asked(copy: Path) -> list[dict[str, object]]:
    done = run(copy, "-c", ASKED)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def services(copy: Path) -> list[str]:
    done = run(copy, "-m", "liandong", "rooms", "--services")
    assert done.returncode == 0, done.stderr
    return [service["name"] for service in json.loads(done.stdout)]


def test_a_room_is_a_folder_and_a_line_and_is_gone_with_them(copy: Path) -> None:
    add(copy)
    on, off = asked(copy)
    assert "lost" in on["rooms"]
    assert on["navigation"][:4] == ["首页", "事件广场", "失物招领", "我的任务"]
    assert (on["page"], on["api"], on["lane"], on["public"], on["is_on"]) == (True, 401, "exports", True, True)
    assert off["navigation"][:3] == ["首页", "事件广场", "我的任务"]
    assert (off["page"], off["api"], off["is_on"]) == (False, 404, False)
    assert (on["document"], off["document"]) == (True, False)
    assert services(copy) == ["events", "worker", "lost_reader"]
    linted = run(copy, "-c", LINT, "--no-cache")
    assert linted.returncode == 0, linted.stdout
    assert run(copy, "tools/rooms.py", "write").returncode == 0
    assert 'lost["lost 失物招领' in (copy / "AGENTS.md").read_text("utf-8")

    shutil.rmtree(copy / "src" / "liandong" / "contexts" / "lost")
    shutil.copy(SOURCE / "app" / "rooms.py", copy / "src" / "liandong" / "app" / "rooms.py")
    before, _ = asked(copy)
    assert "lost" not in before["rooms"]
    assert (before["page"], before["api"], before["lane"], before["is_on"]) == (False, 404, "pages", False)
    assert services(copy) == ["events", "worker"]
    assert run(copy, "tools/rooms.py", "write").returncode == 0
    assert (copy / "AGENTS.md").read_text("utf-8") == (ROOT / "AGENTS.md").read_text("utf-8")


def test_a_folder_without_its_line_and_a_room_past_its_floors_are_caught(copy: Path) -> None:
    add(copy)
    shutil.copy(SOURCE / "app" / "rooms.py", copy / "src" / "liandong" / "app" / "rooms.py")
    assert "- liandong.contexts.lost" in run(copy, "-c", LINT, "--no-cache").stdout
    shutil.rmtree(copy / "src" / "liandong" / "contexts" / "lost")
    add(copy)
    with (copy / "src" / "liandong" / "contexts" / "lost" / "queries.py").open("a") as queries:
        queries.write("\n\nfrom . import web\n")
    assert run(copy, "-c", LINT, "--no-cache").returncode == 1
