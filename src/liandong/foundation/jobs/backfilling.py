"""Backfills of the rooms as long work: each a job of its own, in batches by primary key, taken up where it stood."""

import time as stopwatch
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from liandong.foundation.rooms import public as rooms
from liandong.kernel.errors import Busy, LiandongError

from .commands import Order, order_many
from .models import Job
from .registry import Again, Turn
from .timers import passer_by
from .turns import run_turn_of

KIND = "jobs.backfill"
TURN_S = 1.0
LOOK_AGAIN_S = 1.0
"""After a pass, and where somebody is at work on its rows: another backfill is worked on meanwhile."""
_NEXT_TURN_S = 0.2
"""`finish` waits so long where another process has the turn, or the next one isn't due yet."""


class BackfillStands(LiandongError):
    """补写 %(name)s 走完一遍后仍有 %(count)s 行没有补上。"""

    code = "backfill_stands"
    status = 500


@dataclass(frozen=True, slots=True)
class BackfillRow:
    """How far a backfill is: rows filled, of so many that lacked it when it began; `died`: it was given up.

    `passes`: how often it has gone over all of them.
    """

    name: str
    done: int
    of: int
    died: bool = False
    passes: int = 0


def lacking() -> list[str]:
    """Names of the backfills for which some row still waits."""
    return [each.name for each in rooms.backfills().values() if _rows(each).exists()]


def is_lacking(names: Sequence[str]) -> bool:
    """Whether a row waits for one of these."""
    return any(_rows(rooms.backfills()[name]).exists() for name in names if name in rooms.backfills())


def order_backfills(names: Iterable[str] | None = None) -> list[str]:
    """Orders those for which a row waits; one that goes on already goes on. Returns their names."""
    found = [name for name in lacking() if names is None or name in set(names)]
    order_many((Order(KIND, name) for name in found), anew=False)
    return found


def backfill(turn: Turn) -> Again | None:
    """A turn of the job named by the backfill; the one without a name looks which there are."""
    if not turn.key:
        order_backfills()
        return None
    known = rooms.backfills().get(turn.key)
    return _go_on(known, turn) if known else None


def finish(
    names: Sequence[str],
    within_s: float,
    say: Callable[[BackfillRow], None] = lambda _row: None,
    *,
    once: bool = False,
) -> bool:
    """Works on these here until none waits or the time is over; whether none waits. Raises BackfillStands for what was
    given up. `once`: what another version adds while it goes over the rows is left to the worker.
    """
    holder, deadline = passer_by(), stopwatch.monotonic() + within_s
    order_backfills(names)
    while stopwatch.monotonic() < deadline:
        waiting = [row for row in backfills() if row.name in names]
        if not waiting or (once and all(row.passes or row.died for row in waiting)):
            break
        for row in waiting:
            say(row)
            if row.died:
                raise BackfillStands(name=row.name, count=_rows(rooms.backfills()[row.name]).count())
        if not run_turn_of([KIND], holder):
            stopwatch.sleep(_NEXT_TURN_S)
    return not is_lacking(names)


def backfills() -> list[BackfillRow]:
    """Those that wait, go on or were given up."""
    found = Job.objects.filter(kind=KIND).exclude(key="").order_by("key")
    return [
        BackfillRow(
            key,
            int(progress.get("done", 0)),
            int(progress.get("of", 0)),
            died=died_at is not None,
            passes=int(progress.get("passes", 0)),
        )
        for key, progress, died_at in found.values_list("key", "progress", "died_at")
    ]


def _go_on(known: rooms.Backfill, turn: Turn) -> Again | None:
    fill: Callable[[Sequence[Any]], None] = rooms.called(known.fill)
    begun, progress = stopwatch.monotonic(), dict(turn.progress)
    if "of" not in progress:
        count = _rows(known).count()
        progress = {"done": 0, "of": count, "stood": 0, "passes": 0, "after": None}
    while True:
        keys = _next_keys(known, progress["after"])
        if not keys:
            left = _rows(known).count()
            if not left:
                return None
            if left <= progress["stood"]:
                raise BackfillStands(name=known.name, count=left)
            of, passes = progress["done"] + left, progress["passes"] + 1
            return Again(progress | {"stood": 0, "after": None, "of": of, "passes": passes}, in_s=LOOK_AGAIN_S)
        try:
            with transaction.atomic():
                fill(keys)
                stood = _rows(known).filter(pk__in=keys).count()
        except Busy:
            return Again(progress, in_s=LOOK_AGAIN_S)
        done = progress["done"] + len(keys) - stood
        of = max(progress["of"], done)
        progress |= {"after": keys[-1], "done": done, "of": of, "stood": progress["stood"] + stood}
        if stopwatch.monotonic() - begun >= TURN_S or not turn.gets_on():
            return Again(progress)


def _next_keys(known: rooms.Backfill, after: Any) -> list[Any]:
    found = _rows(known).order_by("pk")
    if after is not None:
        found = found.filter(pk__gt=after)
    return list(found.values_list("pk", flat=True)[: known.batch])


def _rows(known: rooms.Backfill) -> "models.QuerySet[Any]":
    rows: models.QuerySet[Any] = rooms.called(known.lacking)()
    return rows
