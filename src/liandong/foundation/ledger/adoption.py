"""Rows from before the ledger spoke of rows are bound once, span by span, beside the work of the platform.

Begun by `up` right after an upgrade, and only then: whoever could begin it later would have what he put there bound.
"""

import logging
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Max, QuerySet

from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import Conflict

from . import mark
from .bound import BOUND, BoundModel, BoundTable, StreamKind, kinds, table_of
from .commands import append
from .domain.binding import SALT_BYTES
from .domain.events import AdoptionBegun, RowsAdopted
from .keys import key_at_hand
from .models import Entry

log = logging.getLogger(__name__)
BEGUN, TAKEN = AdoptionBegun.__name__, RowsAdopted.__name__
THINGS = "things"
"""Where an entry of an adoption has what it says of rows: {id of the thing: {table: {row id: item}}}."""
SPAN = 500
"""Ids of one entry: a tenth of a second, in which what is done to one of these cases waits."""
_LEDGER = ("ledger", 0)


class AdoptionRefused(Conflict):
    """留痕已经为现有的行绑定，不能再次补绑定：现在补绑定会把越过平台写入的行一并认可。"""

    code = "adoption_refused"


def horizons() -> Mapping[str, int]:
    """Up to which id rows of a table may be older than their binding; empty where adoption was never begun."""
    begun = Entry.objects.filter(stream_kind="ledger", stream_id=0, action=BEGUN).order_by("-seq")
    key = key_at_hand()
    told = [
        payload["until"]
        for id_, digest, mac, payload in begun.values_list("id", "hash", "mac", "payload")
        if key is None or key.knows(id_, bytes(digest), mac)
    ]
    return {name: last for until in told for name, last in until.items()}


@dataclass(frozen=True, slots=True)
class Reach:
    """Which rows of a kind of stream may still wait to be bound: from before (up to `until` in each table), of things
    that no span has taken yet (from `open_from` on).
    """

    until: Mapping[str, int]
    open_from: int

    def holds(self, table: BoundTable, row_id: int, thing: int) -> bool:
        return 0 < row_id <= self.until.get(table.name, 0) and thing >= self.open_from


def reach(kind: StreamKind) -> Reach:
    """The rows that adoption has not come to yet."""
    return Reach(horizons(), (_last_span(kind) + 1) * SPAN)


def begin(*, actor: Actor = SYSTEM) -> bool:
    """Writes down up to which row the past goes, of the kinds that have rows and entries speak of none; whether it did.

    Raises AdoptionRefused where the mark knows such a kind: this ledger has spoken of its rows before.
    """
    known = horizons()
    new = [kind for kind in kinds() if kind.head.name not in known and _is_unknown(kind)]
    if not new:
        return False
    if not {kind.head.title for kind in new}.isdisjoint(mark.tables()):
        raise AdoptionRefused
    with transaction.atomic():
        until = {table.name: _last(table) for kind in new for table in kind.every}
        append(actor=actor, stream=_LEDGER, action=BEGUN, payload={"until": until})
    return True


def _last(table: BoundTable) -> int:
    return table.model._base_manager.aggregate(last=Max("pk"))["last"] or 0  # noqa: SLF001


def _is_unknown(kind: StreamKind) -> bool:
    """Whether no entry speaks of the first row: the ledger is older than the binding, or was emptied."""
    first = kind.head.model._base_manager.order_by("pk").values_list("pk", flat=True).first()  # noqa: SLF001
    if first is None:
        return False
    told = Entry.objects.filter(stream_kind__in=[kind.name, f"{kind.name}_rows"], stream_id=first)
    return not told.filter(payload__has_key=BOUND).exists()


def go_on(*, spans: int = 10) -> int:
    """Binds the next spans that may be bound; returns how many. What somebody is at work on is waited for a moment and
    else met again next time. May be stopped anywhere.
    """
    reach = horizons()
    done = 0
    for kind in [kind for kind in kinds() if kind.head.name in reach]:
        for number in _open_spans(kind, reach):
            if done >= spans or not _take(kind, number, reach):
                return done
            done += 1
    return done


