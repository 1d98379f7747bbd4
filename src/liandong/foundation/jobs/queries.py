from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

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


def without_job(rows: "QuerySet[Any]", kind: str) -> "QuerySet[Any]":
    """Those of the rows that no job of a kind stands for, waiting, in hand or given up; its key is the row's id."""
    keys = Job.objects.filter(kind=kind).values_list("key", flat=True)
    left: QuerySet[Any] = rows.alias(key=Cast("pk", TextField())).exclude(key__in=keys)
    return left
