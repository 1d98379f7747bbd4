"""The holiday notices of the State Council, 2004 to the last year that the installed `chinesecalendar` holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from chinese_calendar.constants import Holiday, holidays, workdays

from liandong.foundation.calendar.domain.work_calendar import DayKind, DayNotice
from liandong.kernel.errors import InvalidInput

_CHINESE_NAMES = {holiday.value: holiday.chinese for holiday in Holiday}
_NEW_YEAR = Holiday.new_years_day.value
_DECEMBER = 12
_LAST_SURE_DAY_OF_DECEMBER = 24


@dataclass(frozen=True, slots=True)
class Notices:
    """Days that notices name, and the last day on which no notice still to come can change anything."""

    days: Mapping[date, DayNotice]
    known_until: date


def covered_years() -> range:
    """The years whose notices are at hand."""
    return range(min(holidays).year, max(holidays).year + 1)


def builtin_china(years: Iterable[int] | None = None) -> Notices:
    """The notices of these years (all by default; no gaps).

    The notice of a year can move days of the December before it (never yet earlier than the 29th), so days belong to
    a notice, not to their year, and the last year is sure up to 24 December only. Raises InvalidInput for other years.
    """
    wanted = sorted(set(covered_years() if years is None else years))
    if not wanted or wanted != list(range(wanted[0], wanted[-1] + 1)):
        raise InvalidInput("年份必须连续。", field="years")
    if wanted[0] not in covered_years() or wanted[-1] not in covered_years():
        raise InvalidInput("没有 %(year)s 年的放假安排。", field="years", year=_first_uncovered(wanted))
    days = {
        day: DayNotice(kind, _CHINESE_NAMES[name])
        for kind, named in ((DayKind.OFF, holidays), (DayKind.WORK, workdays))
        for day, name in named.items()
        if wanted[0] <= _notice_year(day, name) <= wanted[-1]
    }
    known_until = date(wanted[-1], _DECEMBER, _LAST_SURE_DAY_OF_DECEMBER)
    return Notices(MappingProxyType(days), known_until)


def _notice_year(day: date, name: str) -> int:
    return day.year + 1 if day.month == _DECEMBER and name == _NEW_YEAR else day.year


def _first_uncovered(years: Iterable[int]) -> int:
    return next(year for year in years if year not in covered_years())
