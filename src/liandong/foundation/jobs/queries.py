from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from .models import Job


@dataclass(frozen=True, slots=True)
class DeadJobRow:
    """A job that was given up; `error` is that of the last attempt."""

    id: int
    kind: str
    key: str
    attempts: int
    error: str
    died_at: datetime


def dead_jobs(limit: int = 100) -> list[DeadJobRow]:
    """The newest first."""
    rows = Job.objects.filter(died_at__isnull=False).order_by("-died_at", "-id")
    return [DeadJobRow(*row) for row in rows.values_list(*DeadJobRow.__slots__)[:limit]]


def count_dead_jobs() -> int:
    """How many were given up."""
    return Job.objects.filter(died_at__isnull=False).count()


def ordered(kind: str) -> QuerySet[Job, str]:
    """Keys of the jobs of a kind that wait, go on or were given up, for a query that asks whose isn't there."""
    return Job.objects.filter(kind=kind).values_list("key", flat=True)
