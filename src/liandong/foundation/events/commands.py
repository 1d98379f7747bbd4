from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from liandong.kernel import time

from .models import Event


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What has happened, in the past tense (`CaseReceived`); `payload` is JSON: ids and codes, no personal text."""

    type: str
    stream: tuple[str, int]
    payload: Mapping[str, object]


def publish(*, type: str, stream: tuple[str, int], payload: Mapping[str, object]) -> None:
    """Writes one event row in the caller's transaction. Raises TransactionManagementError outside of one."""
    publish_many([NewEvent(type, stream, payload)])


def publish_many(events: Iterable[NewEvent]) -> None:
    """Writes event rows, in the order given, in the caller's transaction and with one statement."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("events are written in the transaction of the command")
    at = time.now()
    Event.objects.bulk_create(
        Event(type=e.type, stream_kind=e.stream[0], stream_id=e.stream[1], payload=dict(e.payload), at=at)
        for e in events
    )
