"""The data folder: everything that an installation keeps, in one place that says what it is.

Inside: `liandong.json` (the mark), `last_backup.json`, `postgres/` or a pointer to it, `blobs/`, `keys/`, `ledger/`,
`backups/`, `logs/` and `run/` (locks and child records; nothing to keep).
"""

import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from liandong.launch import space, stamps
from liandong.launch.failure import Failure
from liandong.launch.locks import Lock
from liandong.launch.private import FILE_MODE, FOLDER_MODE
from liandong.launch.processes import ChildRecord
from liandong.operate.embedded_postgres import INSIDE, PASSED_THROUGH

MARK = "liandong.json"
LAST_BACKUP = "last_backup.json"
BACKUPS = "backups"
"""Made before a step after which an earlier version can't go on."""
KIND = "liandong data folder"
FORMAT = 1
SPACE_NEEDED_BYTES = 150 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DataFolder:
    """One that is ours: `open_data_folder` has looked."""

    path: Path

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def uploads(self) -> Path:
        """Half-received uploads, on the same disk as the blobs."""
        return self.run / "uploads"

    @property
    def children(self) -> ChildRecord:
        return ChildRecord(self.run / "children")

    @property
    def owner_lock(self) -> Lock:
        """Held by whoever runs the embedded PostgreSQL and everything else of this folder."""
        return Lock(self.run / "owner.lock")

    @property
    def guest_lock(self) -> Lock:
        """Held, shared, by commands that use a PostgreSQL which another process runs."""
        return Lock(self.run / "guests.lock")

    def announce(self, **facts: object) -> None:
        """Tells others what the owner wants them to know: pid, port, whether the database may be used."""
        stamps.write(self.run / "owner.json", {"pid": os.getpid(), **facts}, private=True)

    def announced(self) -> dict[str, Any]:
        """The facts that the present or last owner announced."""
        return stamps.read(self.run / "owner.json")


def open_data_folder(path: Path) -> DataFolder:
    """The data folder at `path`, made when it is missing or empty; a `Failure` when it is someone else's or broken."""
    if path.exists() and not path.is_dir():
        raise Failure(
            f"{path} 不是文件夹：请用 --data 指定一个文件夹。", f"{path} is not a folder: name a folder with --data."
        )
    if not (path / MARK).exists():
        _make(path)
    _check_mark(path)
    space.check([space.Need(path, SPACE_NEEDED_BYTES)])
    folder = DataFolder(path.resolve())
    for inner in (folder.logs, folder.run, folder.uploads):
        inner.mkdir(mode=FOLDER_MODE, exist_ok=True)
    _shut(folder.path)
    return folder


def _make(path: Path) -> None:
    if path.exists() and any(path.iterdir()):
        raise Failure(
            f"{path} 里已有其他文件，不是联动的数据文件夹：请用 --data 指定一个新的或空的文件夹。",
            f"{path} holds other files and is no data folder of Liandong: name a new or empty one with --data.",
        )
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(FOLDER_MODE)
    stamps.write(path / MARK, {"kind": KIND, "format": FORMAT, "made": datetime.now(UTC).isoformat()}, private=True)


def _shut(path: Path) -> None:
    """Nobody but the owner reads anything of it, also where a former start or somebody's hand left it open.

    PostgreSQL's own files stay as its account has them, and root's folder can be passed through to them, not listed.
    The photos are many: below their folder nothing is looked at as long as that is shut.
    """
    within = path / INSIDE
    is_passed = os.geteuid() == 0 and within.is_dir() and not within.is_symlink() and within.stat().st_uid != 0
    _set_mode(path, PASSED_THROUGH if is_passed else FOLDER_MODE)
    for entry in sorted(path.iterdir()):
        if entry.name != INSIDE and not (entry.name == "blobs" and _is_shut(entry)):
            _shut_below(entry)


def _shut_below(path: Path) -> None:
    if path.is_symlink():
        return
    if not path.is_dir():
        _set_mode(path, FILE_MODE)
        return
    _set_mode(path, FOLDER_MODE)
    for folder, folders, files in os.walk(path):
        for name in folders:
            _set_mode(Path(folder, name), FOLDER_MODE)
        for name in files:
            _set_mode(Path(folder, name), FILE_MODE)


def _is_shut(path: Path) -> bool:
    return stat.S_IMODE(path.lstat().st_mode) == FOLDER_MODE


def _set_mode(path: Path, mode: int) -> None:
    """Changes files and folders that are ours; it leaves links alone, and what a running site removes meanwhile."""
    try:
        found = path.lstat()
        is_ours = os.geteuid() in (0, found.st_uid) and not stat.S_ISLNK(found.st_mode)
        if is_ours and stat.S_IMODE(found.st_mode) != mode:
            path.chmod(mode)
    except FileNotFoundError:
        return


def _check_mark(path: Path) -> None:
    mark = stamps.read(path / MARK)
    if mark.get("kind") != KIND:
        raise Failure(
            f"数据文件夹 {path} 的标识文件 {MARK} 已损坏：请从备份恢复到一个空文件夹（./liandong restore）。",
            f"The mark {MARK} of the data folder {path} is broken: "
            "restore a backup into an empty folder (./liandong restore).",
        )
    if mark.get("format") != FORMAT:
        raise Failure(
            f"数据文件夹 {path} 属于另一个版本的联动（格式 {mark.get('format')}）：请用写入它的版本打开。",
            f"The data folder {path} belongs to another version of Liandong (format {mark.get('format')}): "
            "open it with the version that wrote it.",
        )
