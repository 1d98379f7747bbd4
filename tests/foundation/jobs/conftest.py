import pytest

from liandong.foundation.jobs.registry import registry


@pytest.fixture(autouse=True)
def only_own_jobs(monkeypatch) -> None:
    """Each test declares its own timers and work; those of the product are out of the way."""
    monkeypatch.setattr(registry, "timers", {})
    monkeypatch.setattr(registry, "kinds", {})
