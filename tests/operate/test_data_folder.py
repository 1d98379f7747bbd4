import json
import os
import stat
from pathlib import Path

import pytest

from liandong.launch.failure import Failure
from liandong.operate.data_folder import MARK, open_data_folder


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


def modes(place: Path) -> dict[str, int]:
    return {
        str(path.relative_to(place)): stat.S_IMODE(path.lstat().st_mode)
        for path in place.rglob("*")
        if not path.is_symlink()
    }


def test_whatever_the_umask_nobody_else_can_read_anything_of_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = open_data_folder(tmp_path / "d")
        folder.announce(ready=True)
        folder.children.add(os.getpid())
        assert folder.owner_lock.take()
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert {name: mode for name, mode in modes(folder.path).items() if mode & 0o077} == {}


def test_an_open_one_is_shut_at_the_next_start_but_not_what_is_the_databases(tmp_path: Path) -> None:
    folder = open_data_folder(tmp_path / "d").path
    for name in ("outbox", "blobs/ab", "ledger", "keys", "postgres/pgdata", "of_a_later_version/deep"):
        (folder / name).mkdir(parents=True)
        (folder / name / "file").write_text("")
    outside = tmp_path / "outside"
    outside.write_text("")
    outside.chmod(0o644)
    (folder / "outbox" / "link").symlink_to(outside)
    (folder / "photos").symlink_to(tmp_path)
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o777 if path.is_dir() else 0o666)
    if os.geteuid() == 0:
        os.chown(folder / "postgres", 65534, 65534)
    open_data_folder(folder)
    left = {name for name, mode in modes(folder).items() if mode & 0o077}
    assert left == {"postgres", "postgres/pgdata", "postgres/pgdata/file"}
    assert stat.S_IMODE(folder.stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644


def test_the_photos_are_not_walked_through_at_each_start(tmp_path: Path) -> None:
    folder = open_data_folder(tmp_path / "d").path
    (folder / "blobs").mkdir(mode=0o700)
    (folder / "blobs" / "photo").write_text("")
    (folder / "blobs" / "photo").chmod(0o644)
    open_data_folder(folder)
    assert modes(folder)["blobs/photo"] == 0o644
    (folder / "blobs").chmod(0o755)
    open_data_folder(folder)
    assert (modes(folder)["blobs"], modes(folder)["blobs/photo"]) == (0o700, 0o600)