def write_past(rows: Sequence[BoundModel]) -> None:
    """Writes new rows that tell of what was before their table was there, in the caller's transaction, who holds the
    things that they belong to; one entry a span of things binds them.

    Raises Conflict while rows from before wait for their own binding.
    """
    if not rows:
        return
    if is_left():
        raise Conflict
    table = table_of(type(rows[0]))
    plain: QuerySet[Any] = QuerySet(type(rows[0]))
    made = plain.bulk_create(rows)
    spans: dict[int, Things] = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    for row in made:
        values = {name: getattr(row, name) for name in table.read}
        thing = int(values[table.binding.owner])
        spans[thing // SPAN][str(thing)][table.name][str(row.pk)] = table.whole(int(row.pk), values)
    for number, things in sorted(spans.items()):
        append(
            actor=SYSTEM,
            stream=(f"{table.binding.stream}_adopted", number),
            action=TAKEN,
            payload={THINGS: things},
        )


def is_left() -> bool:
    """Whether something is still to be bound."""
    reach = horizons()
    return any(True for kind in kinds() if kind.head.name in reach for _ in _open_spans(kind, reach))


def left() -> int:
    """Spans that are still to be bound, those of ids that nothing has among them."""
    reach = horizons()
    begun = [kind for kind in kinds() if reach.get(kind.head.name)]
    return sum(max(0, reach[kind.head.name] // SPAN - _last_span(kind)) for kind in begun)


def _last_span(kind: StreamKind) -> int:
    last = Entry.objects.filter(stream_kind=kind.adopted).aggregate(last=Max("stream_id"))["last"]
    return -1 if last is None else int(last)


def _open_spans(kind: StreamKind, reach: Mapping[str, int]) -> Iterator[int]:
    number = _last_span(kind)
    rows = kind.head.model._base_manager.order_by("pk").values_list("pk", flat=True)  # noqa: SLF001
    while True:
        following = rows.filter(pk__gte=(number + 1) * SPAN, pk__lte=reach[kind.head.name]).first()
        if following is None:
            return
        number = following // SPAN
        yield number


def _take(kind: StreamKind, number: int, reach: Mapping[str, int]) -> bool:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1s'")
            things = _things(kind, number * SPAN, number * SPAN + SPAN - 1, reach)
            append(actor=SYSTEM, stream=(kind.adopted, number), action=TAKEN, payload={THINGS: things})
    except OperationalError as error:
        log.info("span %s of %s is bound later: %s", number, kind.name, error)
        return False
    return True


Things = dict[str, dict[str, dict[str, str]]]


def _things(kind: StreamKind, first: int, last: int, reach: Mapping[str, int]) -> Things:
    found: Things = defaultdict(lambda: defaultdict(dict))
    for table in kind.tables:
        _bind(found, table, _between(table.binding.owner, first, last), reach, None)
    for _, head, held in kind.within:
        column = head.binding.part_of[1] if head.binding.part_of else ""
        parts = _bind(found, head, _between(column, first, last), reach, column)
        for table in held:
            if table is not head:
                _bind(found, table, {f"{table.binding.owner}__in": list(parts)}, reach, parts)
    return found


def _between(column: str, first: int, last: int) -> dict[str, Any]:
    return {f"{column}__gte": first, f"{column}__lte": last}


def _bind(
    found: Things,
    table: BoundTable,
    wanted: dict[str, Any],
    reach: Mapping[str, int],
    by: str | Mapping[int, int] | None,
) -> dict[int, int]:
    """Rows by the thing that they belong to, which `by` says: a column, or what their own stream is part of."""
    rows = table.model._base_manager.filter(**wanted).filter(pk__lte=reach[table.name])  # noqa: SLF001
    if table.binding.owner == "pk":
        rows = rows.select_for_update(of=("self",))
    things: dict[int, int] = {}
    read = {
        row[0]: dict(zip(table.read, row[1:], strict=True))
        for row in rows.order_by("pk").values_list("pk", *table.read)
    }
    _salt(table, read)
    for row_id, values in read.items():
        owner = row_id if table.binding.owner == "pk" else values[table.binding.owner]
        things[row_id] = values[by] if isinstance(by, str) else by[owner] if by is not None else owner
        found[str(things[row_id])][table.name][str(row_id)] = table.whole(row_id, values)
    return things


def _salt(table: BoundTable, read: Mapping[int, dict[str, Any]]) -> None:
    """Rows that hide something and have no salt get one."""
    without = [row_id for row_id, values in read.items() if table.draws_salt and values["salt"] is None]
    salts = [secrets.token_bytes(SALT_BYTES) for _ in without]
    for row_id, salt in zip(without, salts, strict=True):
        read[row_id]["salt"] = salt
    if without:
        key = table.model._meta.pk.column if table.model._meta.pk else "id"
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table.title} AS old SET salt = new.salt"  # noqa: S608 (names of our own)
                f" FROM unnest(%s::bigint[], %s::bytea[]) AS new (id, salt) WHERE old.{key} = new.id",
                [without, salts],
            )
