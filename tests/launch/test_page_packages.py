"""Packages of the pages: what only the checks need comes with the checks."""

import io
from pathlib import Path

import pytest

from liandong.launch import assets, stamps
from liandong.launch.clone import Clone
from liandong.launch.progress import Progress

Calls = list[list[str]]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    for name in assets.PACKAGES:
        (tmp_path / name).write_text("{}")
    return Clone(tmp_path)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What npm was asked for."""
    made: Calls = []
    monkeypatch.setattr(assets, "_npm", lambda clone, words, say, folder: made.append(words))
    return made


def install(clone: Clone, *, checks: bool) -> None:
    assets._ensure_packages(clone, Progress(io.StringIO()), checks=checks)


def test_a_start_brings_no_package_of_the_checks_and_needs_less_room(clone: Clone, calls: Calls) -> None:
    assert assets.needs(clone)[0].bytes < assets.needs(clone, checks=True)[0].bytes
    install(clone, checks=False)
    install(clone, checks=False)
    assert len(calls) == 1
    assert "--omit=dev" in calls[0]
    assert assets.needs(clone) == []


def test_the_checks_bring_theirs_and_a_start_afterwards_leaves_them(clone: Clone, calls: Calls) -> None:
    install(clone, checks=False)
    assert assets.needs(clone, checks=True)
    install(clone, checks=True)
    install(clone, checks=False)
    install(clone, checks=True)
    assert ["--omit=dev" in call for call in calls] == [True, False]
    assert assets.needs(clone) == assets.needs(clone, checks=True) == []


def test_packages_of_an_earlier_version_are_all_of_them(clone: Clone, calls: Calls) -> None:
    packages = stamps.digest([clone.root / name for name in assets.PACKAGES], root=clone.root)
    stamps.write(clone.root / "node_modules" / assets.STAMP, {"packages": packages})
    install(clone, checks=True)
    assert calls == []


def test_other_packages_are_installed_anew(clone: Clone, calls: Calls) -> None:
    install(clone, checks=True)
    (clone.root / "package-lock.json").write_text('{"name": "other"}')
    install(clone, checks=False)
    assert len(calls) == 2
