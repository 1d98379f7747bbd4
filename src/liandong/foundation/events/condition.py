"""How the workers are: whether all of their loops move, which timers stand or fail, how old the oldest event is, which
long work is in hand or was given up. One cheap query.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection as own_connection
from django.db.backends.base.base import BaseDatabaseWrapper

from liandong.foundation.jobs import public as jobs
from liandong.kernel import time

WORKER_STANDS_AFTER = timedelta(seconds=60)
"""A pulse is told every 3 s."""
TIMER_STANDS_AFTER = timedelta(minutes=5)
"""Beyond its period: another job may take its time."""
EVENT_IS_OLD_AFTER = timedelta(minutes=5)
OFTEN_S = 600
"""A timer of longer periods that failed once may be right again long before its next turn says so."""
MOST_COUNTED = 1000
_ASK = """
SELECT 'worker', host || ' ' || pid, moved_at, NULL::timestamptz, does FROM events_worker
UNION ALL
SELECT 'timer', name, started_at, finished_at, error FROM events_timer
UNION ALL
(SELECT 'event', type, at, NULL, '' FROM events_event ORDER BY id LIMIT 1)
UNION ALL
SELECT 'waiting', count(*)::text, NULL, NULL, '' FROM (SELECT FROM events_event LIMIT %(most)s) AS counted
UNION ALL
SELECT 'dead', count(*)::text, NULL, NULL, '' FROM (SELECT FROM events_deadletter LIMIT %(most)s) AS counted
UNION ALL
(SELECT 'in_hand', kind, NULL, NULL, '' FROM jobs_job WHERE held_until > %(now)s LIMIT %(most)s)
UNION ALL
(SELECT 'due', kind, next_at, NULL, '' FROM jobs_job
 WHERE died_at IS NULL AND next_at <= %(now)s AND (held_until IS NULL OR held_until <= %(now)s)
 ORDER BY next_at, id LIMIT 1)
UNION ALL
SELECT 'jobs', count(*)::text, NULL, NULL, ''
FROM (SELECT FROM jobs_job WHERE died_at IS NULL LIMIT %(most)s) AS counted
UNION ALL
(SELECT 'backfill', key, NULL, NULL, progress::text FROM jobs_job WHERE kind = %(backfill)s AND key <> '' ORDER BY key)
UNION ALL
SELECT 'given_up', count(*)::text, NULL, NULL, ''
FROM (SELECT FROM jobs_job WHERE died_at IS NOT NULL LIMIT %(most)s) AS counted
"""


PARTS = ("events", *jobs.Lane)
"""The state of the loops of workers, each by itself."""


class Trouble(StrEnum):
    """A condition that somebody has to look at."""

    WORKER_ABSENT = "worker_absent"
    WORKER_STANDS = "worker_stands"
    TIMERS_STAND = "timers_stand"
    TIMERS_FAIL = "timers_fail"
    EVENTS_OLD = "events_old"


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A loop of a worker: machine and process number, what it does ("" everything) and when it last moved."""

    name: str
    moved_at: datetime
    does: str = ""


@dataclass(frozen=True, slots=True)
class TimerRow:
    """A timer's last turn; `every_s` is None for one that this version of the product doesn't have."""

    name: str
    every_s: float | None
    started_at: datetime
    finished_at: datetime | None
    failed: bool


@dataclass(frozen=True, slots=True)
class JobsRow:
    """Long work: how many jobs wait, kinds in hand, how many were given up, and since when one that is due waits.
    `backfills`: how many of the rows that lacked something are filled.
    """

    waiting: int
    in_hand: tuple[str, ...]
    dead: int
    due_at: datetime | None
    backfills: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """As it was at `at`; numbers of events are exact up to a thousand."""

    at: datetime
    workers: tuple[WorkerRow, ...]
    timers: tuple[TimerRow, ...]
    waiting: int
    dead: int
    oldest_event_at: datetime | None
    jobs: JobsRow

    @property
    def moved_at(self) -> datetime | None:
        """Since when everything that a worker does has moved; None where nobody does a part of it."""
        moved = [
            max((worker.moved_at for worker in self.workers if worker.does in ("", part)), default=None)
            for part in PARTS
        ]
        found = [moment for moment in moved if moment is not None]
        return min(found) if len(found) == len(moved) else None

    @property
    def standing(self) -> tuple[str, ...]:
        """Timers that should have started again long ago."""
        return tuple(
            timer.name
            for timer in self.timers
            if timer.every_s and self.at - timer.started_at > timedelta(seconds=timer.every_s) + TIMER_STANDS_AFTER
        )

    @property
    def failing(self) -> tuple[str, ...]:
        """Timers that failed in their last turn and have had the time to be right again."""
        return tuple(timer.name for timer in self.timers if timer.failed and timer.every_s and timer.every_s <= OFTEN_S)

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """The worst first; what follows from a worker that stands isn't told beside it."""
        if self.moved_at is None:
            return (Trouble.WORKER_ABSENT,)
        if self.at - self.moved_at > WORKER_STANDS_AFTER:
            return (Trouble.WORKER_STANDS,)
        is_old = self.oldest_event_at is not None and self.at - self.oldest_event_at > EVENT_IS_OLD_AFTER
        found = {
            Trouble.TIMERS_STAND: bool(self.standing),
            Trouble.TIMERS_FAIL: bool(self.failing),
            Trouble.EVENTS_OLD: is_old,
        }
        return tuple(trouble for trouble, is_so in found.items() if is_so)


def condition(connection: BaseDatabaseWrapper | None = None) -> Condition:
    """On the caller's connection, or on another one to the same database."""
    with (connection or own_connection).cursor() as cursor:
        cursor.execute(_ASK, {"most": MOST_COUNTED, "now": time.now(), "backfill": jobs.BACKFILL})
        rows = cursor.fetchall()
    return _condition(rows)


def _condition(rows: Sequence[tuple[Any, ...]]) -> Condition:
    by_kind: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for kind, *values in rows:
        by_kind[kind].append(tuple(values))
    return Condition(
        at=time.now(),
        workers=tuple(WorkerRow(name, moved_at, does) for name, moved_at, _, does in by_kind["worker"]),
        timers=tuple(_timer(*values) for values in by_kind["timer"]),
        waiting=int(by_kind["waiting"][0][0]),
        dead=int(by_kind["dead"][0][0]),
        oldest_event_at=by_kind["event"][0][1] if by_kind["event"] else None,
        jobs=JobsRow(
            waiting=int(by_kind["jobs"][0][0]) - len(by_kind["in_hand"]),
            in_hand=tuple(row[0] for row in by_kind["in_hand"]),
            dead=int(by_kind["given_up"][0][0]),
            due_at=by_kind["due"][0][1] if by_kind["due"] else None,
            backfills=tuple(_backfill(row[0], row[3]) for row in by_kind["backfill"]),
        ),
    )


def _backfill(name: str, progress: str) -> tuple[str, int, int]:
    told = json.loads(progress)
    return name, int(told.get("done", 0)), int(told.get("of", 0))


def _timer(name: str, started_at: datetime, finished_at: datetime | None, error: str) -> TimerRow:
    return TimerRow(name, jobs.period_s(name), started_at, finished_at, failed=bool(error))
