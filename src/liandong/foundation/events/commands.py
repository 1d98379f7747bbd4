"""Publishing and handing over. An event leaves its row in the transaction in which every subscriber has had it.

There is no cursor: a row whose transaction commits late is simply there at the next look. What decides the order is the
stream: streams are dealt into lanes, and one worker at a time works on a lane. A worker takes as many lanes at once as
fill a batch: all of them while little waits, one where much does, so that others have theirs.
"""

import logging
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connection, transaction

from liandong.foundation.facts import Facts, name_now, payload_of
from liandong.foundation.ledger import public as ledger
from liandong.foundation.ledger.public import Stream
from liandong.kernel import time
from liandong.kernel.actor import Actor

from .models import DeadLetter, Event, Retry
from .registry import EventRow, Subscriber, registry

log = logging.getLogger(__name__)

LANES = 8
BATCH = 500
MAX_ATTEMPTS = 8
RETRIES_AT_ONCE = 50
_LANE_LOCKS = 0x4C414E45
_ERROR_LENGTH = 2_000

_LANES_WITH_WORK = """
SELECT mod(abs(stream_id), %(lanes)s) AS lane, sum(waits) FROM (
    SELECT stream_id, 1 AS waits FROM (SELECT stream_id FROM events_event LIMIT %(most)s) AS event
    UNION ALL
    SELECT stream_id, 0 FROM events_retry WHERE due_at <= %(now)s
) AS work
GROUP BY lane
"""

_CLAIM = "SELECT lane FROM unnest(%s::int[]) AS lane WHERE pg_try_advisory_xact_lock(%s, lane)"

_WAITING = """
SELECT id, type, stream_kind, stream_id, payload, at FROM events_event
WHERE mod(abs(stream_id), %s) = ANY(%s)
ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""

_DUE_HEADS = """
SELECT id FROM (
    SELECT DISTINCT ON (subscriber, stream_kind, stream_id) id, event_id, due_at FROM events_retry
    WHERE mod(abs(stream_id), %s) = ANY(%s)
    ORDER BY subscriber, stream_kind, stream_id, event_id
) AS head
WHERE due_at <= %s ORDER BY event_id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What has happened, in the past tense (`CaseReceived`); `payload` is JSON: ids and codes, no personal text."""

    type: str
    stream: tuple[str, int]
    payload: Mapping[str, object]


def happened(*, actor: Actor, stream: tuple[str, int], facts: Facts) -> None:
    """Records an event in the ledger and publishes it, in the caller's transaction. Raises as `ledger.record` does."""
    entry = ledger.entry_of(stream, facts)
    ledger.append_many(actor=actor, entries=[entry])
    publish_many([NewEvent(entry.action, stream, {**entry.payload, "actor": actor.ref})])


def publish(*, stream: tuple[str, int], facts: Facts) -> None:
    """Writes one event row in the caller's transaction. Raises TransactionManagementError outside of one."""
    publish_many([NewEvent(facts.event, stream, payload_of(facts))])


def publish_many(events: Iterable[NewEvent]) -> None:
    """Writes event rows, in the order given, in the caller's transaction and with one statement."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("events are written in the transaction of the command")
    at = time.now()
    Event.objects.bulk_create(
        Event(type=e.type, stream_kind=e.stream[0], stream_id=e.stream[1], payload=dict(e.payload), at=at)
        for e in events
    )


def drain(limit: int = BATCH) -> int:
    """Hands waiting events to their subscribers, a batch in one transaction; 0 when nothing is left for us.

    Returns how many events and repeated deliveries were dealt with, so `while drain(): pass` empties the table.
    """
    for lanes in _batches_of_lanes(limit):
        with transaction.atomic():
            claimed = _claim(lanes)
            dealt_with = _drain_lanes(claimed, limit) if claimed else 0
        if dealt_with:
            return dealt_with
    return 0


def revive(*, ids: Iterable[int]) -> int:
    """Sends dead letters to their subscribers once more, with all attempts before them; returns how many."""
    with transaction.atomic():
        letters = list(DeadLetter.objects.select_for_update().filter(id__in=list(ids)))
        Retry.objects.bulk_create(
            (_retry(_event_of(letter), letter.subscriber) for letter in letters), ignore_conflicts=True
        )
        DeadLetter.objects.filter(id__in=[letter.id for letter in letters]).delete()
    return len(letters)


def _batches_of_lanes(limit: int) -> Iterator[list[int]]:
    """Lanes with work in any order, so many together that a batch is full."""
    with connection.cursor() as cursor:
        cursor.execute(_LANES_WITH_WORK, {"lanes": LANES, "now": time.now(), "most": limit * LANES})
        lanes = [(int(lane), int(waiting)) for lane, waiting in cursor.fetchall()]
    random.shuffle(lanes)
    together: list[int] = []
    waiting_in_all = 0
    for lane, waiting in lanes:
        together.append(lane)
        waiting_in_all += waiting
        if waiting_in_all >= limit:
            yield together
            together, waiting_in_all = [], 0
    if together:
        yield together


def _claim(lanes: Sequence[int]) -> list[int]:
    """Takes the lanes until the end of the transaction, but those that another worker has."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [list(lanes), _LANE_LOCKS])
        return [int(lane) for (lane,) in cursor.fetchall()]


