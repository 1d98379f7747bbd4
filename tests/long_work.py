"""Turns of long work, as the worker takes them."""

from datetime import timedelta

from liandong.foundation.jobs.models import Job
from liandong.foundation.jobs.registry import registry
from liandong.foundation.jobs.timers import passer_by
from liandong.foundation.jobs.turns import run_turn
from liandong.kernel import time


def turn(kind: str, key: str | None = None) -> bool:
    """One turn of a job that waits, whenever it is due; whether there was one."""
    waiting = Job.objects.filter(kind=kind, died_at=None, **({} if key is None else {"key": key}))
    waiting.update(next_at=time.now() - timedelta(days=1))
    return waiting.exists() and run_turn([registry.kinds[kind].lane], passer_by())


def through(kind: str) -> int:
    """Turns until nothing is left of it; returns how many."""
    count = 0
    while count < 100 and turn(kind):
        count += 1
    return count
