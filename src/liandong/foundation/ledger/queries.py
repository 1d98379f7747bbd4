from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Max, QuerySet

from liandong.foundation.by_key import ByKey
from liandong.foundation.facts import Facts, name_now, names_of, names_of_all
from liandong.foundation.facts import read as facts_of
from liandong.kernel.errors import LiandongError, NotFound

from .domain import proof as proofs
from .domain.chain import GENESIS, Stream
from .domain.gaps import IdSet, Range
from .domain.head import SealHead, SignedSeal, gaps_from, ranges_from
from .domain.merkle import leaf
from .models import Entry, Seal

_AT_A_TIME = 200
_IN_RANGES = """
SELECT entry.id, stream_kind, stream_id, seq, hash
FROM unnest(%s::bigint[], %s::bigint[]) AS span(first, last)
JOIN ledger_entry AS entry ON entry.id BETWEEN span.first AND span.last
ORDER BY entry.id
"""


class NotSealedYet(LiandongError):
    """该条留痕尚未封存，请稍后再试。"""

    code = "not_sealed_yet"
    status = 409


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as recorded; `payload` holds ids, codes and commitments, never personal text. `event` and `facts` say
    the same by the present names; a proof is over what was recorded.
    """

    id: int
    stream: Stream
    seq: int
    at: datetime
    actor: str
    action: str
    payload: Mapping[str, object]
    hash: bytes

    @property
    def event(self) -> str:
        return name_now(self.action, self.payload, self.actor)

    @property
    def facts(self) -> Facts:
        return facts_of(self.action, self.payload, self.actor)


@dataclass(frozen=True, slots=True)
class Leaf:
    """The part of an entry that a seal takes; `hash` is the leaf's, not the entry's."""

    id: int
    stream: Stream
    seq: int
    hash: bytes


def _entry(id_: int, kind: str, number: int, *columns: Any) -> EntryRow:
    seq, at, actor, action, payload, digest = columns
    return EntryRow(id_, Stream(kind, number), seq, at, actor, action, msgspec.json.decode(payload), bytes(digest))


_ENTRY = ("id", "stream_kind", "stream_id", "seq", "at", "actor", "action", "payload", "hash")
_entries = ByKey(_entry, lambda: Entry.objects.order_by("seq").values_list(*_ENTRY), "stream_kind", "stream_id")


def entries(stream: tuple[str, int]) -> list[EntryRow]:
    """Entries of a stream, in order."""
    return _entries.of(*stream)


def last_seq(stream: tuple[str, int]) -> int:
    """The place of a stream's newest entry; 0 where it has none."""
    kind, number = stream
    return Entry.objects.filter(stream_kind=kind, stream_id=number).aggregate(last=Max("seq"))["last"] or 0


def entries_of(kind: str, ids: Collection[int], events: Collection[str]) -> list[EntryRow]:
    """Entries of these events in some streams of a kind, under whatever name, in the order of recording; one select."""
    names = names_of_all(events)
    found = Entry.objects.filter(stream_kind=kind, stream_id__in=ids, action__in=names).order_by("id")
    rows = (
        EntryRow(id_, Stream(kind, number), seq, at, actor, action, payload, bytes(digest))
        for id_, kind, number, seq, at, actor, action, payload, digest in found.values_list(*_ENTRY)
    )
    return [row for row in rows if row.event in events]


def telling(kind: str, events: Collection[str]) -> QuerySet[Entry, Entry]:
    """Entries of these events in streams of a kind, under whatever name, for a query that asks whether there is one."""
    return Entry.objects.filter(stream_kind=kind, action__in=names_of_all(events))


def last_times(kind: str, ids: Collection[int], event: str) -> dict[int, datetime]:
    """When the event was recorded last in each of some streams of a kind; those without it are left out. Its names must
    be its alone.
    """
    found = Entry.objects.filter(stream_kind=kind, stream_id__in=ids, action__in=names_of(event))
    return dict(found.values_list("stream_id").annotate(last=Max("at")))


