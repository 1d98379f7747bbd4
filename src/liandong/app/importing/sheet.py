"""A register file as lines of known fields, and everything that is wrong with it told at once with line numbers."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from liandong.contexts.intake import importing
from liandong.kernel.errors import InvalidInput, LiandongError

Columns = Mapping[str, tuple[str, ...]]
"""Field → the header names that mean it, the one of the documentation first."""

Made = TypeVar("Made")
_YES = frozenset({"是", "有", "1", "y", "yes", "true", "√"})
_SEPARATORS = re.compile(r"[\s,;；、，|]+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a register file did. `remarks`: sentences in Chinese and English."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0
    remarks: tuple[tuple[str, str], ...] = ()


class Refused(InvalidInput):
    """文件有误，没有导入任何内容。"""

    code = "file_refused"

    def __init__(self, faults: Iterable[tuple[int, LiandongError]]) -> None:
        super().__init__("", field="file")
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file; a field that it lacks is empty."""

    number: int
    cells: Mapping[str, Any]

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
        """Raises InvalidInput for what isn't a number."""
        value = self.text(name)
        if not value:
            return None
        try:
            return float(value)
        except ValueError as error:
            raise InvalidInput("不是数字：%(value)s", field=name, value=value[:40]) from error


@dataclass(slots=True)
class Sheet:
    lines: list[Line]
    ignored: tuple[str, ...] = ()
    faults: list[tuple[int, LiandongError]] = field(default_factory=list)

    def each(self, make: Callable[[Line], Made]) -> list[Made]:
        """What `make` makes of every line; its errors become faults of the line."""
        made: list[Made] = []
        for line in self.lines:
            try:
                made.append(make(line))
            except LiandongError as error:
                self.faults.append((line.number, error))
        return made

    def once(self, name: str, message: str) -> None:
        """Faults every line that repeats a field of an earlier one; `message` has a place %(value)s."""
        seen: set[str] = set()
        for line in self.lines:
            value = line.text(name)
            if value and value in seen:
                self.faults.append((line.number, InvalidInput(message, field=name, value=value)))
            seen.add(value)

    def check(self) -> None:
        """Raises Refused when there is any fault."""
        if self.faults:
            raise Refused(sorted(self.faults, key=lambda fault: fault[0]))

    def remarks(self) -> tuple[tuple[str, str], ...]:
        if not self.ignored:
            return ()
        zh, en = "、".join(self.ignored), ", ".join(self.ignored)
        return ((f"没有用到的列：{zh}", f"Columns that were not used: {en}"),)


def read_sheet(path: Path, columns: Columns, required: Iterable[str], *, records: str = "") -> Sheet:
    """All lines of a CSV or JSON file; `records`: where a JSON object keeps them. A line that lacks a required field
    becomes a fault. Raises InvalidInput for an unreadable file, a missing column or a file without lines.
    """
    field_of = {_fold(name): field_name for field_name, names in columns.items() for name in (field_name, *names)}
    sheet = Sheet([])
    unused: dict[str, None] = {}
    needed = tuple(required)
    with importing.open_table(path, records=records) as table:
        _check_header(table.columns, field_of, columns, needed)
        for row in table.rows:
            if row.problem:
                sheet.faults.append((row.number, row.problem))
                continue
            cells = {field_of[_fold(name)]: value for name, value in row.values.items() if _fold(name) in field_of}
            unused |= dict.fromkeys(name for name in row.values if _fold(name) not in field_of)
            sheet.lines.append(Line(row.number, cells))
    if not sheet.lines and not sheet.faults:
        raise InvalidInput("文件里没有一行数据。", field="file")
    sheet.ignored = tuple(unused)
    for line in sheet.lines:
        missing = [_shown(columns, name) for name in needed if not line.text(name)]
        if missing:
            sheet.faults.append((line.number, InvalidInput("没有填写：%(names)s", names="、".join(missing))))
    sheet.lines = [line for line in sheet.lines if all(line.text(name) for name in needed)]
    return sheet


def _check_header(
    header: tuple[str, ...], field_of: Mapping[str, str], columns: Columns, needed: Iterable[str]
) -> None:
    if not header:
        return
    there = {field_of.get(_fold(name)) for name in header}
    missing = [_shown(columns, name) for name in needed if name not in there]
    if missing:
        raise InvalidInput("缺少列：%(names)s", field="file", names="、".join(missing))


def _shown(columns: Columns, name: str) -> str:
    return "/".join((name, *columns[name][:1]))


def _fold(name: str) -> str:
    return re.sub(r"[\s_]+", "_", name.strip().casefold())


def reference(known: Mapping[str, Any], code: str, message: str, *, field_name: str) -> str:
    """The code, if the register has it or it is empty; `message` has a place %(code)s. Raises InvalidInput."""
    if code and code not in known:
        raise InvalidInput(message, field=field_name, code=code)
    return code


def fits(line: Line, **limits: int) -> None:
    """Raises InvalidInput for a field longer than its limit, in signs, or with signs that can't be kept."""
    for name, limit in limits.items():
        value = line.text(name)
        if len(value) > limit:
            raise InvalidInput("%(name)s 不能超过 %(limit)s 字。", field=name, name=name, limit=limit)
        if "\0" in value:
            raise InvalidInput("内容含有无法保存的字符。", field=name)
