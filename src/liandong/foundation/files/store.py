"""Files under their content hash, on disk before any transaction names them (docs/decisions/files-of-any-room.md)."""

import hashlib
import os
import tempfile
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from liandong.foundation.ledger import public as ledger
from liandong.kernel import time

ORPHAN_AFTER = timedelta(hours=24)
"""How long at least a file waits for the row that names it."""
FORM_KEEPS = timedelta(minutes=45)
"""How long a form that wasn't sent keeps its files, counted from its last try."""
AHEAD = timedelta(days=3650)
"""Files stand this far ahead of their own time: the version before asks photos alone whether a file has a name, and
would sweep documents when a county goes back to it. Times of before are read as they are.
"""
THUMB = ".thumb"
SWEPT = ".swept"
"""A file that a sweep has put aside, for the moment that it takes to look at it once more."""


def path_of(digest: str, *, thumb: bool = False) -> Path:
    """Where the file of a content hash lies."""
    return Path(settings.BLOBS) / digest[:2] / (digest + (THUMB if thumb else ""))


ledger.files_lie(path_of)


def digest_in(path: Path) -> str:
    """The hash that a file of the store belongs to; nobody's name where it is half-written."""
    return path.name.partition(".")[0]


def keep(content: bytes, *, keep_for: timedelta = ORPHAN_AFTER, thumb: bytes | None = None) -> str:
    """Whole on disk when it returns; again without harm. `keep_for`: how long at least it waits for a row that names
    it. Returns the hash.
    """
    digest = hashlib.sha256(content).hexdigest()
    _write_once(path_of(digest), content, keep_for)
    if thumb is not None:
        _write_once(path_of(digest, thumb=True), thumb, keep_for)
    return digest


def keep_on(digest: str, keep_for: timedelta) -> bool:
    """The file is kept on from now; False where it is gone."""
    if not _touched(path_of(digest), keep_for):
        return False
    small = path_of(digest, thumb=True)
    return not small.exists() or _touched(small, keep_for)


def is_kept(digest: str) -> bool:
    return path_of(digest).is_file()


def time_of(path: Path) -> float | None:
    """Of a file, without what it stands ahead; None where it is gone."""
    try:
        stood = path.stat().st_mtime
    except FileNotFoundError:
        return None
    return stood - AHEAD.total_seconds() if stood > (time.now() + AHEAD / 2).timestamp() else stood


def _moment(keep_for: timedelta) -> float:
    """The time of a file that the sweep finds old enough after `keep_for`."""
    return (time.now() - ORPHAN_AFTER + keep_for).timestamp()


def _set(path: Path | str, moment: float) -> None:
    stands = moment + AHEAD.total_seconds()
    os.utime(path, (stands, stands))


def _touched(path: Path, keep_for: timedelta) -> bool:
    """Never sooner than was promised before. A sweep that has put the file aside meanwhile says so by its absence."""
    moment, stood = _moment(keep_for), time_of(path)
    if stood is None:
        return False
    try:
        _set(path, max(moment, stood))
    except FileNotFoundError:
        return False
    return True


def _write_once(path: Path, content: bytes, keep_for: timedelta) -> None:
    """Appears whole or not at all: temporary file, fsync, rename, fsync of its folder and of that one's."""
    if _touched(path, keep_for):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _set(name, _moment(keep_for))
    Path(name).replace(path)
    _sync(path.parent)
    _sync(path.parent.parent)


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