def _drain_lanes(lanes: Sequence[int], limit: int) -> int:
    events = _waiting(lanes, limit)
    for subscriber in list(registry.subscribers.values()):
        _deliver(subscriber, [event for event in events if event.type in subscriber.types])
    if events:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM events_event WHERE id = ANY(%s)", [[event.id for event in events]])
    return len(events) + _repeat(lanes)


def _waiting(lanes: Sequence[int], limit: int) -> list[EventRow]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [LANES, list(lanes), limit])
        rows = cursor.fetchall()
    return [
        _row(id_, type_, Stream(kind, stream_id), msgspec.json.decode(payload), at)
        for id_, type_, kind, stream_id, payload, at in rows
    ]


def _row(id_: int, type_: str, stream: Stream, payload: dict[str, Any], at: datetime) -> EventRow:
    """By its present name: what waited while the version changed comes to who asks for that."""
    return EventRow(id_, name_now(type_, payload, str(payload.get("actor", ""))), stream, payload, at)


def _deliver(subscriber: Subscriber, batch: list[EventRow]) -> None:
    """The whole batch at once; what fails is repeated one by one, and what follows it in its stream waits behind it."""
    if not batch:
        return
    held = _held_streams(subscriber, batch)
    ready = [event for event in batch if event.stream not in held]
    Retry.objects.bulk_create(_retry(event, subscriber.name) for event in batch if event.stream in held)
    if not ready:
        return
    failure = _handle(subscriber, ready)
    if failure is None:
        return
    if len(ready) == 1:
        _put_off(_retry(ready[0], subscriber.name), failure)
    else:
        Retry.objects.bulk_create(_retry(event, subscriber.name) for event in ready)


def _held_streams(subscriber: Subscriber, batch: Sequence[EventRow]) -> set[Stream]:
    """Streams of which an earlier event still waits for this subscriber; nearly always nothing does."""
    waiting = Retry.objects.filter(subscriber=subscriber.name)
    if not waiting.exists():
        return set()
    waiting = waiting.filter(stream_id__in={event.stream.id for event in batch})
    return {Stream(kind, id_) for kind, id_ in waiting.values_list("stream_kind", "stream_id").distinct()}


def _repeat(lanes: Sequence[int]) -> int:
    """Hands over again what is due in the lanes, one event at a time, the first of each stream only."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE_HEADS, [LANES, list(lanes), time.now(), RETRIES_AT_ONCE])
        ids = [id_ for (id_,) in cursor.fetchall()]
    if not ids:
        return 0
    heads = Retry.objects.select_for_update(skip_locked=True).filter(id__in=ids).order_by("event_id")
    count = 0
    for retry in heads:
        count += 1
        subscriber = registry.subscribers.get(retry.subscriber)
        if subscriber is None:
            _give_up(retry, "no such subscriber any more")
            continue
        failure = _handle(subscriber, [_event_of(retry)])
        if failure is None:
            retry.delete()
        else:
            _put_off(retry, failure)
    return count


def _handle(subscriber: Subscriber, batch: list[EventRow]) -> Exception | None:
    """Calls the subscriber in a savepoint of its own; constraints are checked there, lest they fail at the commit."""
    try:
        with transaction.atomic():
            subscriber.handle(batch)
            connection.check_constraints()
    except Exception as error:
        if connection.needs_rollback or connection.connection is None or connection.connection.closed:
            raise
        log.exception("subscriber %s failed on %s event(s) from %s", subscriber.name, len(batch), batch[0].id)
        return error
    return None


def _put_off(retry: Retry, failure: Exception) -> None:
    """Later each time: 2, 4, 8 … 128 s; after the last attempt a dead letter."""
    retry.attempts += 1
    retry.error = f"{type(failure).__name__}: {failure}"[:_ERROR_LENGTH]
    if retry.attempts >= MAX_ATTEMPTS:
        _give_up(retry, retry.error)
        return
    retry.due_at = time.now() + timedelta(seconds=2**retry.attempts)
    retry.save()


def _give_up(retry: Retry, error: str) -> None:
    log.error("event %s (%s) is a dead letter of %s: %s", retry.event_id, retry.type, retry.subscriber, error)
    DeadLetter.objects.create(
        **_delivery(_event_of(retry), retry.subscriber, retry.attempts, error), died_at=time.now()
    )
    if retry.pk is not None:
        retry.delete()


def _retry(event: EventRow, subscriber: str) -> Retry:
    return Retry(**_delivery(event, subscriber, attempts=0, error=""), due_at=time.now())


def _delivery(event: EventRow, subscriber: str, attempts: int, error: str) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "subscriber": subscriber,
        "type": event.type,
        "stream_kind": event.stream.kind,
        "stream_id": event.stream.id,
        "payload": event.payload,
        "at": event.at,
        "attempts": attempts,
        "error": error,
    }


def _event_of(row: Retry | DeadLetter) -> EventRow:
    return _row(row.event_id, row.type, Stream(row.stream_kind, row.stream_id), row.payload, row.at)
