"""What AGENTS.md and docs/faces.md name is there: files, names in them, commands, blocks, tags, classes, pages."""

import re
from functools import cache
from pathlib import Path

import pytest

from liandong.foundation.rooms import public as rooms
from liandong.launch import arguments
from tests.house.commands_in_docs import ROOT

AGENTS = (ROOT / "AGENTS.md").read_text("utf-8")
FACES = (ROOT / "docs" / "faces.md").read_text("utf-8")
SOURCE = ROOT / "src" / "liandong"
UI = SOURCE / "foundation" / "ui"
FROM = (ROOT, SOURCE, SOURCE / "contexts", SOURCE / "foundation")
"""A path is told from one of these, or by its end where the sentence names the room."""
MADE = {"categories/data/start_model.npz"}
"""Made at set-up, so it isn't in the repository."""
_PATH = re.compile(r"(?P<path>[\w.-]*/[\w./-]*|[\w-]+\.(?:py|md|tsv|npz|html|ts|css))(?:: (?P<names>[\w, ]+))?")


def told(page: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", page)


@cache
def everything() -> list[Path]:
    """Sources and texts, without what is built or installed."""
    folders = ("src", "docs", "tests", "tools", "islands")
    return [path for folder in folders for path in (ROOT / folder).rglob("*") if "node_modules" not in path.parts]


def found(path: str) -> list[Path]:
    direct = [folder / path for folder in FROM if (folder / path).exists()]
    return direct or [each for each in everything() if each.as_posix().endswith(f"/{path.rstrip('/')}")]


@pytest.mark.parametrize("contract", ["AGENTS.md", "docs/faces.md"])
def test_every_path_is_there_and_holds_the_names_said_to_be_in_it(contract: str) -> None:
    paths = [match for each in told((ROOT / contract).read_text("utf-8")) if (match := _PATH.fullmatch(each))]
    paths = [match for match in paths if not match["path"].startswith(("/", "./liandong"))]
    assert len(paths) > 10
    absent = []
    for match in paths:
        files = found(match["path"]) or [SOURCE / "x"] * (match["path"] in MADE)
        names = re.findall(r"\w+", match["names"] or "")
        texts = [path.read_text("utf-8") for path in files if names and path.is_file()]
        if not files or any(not any(re.search(rf"\b{name}\b", text) for text in texts) for name in names):
            absent.append(match[0])
    assert absent == []


def test_every_command_of_the_map_is_one() -> None:
    typed = [each.split() for each in told(AGENTS) if each.startswith(("./liandong ", ".venv/bin/python "))]
    assert len(typed) > 10
    own = {path.stem for path in SOURCE.rglob("management/commands/*.py")}
    own |= {arguments.UP, arguments.TEST, arguments.BACKUP, arguments.RESTORE, arguments.STATUS, arguments.HELP}
    for words in typed:
        if words[0] == "./liandong":
            name = arguments.parse(words[1:2], ROOT).name
            assert words[1] == "NAME" or name in own, words
        else:
            tool = (ROOT / words[1]).read_text("utf-8")
            assert all(f'"{word}"' in tool for word in words[2:3]), words


def test_every_setting_they_name_is_read() -> None:
    settings = set(re.findall(r"\bLIANDONG_[A-Z_]+\b", AGENTS + FACES))
    assert settings
    read = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    assert {name for name in settings if name not in read} == set()


def blocks_of(template: str) -> set[str]:
    """Of a template and of the one that it extends."""
    text = (UI / "templates" / template).read_text("utf-8")
    above = re.search(r'{% extends "(ui/[\w.]+)" %}', text)
    return set(re.findall(r"{% block (\w+) %}", text)) | (blocks_of(above[1]) if above else set())


def test_every_base_has_the_blocks_that_it_is_said_to_have() -> None:
    table = FACES.split("## Bases")[1].split("\n\n")[0].splitlines()
    rows = [re.findall(r"`([^`]+)`", line) for line in table if line.startswith("| `")]
    assert len(rows) == 5
    for template, *blocks in rows:
        named = {each for each in blocks if re.fullmatch(r"[a-z_]+", each)} - {"status", "message", "is-wide"}
        named -= {"way_out_url", "way_out_label", "retry_after_s"} if template == "ui/error.html" else set()
        assert named <= blocks_of(template), template
        assert named


def test_every_component_is_a_tag() -> None:
    tags = "".join(path.read_text("utf-8") for path in SOURCE.glob("*/*/templatetags/*.py"))
    named = set(re.findall(r"{% (\w+)", FACES)) - {"extends", "load", "include"}
    assert len(named) > 20
    assert {name for name in named if f"def {name}(" not in tags and f'"{name}"' not in tags} == set()


def test_every_attribute_and_class_is_known_to_scripts_and_styles() -> None:
    islands = "".join(
        path.read_text("utf-8") for path in (ROOT / "islands").rglob("*") if path.suffix in (".ts", ".css")
    )
    attributes = set(re.findall(r"\bdata-([a-z-]+)", FACES.split("## Attributes")[1].split("\n\n")[0]))
    camel = {name: re.sub(r"-(\w)", lambda match: match[1].upper(), name) for name in attributes}
    assert {name for name in attributes if f"data-{name}" not in islands and camel[name] not in islands} == set()
    ours = re.findall(r"`([\w-]+)`", FACES.split("spacing; ours: ")[1].split("\n")[0])
    assert {name for name in ours if f".{name}" not in islands} == set()


def test_links_stand_in_the_places_that_the_contract_names() -> None:
    said = re.search(r"places `([a-z ]+)`", FACES)
    assert said
    assert set(said[1].split()) == {place.value for place in rooms.Place}
    assert {page.place for room in rooms.rooms() for page in room.pages} == set(rooms.Place)
