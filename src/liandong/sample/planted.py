"""Matters that recur on purpose, so that an analysis of the history has something true to find."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from liandong.sample.pace import ZONE
from liandong.sample.rows import County, PlaceKind, PlaceSeed
from liandong.sample.weather import Day


class Rhythm(StrEnum):
    """When a planted hazard shows."""

    AFTER_RAIN = "after_rain"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Planted:
    """One recurring hazard: always the same category at the same place.

    `place_kind` and `nth` pick the place (ordered by cell code). `beat` is millimetres of rain in a day, the weekday
    (Monday 0) or the day of the month; `reports` how many come each time (least, most); `hour` when, about.
    """

    key: str
    category: str
    place_kind: PlaceKind
    nth: int
    rhythm: Rhythm
    beat: int
    reports: tuple[int, int]
    hour: int


PLANTED = (
    Planted("bridge-floods", "020104", PlaceKind.BRIDGE, 2, Rhythm.AFTER_RAIN, 20, (2, 4), 8),
    Planted("hill-road-slides", "040104", PlaceKind.VILLAGE, 120, Rhythm.AFTER_RAIN, 38, (1, 2), 7),
    Planted("saturday-market", "010201", PlaceKind.MARKET, 1, Rhythm.WEEKLY, 5, (1, 2), 8),
    Planted("friday-square", "050302", PlaceKind.PARK, 3, Rhythm.WEEKLY, 4, (1, 2), 20),
    Planted("monthly-sewer", "020203", PlaceKind.ESTATE, 5, Rhythm.MONTHLY, 18, (2, 3), 9),
    Planted("monthly-lift", "060203", PlaceKind.ESTATE, 11, Rhythm.MONTHLY, 6, (1, 2), 18),
)


def site(county: County, planted: Planted) -> PlaceSeed:
    """The place where it recurs."""
    places = [place for place in county.places if place.kind is planted.place_kind]
    return places[planted.nth % len(places)]


def occurrences(rng: Random, planted: Planted, days: Sequence[Day]) -> Iterator[datetime]:
    """The moments of its reports."""
    for day in days:
        if _strikes(planted, day):
            for _ in range(rng.randint(*planted.reports)):
                midnight = datetime(day.on.year, day.on.month, day.on.day, tzinfo=ZONE)
                yield midnight + timedelta(hours=planted.hour + 2.4 * rng.random())


def _strikes(planted: Planted, day: Day) -> bool:
    if planted.rhythm is Rhythm.AFTER_RAIN:
        return day.rain_mm >= planted.beat
    if planted.rhythm is Rhythm.WEEKLY:
        return day.on.weekday() == planted.beat
    return day.on.day == planted.beat
