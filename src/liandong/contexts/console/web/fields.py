"""Reads the fields of the desk's forms as values. InvalidInput names the field."""

from datetime import UTC, datetime

from django.http import HttpRequest

from liandong.foundation.orgs import public as orgs
from liandong.kernel.errors import InvalidInput

_MOST_DIGITS = 18
"""Any such number fits the database."""
TIME_UNITS = {"wd": "个工作日", "d+": "天", "h": "小时"}
"""Of a time limit that is typed, as budgets write them."""


def text_of(request: HttpRequest) -> str:
    return str(request.POST.get("text", ""))


def however_short(request: HttpRequest) -> bool:
    """Whether a single sign is meant to be all, as was asked back."""
    return bool(request.POST.get("however_short"))


def version_of(request: HttpRequest) -> int | None:
    return integer(request, "version")


def integer(request: HttpRequest, name: str) -> int | None:
    value = request.POST.get(name, "")
    if not value:
        return None
    number = whole(value)
    if number is None:
        raise InvalidInput("数值无效。", field=name)
    return number


def whole(value: str | None) -> int | None:
    """A number that a form or an address brings back to be shown again; None for anything else, however long."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS else None


def required(request: HttpRequest, name: str) -> int:
    value = integer(request, name)
    if value is None:
        raise InvalidInput("请选择。", field=name)
    return value


def degrees(request: HttpRequest, name: str) -> float | None:
    value = request.POST.get(name, "").strip()
    if not value:
        return None
    try:
        return float(value)
    except ValueError as error:
        raise InvalidInput("数值无效。", field=name) from error


def moment(request: HttpRequest, name: str) -> datetime:
    """Reads a field of date and time on the county's clocks."""
    try:
        typed = datetime.fromisoformat(request.POST.get(name, ""))
        return (typed if typed.tzinfo else typed.replace(tzinfo=orgs.county().tz)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput("请填写日期和时间。", field=name) from error


def point(request: HttpRequest, name: str) -> tuple[float, float] | None:
    """`lon,lat` of a picked place; None where none was picked."""
    value = request.POST.get(name, "").strip()
    if not value:
        return None
    lon, _, lat = value.partition(",")
    try:
        return float(lon), float(lat)
    except ValueError as error:
        raise InvalidInput("数值无效。", field=name) from error
