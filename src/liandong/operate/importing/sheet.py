"""A register file as lines of known fields, and everything that is wrong with it told at once with line numbers."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from liandong.contexts.intake import importing
from liandong.kernel import written
from liandong.kernel.errors import InvalidInput, LiandongError
from liandong.kernel.text import fold, storable

Columns = Mapping[str, tuple[str, ...]]
"""Field → the header names that mean it, the one of the documentation first."""

Made = TypeVar("Made")
_YES = frozenset({"是", "有", "1", "y", "yes", "true", "√"})
_SEPARATORS = re.compile(r"[\s,;；、，|]+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a register file. `remarks`: sentences in Chinese and English."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0
    remarks: tuple[tuple[str, str], ...] = ()


class FileRefused(InvalidInput):
    """文件有误，没有导入任何内容。"""

    code = "file_refused"

    def __init__(self, faults: Iterable[tuple[int, LiandongError]]) -> None:
        super().__init__("", field="file")
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file; a field that it lacks is empty. `faults`: everything that is wrong with it."""

    number: int
    cells: Mapping[str, Any]
    faults: list[LiandongError] = field(default_factory=list)

    def text(self, name: str) -> str:
        value = self.cells.get(name)
        return "" if value is None else str(value).strip()

    def yes(self, name: str) -> bool:
        return self.text(name).casefold() in _YES

    def several(self, name: str) -> tuple[str, ...]:
        """A list, or words separated by spaces, commas, semicolons or 、."""
        value = self.cells.get(name)
        words = [str(item) for item in value] if isinstance(value, list) else _SEPARATORS.split(self.text(name))
        return tuple(word.strip() for word in words if word.strip())

    def number_of(self, name: str) -> float | None:
        """None, and a fault, for what isn't a number."""
        value = self.text(name)
        if not value:
            return None
        try:
            return float(value)
        except ValueError:
            self.refuse(InvalidInput("不是数字：%(value)s", field=name, value=value[:40]))
            return None

    def refuse(self, error: LiandongError) -> None:
        """Takes a fault down; the line is read on, so that all its faults are told."""
        self.faults.append(error)

    def reference(self, field_name: str, known: Mapping[str, Any], code: str, message: str) -> str:
        """The code; a fault if the register hasn't it. `message` has a place %(code)s."""
        if code and code not in known:
            self.refuse(InvalidInput(message, field=field_name, code=code))
        return code

    def readable(self, *names: str) -> None:
        """A fault for each name that nobody could read out."""
        for name in names:
            if value := self.text(name):
                try:
                    written.check_name(value, name)
                except InvalidInput as error:
                    self.refuse(error)

    def fits(self, **limits: int) -> None:
        """A fault for each field longer than its limit, in signs, or with signs that can't be kept."""
        for name, limit in limits.items():
            value = self.text(name)
            if len(value) > limit:
                self.refuse(InvalidInput("%(name)s 不能超过 %(limit)s 字。", field=name, name=name, limit=limit))


@dataclass(slots=True)
class Sheet:
    """`blank`: rows without any value, passed over. `faults`: those that aren't of one line's fields."""

    lines: list[Line]
    ignored: tuple[str, ...] = ()
    blank: int = 0
    faults: list[tuple[int, LiandongError]] = field(default_factory=list)

    def each(self, make: Callable[[Line], Made]) -> list[Made]:
        """Applies `make` to every line without a fault. An error that it raises becomes a fault of the line."""
        made: list[Made] = []
        for line in self.lines:
            try:
                row = make(line)
            except LiandongError as error:
                line.refuse(error)
            else:
                if not line.faults:
                    made.append(row)
        return made

    def once(self, name: str, message: str, key: Callable[[str], object] = str) -> None:
        """Faults every line that repeats a field of an earlier one, however it is written; `message` has places
        %(value)s and %(line)s.
        """
        seen: dict[object, int] = {}
        for line in self.lines:
            value = line.text(name)
            if not value:
                continue
            first = seen.setdefault(key(value), line.number)
            if first != line.number:
                line.refuse(InvalidInput(message, field=name, value=value[:40], line=first))

    def check(self) -> None:
        """Raises FileRefused when there is any fault."""
        found = [*self.faults, *((line.number, fault) for line in self.lines for fault in line.faults)]
        if found:
            raise FileRefused(sorted(found, key=lambda fault: fault[0]))

    def remarks(self) -> tuple[tuple[str, str], ...]:
        found = []
        if self.ignored:
            zh, en = "、".join(self.ignored), ", ".join(self.ignored)
            found.append((f"没有用到的列：{zh}", f"Columns that were not used: {en}"))
        if self.blank:
            found.append((f"略过空行 {self.blank:,} 行", f"Blank rows passed over: {self.blank:,}"))
        return tuple(found)


