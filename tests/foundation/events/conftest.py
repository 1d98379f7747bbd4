from collections.abc import Callable

import pytest
from django.db import transaction

from liandong.foundation.events import public as events
from liandong.foundation.events.registry import registry


@pytest.fixture(autouse=True)
def only_own_jobs(monkeypatch) -> None:
    """Each test declares its own subscribers and timers; those of the product are out of the way."""
    monkeypatch.setattr(registry, "subscribers", {})
    monkeypatch.setattr(registry, "timers", {})


@pytest.fixture
def publish() -> Callable[..., None]:
    def one(type_: str = "CaseReceived", stream: int = 1, **payload: object) -> None:
        with transaction.atomic():
            events.publish_many([events.NewEvent(type_, ("case", stream), payload)])

    return one


@pytest.fixture
def drain_all() -> Callable[[], int]:
    def until_empty() -> int:
        count = 0
        while dealt_with := events.drain():
            count += dealt_with
        return count

    return until_empty
