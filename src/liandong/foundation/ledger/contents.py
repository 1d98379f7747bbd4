"""Files that rows of any room name by their hash: whether each is there and holds what the row says."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from liandong.foundation.rooms import public as rooms

_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class WrongFile:
    """`is_there`: it holds other bytes; else it is gone."""

    table: str
    row: int
    file: str
    is_there: bool


_paths: list[Callable[[str], Path]] = []


def files_lie(path: Callable[[str], Path]) -> None:
    """Where the file of a hash lies."""
    _paths[:] = [path]


def wrong_files(progress: Callable[[str, int], None]) -> Iterator[WrongFile]:
    """Reads every file once for each row that names it (`rooms.NamedFiles`)."""
    read = 0
    for each in rooms.named_files():
        rows = each.rows.exclude(**{each.column: ""}).order_by("pk").values_list("pk", each.column)
        last = None
        while turn := list((rows if last is None else rows.filter(pk__gt=last))[:_CHUNK]):
            for row_id, digest in turn:
                read += 1
                progress("files", read)
                found = _digest(_paths[0](digest))
                if found != digest:
                    yield WrongFile(rows.model._meta.db_table, row_id, digest, found is not None)
            last = turn[-1][0]


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