def proof(stream: tuple[str, int], seq: int) -> dict[str, Any]:
    """The JSON document that proves one entry to be sealed; `domain.proof.check` checks it without the database.

    Raises NotFound, NotSealedYet.
    """
    rows = {row.seq: row for row in entries(stream)}
    row, before = rows.get(seq), rows.get(seq - 1)
    if row is None or (before is None and seq > 1):
        raise NotFound
    seal = seal_over(row.id)
    if seal is None:
        raise NotSealedYet
    leaves = covered_leaves(seal.head)
    return proofs.make(
        stream=row.stream,
        seq=seq,
        at=row.at,
        actor=row.actor,
        action=row.action,
        payload=row.payload,
        previous=before.hash if before else GENESIS,
        leaves=[found.hash for found in leaves],
        index=next(place for place, found in enumerate(leaves) if found.id == row.id),
        seal=seal,
    )


def last_seal() -> SignedSeal | None:
    """The newest seal in the database."""
    row = Seal.objects.order_by("-no").first()
    return _signed(row) if row else None


def last_seal_no() -> int:
    """Its number alone, also where its columns can't be read; 0 before the first."""
    return Seal.objects.order_by("-no").values_list("no", flat=True).first() or 0


def last_sealed_at(connection: BaseDatabaseWrapper) -> datetime | None:
    """When the newest seal was made, asked on this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_at FROM ledger_seal ORDER BY no DESC LIMIT 1")
        row = cursor.fetchone()
    return row[0] if row else None


def seals(after: int = 0) -> Iterator[SignedSeal]:
    """Seals with no > `after`, in order, a few at a time."""
    yield from map(_signed, _few_at_a_time(Seal.objects.filter(no__gt=after)))


def readable_seals() -> Iterator[SignedSeal | int]:
    """Every seal in order; of one whose columns can't be read its number."""
    for row in _few_at_a_time(Seal.objects.all()):
        try:
            yield _signed(row)
        except (TypeError, ValueError, KeyError, AttributeError, RecursionError):
            yield row.no


def seal_over(entry_id: int) -> SignedSeal | None:
    """The seal that covers an entry: the one of its span, or a later one when the entry's transaction was late."""
    row = Seal.objects.filter(from_id__lt=entry_id, to_id__gte=entry_id).order_by("to_id", "no").first()
    if row is None:
        return None
    found = _signed(row)
    if entry_id not in found.head.absent():
        return found
    for later in _few_at_a_time(Seal.objects.filter(no__gt=row.no).exclude(late_ids=[])):
        if entry_id in IdSet(ranges_from(later.late_ids)):
            return _signed(later)
    return None


def _few_at_a_time(rows: QuerySet[Seal]) -> Iterator[Seal]:
    """By their numbers, without a cursor that outlives its transaction: a pooler would lose it."""
    no = 0
    while turn := list(rows.filter(no__gt=no).order_by("no")[:_AT_A_TIME]):
        yield from turn
        no = turn[-1].no


def covered_leaves(head: SealHead) -> list[Leaf]:
    """Leaves of all entries that a seal covers and that are there, by id."""
    absent = head.absent()
    own = (found for found in leaves_in([(head.from_id + 1, head.to_id)]) if found.id not in absent)
    return [*leaves_in(head.late), *own]


def leaves_in(ranges: Iterable[Range]) -> list[Leaf]:
    """Leaves of the visible entries whose id lies in one of the ranges (ascending), by id."""
    spans = list(ranges)
    if not spans:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_IN_RANGES, [[first for first, _ in spans], [last for _, last in spans]])
        return _leaves(cursor.fetchall())


def leaves_after(entry_id: int, at_most: int) -> list[Leaf]:
    """Leaves of the next visible entries, by id."""
    rows = Entry.objects.filter(id__gt=entry_id).order_by("id")
    return _leaves(rows.values_list("id", "stream_kind", "stream_id", "seq", "hash")[:at_most])


def _leaves(rows: Iterable[Sequence[Any]]) -> list[Leaf]:
    return [
        Leaf(id_, Stream(kind, number), seq, leaf((kind, number), seq, bytes(digest)))
        for id_, kind, number, seq, digest in rows
    ]


def _signed(row: Seal) -> SignedSeal:
    head = SealHead(
        no=row.no,
        from_id=row.from_id,
        to_id=row.to_id,
        late=ranges_from(row.late_ids),
        gaps=gaps_from(row.open_gaps),
        entries=row.entries,
        root=bytes(row.root),
        previous=bytes(row.previous),
        sealed_at=row.sealed_at,
        key_id=row.key_id,
    )
    return SignedSeal(head, bytes(row.signature), bytes(row.marks))
