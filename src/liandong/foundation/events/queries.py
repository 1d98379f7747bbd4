from dataclasses import dataclass
from datetime import datetime

from liandong.foundation.ledger.public import Stream

from .models import DeadLetter, Event, Retry


@dataclass(frozen=True, slots=True)
class DeadLetterRow:
    """An event that one subscriber could not take; `error` is that of the last attempt."""

    id: int
    event_id: int
    type: str
    stream: Stream
    subscriber: str
    attempts: int
    error: str
    died_at: datetime


def dead_letters(limit: int = 100) -> list[DeadLetterRow]:
    """The newest dead letters, newest first."""
    return [
        DeadLetterRow(
            row.id,
            row.event_id,
            row.type,
            Stream(row.stream_kind, row.stream_id),
            row.subscriber,
            row.attempts,
            row.error,
            row.died_at,
        )
        for row in DeadLetter.objects.order_by("-id")[:limit]
    ]


def backlog() -> tuple[int, int, int]:
    """How many events wait, how many deliveries are to be repeated, how many are dead."""
    return Event.objects.count(), Retry.objects.count(), DeadLetter.objects.count()
