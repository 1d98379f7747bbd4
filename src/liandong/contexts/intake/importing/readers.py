"""Rows of a file as it was delivered, one at a time: CSV, JSON (array or lines), GeoJSON, Parquet."""

import codecs
import csv
import io
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Self

import duckdb
import ijson
import msgspec

from liandong.kernel.cells import unguarded
from liandong.kernel.errors import InvalidInput
from liandong.kernel.text import han_signs

AUTO = "auto"
REST = "…"
"""Where the cells of a row go that has more than the header names."""
REJECT_HEAD = ("行号 line", "原因", "reason")
"""A list of rejected rows has these before the columns of its source."""

_CHUNK_BYTES = 1 << 20
_SURE_SIGNS = 6
"""Chinese signs in UTF-8 that GB 18030 text doesn't hold by chance."""
_LONGEST_FIELD_SIGNS = 8 << 20
_PARQUET_ROWS = 500
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """`number`: the line it begins on (CSV, JSON lines) or which row it is, from 1. `problem`: why it can't be read."""

    number: int
    values: Mapping[str, Any]
    problem: InvalidInput | None = None


@dataclass(slots=True)
class Table:
    """An open file. `columns` are known beforehand for CSV and Parquet only; `share`: how much has been read, 0–1;
    `blank`: rows without any value that were passed over so far; `twice`: names of several columns.
    """

    rows: Iterator[SourceRow]
    columns: tuple[str, ...] = ()
    share: Callable[[], float] = field(default=lambda: 0.0)
    blank: Counter[str] = field(default_factory=Counter)
    twice: tuple[str, ...] = ()

    @property
    def blank_rows(self) -> int:
        return self.blank.total()


@contextmanager
def open_table(path: Path, *, encoding: str = AUTO, delimiter: str = "", records: str = "") -> Iterator[Table]:
    """Opens a file by its ending and first sign; holds one row at a time, whatever its size.

    `records`: dotted path to the rows inside a JSON object. Raises InvalidInput for a file that can't be read, also
    while reading, naming the place; OSError as `open`.
    """
    if path.suffix.lower() in (".parquet", ".pq"):
        with duckdb.connect() as connection:
            yield _parquet(connection, path)
        return
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        known = encoding if encoding != AUTO else detect_encoding(file)
        file.seek(0)
        table = _json(file, known, records) if _is_json(path, file, known) else _csv(file, known, delimiter)
        table.share = lambda: 1.0 if file.closed or not size else file.tell() / size
        yield table


def detect_encoding(file: IO[bytes]) -> str:
    """The BOM's, UTF-8 if the whole file is, else GB 18030. Raises InvalidInput with the byte that fits neither."""
    file.seek(0)
    start = file.read(4)
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name
    damaged = _first_wrong_byte(file, "utf-8")
    if damaged is None:
        return "utf-8"
    wrong = _first_wrong_byte(file, "gb18030")
    if wrong is None and not _is_utf8_before(file, damaged):
        return "gb18030"
    if wrong is None:
        raise InvalidInput("文件是 UTF-8 编码，但第 %(byte)s 字节损坏。", field="file", byte=damaged)
    raise InvalidInput("文件既不是 UTF-8 也不是 GB18030 编码（第 %(byte)s 字节）。", field="file", byte=wrong)


def _is_utf8_before(file: IO[bytes], place: int) -> bool:
    """Whether what stands before a byte is Chinese in UTF-8: GB 18030 fits that too, and reads other signs."""
    file.seek(max(0, place - _CHUNK_BYTES))
    return han_signs(file.read(min(place, _CHUNK_BYTES)).decode("utf-8", "ignore")) >= _SURE_SIGNS


