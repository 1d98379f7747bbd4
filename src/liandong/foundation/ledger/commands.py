import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection, transaction

from liandong.foundation.facts import Facts, payload_of
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict

from . import bound
from .domain import chain
from .domain.chain import EntryDraft, Head, NewEntry, Stream, link
from .keys import entry_key
from .queries import EntryRow

_HEADS = """
SELECT asked.kind, asked.id, head.seq, head.hash
FROM unnest(%s::text[], %s::bigint[]) AS asked(kind, id)
CROSS JOIN LATERAL (
    SELECT seq, hash FROM ledger_entry
    WHERE stream_kind = asked.kind AND stream_id = asked.id
    ORDER BY seq DESC LIMIT 1
) AS head
"""

_INSERT = """
INSERT INTO ledger_entry (stream_kind, stream_id, seq, at, actor, action, payload, hash, mac)
SELECT kind, id, seq, at, actor, action, payload, hash, mac
FROM unnest(%s::text[], %s::bigint[], %s::int[], %s::timestamptz[], %s::text[], %s::text[], %s::jsonb[], %s::bytea[],
    %s::bytea[]) WITH ORDINALITY AS draft(kind, id, seq, at, actor, action, payload, hash, mac, place)
ORDER BY place
ON CONFLICT (stream_kind, stream_id, seq) DO NOTHING
RETURNING id, stream_kind, stream_id, seq
"""


def append(*, actor: Actor, stream: tuple[str, int], action: str, payload: Mapping[str, object]) -> EntryRow:
    """Records one action in the caller's transaction; the caller holds the lock on the row that the stream is about.

    Raises Conflict when another transaction has appended to the stream meanwhile, `domain.chain.NotCanonical` for a
    payload with floats and the like, TransactionManagementError outside a transaction.
    """
    return append_many(actor=actor, entries=[NewEntry(stream, action, payload)])[0]


def record(*, actor: Actor, stream: tuple[str, int], facts: Facts) -> EntryRow:
    """Records an event as `append` does, by the name and the keys of its struct."""
    return append_many(actor=actor, entries=[entry_of(stream, facts)])[0]


def entry_of(stream: tuple[str, int], facts: Facts) -> NewEntry:
    """The entry that records an event, for `append_many`."""
    return NewEntry(stream, facts.event, payload_of(facts))


def bind_rows(*, actor: Actor) -> None:
    """Binds what was done to rows in this transaction since its last entry, where no action is to be recorded."""
    append_many(actor=actor, entries=[])


def append_many(*, actor: Actor, entries: Iterable[NewEntry]) -> list[EntryRow]:
    """Records several actions, in the order given, with two statements. Raises as `append` does; all or none.

    The first entry of a stream takes along what was done to its rows in this transaction (`bound`); rows of other
    streams get entries behind those asked for.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the ledger is written in the transaction of the command")
    wanted = bound.take(list(entries))
    if not wanted:
        return []
    heads = _heads({Stream(*entry.stream) for entry in wanted})
    return _insert(link(wanted, actor=actor, at=time.now(), heads=heads, key=entry_key().secret))


def first_entries(entries: Iterable[NewEntry], *, actor: Actor, at: datetime) -> list[EntryDraft]:
    """As `domain.chain` makes them, with the house's own key."""
    return chain.first_entries(entries, actor=actor, at=at, key=entry_key().secret)


def _heads(streams: set[Stream]) -> dict[tuple[str, int], Head]:
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, [[stream.kind for stream in streams], [stream.id for stream in streams]])
        return {Stream(kind, id_): Head(seq, bytes(digest)) for kind, id_, seq, digest in cursor.fetchall()}


def _insert(drafts: list[EntryDraft]) -> list[EntryRow]:
    columns = zip(
        *((d.stream.kind, d.stream.id, d.seq, d.at, d.actor, d.action, d.payload, d.hash, d.mac) for d in drafts),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [list(column) for column in columns] or [[]] * 9)
        ids = {(kind, stream_id, seq): id_ for id_, kind, stream_id, seq in cursor.fetchall()}
    if len(ids) < len(drafts):
        raise Conflict
    return [
        EntryRow(ids[*d.stream, d.seq], d.stream, d.seq, d.at, d.actor, d.action, json.loads(d.payload), d.hash)
        for d in drafts
    ]
