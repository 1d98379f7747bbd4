"""The list of lines that `./liandong prove mutants` breaks is about the present code and the present tests."""

from collections import Counter
from pathlib import Path

import pytest

from liandong.proof.mutants import listed

ROOT = Path(__file__).resolve().parents[2]
MUTANTS = listed.read(ROOT)
AREAS = {
    "rights", "clocks", "ledger", "masks", "importers", "joining", "actions", "notices", "intake", "settings",
    "process", "lists", "jobs", "pages", "armour", "islands",
}  # fmt: skip


def test_the_list_has_150_lines_and_every_area() -> None:
    assert len(MUTANTS) >= 150
    assert set(listed.areas(MUTANTS)) == AREAS


def test_no_line_is_listed_twice() -> None:
    counted = Counter((mutant.file, mutant.nth, mutant.line, mutant.broken) for mutant in MUTANTS)
    assert [row for row, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_listed_line_is_in_the_code_and_so_are_its_tests(mutant: listed.Mutant) -> None:
    source = (ROOT / mutant.file).read_text("utf-8")
    broken = mutant.applied(source)
    assert broken != source
    if mutant.file.endswith(".py"):
        compile(broken, mutant.file, "exec")
    assert mutant.tests
    for test in mutant.tests:
        assert (ROOT / test.partition("::")[0]).exists(), test
