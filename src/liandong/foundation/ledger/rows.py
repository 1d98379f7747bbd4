"""Compares the rows that the ledger speaks of with what it says of them: changed, gone, put there past it.

By spans of ids, so that memory does not grow with the county; inside the snapshot of `verification`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Exists, Model, OuterRef, QuerySet, Value

from liandong.kernel import ids

from .adoption import SPAN, THINGS, Reach, reach
from .bound import BOUND, BoundTable, StreamKind, kinds, tables
from .domain.binding import (
    LONGEST_ID,
    UNREADABLE,
    Difference,
    Kind,
    Said,
    Wrong,
    differences,
    is_known_whole,
    items_of,
)
from .domain.chain import Stream
from .keys import key_at_hand

AT_A_TIME = 500
"""Things (cases, calls, hand-overs) that are held in memory with all their rows and entries."""
_FOREVER = 2**63 - 1
_TOLD = """
SELECT id, stream_kind, stream_id, seq, at, payload->%s, hash, mac FROM ledger_entry
WHERE stream_kind = %s AND stream_id BETWEEN %s AND %s AND jsonb_typeof(payload->%s) = 'object'
"""
_TOLD_OF = """
SELECT id, stream_kind, stream_id, seq, at, payload->%s, hash, mac FROM ledger_entry
WHERE stream_kind = %s AND stream_id = ANY(%s) AND jsonb_typeof(payload->%s) = 'object'
"""
_STREAMS = """
SELECT stream_id FROM ledger_entry WHERE stream_kind = %s AND stream_id >= %s AND seq = 1
ORDER BY stream_id LIMIT %s
"""


@dataclass(slots=True)
class RowsVerified:
    """The walk through rows so far. `adopted`: rows bound later than they were made, the first of them at `since`;
    `removed`: rows that are gone as it is recorded; `waiting`: rows that adoption hasn't reached yet.
    """

    rows: int = 0
    adopted: int = 0
    since: datetime | None = None
    removed: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row with what is wrong with it. `thing`: the case's number, or the stream that it belongs to."""

    table: str
    row: int
    thing: str
    difference: Difference


@dataclass(slots=True)
class _Span:
    """One span of ids: rows by table and id, and what entries said of each, in their order."""

    rows: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    twice: set[tuple[str, int]] = field(default_factory=set)
    said: dict[tuple[str, int], list[Said]] = field(default_factory=lambda: defaultdict(list))
    thing: dict[tuple[str, int], int] = field(default_factory=dict)


_Told = tuple[int, Stream, int, datetime, Any]


def wrong_rows(tally: RowsVerified, progress: Callable[[str, int], None]) -> Iterator[WrongRow]:
    """Yields every row that isn't as the ledger tells it."""
    for kind in kinds():
        past = reach(kind)
        for first, last in _spans(kind):
            span = _read(kind, first, last)
            yield from _compared(kind, span, past, tally)
            progress("rows", tally.rows)
        yield from _of_nothing(kind)


def _of_nothing(kind: StreamKind) -> Iterator[WrongRow]:
    """Rows that belong to nothing that is there, in no span: put there with the foreign key lifted."""
    heads = [(kind.head, kind.tables), *((head, held) for _, head, held in kind.within)]
    for head, held in heads:
        there = head.model._base_manager.order_by()  # noqa: SLF001
        for table in held:
            if table is not head:
                owner = table.binding.owner
                rows = table.model._base_manager.exclude(Exists(there.filter(pk=OuterRef(owner))))  # noqa: SLF001
                for row_id in rows.order_by("pk").values_list("pk", flat=True)[:AT_A_TIME]:
                    yield WrongRow(table.title, row_id, "", Difference(Wrong.PUT, (), None))


