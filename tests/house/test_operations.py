"""What docs/operations.md and the README tell an administrator to type does what they say, in their order."""

import csv
import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests import county
from tests.house.commands_in_docs import Terminal, commands_of

CANNOT_RUN = {
    "adduser --system --group --home /srv/liandong liandong": "makes an account on this machine",
    "git clone https://example.invalid/liandong.git /srv/liandong/app": "no such address",
    "git pull": "brings another version",
    "./liandong status --data ../data": "asks after an `up` that runs; tests/app/test_a_worker_that_stands.py does",
}
OTHER_PARTS_OF_README = {
    "./liandong up": "the same start with the fictional county; tests/stories/test_crash.py runs it",
    "./liandong test": "this very run",
}


@pytest.mark.takes_long
def test_every_command_of_the_pages_runs_or_is_known_not_to(reachable_folder: Path) -> None:
    typed = [each for each in commands_of("README.md") if each not in OTHER_PARTS_OF_README]
    first, *imports = typed
    assert imports
    assert all(" import " in each for each in imports)
    terminal = Terminal(reachable_folder)
    write_registers(terminal.folder)
    with terminal.opened(as_installed(first)) as said:
        assert re.search(r"password, shown once: \S{12,}", said)
        for command in imports:
            terminal.type(as_installed(command))
    said_by: dict[str, str] = {}
    for command in (each for each in commands_of("docs/operations.md") if each not in CANNOT_RUN):
        if command.startswith("./liandong up "):
            with terminal.opened(command):
                pass
        else:
            said_by[command] = terminal.type(command)
    original, restored = (
        entries_in(said_by[f"./liandong ledger verify --data {folder}"]) for folder in ("../data", "../data-restored")
    )
    assert original > len(imports)
    assert restored >= original


def test_what_is_said_not_to_run_is_still_on_the_pages() -> None:
    assert set(commands_of("docs/operations.md")) >= set(CANNOT_RUN)
    assert set(commands_of("README.md")) >= set(OTHER_PARTS_OF_README)


def as_installed(command: str) -> str:
    """The README's short example keeps its data where docs/operations.md does."""
    return command.replace("--data /srv/liandong", "--data /srv/liandong/data")


def entries_in(verified: str) -> int:
    return int(re.search(r"\d+", verified)[0])  # type: ignore[index]


def write_registers(folder: Path) -> None:
    """The small county as the files that the README names."""
    features = []
    for row in county._divisions():
        facts = asdict(row)
        features.append({"type": "Feature", "geometry": facts.pop("outline"), "properties": facts})
    (folder / "divisions.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    write_csv(folder / "offices.csv", (asdict(row) for row in county._OFFICES))
    write_csv(folder / "duties.csv", (asdict(row) for row in county._DUTIES))
    write_csv(folder / "staff.csv", (asdict(row) | {"cell_codes": " ".join(row.cell_codes)} for row in county._STAFF))


def write_csv(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    first, *others = rows
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(first))
        writer.writeheader()
        writer.writerows([first, *others])
