"""The import contracts are kept, and they catch deliberate violations."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import grimp
import pytest

from tests.house import fences
from tests.house.fences import ROOT, broken, floors, graph, order, rooms, with_imports
from tools.contracts import Doors

VIOLATIONS = [
    # Floors
    ("foundation knows a context", "foundation.orgs.queries", "contexts.cases.public"),
    ("the kernel knows a room", "kernel.time", "foundation.orgs.models"),
    ("a port knows a room", "ports.messages", "foundation.orgs.public"),
    ("a room knows the app", "contexts.console.web.case", "app.settings"),
    ("a room opens an adapter", "contexts.notifications.sending", "adapters.messages_apprise"),
    ("an adapter knows a room", "adapters.messages_folder", "foundation.orgs.public"),
    ("an adapter knows another", "adapters.messages_folder", "adapters.messages_apprise"),
    ("the launcher knows the house", "launch.processes", "kernel.time"),
    ("the launcher needs a library", "launch.processes", "/psycopg"),
    ("the app knows its proofs", "app.settings", "proof.bench.figures"),
    ("the app knows the fictional county", "app.wiring", "sample.county"),
    ("the app knows who runs it", "app.wsgi", "operate.site"),
    ("the fictional county knows who runs it", "sample.seeding", "operate.up"),
    ("an operation knows its proofs", "operate.up", "proof.house"),
    ("a proof knows the commands", "proof.crash.proof", "cli.run"),
    ("a room knows the launcher", "contexts.cases.jobs", "launch.processes"),
    ("a command is called by what it commands", "operate.supervise", "cli.run"),
    # Order of the rooms
    ("a lower room calls a higher one", "contexts.cases.queries", "contexts.intake.public"),
    ("a lower room calls its neighbour above", "contexts.cases.jobs", "contexts.process.public"),
    ("intake calls notifications", "contexts.intake.jobs", "contexts.notifications.public"),
    ("foundation is entered upwards", "foundation.calendar.queries", "foundation.access.public"),
    ("the lowest of foundation looks up", "foundation.words", "foundation.ledger.public"),
    ("ui knows orgs", "foundation.ui.navigation", "foundation.orgs.public"),
    ("ui knows its neighbour", "foundation.ui.navigation", "foundation.events.public"),
    # Doors
    ("console looks into cases", "contexts.console.queries", "contexts.cases.models"),
    ("console joins cases by itself", "contexts.console.web.bulk", "contexts.cases.actions.joining"),
    ("console extends by itself", "contexts.console.web.acts", "contexts.cases.actions.time_limits"),
    ("intake looks for the lead", "contexts.intake.forms", "contexts.cases.lead_offices"),
    ("intake looks for the same", "contexts.intake.same_matter", "contexts.cases.lists.candidates"),
    ("intake looks for what is near", "contexts.intake.web.where", "contexts.cases.lists.near"),
    ("intake explains a date", "contexts.intake.web.progress", "contexts.cases.clocks.explaining"),
    ("intake consents", "contexts.intake.receipts", "contexts.cases.actions.consent"),
    ("intake reassigns", "contexts.intake.web.desk", "contexts.cases.actions.reassigning"),
    ("console reads calls", "contexts.console.queries", "contexts.intake.calls.queries"),
    ("console reads contacts", "contexts.console.exporting", "contexts.intake.contact_lists"),
    ("console erases", "contexts.console.web.case", "contexts.intake.erasure"),
    ("console tells the story", "contexts.console.web.case", "contexts.intake.story"),
    ("console fills forms", "contexts.console.web.case", "contexts.intake.forms"),
    ("console renders another's page", "contexts.console.web.lists", "contexts.notifications.web.own"),
    ("cases reads tables of orgs", "contexts.cases.queries", "foundation.orgs.models"),
    ("intake reads tables of the ledger", "contexts.intake.receipts", "foundation.ledger.models"),
    ("notifications reads tables of access", "contexts.notifications.telling", "foundation.access.models"),
    ("orgs reads tables of registers", "foundation.orgs.commands", "foundation.registers.cache"),
    ("access commands the ledger past its door", "foundation.access.commands", "foundation.ledger.commands"),
    ("the app reads tables", "app.health", "contexts.cases.models"),
    ("a command looks into a room", "cli.management.commands.learn", "contexts.cases.queries"),
    ("the package is no door", "contexts.console.queries", "contexts.cases"),
    ("a room without a door is entered", "app.urls", "contexts.console.queries"),
    # Inside the rooms
    ("queries act", "contexts.cases.queries", "contexts.cases.actions.ending"),
    ("a command calls through the own door", "contexts.cases.actions.ending", "contexts.cases.public"),
    ("clocks change", "contexts.cases.clocks.reckoning", "contexts.cases.change"),
    ("a row reads", "contexts.cases.rows", "contexts.cases.queries"),
    ("the taxonomy knows cases", "contexts.categories.queries", "contexts.cases.public"),
    ("batches hand over", "contexts.batches.commands", "contexts.handovers.public"),
    ("a list acts", "contexts.cases.lists.near", "contexts.cases.actions.urging"),
    ("intake's queries erase", "contexts.intake.queries", "contexts.intake.erasure"),
    ("intake's rules render", "contexts.intake.domain.incoming", "contexts.intake.web.report"),
    ("console's reads render", "contexts.console.queries", "contexts.console.web.case"),
    ("sending is commanded", "contexts.notifications.commands", "contexts.notifications.sending"),
    ("a run is shown while it runs", "contexts.process.runs", "contexts.process.showing"),
    ("access knows its pages", "foundation.access.models", "foundation.access.accounts"),
    ("the ledger's domain seals", "foundation.ledger.domain.chain", "foundation.ledger.sealing"),
    ("places' registers find", "foundation.places.queries", "foundation.places.finding"),
    ("events' registry works", "foundation.events.registry", "foundation.events.worker"),
    ("a circle deep in a folder", "contexts.console.web.frame", "contexts.console.web.case"),
    # Purity
    ("a domain touches Django", "contexts.cases.domain.light", "/django"),
    ("a domain of foundation touches Django", "foundation.places.domain.address", "/django"),
    ("a draft learns", "contexts.cases.draft", "contexts.categories.learning"),
    ("a page loads scikit-learn", "contexts.intake.web.desk", "/sklearn"),
    ("a sender loads scikit-learn", "contexts.notifications.sending", "/sklearn"),
    ("a job of the app learns in the worker", "app.jobs", "app.learning"),
    ("a door of hand-overs is below its queries", "contexts.handovers.queries", "contexts.handovers.public"),
    ("a table of batches commands", "contexts.batches.models", "contexts.batches.commands"),
    ("a command hangs up", "contexts.batches.commands", "contexts.batches.room"),
    ("the app calls a router past what the room says", "app.api", "contexts.console.api"),
    ("the gate asks a door past what the room says", "app.gate", "contexts.intake.open311.doors"),
    # What is new
    ("a new room reads another's queries", "contexts.supervision.jobs", "contexts.console.queries"),
    ("a new room reads another's tables", "contexts.supervision.queries", "contexts.cases.models"),
    ("a new room without a place in the order", "contexts.supervision.queries", "contexts.cases.public"),
    ("a new room of foundation", "foundation.files.commands", "foundation.ledger.public"),
    ("a new file beside the rooms of foundation", "foundation.places_of_work", "kernel.time"),
    ("a new top folder", "connectors.meters", "kernel.time"),
    ("a new top folder reads tables", "connectors.meters", "contexts.cases.models"),
    ("a new top file", "settings", "kernel.time"),
    ("a new file without a floor", "contexts.cases.merging", "contexts.cases.queries"),
    ("a new file without a floor calls jobs", "contexts.cases.merging", "contexts.cases.jobs"),
    ("a new folder without a floor", "contexts.intake.letters.queries", "contexts.intake.models"),
    ("a new file of the app", "app.metrics", "foundation.events.public"),
    ("a new adapter without a place", "adapters.bus", "ports.messages"),
]


def full(name: str) -> str:
    return name[1:] if name.startswith("/") else f"liandong.{name}"


def test_the_contracts_are_kept() -> None:
    assert list(broken(graph())) == []


@pytest.mark.parametrize(("case", "importer", "imported"), VIOLATIONS, ids=[case for case, _, _ in VIOLATIONS])
def test_a_deliberate_violation_is_caught(case: str, importer: str, imported: str) -> None:
    assert next(broken(with_imports((full(importer), full(imported)))), None), case


def test_the_deliberate_violations_are_of_modules_that_are_there() -> None:
    new = re.compile(r"a new ")
    modules = {full(module) for case, *both in VIOLATIONS if not new.match(case) for module in both}
    assert modules - graph().modules == set()


def test_every_module_of_every_room_is_behind_its_door() -> None:
    """From every other room, whether it is above or below, and from the app."""
    uncaught = []
    for room in rooms(graph()):
        inside = {room, *graph().find_descendants(room)} - {f"{room}.public"}
        visitors = [f"{other}.newcomer" for other in (*(rooms(graph()) - {room}), "liandong.app")]
        added = {(visitor, module) for visitor in visitors for module in inside}
        doors = fences.contracts()["doors"]
        assert isinstance(doors, Doors)
        seen = {(importer, imported) for importer, imported, _ in doors.breaches(with_imports(*added))}
        uncaught += sorted(added - seen)
    assert uncaught == []


def neighbours(container: str) -> Iterator[tuple[str, str]]:
    """Each module with one of the floor above and with the next on its own."""
    above: tuple[str, ...] = ()
    for floor in floors()[container]:
        yield from ((name, high) for name in floor for high in above[:1])
        yield from pairwise(floor)
        above = floor


@pytest.mark.parametrize("container", sorted(floors()))
def test_no_module_calls_its_neighbour_above_or_beside(container: str) -> None:
    (contract,) = [name for name, each in fences.contracts().items() if container in map(str, holders(each))]
    uncaught = [
        f"{low} -> {high}"
        for low, high in neighbours(container)
        if not list(broken(with_imports((f"{container}.{low}", f"{container}.{high}")), [contract]))
    ]
    assert uncaught == []


def holders(contract: object) -> list[object]:
    return list(getattr(contract, "containers", None) or []) if getattr(contract, "exhaustive", False) else []


@pytest.mark.parametrize("container", sorted(floors()))
def test_a_file_without_a_floor_is_caught(container: str) -> None:
    assert list(broken(with_imports((f"{container}.newcomer", "liandong.kernel.errors"))))


def without_floors(house: grimp.ImportGraph) -> set[str]:
    """Folders whose inside has no order: of every room, and of the floors that hold no rooms."""
    holding = house.find_children("liandong") - {"liandong.contexts", "liandong.foundation"}
    return (rooms(house) | {each for each in holding if house.find_children(each)}) - set(floors())


def test_every_room_has_its_floors() -> None:
    assert without_floors(graph()) == set()


def test_a_new_room_has_the_usual_floors_once_it_has_its_place_in_the_order() -> None:
    """Any room of the list has them, but those that say that they stand apart."""
    own = {room for room in rooms(graph()) if room.startswith("liandong.contexts.")}
    usual = set(map(str, holders(fences.contracts()["inside-rooms-of-contexts"])))
    assert own >= usual >= {"liandong.contexts.handovers", "liandong.contexts.batches"}
    house = with_imports(("liandong.contexts.supervision.queries", "liandong.contexts.cases.public"))
    assert without_floors(house) == {"liandong.contexts.supervision"}


def test_the_contracts_see_every_file() -> None:
    """A folder without `__init__.py` would be none of theirs."""
    files = {path.relative_to(ROOT / "src").with_suffix("") for path in (ROOT / "src" / "liandong").rglob("*.py")}
    modules = {".".join(path.parts).removesuffix(".__init__") for path in files}
    assert modules - graph().modules == set()


def test_nothing_is_imported_by_a_name_that_the_contracts_do_not_see() -> None:
    by_name = re.compile(r"\b(?:import_module|import_string|__import__|autodiscover_modules)\(")
    found = {
        (str(path.relative_to(ROOT / "src" / "liandong")), match)
        for path in (ROOT / "src" / "liandong").rglob("*.py")
        for match in by_name.findall(path.read_text("utf-8"))
    }
    assert found == {
        ("foundation/events/apps.py", "autodiscover_modules("),  # the `jobs` of every room
        ("foundation/rooms/discovered.py", "autodiscover_modules("),  # the `room` of every room
        ("foundation/rooms/discovered.py", "import_module("),  # what a room `loads`
        ("foundation/rooms/dotted.py", "import_string("),  # panels, kinds and audiences of the rooms
        ("app/api.py", "import_string("),  # the router of every room, as its `room.py` names it
        ("app/gate.py", "import_string("),  # how a machine door of a room is refused, as its `room.py` names it
        ("app/machine_doors.py", "import_string("),  # Django's middleware by the names in the settings
        ("app/wiring.py", "import_string("),  # the adapter of a scheme
    }


def test_the_rooms_stand_in_their_order_on_the_map() -> None:
    line = next(line for line in (ROOT / "AGENTS.md").read_text("utf-8").splitlines() if line.startswith("`kernel`"))
    told = re.findall(r"`(\w+)`", line)
    assert [name for name in told if name in order("liandong.contexts")] == order("liandong.contexts")
    assert [name for name in told if name in order("liandong.foundation")] == order("liandong.foundation")
    assert set(order("liandong")) - {"__main__"} <= set(told)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "static", "templates", "locale", "data")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=ignored)
    shutil.copy(ROOT / ".importlinter", tmp_path / ".importlinter")
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def build(folder: Path, files: dict[str, str]) -> None:
    for name, line in files.items():
        path = folder / "src" / "liandong" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{line}\n", "utf-8")


def test_the_command_says_which_door_there_is_and_what_has_no_floor(copy: Path) -> None:
    assert lint(copy).returncode == 0
    build(
        copy,
        {
            "contexts/supervision/__init__.py": "",
            "contexts/supervision/queries.py": "from liandong.contexts.cases import models",
            "connectors/__init__.py": "",
            "connectors/meters.py": "from liandong.kernel import time",
            "contexts/cases/merging.py": "from . import jobs",
        },
    )
    result = lint(copy)
    said = " ".join(result.stdout.split())
    assert result.returncode == 1
    assert (
        "contexts.supervision.queries -> liandong.contexts.cases.models: enter by liandong.contexts.cases.public"
        in said
    )
    for newcomer in ("liandong.contexts.supervision", "liandong.connectors", "liandong.contexts.cases.merging"):
        assert re.search(rf"- {newcomer}\b", said), newcomer
