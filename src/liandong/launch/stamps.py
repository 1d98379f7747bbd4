"""Stamps: a step that was finished leaves the digest of what it was made from, and is skipped while that stands."""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from liandong.launch.private import open_private


def digest(paths: Iterable[Path], *, root: Path, salt: str = "") -> str:
    """SHA-256 over the names (relative to `root`) and contents of files, folders walked; missing ones are skipped."""
    total = hashlib.sha256(salt.encode())
    for path in sorted(_files(paths)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(root)}\0{content}\n".encode())
    return total.hexdigest()


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from (file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
        elif path.is_file():
            yield path


def read(path: Path) -> dict[str, Any]:
    """The content of a stamp; empty when it is missing or was cut short."""
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write(path: Path, value: dict[str, Any], *, private: bool = False) -> None:
    """Replace a stamp in one step; on disk before this returns. A `private` one only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    with open_private(draft, "w") if private else draft.open("w") as file:
        file.write(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
