from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .domain.chain import Stream
from .models import Entry


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as recorded; `payload` holds ids, codes and commitments, never personal text."""

    id: int
    stream: Stream
    seq: int
    at: datetime
    actor: str
    action: str
    payload: Mapping[str, object]
    hash: bytes


def entries(stream: tuple[str, int], after: int = 0) -> list[EntryRow]:
    """Entries of a stream with seq > `after`, in order."""
    kind, number = stream
    rows = Entry.objects.filter(stream_kind=kind, stream_id=number, seq__gt=after).order_by("seq")
    columns = rows.values_list("id", "seq", "at", "actor", "action", "payload", "hash")
    return [
        EntryRow(id_, Stream(kind, number), seq, at, actor, action, payload, bytes(digest))
        for id_, seq, at, actor, action, payload, digest in columns
    ]
