"""How long things take: office hours from Monday to Friday, without public holidays.

Only the generator uses this, to place plausible moments; what the product promises comes from its own calendar.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

ZONE = timezone(timedelta(hours=8))
"""The county's zone: no summer time in the years that matter here."""

_OPEN = 8 * 60 + 30
_CLOSE = 17 * 60 + 30
_DAY = _CLOSE - _OPEN
_MONDAY = datetime(2018, 1, 1, tzinfo=ZONE)
_WORKDAYS = 5


def _position(moment: datetime) -> float:
    """Working minutes since a Monday long ago."""
    days, seconds = divmod((moment - _MONDAY).total_seconds(), 86_400)
    week, weekday = divmod(int(days), 7)
    if weekday >= _WORKDAYS:
        return (week + 1) * _WORKDAYS * _DAY
    return (week * _WORKDAYS + weekday) * _DAY + min(max(seconds / 60 - _OPEN, 0), _DAY)


def _moment(position: float) -> datetime:
    """The latest moment at that many working minutes."""
    number, minutes = divmod(position, _DAY)
    week, weekday = divmod(int(number), _WORKDAYS)
    return (_MONDAY + timedelta(days=7 * week + weekday, minutes=_OPEN + minutes)).astimezone(UTC)


def after_working(start: datetime, minutes: float) -> datetime:
    """`minutes` of office hours after `start`."""
    return _moment(_position(start) + minutes)


def promise(resolve: Mapping[str, Any], start: datetime) -> tuple[datetime, datetime]:
    """When the light of a clock started at `start` turns yellow (80 % used) and red (due)."""
    value, unit = int(resolve["value"]), resolve["unit"]
    if resolve["calendar"] == "working":
        return _working_promise(value, unit, start)
    due = start + (timedelta(hours=value) if unit == "hour" else timedelta(days=value))
    return start + 0.8 * (due - start), due


def _working_promise(value: int, unit: str, start: datetime) -> tuple[datetime, datetime]:
    used = _position(start)
    if unit == "hour":
        end = used + 60 * value
    else:
        days, weekday = divmod((start - _MONDAY).days, 7)
        end = (days * _WORKDAYS + min(weekday + 1, _WORKDAYS) + value) * _DAY - 1e-3
    return _moment(used + 0.8 * (end - used)), _moment(end)


def in_office_hours(moment: datetime) -> datetime:
    """The moment itself, or the next opening with the same minute past the hour."""
    local = moment.astimezone(ZONE)
    minute = local.hour * 60 + local.minute
    if local.weekday() < _WORKDAYS and _OPEN <= minute < _CLOSE:
        return moment
    return after_working(moment, 5 + local.minute)
