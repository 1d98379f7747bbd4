"""At which hour and on which weekday a kind of matter is reported; weights in no unit."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random

HOURS: Mapping[str, tuple[float, ...]] = {
    "flat": (1,) * 24,
    "day": (3, 2, 1, 1, 1, 4, 13, 30, 50, 60, 60, 45, 30, 32, 48, 50, 46, 40, 30, 24, 20, 15, 10, 5),
    "morning": (2, 1, 1, 1, 2, 10, 40, 80, 80, 60, 40, 30, 20, 20, 20, 20, 20, 24, 24, 20, 15, 10, 6, 3),
    "noon": (0, 0, 0, 0, 0, 0, 3, 10, 30, 60, 90, 100, 90, 80, 70, 50, 30, 10, 4, 2, 1, 0, 0, 0),
    "afternoon": (2, 1, 1, 1, 1, 3, 8, 12, 16, 20, 26, 30, 40, 60, 70, 70, 70, 60, 50, 30, 20, 12, 6, 3),
    "commute": (2, 1, 1, 1, 1, 8, 30, 80, 80, 40, 30, 30, 26, 26, 30, 34, 50, 75, 65, 40, 24, 16, 10, 4),
    "evening": (6, 2, 1, 1, 1, 3, 8, 16, 24, 24, 24, 22, 20, 20, 20, 22, 30, 46, 70, 80, 76, 60, 34, 14),
    "late": (50, 30, 14, 7, 5, 6, 10, 14, 16, 16, 16, 16, 20, 18, 16, 16, 18, 22, 40, 70, 90, 100, 100, 74),
    "night": (70, 60, 44, 30, 24, 20, 16, 16, 16, 14, 12, 12, 12, 12, 12, 12, 14, 18, 26, 40, 50, 64, 76, 80),
    "office": (1, 0, 0, 0, 0, 1, 4, 16, 60, 90, 90, 54, 24, 34, 74, 80, 70, 40, 20, 18, 16, 12, 6, 2),
    "parking": (5, 3, 2, 1, 1, 3, 18, 54, 54, 40, 40, 40, 36, 30, 32, 42, 54, 64, 66, 60, 44, 30, 18, 9),
}
_CUMULATED = {profile: tuple(accumulate(weights)) for profile, weights in HOURS.items()}
_ALL_HOURS = range(24)

_USUAL = (1.08, 1.02, 1.0, 1.0, 1.02, 0.84, 0.78)
_WEEKDAYS: Mapping[str, Sequence[float]] = {
    "office": (1.3, 1.15, 1.1, 1.1, 1.05, 0.32, 0.26),
    "late": (0.9, 0.9, 0.92, 0.95, 1.15, 1.25, 1.05),
    "parking": (1.0, 0.97, 0.97, 1.0, 1.08, 1.05, 0.98),
    "flat": (1,) * 7,
}


def weekday_factor(profile: str, weekday: int) -> float:
    """The weight of a weekday, Monday 0."""
    return _WEEKDAYS.get(profile, _USUAL)[weekday]


def hour(rng: Random, profile: str) -> int:
    """An hour of the day by the profile."""
    return rng.choices(_ALL_HOURS, cum_weights=_CUMULATED[profile])[0]
