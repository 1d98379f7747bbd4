"""What is about to be written is added up by disk, and a disk that fills all the same is called by its name."""

import errno
import shutil
from pathlib import Path

import pytest

from liandong.launch import ending, space
from liandong.launch.failure import Failure, failure_of, tells_of_full_disk
from liandong.launch.space import MB, Need


@pytest.fixture
def disks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two disks: below `small` 100 MB are free, elsewhere 1,000."""
    real = Path.stat

    class Stat:
        def __init__(self, number: int) -> None:
            self.st_dev = number

    def stat(path: Path, **more: object) -> object:
        return Stat(7) if "small" in path.parts else real(path, **more)

    monkeypatch.setattr(space, "existing", lambda place: place)
    monkeypatch.setattr(space, "free_bytes", lambda place: (100 if "small" in place.parts else 1000) * MB)
    monkeypatch.setattr(space.Path, "stat", stat)
    return tmp_path


def test_needs_on_one_disk_are_added_up_and_all_its_places_named(disks: Path) -> None:
    space.check([Need(disks, 600 * MB), Need(disks / "small", 90 * MB)])
    with pytest.raises(Failure, match=r"needs 1200 MB and has 1000 MB left") as told:
        space.check([Need(disks, 600 * MB), Need(disks.parent, 600 * MB), Need(disks / "small", 90 * MB)])
    assert f"{disks}, {disks.parent}" in told.value.en
    assert "需要 1200 MB，只剩 1000 MB" in told.value.zh


def test_what_is_needed_one_after_the_other_is_not_added_up(disks: Path) -> None:
    space.check([Need(disks, 600 * MB)], [Need(disks, 700 * MB)])
    with pytest.raises(Failure, match="needs 110 MB"):
        space.check([Need(disks, 600 * MB)], [Need(disks / "small", 110 * MB)])


def test_a_folder_that_is_not_there_yet_counts_for_the_disk_above_it(tmp_path: Path) -> None:
    assert space.existing(tmp_path / "a" / "b") == tmp_path
    with pytest.raises(Failure, match=r"Too little disk space"):
        space.check([Need(tmp_path / "a" / "b", 1 << 60)])


def test_only_a_first_start_needs_room_for_a_county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    sample, empty = (space.first_county(tmp_path / "data", empty=empty)[0].bytes for empty in (False, True))
    assert sample > empty
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "liandong.json").touch()
    assert space.first_county(tmp_path / "data", empty=False) == []


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device", "/srv/x"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        shutil.Error([("/a", "/b", "[Errno 28] No space left on device: '/b'")]),
        OSError("zlib: No space left on device"),
    ],
)
def test_a_disk_that_fills_in_the_middle_is_called_by_its_name(error: OSError) -> None:
    assert "The disk is full" in failure_of(error).en
    assert "磁盘已满" in failure_of(error).zh


def test_a_copy_that_fails_otherwise_says_why() -> None:
    told = failure_of(shutil.Error([("/a", "/b", "[Errno 5] Input/output error: '/b'")]))
    assert "Input/output error" in told.en
    assert "None" not in told.en


@pytest.mark.parametrize(
    "words",
    [
        "initdb: error: could not write file: No space left on device",
        'ERROR:  could not extend file "base/1/2": Disk quota exceeded',
        "npm error ENOSPC: no space left on device, write",
        "[Errno 122] Disk quota exceeded",
    ],
)
def test_other_programs_words_for_it_are_known(words: str) -> None:
    assert tells_of_full_disk(words)


@pytest.mark.parametrize("words", ["", "error: space", "OSError: [Errno 2] No such file", "port 28"])
def test_other_words_are_not_taken_for_it(words: str) -> None:
    assert not tells_of_full_disk(words)


def test_what_nobody_foresaw_on_a_full_disk_is_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> int:
        raise RuntimeError("server closed the connection unexpectedly")

    monkeypatch.setattr(ending.signal, "signal", lambda *_: None)
    assert ending.guarded(broken, lambda: tmp_path / "launcher.log") == 1
    assert "Something unexpected" in capsys.readouterr().err
    monkeypatch.setattr(space, "free_bytes", lambda place: 0)
    assert ending.guarded(broken, lambda: tmp_path / "launcher.log") == 1
    assert f"The disk is full ({tmp_path})" in capsys.readouterr().err
