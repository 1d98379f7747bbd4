"""Whatever others build on stands in tests/snapshots: a difference is a decision, never an accident."""

import difflib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from django.test import Client
from django.utils.translation import override

from liandong.app.api import api
from liandong.contexts.console import exporting
from liandong.foundation import facts
from tests import county
from tests.matrix.doors import doors

FOLDER = Path(__file__).parents[1] / "snapshots"
WRITE = "WRITE_SNAPSHOTS"
COMMAND = f"{WRITE}=1 ./liandong test tests/house/test_snapshots.py"
MOST_LINES = 60


def openapi() -> str:
    """Without the version of the product, which is no promise."""
    with override("zh-hans"):
        document = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    document["info"].pop("version")
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)


def discovery() -> str:
    """As a client of Open311 reads it, in both forms."""
    county.load()
    answers = (Client().get(f"/open311/discovery.{form}").content.decode() for form in ("json", "xml"))
    return "\n".join(answers)


def events() -> str:
    """Names with the keys that stand in ledger entries and event rows, and former names with what they are read as."""
    declared = sorted(facts.declared().items())
    now = (
        f"{name}\t{' '.join(each.encode_name for each in msgspec.structs.fields(event))}" for name, event in declared
    )
    former = (
        f"{name} → {' '.join(sorted(each.now.__name__ for each in formers))}"
        for name, formers in sorted(facts.former_names().items())
    )
    return "\n".join([*now, *former])


def addresses() -> str:
    """Every address with its name, the API's and Open311's among them."""
    return "\n".join(f"{door.address}\t{door.name}" for door in doors())


def exports() -> str:
    """Headings of the columns of a list as a spreadsheet, in both languages."""
    return "\n".join(_headings())


def _headings() -> Iterator[str]:
    for language in ("zh-hans", "en"):
        with override(language):
            yield f"{language}: {' · '.join(column.heading for column in exporting.columns())}"


SNAPSHOTS = {
    "openapi.json": openapi,
    "open311_discovery.txt": discovery,
    "events.tsv": events,
    "addresses.tsv": addresses,
    "exports.txt": exports,
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", SNAPSHOTS)
def test_what_others_build_on_is_as_it_was(name: str) -> None:
    file, now = FOLDER / name, SNAPSHOTS[name]().rstrip() + "\n"
    if os.environ.get(WRITE):
        file.write_text(now, "utf-8")
    was = file.read_text("utf-8") if file.exists() else ""
    told = list(difflib.unified_diff(was.splitlines(), now.splitlines(), "was", "is", lineterm="", n=1))
    assert not told, "\n".join([f"{name} differs:", *told[:MOST_LINES], f"where that is decided: {COMMAND}"])


def test_no_snapshot_is_left_that_nothing_makes() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(SNAPSHOTS)
