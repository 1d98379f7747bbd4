"""Notifications that the version before wrote name their case where nobody reads it any more: they get their stream."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet

from .models import Notification


def lacking() -> QuerySet[Notification, Notification]:
    """Those that lack it."""
    return Notification.objects.filter(about="case", about_id=None, case__isnull=False)


def fill(keys: Collection[Any]) -> None:
    """Fills these in the transaction it is called in; again without harm."""
    lacking().filter(pk__in=keys).update(about_id=F("case_id"))


def fill_unsent() -> None:
    """Fills those that are still to be sent: what a worker of the version before wrote last isn't sent without."""
    lacking().filter(pending=True).update(about_id=F("case_id"))
