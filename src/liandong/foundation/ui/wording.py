"""Moments, durations and numbers in words, in the language of the page and the zone of the county."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext

from liandong.kernel import time

DAYS_IN_WORDS = 30


def zone_of(name: str | tzinfo | None) -> tzinfo:
    """The zone of an IANA name; UTC when there is none."""
    if isinstance(name, tzinfo):
        return name
    return ZoneInfo(name) if name else UTC


def exact_words(at: datetime, zone: tzinfo) -> str:
    """`2026-11-21 16:20`."""
    local = at.astimezone(zone)
    return f"{local.year:04}-{local.month:02}-{local.day:02} {_clock(local)}"


def date_words(at: datetime, zone: tzinfo) -> str:
    """`2026-11-21`."""
    return at.astimezone(zone).strftime("%Y-%m-%d")


def relative_words(at: datetime, zone: tzinfo) -> str:
    """`昨天 16:20`; empty when the moment is more than thirty days away."""
    now, local = time.now(), at.astimezone(zone)
    ago = now - at
    if timedelta(minutes=-1) < ago < timedelta(minutes=1):
        return gettext("刚刚")
    if timedelta() < ago < timedelta(hours=1):
        minutes = int(ago.total_seconds() // 60)
        return ngettext("%(count)d 分钟前", "%(count)d 分钟前", minutes) % {"count": minutes}
    return _days_words(now.astimezone(zone).toordinal() - local.toordinal(), local)


def _days_words(days_ago: int, local: datetime) -> str:
    if days_ago == 0:
        return gettext("今天 %(time)s") % {"time": _clock(local)}
    if days_ago == 1:
        return gettext("昨天 %(time)s") % {"time": _clock(local)}
    if days_ago == -1:
        return gettext("明天 %(time)s") % {"time": _clock(local)}
    if 0 < days_ago <= DAYS_IN_WORDS:
        return ngettext("%(count)d 天前", "%(count)d 天前", days_ago) % {"count": days_ago}
    if -DAYS_IN_WORDS <= days_ago < 0:
        return ngettext("%(count)d 天后", "%(count)d 天后", -days_ago) % {"count": -days_ago}
    return ""


def _clock(local: datetime) -> str:
    return f"{local.hour:02}:{local.minute:02}"


def moment_words(at: datetime, zone: tzinfo, style: str = "both") -> str:
    """`style`: `both` (昨天 16:20 · 2026-11-21), `relative`, `exact` or `date`."""
    if style == "date":
        return date_words(at, zone)
    relative = "" if style == "exact" else relative_words(at, zone)
    if not relative:
        return exact_words(at, zone)
    if style == "relative":
        return relative
    shows_clock = ":" in relative
    return f"{relative} · {date_words(at, zone) if shows_clock else exact_words(at, zone)}"


def _left(count: int, unit: str) -> str:
    match unit:
        case "minute":
            text = ngettext("还剩 %(count)d 分钟", "还剩 %(count)d 分钟", count)
        case "hour":
            text = ngettext("还剩 %(count)d 小时", "还剩 %(count)d 小时", count)
        case "day":
            text = ngettext("还剩 %(count)d 天", "还剩 %(count)d 天", count)
        case "working_minute":
            text = ngettext("还剩 %(count)d 工作分钟", "还剩 %(count)d 工作分钟", count)
        case "working_hour":
            text = ngettext("还剩 %(count)d 个工作小时", "还剩 %(count)d 个工作小时", count)
        case "working_day":
            text = ngettext("还剩 %(count)d 个工作日", "还剩 %(count)d 个工作日", count)
        case _:
            raise ValueError(f"unknown unit of time: {unit}")
    return text % {"count": count}


def _over(count: int, unit: str) -> str:
    match unit:
        case "minute":
            text = ngettext("已超期 %(count)d 分钟", "已超期 %(count)d 分钟", count)
        case "hour":
            text = ngettext("已超期 %(count)d 小时", "已超期 %(count)d 小时", count)
        case "day":
            text = ngettext("已超期 %(count)d 天", "已超期 %(count)d 天", count)
        case "working_minute":
            text = ngettext("已超期 %(count)d 工作分钟", "已超期 %(count)d 工作分钟", count)
        case "working_hour":
            text = ngettext("已超期 %(count)d 个工作小时", "已超期 %(count)d 个工作小时", count)
        case "working_day":
            text = ngettext("已超期 %(count)d 个工作日", "已超期 %(count)d 个工作日", count)
        case _:
            raise ValueError(f"unknown unit of time: {unit}")
    return text % {"count": count}


def natural_span(left: timedelta) -> tuple[int, str]:
    """A duration as whole minutes below an hour, hours below two days, days above; rounded towards zero."""
    seconds = int(abs(left).total_seconds())
    sign = -1 if left < timedelta() else 1
    if seconds < 3600:
        return sign * (seconds // 60), "minute"
    if seconds < 48 * 3600:
        return sign * (seconds // 3600), "hour"
    return sign * (seconds // 86400), "day"


def due_words(due: datetime | None, count: int | None = None, unit: str = "") -> str:
    """`还剩 2 个工作日`. `count` below zero is overdue; without it the natural time from now to `due`."""
    if due is None and count is None:
        return gettext("无时限")
    left = due - time.now() if due is not None else None
    if count is None and left is not None:
        count, unit = natural_span(left)
    count = count or 0
    if count == 0:
        return gettext("刚刚超期") if left is not None and left < timedelta() else _last(unit)
    return _left(count, unit) if count > 0 else _over(-count, unit)


def is_over(due: datetime | None, count: int | None = None) -> bool:
    """Whether `due_words` speaks of a time limit that has passed."""
    if count:
        return count < 0
    return due is not None and due < time.now()


def _last(unit: str) -> str:
    return gettext("今天到期") if unit in {"day", "working_day"} else gettext("即将到期")


def grouped(number: str) -> list[str]:
    """Digits in groups for the eye, from the right: four at the end, threes before, as in `12 345 6789`."""
    digits = str(number)
    groups = [digits[-4:]]
    rest = digits[:-4]
    while rest:
        groups.insert(0, rest[-3:])
        rest = rest[:-3]
    return groups
