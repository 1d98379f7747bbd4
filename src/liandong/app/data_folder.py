"""The data folder: everything that an installation keeps, in one place that says what it is.

Inside: `liandong.json` (the mark), `postgres/` or a pointer to it, `blobs/`, `keys/`, `ledger/`, `logs/` and `run/`
(locks and child records; nothing to keep).
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from liandong.app.launch import stamps
from liandong.app.launch.failure import Failure, disk_full
from liandong.app.launch.locks import Lock
from liandong.app.launch.processes import ChildRecord

MARK = "liandong.json"
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
        """What the owner wants others to know: pid, port, whether the database may be used."""
        stamps.write(self.run / "owner.json", {"pid": os.getpid(), **facts})

    def announced(self) -> dict[str, Any]:
        """What the present or last owner said."""
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
    if shutil.disk_usage(path).free < SPACE_NEEDED_BYTES:
        raise disk_full(path, SPACE_NEEDED_BYTES)
    folder = DataFolder(path.resolve())
    for inner in (folder.logs, folder.run, folder.uploads):
        inner.mkdir(mode=0o700, exist_ok=True)
    return folder


def _make(path: Path) -> None:
    """Root's folder can be passed through but not listed: PostgreSQL runs as another account below it."""
    if path.exists() and any(path.iterdir()):
        raise Failure(
            f"{path} 里已有其他文件，不是联动的数据文件夹：请用 --data 指定一个新的或空的文件夹。",
            f"{path} holds other files and is no data folder of Liandong: name a new or empty one with --data.",
        )
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o711 if os.geteuid() == 0 else 0o700)
    stamps.write(path / MARK, {"kind": KIND, "format": FORMAT, "made": datetime.now(UTC).isoformat()})


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
