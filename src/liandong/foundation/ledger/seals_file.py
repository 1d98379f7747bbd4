"""The seals outside the database: `<data>/ledger/seals.jsonl`, one seal a line, only ever appended and fsynced.

Copy it elsewhere now and then: whoever holds a copy can show that nothing sealed by then was changed since.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from .domain.head import SignedSeal, seal_from_line
from .keys import sync_folder

_TAIL_BYTES = 1 << 20


class SealsFile:
    """A line without its end is a write that a crash cut short: it never counted and the next append removes it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of_this_house(cls) -> "SealsFile":
        return cls(Path(settings.DATA) / "ledger" / "seals.jsonl")

    def last(self) -> SignedSeal | None:
        """The last seal of the file. Raises MalformedSeal when its last whole line is none."""
        if not self.path.exists():
            return None
        with self.path.open("rb") as file:
            line = _last_line(file)
        return seal_from_line(line.decode(errors="replace")) if line else None

    def lines(self, up_to: int | None = None) -> Iterator[tuple[int, str]]:
        """Whole lines with their number, from 1; of the first `up_to` bytes only, if given."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n") or (up_to is not None and file.tell() > up_to):
                    return
                yield number, line[:-1].decode(errors="replace")

    def size(self) -> int:
        """Bytes; 0 when there is no file."""
        return self.path.stat().st_size if self.path.exists() else 0

    def append(self, seal: SignedSeal) -> None:
        """Adds one line, and returns when it is on the disk. Raises ValueError when the seal before is not the last."""
        with self._locked() as file:
            _drop_torn_line(file)
            line = _last_line(file)
            last_no = seal_from_line(line.decode(errors="replace")).head.no if line else 0
            if last_no != seal.head.no - 1:
                raise ValueError(f"the seals file ends at seal {last_no}, not before seal {seal.head.no}")
            file.seek(0, os.SEEK_END)
            file.write(seal.line().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def replace(self, seals: Iterable[SignedSeal]) -> None:
        """Writes the whole file anew, all or nothing; the old one, if any, must have been set aside by the caller."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        with part.open("wb") as file:
            for seal in seals:
                file.write(seal.line().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.path)
        sync_folder(self.path.parent)

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        is_new = not self.path.exists()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if is_new:
                sync_folder(self.path.parent)
            yield file


def _last_line(file: BinaryIO) -> bytes:
    """The last whole line without its end; empty for none."""
    end = file.seek(0, os.SEEK_END)
    span = _TAIL_BYTES
    while True:
        start = max(0, end - span)
        file.seek(start)
        lines = file.read(end - start).split(b"\n")[:-1]
        if len(lines) > 1 or (start == 0 and lines):
            return lines[-1]
        if start == 0:
            return b""
        span *= 2


def _drop_torn_line(file: BinaryIO) -> None:
    end = file.seek(0, os.SEEK_END)
    whole = end
    while whole:
        start = max(0, whole - _TAIL_BYTES)
        file.seek(start)
        cut = file.read(whole - start).rfind(b"\n")
        if cut >= 0:
            whole = start + cut + 1
            break
        whole = start
    if whole < end:
        file.truncate(whole)