def _first_wrong_byte(file: IO[bytes], encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    while True:
        place = file.tell()
        chunk = file.read(_CHUNK_BYTES)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return place + error.start
        if not chunk:
            return None


def _is_json(path: Path, file: IO[bytes], encoding: str) -> bool:
    if path.suffix.lower() in (".json", ".geojson", ".jsonl", ".ndjson"):
        return True
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        return False
    start = file.read(256).decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    file.seek(0)
    return start.startswith(("{", "["))


def _csv(file: IO[bytes], encoding: str, delimiter: str) -> Table:
    csv.field_size_limit(_LONGEST_FIELD_SIGNS)
    text = io.TextIOWrapper(file, encoding, newline="")
    source = _Lines(text)
    lines = csv.reader(source, delimiter=delimiter or _delimiter(text))
    header = next(lines, None)
    if not header:
        raise InvalidInput("文件是空的。", field="file")
    columns, blank = _distinct(header), Counter[str]()
    while len(header) > 1 and not header[-1].strip():
        header.pop()
    counted = Counter(cell.strip() for cell in header if cell.strip())
    twice = tuple(name for name, times in counted.items() if times > 1)
    table = Table(_csv_rows(lines, columns, source, blank), columns, blank=blank, twice=twice)
    return _mended(table) if columns[: len(REJECT_HEAD)] == REJECT_HEAD else table


def _mended(table: Table) -> Table:
    """A list of rejected rows as its source had them: what the list added is taken off, where it says nothing more."""
    own = {*REJECT_HEAD, REST}
    named = {column: unguarded(column) for column in table.columns if column not in own}

    def mended() -> Iterator[SourceRow]:
        for row in table.rows:
            rest = row.values.get(REST)
            values = {named[name]: unguarded(value) for name, value in row.values.items() if name in named}
            yield replace(row, values=values | ({REST: unguarded(rest)} if rest else {}))

    return replace(table, rows=mended(), columns=tuple(named.values()))


class _Lines:
    """Lines of a file for the csv reader, which asks for one too many only while a quotation mark is open; it would
    give what it has so far, all the rest of the file, as one field.
    """

    def __init__(self, text: Iterable[str]) -> None:
        self._text = iter(text)
        self.ended = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = next(self._text, None)
        if line is None:
            self.ended = True
            raise StopIteration
        return line


def _delimiter(text: io.TextIOWrapper) -> str:
    """The one that the first line has most of."""
    first = text.readline()
    text.seek(0)
    return max(",\t;", key=first.count)


def _distinct(header: list[str]) -> tuple[str, ...]:
    """Names of all columns: an empty one by its place, a repeated one with its count."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for place, cell in enumerate(header, 1):
        name = cell.strip() or f"#{place}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _csv_rows(lines: Any, columns: tuple[str, ...], source: _Lines, blank: Counter[str]) -> Iterator[SourceRow]:
    width = len(columns)
    while True:
        number = lines.line_num + 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidInput(
                "第 %(line)s 行起无法读取，可能是引号没有闭合：%(why)s", field="file", line=number, why=str(error)
            ) from error
        if source.ended:
            raise InvalidInput("第 %(line)s 行的引号没有闭合。", field="file", line=number)
        if not any(map(str.strip, cells)):
            blank["rows"] += 1
            continue
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) == width:
            yield SourceRow(number, dict(zip(columns, cells, strict=True)))
        else:
            yield SourceRow(number, _torn(columns, cells), _torn_problem(len(cells), width))


def _torn(columns: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    """Cells by position, for the list of rejected rows only: which column they belong to isn't known."""
    values = dict(zip(columns, cells, strict=False))
    if len(cells) > len(columns):
        values[REST] = ",".join(cells[len(columns) :])
    return values


def _torn_problem(found: int, expected: int) -> InvalidInput:
    return InvalidInput("这一行有 %(found)s 列，表头有 %(expected)s 列。", field="file", found=found, expected=expected)


def _json(file: IO[bytes], encoding: str, records: str) -> Table:
    stream: IO[bytes] = file
    if encoding == "utf-8-sig":
        file.seek(len(codecs.BOM_UTF8))
    elif encoding != "utf-8":
        stream = codecs.EncodedFile(file, "utf-8", encoding)
    start = file.tell()
    first = stream.read(_CHUNK_BYTES)
    stream.seek(start)
    if first.lstrip()[:1] == b"{" and not records and _is_lines(first):
        blank = Counter[str]()
        return Table(_json_lines(stream, blank), blank=blank)
    prefix = "item" if first.lstrip()[:1] == b"[" else f"{records or 'features'}.item"
    return Table(_json_items(stream, prefix))


def _is_lines(start: bytes) -> bool:
    """Whether the first line is an object of its own that is no collection of features."""
    line = start.lstrip().split(b"\n", 1)[0]
    try:
        found = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return False
    return isinstance(found, dict) and not isinstance(found.get("features"), list)


def _json_lines(stream: IO[bytes], blank: Counter[str]) -> Iterator[SourceRow]:
    for number, line in enumerate(stream, 1):
        if not line.strip():
            blank["rows"] += 1
            continue
        try:
            yield _object_row(number, msgspec.json.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            words = line[:2000].decode("utf-8", "replace").strip()
            yield SourceRow(number, {REST: words}, _no_json(number, error))


def _json_items(stream: IO[bytes], prefix: str) -> Iterator[SourceRow]:
    number = 0
    try:
        for number, item in enumerate(ijson.items(stream, prefix), 1):
            yield _object_row(number, item)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise _no_json(number + 1, error) from error
    if not number:
        raise InvalidInput("JSON 文件里没有找到记录（%(path)s）。", field="file", path=prefix)


def _no_json(number: int, error: Exception) -> InvalidInput:
    why = " ".join(str(error).split())[:120]
    return InvalidInput("第 %(line)s 条不是完整的 JSON：%(why)s", field="file", line=number, why=why)


def _object_row(number: int, item: object) -> SourceRow:
    if not isinstance(item, dict):
        return SourceRow(number, {REST: str(item)}, InvalidInput("这一条不是 JSON 对象。", field="file"))
    if item.get("type") == "Feature":
        item = _feature(item)
    return SourceRow(number, {str(name): _plain(value) for name, value in item.items()})


def _feature(feature: dict[str, Any]) -> dict[str, Any]:
    """Properties of a GeoJSON feature; a point as columns `lon` and `lat`, other geometry as `geometry`."""
    found = dict(feature.get("properties") or {})
    if "id" in feature:
        found.setdefault("id", feature["id"])
    geometry = feature.get("geometry")
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        point = geometry.get("coordinates") or (None, None)
        found["lon"], found["lat"] = point[0], point[1]
    elif geometry is not None:
        found["geometry"] = geometry
    return found


def _parquet(connection: duckdb.DuckDBPyConnection, path: Path) -> Table:
    try:
        connection.execute("SET threads = 1; SET enable_progress_bar = false")
        (total,) = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone() or (0,)
        connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
    except duckdb.Error as error:
        raise InvalidInput("不是可读的 Parquet 文件：%(why)s", field="file", why=str(error).split("\n")[0]) from error
    columns = tuple(str(column[0]) for column in connection.description or ())
    done = 0

    def rows() -> Iterator[SourceRow]:
        nonlocal done
        while batch := connection.fetchmany(_PARQUET_ROWS):
            for cells in batch:
                done += 1
                values = {name: _plain(cell) for name, cell in zip(columns, cells, strict=True)}
                yield SourceRow(done, values)

    return Table(rows(), columns, lambda: done / total if total else 1.0)


def _plain(value: Any) -> Any:
    """A value as JSON has it; moments stay moments."""
    if value is None or isinstance(value, (str, bool, int, float, datetime, date)):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 1 << 53 else float(value)
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    return value.isoformat() if isinstance(value, time) else str(value)
