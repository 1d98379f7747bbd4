"""Invented weather, day by day, and how the kinds of matters follow weather, month and feast."""

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

_RAIN_SHARE = (0.22, 0.24, 0.30, 0.33, 0.36, 0.42, 0.38, 0.36, 0.30, 0.24, 0.22, 0.20)
_RAIN_MM = (6, 7, 9, 11, 14, 22, 24, 24, 16, 9, 8, 6)
_LOW_C = (0, 2, 7, 12, 17, 21, 25, 25, 20, 14, 8, 2)
_STORM_FROM, _STORM_TO = (7, 5), (9, 20)
_SPRING_FESTIVALS = {
    2023: (1, 22),
    2024: (2, 10),
    2025: (1, 29),
    2026: (2, 17),
    2027: (2, 6),
    2028: (1, 26),
    2029: (2, 13),
    2030: (2, 3),
    2031: (1, 23),
    2032: (2, 11),
    2033: (1, 31),
    2034: (2, 19),
    2035: (2, 8),
}


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the county. `rain_mm` falls on it, `before_mm` fell the day before; `feast` is the distance in days to
    the Spring Festival, negative before it.
    """

    on: date
    rain_mm: float
    before_mm: float
    low_c: float
    gale: bool
    feast: int

    @property
    def icy(self) -> bool:
        """Wet and frozen."""
        return self.low_c < 0 and self.rain_mm + self.before_mm > 1


def days(seed: int, first: date, last: date) -> list[Day]:
    """The days from `first` to `last`; a day's weather doesn't depend on which days were asked for."""
    return [_day(seed, first + timedelta(days=number)) for number in range((last - first).days + 1)]


def _day(seed: int, on: date) -> Day:
    before = on - timedelta(days=1)
    low_c = _LOW_C[on.month - 1] + Random(f"liandong:{seed}:cold:{on}").gauss(0, 3)
    return Day(on, _rain_mm(seed, on), _rain_mm(seed, before), low_c, on in _gales(seed, on.year), _feast(on))


@lru_cache(maxsize=1024)
def _rain_mm(seed: int, on: date) -> float:
    rng = Random(f"liandong:{seed}:rain:{on}")
    month = on.month - 1
    mm = rng.expovariate(1 / _RAIN_MM[month]) if rng.random() < _RAIN_SHARE[month] else 0.0
    return mm + 70 if on in _gales(seed, on.year) else mm


@lru_cache(maxsize=64)
def _gales(seed: int, year: int) -> frozenset[date]:
    """Two summer storms of two days each."""
    rng = Random(f"liandong:{seed}:gale:{year}")
    first, last = date(year, *_STORM_FROM), date(year, *_STORM_TO)
    starts = [first + timedelta(days=int(rng.random() * (last - first).days)) for _ in range(2)]
    return frozenset(start + timedelta(days=number) for start in starts for number in range(2))


def _feast(on: date) -> int:
    return (on - date(on.year, *_SPRING_FESTIVALS.get(on.year, (2, 5)))).days


_MONTHS: Mapping[str, tuple[float, ...]] = {
    "flat": (1,) * 12,
    "heat": (0.5, 0.5, 0.6, 0.9, 1.3, 1.7, 2.0, 2.0, 1.5, 1.0, 0.7, 0.5),
    "summer": (0.5, 0.5, 0.7, 0.9, 1.2, 1.6, 1.9, 1.9, 1.3, 0.9, 0.6, 0.5),
    "summer_night": (0.5, 0.5, 0.6, 0.8, 1.2, 1.7, 2.1, 2.1, 1.5, 0.9, 0.6, 0.5),
    "evening_trade": (0.6, 0.6, 0.8, 1.0, 1.3, 1.5, 1.6, 1.6, 1.3, 1.0, 0.8, 0.6),
    "winter": (1.8, 1.5, 1.0, 0.8, 0.7, 0.7, 0.7, 0.7, 0.8, 0.9, 1.2, 1.7),
    "cold": (2.2, 1.8, 1.0, 0.6, 0.4, 0.3, 0.3, 0.3, 0.4, 0.7, 1.3, 2.1),
    "heating": (3.0, 2.4, 1.2, 0.15, 0.05, 0.05, 0.05, 0.05, 0.05, 0.1, 2.2, 2.8),
    "cold_heat": (1.5, 1.3, 0.8, 0.6, 0.7, 1.2, 1.8, 1.8, 1.0, 0.6, 0.8, 1.3),
    "dark": (1.5, 1.3, 1.1, 0.9, 0.8, 0.7, 0.7, 0.8, 0.9, 1.1, 1.4, 1.5),
    "dry": (1.6, 1.6, 1.6, 1.8, 0.7, 0.5, 0.4, 0.5, 0.7, 1.1, 1.4, 1.5),
    "burning": (0.4, 0.3, 0.4, 0.5, 1.3, 2.4, 0.5, 0.4, 1.2, 2.6, 1.5, 0.5),
    "building": (0.5, 0.3, 1.0, 1.2, 1.3, 1.2, 1.1, 1.1, 1.3, 1.3, 1.2, 0.9),
    "spring": (0.6, 0.5, 1.5, 1.7, 1.4, 1.1, 0.9, 0.8, 0.9, 1.0, 0.9, 0.7),
    "sowing": (0.2, 0.5, 1.8, 2.4, 1.9, 1.2, 0.7, 0.7, 0.8, 0.7, 0.4, 0.2),
    "irrigation": (0.2, 0.2, 0.6, 1.1, 2.0, 2.2, 2.0, 1.7, 0.9, 0.5, 0.3, 0.2),
    "school": (0.6, 0.6, 1.4, 1.2, 1.2, 1.1, 0.4, 0.5, 1.7, 1.3, 1.2, 0.9),
    "enrolment": (0.3, 0.4, 0.7, 1.0, 1.6, 2.6, 2.4, 1.9, 0.7, 0.3, 0.2, 0.2),
    "graduation": (0.8, 1.1, 1.2, 0.9, 1.0, 1.7, 1.6, 1.3, 0.9, 0.7, 0.6, 0.5),
    "wages": (3.4, 1.6, 0.5, 0.5, 0.6, 0.7, 0.6, 0.6, 0.7, 0.8, 1.1, 2.3),
    "yearend": (1.8, 1.0, 0.7, 0.7, 0.7, 0.8, 0.8, 0.8, 0.9, 1.0, 1.3, 1.8),
    "congress": (2.2, 2.0, 1.8, 0.7, 0.6, 0.8, 0.7, 0.6, 0.7, 0.7, 0.8, 1.0),
    "shopping": (1.2, 0.9, 0.9, 0.9, 1.0, 1.2, 0.9, 0.9, 1.0, 1.0, 1.5, 1.3),
    "tourism": (0.6, 0.8, 0.9, 1.3, 1.3, 1.0, 1.4, 1.5, 1.0, 1.4, 0.8, 0.6),
}


def _golden(day: Day) -> bool:
    """Labour Day, National Day and the days after the Spring Festival."""
    on = day.on
    return (on.month == 5 and on.day <= 5) or (on.month == 10 and on.day <= 7) or 0 <= day.feast <= 6


def _holiday(day: Day) -> float:
    weekend = 1.7 if day.on.weekday() >= calendar.SATURDAY else 0.8
    return _MONTHS["tourism"][day.on.month - 1] * (3.2 if _golden(day) else weekend)


_BY_DAY: Mapping[str, Callable[[Day], float]] = {
    "holiday": _holiday,
    "festival": lambda day: 2.6 if -9 <= day.feast <= 8 else 0.95,
    "rain": lambda day: 0.7 + min(day.rain_mm + 0.5 * day.before_mm, 60) / 22,
    "downpour": lambda day: 0.08 + min(day.rain_mm + 0.4 * day.before_mm, 120) / 9,
    "storm": lambda day: 0.7 + 7.0 * day.gale + 1.4 * (day.rain_mm > 30),
    "storm_ice": lambda day: 0.15 + 6.0 * day.gale + 7.0 * day.icy,
}


def factor(season: str, day: Day) -> float:
    """How much more than usual a kind of this season is reported on the day; 1 is usual. Unknown seasons are flat."""
    if season in _BY_DAY:
        return _BY_DAY[season](day)
    quiet = 0.5 if -1 <= day.feast <= 5 else 1.0
    return quiet * _MONTHS.get(season, _MONTHS["flat"])[day.on.month - 1]
