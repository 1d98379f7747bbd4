"""Batches that the version before left at work: each goes on as a job."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from liandong.foundation.jobs import public as jobs

from .commands import KIND
from .models import Batch


def lacking() -> QuerySet[Batch]:
    """Batches at work that no job stands for."""
    at_work = Batch.objects.filter(state__in=[Batch.State.RUNNING, Batch.State.UNDOING])
    return jobs.without_job(at_work, KIND)


def fill(keys: Collection[Any]) -> None:
    """Orders them."""
    jobs.order_many(jobs.Order(KIND, str(key)) for key in keys)
