"""Stored words are cut anew when the way of cutting changes: few rows at a time beside the service, by key, so that a
stop loses nothing (docs/decisions/words-of-every-script.md).
"""

import logging
import time as stopwatch
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from liandong.foundation.jobs import public as jobs
from liandong.kernel import time
from liandong.kernel.text import INDEX_SCHEME

from .models import WordIndex

log = logging.getLogger(__name__)

WORKED_S = 1.0
"""How long one turn works."""
SETTLED = timedelta(minutes=10)
"""How long new rows are followed: until then a process of the version before may still write them in its way."""
FOLLOWS_S = 5.0
"""How often they are looked for meanwhile."""


@dataclass(frozen=True, slots=True)
class WordIndexRow:
    """How far a table's words are cut in the present way. `rows` were looked at; `finished_at` None: it goes on."""

    name: str
    scheme: int
    rows: int
    begun_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """The outcome of one step: the last key that is done (the one it began behind, where nothing could be done), rows
    looked at, and whether none is left.
    """

    until: int
    rows: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class Indexed:
    """One turn: how many rows were looked at, and whether the table is done."""

    rows: int
    is_done: bool

    @property
    def again(self) -> jobs.Again | None:
        """When the next turn comes: at once as long as there are rows."""
        return None if self.is_done else jobs.Again(in_s=0 if self.rows else FOLLOWS_S)


def index_anew(*, name: str, step: Callable[[int], Taken]) -> Indexed:
    """Goes on with a table for a second. `step` does the rows behind a key, in the transaction that keeps how far it
    came. A table that is done asks for one row.
    """
    row = WordIndex.objects.filter(pk=name).first()
    if row is not None and (row.scheme > INDEX_SCHEME or (row.scheme == INDEX_SCHEME and row.finished_at)):
        return Indexed(0, is_done=True)
    if row is None or row.scheme < INDEX_SCHEME:
        row = WordIndex(name=name, scheme=INDEX_SCHEME, begun_at=time.now())
        row.save()
    before, end = row.rows, stopwatch.monotonic() + WORKED_S
    while stopwatch.monotonic() < end:
        with transaction.atomic():
            taken = step(row.done_until)
            row.rows += taken.rows
            moved, row.done_until = taken.until > row.done_until, taken.until
            if taken.is_last and time.now() - row.begun_at >= SETTLED:
                row.finished_at = time.now()
            row.save()
        if taken.is_last or not moved:
            break
    if row.finished_at:
        log.info("words of %s are indexed anew: %s rows", name, row.rows)
    return Indexed(row.rows - before, is_done=row.finished_at is not None)


def word_indexes() -> list[WordIndexRow]:
    """How far each table is, by name."""
    rows = WordIndex.objects.order_by("name")
    return [WordIndexRow(row.name, row.scheme, row.rows, row.begun_at, row.finished_at) for row in rows]
