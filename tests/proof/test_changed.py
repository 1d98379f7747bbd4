"""A short loop runs what a change asks for first, and says what is near and wasn't run."""

import subprocess
from pathlib import Path

import pytest

from liandong.proof import changed
from liandong.proof.changed import MOST_FILES, NoGit, changed_files, select

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("src/liandong/foundation/jobs/backfilling.py", "tests/foundation/jobs/test_backfills.py"),
        ("src/liandong/foundation/migrating/editor.py", "tests/foundation/migrating/test_editor.py"),
        ("src/liandong/contexts/cases/domain/sameness.py", "tests/contexts/cases/test_sameness.py"),
        ("src/liandong/operate/supervise.py", "tests/operate/test_supervise.py"),
        ("src/liandong/contexts/cases/models.py", "tests/house/test_migrations.py"),
        ("src/liandong/contexts/console/templates/console/square.html", "tests/house/test_templates.py"),
        ("tests/proof/test_changed.py", "tests/proof/test_changed.py"),
    ],
)
def test_what_is_near_a_change_is_run(name: str, wanted: str) -> None:
    assert wanted in select(ROOT, [name]).tests


def test_every_house_test_that_is_named_is_there() -> None:
    named = {f"tests/house/test_{each}.py" for tests in changed.HOUSE.values() for each in tests}
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_what_is_more_than_a_short_loop_takes_is_told() -> None:
    found = select(ROOT, ["tests/county.py"])
    assert len(found.tests) == MOST_FILES
    assert found.left


def test_a_change_that_no_test_is_near_to_runs_none() -> None:
    assert select(ROOT, ["LICENSE"]).tests == ()


def test_changed_new_and_staged_files_are_found_and_removed_ones_are_not(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )

    for name in ("kept", "changed", "removed"):
        (tmp_path / name).write_text("1")
    git("init")
    git("add", ".")
    git("commit", "-m", "all")
    (tmp_path / "changed").write_text("2")
    (tmp_path / "new").write_text("1")
    (tmp_path / "removed").unlink()
    assert changed_files(tmp_path) == ["changed", "new"]


def test_without_git_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoGit):
        changed_files(tmp_path)
