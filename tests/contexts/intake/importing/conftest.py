from collections.abc import Callable
from pathlib import Path

import pytest

from liandong.contexts.intake import importing
from liandong.contexts.intake.importing import Tally
from liandong.contexts.intake.importing.mapping import parse
from liandong.kernel.actor import SYSTEM

Import = Callable[..., Tally]


@pytest.fixture
def import_file(db, tmp_path: Path) -> Import:
    """`import_file(path, mapping)`: a mapping by name or as TOML; rejected rows go to `tmp_path / "rejected.csv"`."""

    def run(path: Path, mapping: str, **options) -> Tally:
        known = parse(mapping.encode()) if "\n" in mapping else importing.load_mapping(mapping)
        rejected = tmp_path / "rejected.csv"
        return importing.import_reports(actor=SYSTEM, path=path, mapping=known, rejected=rejected, **options)

    return run
