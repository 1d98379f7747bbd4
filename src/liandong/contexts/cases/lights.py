"""The light of `domain.light`, as the database reads it from the two moments at which a running clock turns: they stand
together or not at all, so each condition is one that an index can lead.
"""

from datetime import datetime, timedelta

from django.db.models import Case as Either
from django.db.models import Q, Value, When

from liandong.foundation.orgs import public as orgs

from .domain.light import Light


def lit(light: str, now: datetime) -> Q:
    """Cases, or tasks, with this light."""
    match Light(light):
        case Light.RED:
            return Q(red_at__lte=now)
        case Light.YELLOW:
            return Q(yellow_at__lte=now, red_at__gt=now)
        case Light.GREEN:
            return Q(yellow_at__gt=now, red_at__gt=now)
        case Light.NONE:
            return Q(yellow_at=None, red_at=None)


def ending(now: datetime, until: datetime) -> Q:
    """Cases, or tasks, whose running clock ends between now and then."""
    return Q(red_at__gt=now, red_at__lt=until)


def tonight(now: datetime) -> datetime:
    """The end of the day in the county."""
    local = now.astimezone(orgs.county().tz)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def due_today(now: datetime) -> Q:
    """Cases, or tasks, whose running clock ends today, later than now."""
    return ending(now, tonight(now))


def shown(now: datetime) -> Either:
    """The light of each case."""
    return Either(
        When(red_at=None, then=Value(Light.NONE.value)),
        *(When(lit(light, now), then=Value(light.value)) for light in (Light.RED, Light.YELLOW)),
        default=Value(Light.GREEN.value),
    )


def turned(light: Light, since: datetime, until: datetime) -> Q:
    """Cases whose running clock turned after `since`, up to `until`: to yellow also those that went on to red."""
    if light is Light.RED:
        return Q(red_at__gt=since, red_at__lte=until)
    return Q(red_at__gt=since, yellow_at__gt=since, yellow_at__lte=until)
