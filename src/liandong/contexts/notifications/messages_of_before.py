"""Messages that the version before left to be sent: each is sent by a job."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from liandong.foundation.jobs import public as jobs

from .models import Delivery
from .outbox import KIND, order


def lacking() -> QuerySet[Delivery]:
    """Messages that wait and that no job stands for."""
    waiting = Delivery.objects.filter(state__in=[Delivery.State.WAITING, Delivery.State.FAILED])
    return jobs.without_job(waiting, KIND)


def fill(keys: Collection[Any]) -> None:
    """Orders them to be sent now."""
    order(Delivery.objects.filter(pk__in=keys))
