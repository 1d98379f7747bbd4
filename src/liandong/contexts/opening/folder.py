"""Where a file that was brought in lies, and what was found in it: a folder of its own in the data folder, readable by
the installation alone.
"""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

FILE, MAPPING, FOUND, PROGRESS, REFUSED = "file", "mapping.toml", "found.json", "progress.json", "rejected.csv"


def folders() -> Path:
    return Path(settings.DATA) / "imports"


def folder_of(key: UUID) -> Path:
    return folders() / key.hex


def file_of(key: UUID) -> Path | None:
    """The file, whatever its ending; None once it is gone."""
    return next(iter(folder_of(key).glob(f"{FILE}.*")), None)


def keep(key: UUID, suffix: str, chunks: Iterable[bytes]) -> str:
    """Writes the file under a name of ours, whole on disk when it returns; returns its hash."""
    folder = folder_of(key)
    folders().mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700)
    digest = sha256()
    with _opened(folder / f"{FILE}{suffix}") as file:
        for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def keep_mapping(key: UUID, content: bytes) -> None:
    with _opened(folder_of(key) / MAPPING) as file:
        file.write(content)


def write(key: UUID, name: str, content: Mapping[str, Any]) -> None:
    """Whole or not at all: a page may read it at any moment. Nothing where the folder is gone."""
    folder = folder_of(key)
    if not folder.is_dir():
        return
    new = folder / f"{name}.new"
    with _opened(new) as file:
        file.write(json.dumps(content, ensure_ascii=False, default=str).encode())
    new.replace(folder / name)


def read(key: UUID, name: str) -> dict[str, Any]:
    """{} where there is none."""
    try:
        found: dict[str, Any] = json.loads((folder_of(key) / name).read_bytes())
    except FileNotFoundError:
        return {}
    return found


def remove(key: UUID) -> None:
    shutil.rmtree(folder_of(key), ignore_errors=True)


def keys(*, before: datetime) -> set[UUID]:
    """Of the folders that were made before a moment."""
    if not folders().is_dir():
        return set()
    return {UUID(each.name) for each in folders().iterdir() if each.stat().st_mtime < before.timestamp()}


def _opened(path: Path) -> Any:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
