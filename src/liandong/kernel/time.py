"""The only clock. Every moment is aware and in UTC; the county's zone is applied when a moment is shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo

_frozen: ContextVar[datetime | None] = ContextVar("frozen_now", default=None)


def now() -> datetime:
    """The present moment, aware, UTC."""
    return _frozen.get() or datetime.now(UTC)


def day_of(moment: datetime, zone: tzinfo) -> date:
    """The day on the calendars of a zone at an aware moment."""
    return moment.astimezone(zone).date()


def today(zone: tzinfo) -> date:
    """The present day in a zone."""
    return day_of(now(), zone)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block `now()` answers `moment` (aware): for tests, seeds and rehearsals."""
    if moment.tzinfo is None:
        raise ValueError("moment must be aware")
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
