"""The list of rows that were not taken, with line, reason and the original columns, so that they can be mended and sent
again.
"""

import csv
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgspec
from django.utils import translation

from liandong.kernel.cells import guarded
from liandong.kernel.errors import LiandongError

from .readers import REJECT_HEAD, REST, SourceRow


def in_both(message: str, context: Mapping[str, object] | None = None) -> tuple[str, str]:
    """A message id in Chinese and in English, its places filled."""
    zh, en = _translated(message, "zh-hans"), _translated(message, "en")
    return (zh % context, en % context) if context else (zh, en)


@lru_cache(maxsize=256)
def _translated(message: str, language: str) -> str:
    with translation.override(language):
        return translation.gettext(message)


class Rejects:
    """A CSV file that appears with the first rejected row; readable by its owner only, since rows may name people. Its
    cells are guarded; `readers.open_table` knows such a file by its header and takes the guards off.
    """

    def __init__(self, path: Path, columns: Iterable[str]) -> None:
        self.path = path
        self.count = 0
        self._columns = tuple(columns)
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def add(self, row: SourceRow, errors: Iterable[LiandongError]) -> list[tuple[str, str]]:
        """Writes the row down; returns the reasons in both languages."""
        if self._writer is None:
            self._open(row)
        told = [in_both(error.message, error.context) for error in errors]
        known = [_cell(row.values.get(column)) for column in self._columns]
        rest = {name: value for name, value in row.values.items() if name not in self._columns}
        reasons = ["；".join(zh for zh, _ in told), "; ".join(en for _, en in told)]
        self._writer.writerow([row.number, *map(guarded, (*reasons, *known, _cell(rest or None)))])
        self.count += 1
        return told

    def _open(self, row: SourceRow) -> None:
        """A JSON file has no header: the columns are those of the first row that is rejected, others go to the last."""
        self._columns = self._columns or tuple(name for name in row.values if name != REST)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "w", encoding="utf-8-sig", errors="replace", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([*REJECT_HEAD, *map(guarded, self._columns), REST])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        try:
            return msgspec.json.encode(value).decode()
        except UnicodeEncodeError:
            return repr(value)
    return str(value)
