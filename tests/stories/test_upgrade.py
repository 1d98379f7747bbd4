"""A county of an earlier version becomes one of this version while people report and an officer works."""

from pathlib import Path

import pytest

from liandong.launch.clone import Clone
from liandong.proof.upgrade import older
from liandong.proof.upgrade.older import NotHere
from liandong.proof.upgrade.proof import prove

CASES = 25_000
BUSY_S = 15.0
"""Beside other tests on the same processors; by itself `./liandong prove upgrade` wants two seconds."""


@pytest.mark.takes_long
@pytest.mark.parametrize("name", older.known())
def test_nothing_is_lost_when_this_version_takes_over_under_load(reachable_folder: Path, name: str) -> None:
    try:
        older.older(name)
    except NotHere as error:
        pytest.skip(str(error))
    proof = prove(reachable_folder / "data", name=name, cases=CASES)
    assert proof.findings == ()
    assert proof.acknowledged > 0
    assert proof.accepted > 0
    assert proof.silent_s < BUSY_S


def test_a_clone_without_its_history_says_so(monkeypatch, tmp_path: Path) -> None:
    ours = Clone(tmp_path)
    monkeypatch.setattr(older.Clone, "here", lambda: ours)
    with pytest.raises(NotHere, match=r"does not hold version 0\.1\.0.*unshallow"):
        older.older("0.1.0")
