"""Files that bound rows name by their hash: whether each is there and holds what the row says."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .bound import bound_table

_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class WrongFile:
    """`is_there`: it holds other bytes; else it is gone."""

    table: str
    row: int
    file: str
    is_there: bool


_kept: dict[str, tuple[str, Callable[[str], Path]]] = {}


def file_of(name: str, column: str, path: Callable[[str], Path]) -> None:
    """Rows of a bound table name a file by the SHA-256 (hexadecimal) in this column; it lies where `path` says."""
    _kept[name] = (column, path)


def wrong_files(progress: Callable[[str, int], None]) -> Iterator[WrongFile]:
    """Reads every file once for each row that names it."""
    read = 0
    for name, (column, path) in _kept.items():
        table = bound_table(name)
        rows = table.model._base_manager.order_by("pk").values_list("pk", column)  # noqa: SLF001
        last = None
        while turn := list((rows if last is None else rows.filter(pk__gt=last))[:_CHUNK]):
            for row_id, digest in turn:
                read += 1
                progress("files", read)
                found = _digest(path(digest))
                if found != digest:
                    yield WrongFile(table.title, row_id, digest, found is not None)
            last = turn[-1][0]


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
