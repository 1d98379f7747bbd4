"""Periodic jobs: one at a time over all workers, counted from when they last started, whoever started them.

A job runs outside any transaction and may take a while; a lock of the database ends with its transaction. So who begins
a job writes down in one short transaction that it is his until `held_until`, and a worker's pulse goes on saying so.
"""

import logging
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection, transaction

from liandong.kernel import time

from .models import TimerRun
from .registry import Timer

log = logging.getLogger(__name__)

_TIMER_LOCKS = 0x54494D45
_LOOK_AGAIN_S = 5.0
_ERROR_LENGTH = 2_000
_AGAIN = timedelta(seconds=30)
"""When a job is due again that a sudden end cut off; not at once, lest one that ends the worker does nothing else."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who runs a job, and for how long it is his without saying so again."""

    name: str
    held_s: float


def passer_by() -> Holder:
    """Somebody without a pulse: a single run by hand. Five minutes are more than any job takes."""
    return Holder(uuid4().hex, 300)


def run_if_due(timer: Timer, holder: Holder | None = None) -> datetime:
    """Runs the job when its period has passed since it last started anywhere, sooner where it was cut off; returns
    when to look again.

    A job that fails is logged and due again after its period. Errors of the database connection come through.
    """
    holder = holder or passer_by()
    started = time.now()
    later = _claim(timer, holder, started)
    if later is not None:
        return later
    error = _run(timer)
    TimerRun.objects.filter(name=timer.name, holder=holder.name).update(
        finished_at=time.now(), error=error, held_until=None
    )
    return started + timedelta(seconds=timer.every_s)


def hold_on(holder: Holder) -> None:
    """Reserves for a while more what the holder is at."""
    held = TimerRun.objects.filter(holder=holder.name, held_until__isnull=False)
    held.update(held_until=time.now() + timedelta(seconds=holder.held_s))


def let_go(holder: Holder) -> None:
    """Frees what an earlier process of the same name had in hand when it ended."""
    TimerRun.objects.filter(holder=holder.name).update(held_until=None)


def _claim(timer: Timer, holder: Holder, now: datetime) -> datetime | None:
    """None where the job is the holder's to run now, else when to look again."""
    every = timedelta(seconds=timer.every_s)
    soon = now + min(every, timedelta(seconds=_LOOK_AGAIN_S))
    with transaction.atomic():
        if not _alone(timer.name):
            return soon
        last = TimerRun.objects.filter(name=timer.name).first()
        if last and last.held_until and now < last.held_until:
            return soon
        if last and now < (due := last.started_at + (every if last.finished_at else min(every, _AGAIN))):
            return due
        TimerRun.objects.update_or_create(
            name=timer.name,
            defaults={
                "started_at": now,
                "finished_at": None,
                "error": "",
                "holder": holder.name,
                "held_until": now + timedelta(seconds=holder.held_s),
            },
        )
    return None


def _run(timer: Timer) -> str:
    try:
        timer.run()
    except Exception as failure:
        log.exception("timer %s failed", timer.name)
        return f"{type(failure).__name__}: {failure}"[:_ERROR_LENGTH]
    return ""


def _alone(name: str) -> bool:
    """Whether this one goes first of two that look at the same moment; until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_TIMER_LOCKS, zlib.crc32(name.encode()) - 2**31])
        return bool(cursor.fetchone()[0])
