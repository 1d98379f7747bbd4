"""The holidays that the law itself makes (全国年节及纪念日放假办法, revised 2024, article 2): known before the
yearly notice says which days around them are moved.
"""

from collections.abc import Iterator
from datetime import date, timedelta

_IN_FORCE_SINCE = 2025
_FESTIVALS = {
    2025: ((1, 29), (4, 4), (5, 31), (10, 6)),
    2026: ((2, 17), (4, 5), (6, 19), (9, 25)),
    2027: ((2, 6), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 26), (4, 4), (5, 28), (10, 3)),
    2029: ((2, 13), (4, 4), (6, 16), (9, 22)),
    2030: ((2, 3), (4, 5), (6, 5), (9, 12)),
    2031: ((1, 23), (4, 5), (6, 24), (10, 1)),
    2032: ((2, 11), (4, 4), (6, 12), (9, 19)),
    2033: ((1, 31), (4, 4), (6, 1), (9, 8)),
    2034: ((2, 19), (4, 5), (6, 20), (9, 27)),
    2035: ((2, 8), (4, 5), (6, 10), (9, 16)),
    2036: ((1, 28), (4, 4), (5, 30), (10, 4)),
    2037: ((2, 15), (4, 4), (6, 18), (9, 24)),
    2038: ((2, 4), (4, 5), (6, 7), (9, 13)),
    2039: ((1, 24), (4, 5), (5, 27), (10, 2)),
    2040: ((2, 12), (4, 4), (6, 14), (9, 20)),
    2041: ((2, 1), (4, 4), (6, 3), (9, 10)),
    2042: ((1, 22), (4, 4), (6, 22), (9, 28)),
    2043: ((2, 10), (4, 5), (6, 11), (9, 17)),
    2044: ((1, 30), (4, 4), (5, 31), (10, 5)),
    2045: ((2, 17), (4, 4), (6, 19), (9, 25)),
    2046: ((2, 6), (4, 4), (6, 8), (9, 15)),
    2047: ((1, 26), (4, 5), (5, 29), (10, 4)),
    2048: ((2, 14), (4, 4), (6, 15), (9, 22)),
    2049: ((2, 2), (4, 4), (6, 4), (9, 11)),
    2050: ((1, 23), (4, 4), (6, 23), (9, 30)),
    2051: ((2, 11), (4, 5), (6, 13), (9, 19)),
    2052: ((2, 1), (4, 4), (6, 1), (9, 7)),
    2053: ((2, 19), (4, 4), (6, 20), (9, 26)),
    2054: ((2, 8), (4, 4), (6, 10), (9, 16)),
    2055: ((1, 28), (4, 5), (5, 30), (10, 5)),
    2056: ((2, 15), (4, 4), (6, 17), (9, 24)),
    2057: ((2, 4), (4, 4), (6, 6), (9, 13)),
    2058: ((1, 24), (4, 4), (6, 25), (10, 2)),
    2059: ((2, 12), (4, 5), (6, 14), (9, 21)),
    2060: ((2, 2), (4, 4), (6, 3), (9, 9)),
}
"""Year → first day of the first lunar month, Qingming, fifth of the fifth and fifteenth of the eighth lunar month, as
(month, day). Computed with two libraries of lunar calendars, which agree.
"""
COVERED = range(min(_FESTIVALS), max(_FESTIVALS) + 1)
"""Years whose lunar festivals are known; of later ones only the fixed days are."""


def holidays(year: int) -> Iterator[tuple[date, str]]:
    """The days off of a year from 2025 on and their names; a day of two holidays has the first name."""
    yield date(year, 1, 1), "元旦"
    if year in _FESTIVALS:
        spring, *others = (date(year, *day) for day in _FESTIVALS[year])
        yield from ((spring + timedelta(days=day), "春节") for day in range(-1, 3))
        yield from zip(others, ("清明", "端午", "中秋"), strict=True)
    yield from ((date(year, 5, day), "劳动节") for day in (1, 2))
    yield from ((date(year, 10, day), "国庆节") for day in (1, 2, 3))


def by_law(until: int) -> dict[date, str]:
    """All holidays from 2025, when the law came into force, through a year."""
    found: dict[date, str] = {}
    for year in range(_IN_FORCE_SINCE, until + 1):
        for day, name in holidays(year):
            found.setdefault(day, name)
    return found
