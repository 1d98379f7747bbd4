"""Notifications that the version before wrote name their case where nobody reads it any more: they get their stream."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet

from .models import Notification

AT_A_TIME = 5000


def lacking() -> QuerySet[Notification, Notification]:
    """Those that lack it."""
    return Notification.objects.filter(about="case", about_id=None, case__isnull=False)


def fill(keys: Collection[Any]) -> None:
    """Fills these in the transaction it is called in; again without harm."""
    lacking().filter(pk__in=keys).update(about_id=F("case_id"))


def fill_some() -> bool:
    """The next portion; whether there may be more."""
    keys = list(lacking().order_by("pk").values_list("pk", flat=True)[:AT_A_TIME])
    fill(keys)
    return len(keys) == AT_A_TIME
