"""The start model is taught at set-up beside the other steps, and again when what it is taught from changes."""

import io
import sys
from pathlib import Path

import pytest

from liandong.launch import start_model
from liandong.launch.clone import Clone
from liandong.launch.progress import Progress

TEACHER = """
from pathlib import Path
model = Path({model!r})
model.write_bytes(model.read_bytes() + b"!" if model.exists() else b"!")
"""


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone whose teacher only counts how often it was asked."""
    (tmp_path / "tools").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / start_model.ROOM / "data").mkdir(parents=True)
    (tmp_path / start_model.ROOM / "data" / "letters.tsv").write_text("010101\tcomplaint\t垃圾\n")
    write_teacher(tmp_path, TEACHER.format(model=str(tmp_path / start_model.MODEL)))
    return Clone(tmp_path)


def write_teacher(root: Path, program: str) -> None:
    (root / "tools" / "start_model.py").write_text(program)


def times_taught(clone: Clone) -> int:
    with start_model.taught(clone, Progress(io.StringIO(), terse=True)):
        pass
    model = clone.root / start_model.MODEL
    return len(model.read_bytes()) if model.exists() else 0


def test_it_is_taught_once_and_again_when_the_letters_change(clone: Clone) -> None:
    assert times_taught(clone) == 1
    assert times_taught(clone) == 1
    (clone.root / start_model.ROOM / "data" / "letters.tsv").write_text("010101\tcomplaint\t垃圾桶\n")
    assert times_taught(clone) == 2


def test_it_is_taught_again_when_the_model_is_gone(clone: Clone) -> None:
    times_taught(clone)
    (clone.root / start_model.MODEL).unlink()
    assert times_taught(clone) == 1


def test_where_it_cant_be_taught_a_warning_says_so_and_the_start_goes_on(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    write_teacher(clone.root, "raise SystemExit('no memory left')")
    assert times_taught(clone) == 0
    said = capsys.readouterr().err
    assert "synonyms alone" in said
    assert "只按同义词归类" in said
    assert "no memory left" in (clone.run / "start_model.log").read_text()
    write_teacher(clone.root, TEACHER.format(model=str(clone.root / start_model.MODEL)))
    assert times_taught(clone) == 1, "the next start tries again"


def test_a_step_that_fails_meanwhile_ends_the_teacher(clone: Clone) -> None:
    write_teacher(clone.root, "import time; time.sleep(600)")
    with pytest.raises(RuntimeError), start_model.taught(clone, Progress(io.StringIO(), terse=True)):
        raise RuntimeError
    assert not (clone.root / start_model.MODEL).exists()
    assert not (clone.run / "start_model.stamp").exists()


def test_everything_that_it_is_taught_from_is_watched() -> None:
    root = Clone.here().root
    assert all((root / name).is_file() for name in start_model.SOURCES)
    assert (root / start_model.MODEL).is_file()