def _compared(kind: StreamKind, span: _Span, past: Reach, tally: RowsVerified) -> Iterator[WrongRow]:
    for name, row_id in sorted(span.twice):
        table = tables()[name]
        yield WrongRow(table.title, row_id, _thing(kind, span, table, row_id), Difference(Wrong.TWICE, (), None))
    for table in kind.every:
        there = span.rows.get(table.name, {})
        told = {row_id for name, row_id in span.said if name == table.name}
        for row_id in sorted(told | there.keys()):
            history = span.said.get((table.name, row_id), [])
            values = there.get(row_id)
            if past.holds(table, row_id, span.thing[table.name, row_id]) and _is_unbound(history):
                tally.waiting += 1
                continue
            _count(history, values, tally)
            salt = values.get("salt") if values else None
            for difference in differences(
                table.table, row_id, history, values, bytes(salt) if salt is not None else None
            ):
                yield WrongRow(table.title, row_id, _thing(kind, span, table, row_id), difference)


def _is_unbound(history: list[Said]) -> bool:
    """Whether only what was done to a row since is known."""
    return not is_known_whole(history) and not any(said.item is None for said in history)


def _count(history: list[Said], values: Mapping[str, Any] | None, tally: RowsVerified) -> None:
    tally.rows += values is not None
    tally.removed += values is None and bool(history) and history[-1].item is None
    if history and history[0].adopted:
        tally.adopted += 1
        tally.since = min(tally.since or history[0].at, history[0].at)


def _thing(kind: StreamKind, span: _Span, table: BoundTable, row_id: int) -> str:
    thing = span.thing.get((table.name, row_id), 0)
    return ids.case_number(thing) if _is_of_cases(kind) and thing > 0 else f"{kind.name}:{thing}"


def _is_of_cases(kind: StreamKind) -> bool:
    """Whether its streams have the ids of cases: its own, or those of a table whose key is the case."""
    key = kind.head.model._meta.pk
    of = key.related_model if key is not None and key.is_relation else None
    return kind.name == "case" or getattr(getattr(of, "binding", None), "name", "") == "case"


def _spans(kind: StreamKind) -> Iterator[tuple[int, int]]:
    """(first, last) id of things, over all that is there and all that entries speak of."""
    rows = kind.head.model._base_manager.order_by("pk").values_list("pk", flat=True)  # noqa: SLF001
    first = -_FOREVER
    while first <= _FOREVER:
        lists = [
            list(rows.filter(pk__gte=first)[:AT_A_TIME]),
            *(_streams(name, first) for name in (kind.name, f"{kind.name}_rows")),
        ]
        last = min((each[-1] for each in lists if len(each) == AT_A_TIME), default=_FOREVER)
        yield first, last
        first = last + 1


def _streams(kind: str, first: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_STREAMS, [kind, first, AT_A_TIME])
        return [stream_id for (stream_id,) in cursor.fetchall()]


