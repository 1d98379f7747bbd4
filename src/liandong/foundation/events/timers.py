"""Periodic jobs: one at a time over all workers, counted from when they last started, whoever started them."""

import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection

from liandong.kernel import time

from .models import TimerRun
from .registry import Timer

log = logging.getLogger(__name__)

_TIMER_LOCKS = 0x54494D45
_LOOK_AGAIN_S = 5.0
_ERROR_LENGTH = 2_000
_AGAIN = timedelta(seconds=30)
"""When a job is due again that a sudden end cut off; not at once, lest one that ends the worker does nothing else."""


def run_if_due(timer: Timer) -> datetime:
    """Runs the job when its period has passed since it last started anywhere, sooner where it was cut off; returns
    when to look again.

    A job that fails is logged and due again after its period. Errors of the database connection come through.
    """
    every = timedelta(seconds=timer.every_s)
    with _alone(timer.name) as alone:
        now = time.now()
        if not alone:
            return now + min(every, timedelta(seconds=_LOOK_AGAIN_S))
        last = TimerRun.objects.filter(name=timer.name).first()
        if last and now < (due := last.started_at + (every if last.finished_at else min(every, _AGAIN))):
            return due
        TimerRun.objects.update_or_create(
            name=timer.name, defaults={"started_at": now, "finished_at": None, "error": ""}
        )
        error = _run(timer)
        TimerRun.objects.filter(name=timer.name).update(finished_at=time.now(), error=error)
    return now + every


def _run(timer: Timer) -> str:
    try:
        timer.run()
    except Exception as failure:
        log.exception("timer %s failed", timer.name)
        return f"{type(failure).__name__}: {failure}"[:_ERROR_LENGTH]
    return ""


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    key = zlib.crc32(name.encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_TIMER_LOCKS, key])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_TIMER_LOCKS, key])
