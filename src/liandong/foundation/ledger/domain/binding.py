"""Binds rows to the ledger: which columns it binds, how a row is written into an entry, and whether a row that is there
is the one that was written. Pure. Formula and worked example: docs/algorithms/ledger.md.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from .chain import microseconds

DIGEST_BYTES = 16
UNREADABLE = "unreadable"
MARK_BYTES = 2
SALT_BYTES = 16
SALT = "salt"
"""The column of the salt, itself hidden by it: so that a changed salt is told from changed words."""
_HIDDEN = "~"
_LATER = ":"
"""In front of what was told when such columns were bound already; no sign of base64."""
_AS_THEY_ARE = (str, int, bool)
LONGEST_ID = 19
"""Signs of an id."""
_encode = msgspec.json.Encoder(order="sorted").encode

Written = str | int | bool | list[Any] | None
"""A value as an entry has it: text, whole number, truth, list; a hidden one as `~` and its commitment."""
Item = str | Mapping[str, Sequence[Any]] | None
"""One entry's word on a row: all of it (text), columns with [before, after], or that it was removed (None)."""


class Kind(StrEnum):
    """How the value of a column is written."""

    PLAIN = "plain"
    TIME = "time"
    FLOAT = "float"
    BYTES = "bytes"
    JSON = "json"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Table:
    """The bound part of a table. `columns` are only ever added at the end: their places stand in old entries.

    `hidden`: columns that may hold what somebody wrote or where somebody is; entries have salted commitments of them.
    `nullable`: columns whose emptiness is NULL, of the others it is "", 0, false, [] or {}. `later`: how many columns
    at the end had values already when they began to be bound; entries from before say nothing of them.
    """

    name: str
    columns: tuple[str, ...]
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    nullable: frozenset[str] = frozenset()
    later: int = 0
    _plan: tuple[tuple[str, int, Kind, bool, bool, bytes], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Reckons once what `whole` needs of each column: the intake writes six rows a report."""
        plan = tuple(
            (
                column,
                1 << place,
                self.kinds.get(column, Kind.PLAIN),
                column in self.hidden,
                column in self.nullable,
                _encode(column) + b",",
            )
            for place, column in enumerate(self.columns)
        )
        object.__setattr__(self, "_plan", plan)

    def whole(self, row_id: int, values: Mapping[str, Any], salt: bytes | None) -> str:
        """A whole row for an entry: base64 of digest (16 bytes), which columns aren't empty (one bit each) and 2 bytes
        of each of those, to name the one that was changed. Columns that aren't given are empty.
        """
        places = 0
        told, marks = [], []
        begin = b"[" + _encode(self.name) + b",%d," % row_id
        for column, bit, kind, is_hidden, is_nullable, head in self._plan:
            value = values.get(column)
            if value is None or (not is_nullable and not value):
                continue
            if kind is Kind.TIME:
                value = microseconds(value)
            elif kind is not Kind.PLAIN or type(value) not in _AS_THEY_ARE:
                value = write(kind, value)
            text = _encode(value)
            if is_hidden:
                digest = hashlib.sha256((salt or b"") + begin + head + text + b"]").digest()
                text = b'"~' + base64.b64encode(digest[:DIGEST_BYTES])[:-2] + b'"'
            places |= bit
            told.append(head + text)
            marks.append((zlib.crc32(text) & 0xFFFF).to_bytes(MARK_BYTES, "big"))
        row = hashlib.sha256(begin + b"[[" + b"],[".join(told) + b"]]]" if told else begin + b"[]]").digest()
        size = (len(self.columns) + 7) // 8
        told_whole = _text(row[:DIGEST_BYTES] + places.to_bytes(size, "little") + b"".join(marks))
        return _LATER + told_whole if self.later else told_whole

    def told_by(self, item: str) -> tuple[str, ...]:
        """The columns that an entry's word on a whole row is about."""
        return self.columns if item.startswith(_LATER) else self.columns[: len(self.columns) - self.later]

    def written(self, row_id: int, values: Mapping[str, Any], salt: bytes | None) -> dict[str, Written]:
        """The values of those columns that are given, as an entry has them."""
        found: dict[str, Written] = {}
        for column in self.columns:
            if column in values:
                value = write(self.kinds.get(column, Kind.PLAIN), values[column])
                if column in self.hidden and not self.is_empty(column, value):
                    value = hide(salt, self.name, row_id, column, value)
                found[column] = value
        return found

    def is_empty(self, column: str, value: Written) -> bool:
        """Whether a written value says nothing: such a column, and one that a table got later, leaves no trace."""
        if column in self.nullable or value is None:
            return value is None
        return value in ("{}", "[]") if self.kinds.get(column) is Kind.JSON else value in ("", 0, [])


def write(kind: Kind, value: Any) -> Written:
    """One value as an entry has it; what a database gives back is written as what it was given."""
    if value is None:
        return None
    if kind is Kind.PLAIN:
        return str.__str__(value) if isinstance(value, str) else value
    if kind is Kind.TIME:
        return microseconds(value) if isinstance(value, datetime) else int(value)
    if kind is Kind.FLOAT:
        return repr(float(value))
    if kind is Kind.BYTES:
        return value.removeprefix("\\x") if isinstance(value, str) else bytes(value).hex()
    if kind is Kind.JSON:
        return json.dumps(_settled(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return [_settled(each) for each in value]


def hide(salt: bytes | None, table: str, row_id: int, column: str, value: Written) -> str:
    """`~` and the first 16 bytes of SHA-256 over the row's salt and the value with its place."""
    told = _encode([table, row_id, column, value])
    return _HIDDEN + _text(hashlib.sha256((salt or b"") + told).digest()[:DIGEST_BYTES])


def _digest(table: Table, row_id: int, told: Sequence[tuple[str, Written]]) -> bytes:
    return hashlib.sha256(_encode([table.name, row_id, told])).digest()[:DIGEST_BYTES]


def _mark(value: Written) -> bytes:
    return (zlib.crc32(_encode(value)) & 0xFFFF).to_bytes(MARK_BYTES, "big")


def changed(before: Mapping[str, Written], after: Mapping[str, Written]) -> dict[str, list[Written]]:
    """[before, after] of the columns that are others now."""
    return {column: [before.get(column), value] for column, value in after.items() if before.get(column) != value}


def joined(first: Item, then: Item) -> Item | list[Item]:
    """One entry's word on a row that was changed twice in its transaction."""
    if then is None or isinstance(then, str):
        return then
    if not isinstance(first, Mapping):
        return [first, then]
    told = {column: list(pair) for column, pair in first.items()}
    for column, (was, now) in then.items():
        told[column] = [told[column][0] if column in told else was, now]
    return told


class Wrong(StrEnum):
    """A row is wrong in one of these ways: changed past the ledger, gone, put there, there twice, or changed when an
    entry was made.
    """

    CHANGED = "row_changed"
    GONE = "row_missing"
    PUT = "row_inserted"
    TWICE = "row_twice"
    WAS_CHANGED = "row_was_changed"


@dataclass(frozen=True, slots=True)
class Said:
    """One entry's word on a row."""

    stream: str
    seq: int
    at: datetime
    adopted: bool
    item: Item


@dataclass(frozen=True, slots=True)
class Difference:
    """`columns`: those that differ, empty where they can't be told; `said`: the entry that it differs from."""

    wrong: Wrong
    columns: tuple[str, ...]
    said: Said | None


def differences(
    table: Table, row_id: int, history: Sequence[Said], values: Mapping[str, Any] | None, salt: bytes | None
) -> Iterator[Difference]:
    """Differences between a row as it is (None: it isn't there) and all that entries said of it, in their order."""
    past = _Past(table, row_id)
    for said in history:
        yield from past.follow(said)
    if values is None:
        if past.is_there:
            yield Difference(Wrong.GONE, (), history[-1])
    elif not past.is_there:
        yield Difference(Wrong.PUT, (), history[-1] if history else None)
    else:
        yield from past.compare(_as_it_is(table, row_id, values, salt))


def _as_it_is(table: Table, row_id: int, values: Mapping[str, Any], salt: bytes | None) -> dict[str, Written]:
    """The row as entries would have it; of JSON too deep to be written only that it is there: no row says that."""
    try:
        return table.written(row_id, values, salt)
    except RecursionError:
        deep = {name for name, kind in table.kinds.items() if kind is Kind.JSON}
        readable = {name: UNREADABLE if name in deep else value for name, value in values.items()}
        return table.written(row_id, readable, salt)


def is_known_whole(history: Iterable[Said]) -> bool:
    """Whether any entry said the whole of the row, so that every column of it is bound."""
    return any(isinstance(said.item, str) for said in history)


class _Past:
    """A row as its entries tell it: the whole once, then what changed."""

    def __init__(self, table: Table, row_id: int) -> None:
        self._table = table
        self._id = row_id
        self._whole: str | None = None
        self._whole_said: Said | None = None
        self._was: dict[str, tuple[Written, Said]] = {}
        self._now: dict[str, tuple[Written, Said]] = {}
        self.is_there = False

    def follow(self, said: Said) -> Iterator[Difference]:
        if said.item is None:
            self._forget(None, said)
            self.is_there = False
        elif isinstance(said.item, str):
            self._forget(said.item, said)
            self.is_there = True
        else:
            self.is_there = True
            other = []
            for column, (was, now) in said.item.items():
                if column in self._now:
                    if self._now[column][0] != was:
                        other.append(column)
                else:
                    self._was[column] = (was, said)
                self._now[column] = (now, said)
            if other:
                yield Difference(Wrong.WAS_CHANGED, tuple(other), said)

    def _forget(self, whole_row: str | None, said: Said) -> None:
        self._whole, self._whole_said = whole_row, said
        self._was, self._now = {}, {}

    def compare(self, present: Mapping[str, Written]) -> Iterator[Difference]:
        other = [column for column, (now, _) in self._now.items() if present.get(column) != now]
        if other:
            yield Difference(Wrong.CHANGED, self._named(other, present), self._now[other[0]][1])
        lost = [column for column in self._table.columns if self._is_lost(column, present.get(column))]
        if lost := [column for column in lost if column not in other]:
            yield Difference(Wrong.CHANGED, tuple(lost), self._whole_said)
        if self._whole is not None:
            yield from self._compare_whole(self._whole, present)

    def _is_lost(self, column: str, value: Written) -> bool:
        """Whether a column holds what no command can write: NULL in one that knows none, a list where JSON columns have
        objects. Digests take both for empty.
        """
        if self._table.kinds.get(column) is Kind.JSON and value == "[]":
            return True
        return value is None and column not in self._table.nullable

    def _compare_whole(self, item: str, present: Mapping[str, Written]) -> Iterator[Difference]:
        """The columns as the first entry had them: those that were changed since, by what they were before."""
        table, kept, columns = self._table, _bytes(item.removeprefix(_LATER)), self._table.told_by(item)
        first = {**present, **{column: was for column, (was, _) in self._was.items()}}
        told = [(column, first[column]) for column in columns if not table.is_empty(column, first.get(column))]
        if _digest(table, self._id, told) == kept[:DIGEST_BYTES]:
            return
        suspects = _suspects(table, columns, kept, first)
        now = [column for column in suspects if column not in self._was]
        if now or not suspects:
            yield Difference(Wrong.CHANGED, self._named(now, present), self._whole_said)
        for column in suspects:
            if column in self._was:
                yield Difference(Wrong.WAS_CHANGED, (column,), self._was[column][1])

    def _named(self, columns: Sequence[str], present: Mapping[str, Written]) -> tuple[str, ...]:
        """The columns to be named. With another salt hidden ones can't be compared: the salt is named, and those empty
        by now.
        """
        if SALT not in columns:
            return tuple(columns)
        table = self._table
        return tuple(
            column
            for column in columns
            if column == SALT or column not in table.hidden or table.is_empty(column, present.get(column))
        )


def _suspects(table: Table, columns: Sequence[str], kept: bytes, first: Mapping[str, Written]) -> list[str]:
    size = _size_of_places(columns, kept)
    places = int.from_bytes(kept[DIGEST_BYTES : DIGEST_BYTES + size], "little")
    marks = kept[DIGEST_BYTES + size :]
    found, position = [], 0
    for place, column in enumerate(columns):
        was_told = bool(places >> place & 1)
        is_told = not table.is_empty(column, first.get(column))
        if was_told:
            mark = marks[position : position + MARK_BYTES]
            position += MARK_BYTES
            if not is_told or _mark(first[column]) != mark:
                found.append(column)
        elif is_told:
            found.append(column)
    return found


def _size_of_places(columns: Sequence[str], kept: bytes) -> int:
    """Bytes of the bits: fewer in entries from before a table got its last columns. As many marks follow as bits are
    set.
    """
    for size in range((len(columns) + 7) // 8, 0, -1):
        bits = int.from_bytes(kept[DIGEST_BYTES : DIGEST_BYTES + size], "little").bit_count()
        if len(kept) == DIGEST_BYTES + size + bits * MARK_BYTES:
            return size
    return (len(columns) + 7) // 8


def items_of(bound: Any, names: Collection[str]) -> Iterator[tuple[str, int, Item]]:
    """(table, row id, item) of an entry's `bound`; of tables that are known. What isn't of that form is passed over:
    the entry's own hash says whether it was changed.
    """
    if not isinstance(bound, Mapping):
        return
    for name, rows in bound.items():
        if name not in names or not isinstance(rows, Mapping):
            continue
        for row_id, told in rows.items():
            if row_id.removeprefix("-").isdecimal() and len(row_id) <= LONGEST_ID:
                for item in told if isinstance(told, list) else [told]:
                    if _is_item(item):
                        yield name, int(row_id), item


def _is_item(item: Any) -> bool:
    if isinstance(item, Mapping):
        return all(isinstance(pair, list) and len(pair) == len(("before", "after")) for pair in item.values())
    return item is None or isinstance(item, str)


def _settled(value: Any) -> Any:
    """Numbers as a jsonb column gives them back: whole ones as whole numbers, zero without a sign."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return {str(key): _settled(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_settled(item) for item in value]
    return value


def _text(content: bytes) -> str:
    return base64.b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