def read_sheet(path: Path, columns: Columns, required: Iterable[str], *, records: str = "") -> Sheet:
    """All lines of a CSV or JSON file; `records`: where a JSON object keeps them. A line that lacks a required field,
    or holds what can't be kept, has that as a fault. Raises InvalidInput for an unreadable file, a missing column, two
    columns for one field or a file without lines.
    """
    field_of = _field_of(columns)
    sheet = Sheet([])
    unused: dict[str, None] = {}
    needed = tuple(required)
    with importing.open_table(path, records=records) as table:
        _check_header(table, field_of, columns, needed)
        for row in table.rows:
            if row.problem:
                sheet.faults.append((row.number, row.problem))
                continue
            cells: dict[str, Any] = {}
            line = Line(row.number, cells)
            for name, value in row.values.items():
                known = field_of.get(_fold(name))
                if known is None:
                    unused.setdefault(name)
                else:
                    cells[known] = value
            _check_cells(line, columns, needed)
            sheet.lines.append(line)
        sheet.blank = table.blank_rows
    if not sheet.lines and not sheet.faults:
        raise InvalidInput("文件里没有一行数据。", field="file")
    sheet.ignored = tuple(unused)
    return sheet


def header_fields(names: Iterable[str], columns: Columns) -> Mapping[str, str]:
    """Field → the header that means it here."""
    known = _field_of(columns)
    return {known[_fold(name)]: name for name in names if _fold(name) in known}


def _field_of(columns: Columns) -> Mapping[str, str]:
    return {_fold(name): field_name for field_name, names in columns.items() for name in (field_name, *names)}


_NUMBERS = frozenset({"lon", "lat"})


def _check_cells(line: Line, columns: Columns, needed: Iterable[str]) -> None:
    missing = [_shown(columns, name) for name in needed if not line.text(name)]
    if missing:
        line.refuse(InvalidInput("没有填写：%(names)s", names="、".join(missing)))
    for name, value in line.cells.items():
        if not isinstance(value, str):
            continue
        if not storable(value):
            line.refuse(InvalidInput("内容含有无法保存的字符。", field=name))
        elif name not in _NUMBERS and importing.is_mangled(value):
            line.refuse(InvalidInput(importing.MANGLED, field=name, value=value[:40]))


def _two_columns(names: Iterable[str]) -> InvalidInput:
    return InvalidInput("不止一列是：%(names)s", field="file", names="、".join(names))


def _check_header(table: importing.Table, field_of: Mapping[str, str], columns: Columns, needed: Iterable[str]) -> None:
    if not table.columns:
        return
    there = Counter(field_of.get(_fold(name)) for name in table.columns)
    there.update(field_of.get(_fold(name)) for name in table.twice)
    missing = [_shown(columns, name) for name in needed if name not in there]
    if missing:
        raise InvalidInput("缺少列：%(names)s", field="file", names="、".join(missing))
    double = [_shown(columns, name) for name, times in there.items() if name is not None and times > 1]
    if double:
        raise _two_columns(double)


def _shown(columns: Columns, name: str) -> str:
    return "/".join((name, *columns[name][:1]))


def _fold(name: str) -> str:
    return re.sub(r"[\s_]+", "_", fold(name).strip())
