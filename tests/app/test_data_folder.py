import json
import os
import stat
from pathlib import Path

import pytest

from liandong.app.data_folder import MARK, open_data_folder
from liandong.app.launch.failure import Failure


def test_a_missing_folder_is_made_and_marked(tmp_path: Path) -> None:
    folder = open_data_folder(tmp_path / "a" / "b")
    assert json.loads((folder.path / MARK).read_text())["kind"] == "liandong data folder"
    assert folder.logs.is_dir()


def test_nobody_else_can_list_it(tmp_path: Path) -> None:
    folder = open_data_folder(tmp_path / "d")
    mode = stat.S_IMODE(folder.path.stat().st_mode)
    assert mode & 0o066 == 0
    assert stat.S_IMODE(folder.logs.stat().st_mode) == 0o700


def test_it_opens_again(tmp_path: Path) -> None:
    before = open_data_folder(tmp_path / "d").path / MARK
    text = before.read_text()
    open_data_folder(tmp_path / "d")
    assert before.read_text() == text


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(Failure, match="holds other files"):
        open_data_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "d").write_text("")
    with pytest.raises(Failure, match="is not a folder"):
        open_data_folder(tmp_path / "d")


def test_a_broken_mark_points_to_the_backup(tmp_path: Path) -> None:
    open_data_folder(tmp_path / "d")
    (tmp_path / "d" / MARK).write_text('{"kind": "liand')
    with pytest.raises(Failure, match="restore a backup"):
        open_data_folder(tmp_path / "d")


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    open_data_folder(tmp_path / "d")
    (tmp_path / "d" / MARK).write_text('{"kind": "liandong data folder", "format": 99}')
    with pytest.raises(Failure, match="format 99"):
        open_data_folder(tmp_path / "d")


def test_the_owner_says_who_it_is(tmp_path: Path) -> None:
    folder = open_data_folder(tmp_path / "d")
    folder.announce(ready=True, port=8311)
    assert folder.announced() == {"pid": os.getpid(), "ready": True, "port": 8311}