def _read(kind: StreamKind, first: int, last: int) -> _Span:
    span = _Span()
    told: list[tuple[_Told, int]] = [
        (entry, entry[1].id)
        for name in (kind.name, f"{kind.name}_rows")
        for entry in _told(_TOLD, BOUND, name, first, last)
    ]
    adopted = _told(_TOLD, THINGS, kind.adopted, max(first, 0) // SPAN, last // SPAN)
    told += [
        ((id_, stream, seq, at, bound), int(thing))
        for id_, stream, seq, at, things in adopted
        for thing, bound in things.items()
        if thing.isdecimal() and len(thing) <= LONGEST_ID and first <= int(thing) <= last
    ]
    for table in kind.tables:
        column = table.binding.owner
        for row_id, values in _take(span, table, {f"{column}__gte": first, f"{column}__lte": last}):
            span.thing[table.name, row_id] = row_id if column == "pk" else values[column]
    for part, head, held in kind.within:
        told += _read_part(span, part, head, held, told, (first, last))
    for (_, stream, seq, at, bound), thing in sorted(told, key=lambda each: each[0][0]):
        for name, row_id, item in items_of(bound, {table.name for table in kind.every}):
            span.said[name, row_id].append(Said(str(stream), seq, at, stream.kind == kind.adopted, item))
            span.thing.setdefault((name, row_id), thing)
    _look_for_moved(span)
    return span


def _read_part(
    span: _Span,
    part: str,
    head: BoundTable,
    held: tuple[BoundTable, ...],
    told: list[tuple[_Told, int]],
    between: tuple[int, int],
) -> list[tuple[_Told, int]]:
    """Rows of the streams within those of a span, and what their own entries say."""
    column = head.binding.part_of[1] if head.binding.part_of else ""
    thing_of = {row_id: thing for entry, thing in told for _, row_id, _ in items_of(entry[4], {head.name})}
    for row_id, values in _take(span, head, {f"{column}__gte": between[0], f"{column}__lte": between[1]}):
        thing_of.setdefault(row_id, values[column])
        span.thing[head.name, row_id] = thing_of[row_id]
    _take(span, head, {"pk__in": thing_of.keys() - span.rows[head.name].keys()})
    for table in held:
        if table is not head:
            owner = table.binding.owner
            for row_id, values in _take(span, table, {f"{owner}__in": list(thing_of)}):
                span.thing[table.name, row_id] = thing_of[row_id if owner == "pk" else values[owner]]
    return [
        (entry, thing_of[entry[1].id])
        for name in (part, f"{part}_rows")
        for entry in _told(_TOLD_OF, BOUND, name, list(thing_of))
    ]


def _told(statement: str, where: str, kind: str, *args: Any) -> list[_Told]:
    """The words of our own entries: nothing that was written past the platform binds a row."""
    key = key_at_hand()
    with connection.cursor() as cursor:
        cursor.execute(statement, [where, kind, *args, where])
        return [
            (id_, Stream(stream_kind, stream_id), seq, at, _object(told))
            for id_, stream_kind, stream_id, seq, at, told, digest, mac in cursor.fetchall()
            if key is None or key.knows(id_, bytes(digest), mac)
        ]


def _object(told: str) -> dict[str, Any]:
    """Empty where it is too deep to be read: the entry's hash says that it was changed."""
    try:
        found: dict[str, Any] = msgspec.json.decode(told, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found


def _take(span: _Span, table: BoundTable, wanted: Mapping[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """Rows, into the span and returned."""
    found = span.rows.setdefault(table.name, {})
    if any(isinstance(value, Collection) and not value for value in wanted.values()):
        return []
    rows = table.model._base_manager.filter(**wanted)  # noqa: SLF001
    taken = [(row_id, dict(zip(table.read, values, strict=True))) for row_id, *values in _values(rows, table)]
    count = Counter(row_id for row_id, _ in taken)
    span.twice |= {(table.name, row_id) for row_id, times in count.items() if times > 1}
    found.update(taken)
    return taken


def _values(rows: "QuerySet[Model]", table: BoundTable) -> list[tuple[Any, ...]]:
    """The values of rows. JSON too deep to be read is told only to be there, which is no row's word."""
    try:
        return list(rows.values_list("pk", *table.read))
    except RecursionError:
        deep = [name for name in table.read if table.table.kinds.get(name) is Kind.JSON]
        told = {name: Value(UNREADABLE) for name in deep}
        aliases = {f"_{name}": value for name, value in told.items()}
        names = [f"_{name}" if name in told else name for name in table.read]
        return list(rows.annotate(**aliases).values_list("pk", *names))


def _look_for_moved(span: _Span) -> None:
    """Rows that belong to other things by now: found where they are, so that the column that was changed is named."""
    missing: dict[str, set[int]] = defaultdict(set)
    for (name, row_id), history in span.said.items():
        if row_id not in span.rows.get(name, {}) and history[-1].item is not None:
            missing[name].add(row_id)
    for name, row_ids in missing.items():
        _take(span, tables()[name], {"pk__in": row_ids})


def context_of(wrong: WrongRow) -> dict[str, Any]:
    """Values for the sentences about a row."""
    said = wrong.difference.said
    return {
        "table": wrong.table,
        "row": wrong.row,
        "thing": wrong.thing,
        "columns": ", ".join(wrong.difference.columns),
        "stream": said.stream if said else "",
        "seq": said.seq if said else 0,
        "since": said.at.isoformat(timespec="seconds") if said else "",
        "adopted": bool(said and said.adopted),
    }


__all__ = ["RowsVerified", "Wrong", "WrongRow", "context_of", "wrong_rows"]
