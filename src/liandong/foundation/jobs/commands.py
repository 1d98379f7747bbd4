"""Ordering long work, in the transaction of the command that wants it: what is rolled back was never ordered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from liandong.kernel import time

from .models import Job

_ORDER = """
INSERT INTO jobs_job AS job (kind, key, "group", arguments, progress, created_at, next_at,
    ordered, attempts, error, holder)
VALUES (%(kind)s, %(key)s, %(group)s, %(arguments)s, '{}', %(now)s, %(next_at)s, 1, 0, '', '')
ON CONFLICT (kind, key) DO UPDATE SET "group" = excluded."group", arguments = excluded.arguments, progress = '{}',
    next_at = excluded.next_at, ordered = job.ordered + 1, attempts = 0, error = '', died_at = NULL
"""
_UNLESS_IT_IS_THERE = "WHERE job.died_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Order:
    """`key` tells one job of a kind from another; `in_s`: how long it waits before its first turn."""

    kind: str
    key: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""
    in_s: float = 0.0


def order(order: Order, *, anew: bool = True) -> None:
    """Orders a job. The same one (kind and key) that waits already, or is in hand, begins anew; where that isn't
    wanted, only one that was given up does.
    """
    order_many([order], anew=anew)


def order_many(orders: Iterable[Order], *, anew: bool = True) -> None:
    """As above, in one go."""
    now = time.now()
    rows: list[dict[str, Any]] = [
        {
            "kind": each.kind,
            "key": each.key,
            "group": each.group,
            "arguments": Jsonb(dict(each.arguments)),
            "now": now,
            "next_at": now + timedelta(seconds=each.in_s),
        }
        for each in sorted(orders, key=lambda each: (each.kind, each.key))
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_ORDER if anew else _ORDER + _UNLESS_IT_IS_THERE, rows)


def put_off(*, kind: str, group: str, until: datetime) -> None:
    """All that is due of the group waits until then, but what is in hand: the system outside is away."""
    Job.objects.due(time.now()).filter(kind=kind, group=group).update(next_at=until)


def revive(*, job_id: int) -> bool:
    """A job that was given up goes on from where it was, with all attempts before it; whether there was one."""
    given_up = Job.objects.filter(pk=job_id, died_at__isnull=False)
    return bool(given_up.update(died_at=None, attempts=0, next_at=time.now(), holder="", held_until=None))
