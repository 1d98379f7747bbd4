"""Which days are worked and when the offices are open, as tables that answer in microseconds.

Inside, a moment is a whole number of microseconds since 1970 UTC, and open time is a position: the microseconds that
offices were open between the first day of the table and the moment. All arithmetic is on these numbers.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from liandong.kernel.errors import InvalidInput
from liandong.kernel.time import day_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MINUTE_US = 60_000_000
_DAY_US = 86_400_000_000
_EPOCH_ORDINAL = _EPOCH.toordinal()
_YEARS_BEFORE = 10
_EARLIEST_YEAR = 1990
YEARS_AFTER = 12

DEFAULT_OFFICE_HOURS = ((time(8, 30), time(17, 30)),)
MONDAY_TO_FRIDAY = frozenset(range(5))


class DayKind(StrEnum):
    """The kind that a notice gives a day."""

    WORK = "work"
    OFF = "off"


class DayReason(StrEnum):
    """Why a day counts or not: by the weekday rule (weekday, weekend) or by a notice (make_up, holiday)."""

    WEEKDAY = "weekday"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class DayNotice:
    """One day of a holiday notice; `name` is the holiday's Chinese name, for display."""

    kind: DayKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A reckoned moment, UTC. `provisional`: it rests on days that no loaded notice covers yet."""

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Open office time between two moments; `provisional` as in `Due`."""

    duration: timedelta
    provisional: bool

    @property
    def minutes(self) -> int:
        """Whole minutes, rounded down."""
        return self.duration // timedelta(minutes=1)


@dataclass(frozen=True)
class WorkCalendar:
    """Working days and office hours of one county; build once, ask often.

    `office_hours`: local (opens, closes) pairs in order, a closing 00:00 means midnight at the day's end.
    `overrides`: the days that notices or the law name. `known_until`: the last day the notices cover.
    Answers from 1990, the earliest that a report may be from, or ten years before the first known day, to twelve years
    after `known_until`; beyond, InvalidInput.
    """

    known_until: date
    zone: str = "Asia/Shanghai"
    office_hours: Sequence[tuple[time, time]] = DEFAULT_OFFICE_HOURS
    overrides: Mapping[date, DayNotice] = field(default_factory=dict)
    work_weekdays: frozenset[int] = MONDAY_TO_FRIDAY

    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _days: range = field(init=False, repr=False, compare=False)
    _known_until_us: int = field(init=False, repr=False, compare=False)
    _end_us: int = field(init=False, repr=False, compare=False)
    _workdays: list[int] = field(init=False, repr=False, compare=False)
    _opens: list[int] = field(init=False, repr=False, compare=False)
    _closes: list[int] = field(init=False, repr=False, compare=False)
    _before: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "office_hours", tuple(self.office_hours))
        put(self, "overrides", MappingProxyType(dict(self.overrides)))
        put(self, "_zone", _zone_named(self.zone))
        spans = _spans_us(self.office_hours)
        if not self.work_weekdays or not self.work_weekdays <= frozenset(range(7)):
            raise InvalidInput("每周至少要有一个工作日。", field="work_weekdays")
        known_from = min([self.known_until, *self.overrides])
        first = date(min(known_from.year - _YEARS_BEFORE, _EARLIEST_YEAR), 1, 1)
        last = date(self.known_until.year + YEARS_AFTER, 12, 31)
        put(self, "_days", range(first.toordinal(), last.toordinal() + 1))
        workdays = [day for day in self._days if self._works(day)]
        put(self, "_workdays", workdays)
        put(self, "_known_until_us", self.local_us(self.known_until + timedelta(days=1)))
        put(self, "_end_us", self.local_us(last + timedelta(days=1)))
        self._fill_spans(workdays, spans)

    def _works(self, ordinal: int) -> bool:
        notice = self.overrides.get(date.fromordinal(ordinal))
        return notice.kind is DayKind.WORK if notice else (ordinal - 1) % 7 in self.work_weekdays

    def _fill_spans(self, workdays: Iterable[int], spans: Sequence[tuple[int, int]]) -> None:
        """Lay the open spans of all working days end to end; where summer time skips an hour a span may shrink to 0."""
        opens: list[int] = []
        closes: list[int] = []
        before = [0]
        last_close = -(1 << 62)
        for ordinal in workdays:
            for opens_at, closes_at in self._day_in_utc(ordinal, spans):
                opened = max(last_close, opens_at)
                last_close = max(opened, closes_at)
                opens.append(opened)
                closes.append(last_close)
                before.append(before[-1] + last_close - opened)
        object.__setattr__(self, "_opens", opens)
        object.__setattr__(self, "_closes", closes)
        object.__setattr__(self, "_before", before)

    def _day_in_utc(self, ordinal: int, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        midnight_us = self._wall_us(ordinal, 0)
        if self._wall_us(ordinal + 1, 0) - midnight_us == _DAY_US:
            return [(midnight_us + opens, midnight_us + closes) for opens, closes in spans]
        return [(self._wall_us(ordinal, opens), self._wall_us(ordinal, closes)) for opens, closes in spans]

    def _wall_us(self, ordinal: int, wall_us: int) -> int:
        day = datetime.fromordinal(ordinal)
        offset = self._zone.utcoffset(day + timedelta(microseconds=wall_us) if wall_us else day)
        offset_us = offset // _MICROSECOND if offset else 0
        return (ordinal - _EPOCH_ORDINAL) * _DAY_US + wall_us - offset_us

    def is_work_day(self, day: date) -> bool:
        """Whether offices work on the local date. Raises InvalidInput outside the calendar."""
        if day.toordinal() not in self._days:
            raise _outside()
        return self._works(day.toordinal())

    def reason(self, day: date) -> DayReason:
        """Why the local date is a working day or a rest day."""
        works, by_rule = self.is_work_day(day), day.weekday() in self.work_weekdays
        if works:
            return DayReason.WEEKDAY if by_rule else DayReason.MAKE_UP
        return DayReason.HOLIDAY if day in self.overrides else DayReason.WEEKEND

    def holiday_name(self, day: date) -> str:
        """The Chinese name that a notice gives to the day, or empty."""
        notice = self.overrides.get(day)
        return notice.name if notice else ""

    def local_date(self, moment: datetime) -> date:
        """The county's date at an aware moment; a naive one raises TypeError."""
        if moment.tzinfo is None:
            raise TypeError("moment must be aware")
        return day_of(moment, self._zone)

    def working_time_between(self, start: datetime, end: datetime) -> WorkingTime:
        """Open office time in [start, end). Raises InvalidInput when end is before start."""
        start_us, end_us = to_us(start), to_us(end)
        if end_us < start_us:
            raise InvalidInput("结束时间早于开始时间。", field="end")
        open_us = self.position(end_us) - self.position(start_us)
        return WorkingTime(open_us * _MICROSECOND, provisional=end_us > self._known_until_us)

    def add_working_minutes(self, start: datetime, minutes: int) -> Due:
        """The first moment at which `minutes` (>= 1) of open office time have passed since start."""
        if minutes < 1:
            raise InvalidInput("工作分钟数必须大于零。", field="minutes")
        return self.due_at(self.moment(self.position(to_us(start)) + minutes * _MINUTE_US))

    def position(self, moment_us: int) -> int:
        """Open microseconds from the table's first day to the moment."""
        span = bisect_right(self._opens, moment_us) - 1
        if span < 0 or moment_us > self._end_us:
            raise _outside()
        return self._before[span] + min(moment_us, self._closes[span]) - self._opens[span]

    def moment(self, position_us: int) -> int:
        """The first moment at that position: a closing time rather than the next opening."""
        span = bisect_left(self._before, position_us) - 1
        if span < 0 or span >= len(self._opens):
            raise _outside()
        return self._opens[span] + position_us - self._before[span]

    def work_days_after(self, day: date, number: int) -> tuple[int, int]:
        """Positions of the first opening and the last close of the `number` working days that follow the local date."""
        first = bisect_right(self._workdays, day.toordinal())
        if day.toordinal() not in self._days or first + number > len(self._workdays):
            raise _outside()
        spans_a_day = len(self.office_hours)
        return self._before[first * spans_a_day], self._before[(first + number) * spans_a_day]

    def close_of_next_work_day(self, day: date) -> int:
        """Close of office, in UTC microseconds, on the first working day after the local date."""
        return self.moment(self.work_days_after(day, 1)[1])

    def close_of_day(self, day: date) -> int:
        """The hour of closing on any local date, worked or not, in UTC microseconds."""
        closing = self.office_hours[-1][1]
        return self.local_us(day, closing) if closing != time.min else self.local_us(day + timedelta(days=1))

    def local_us(self, day: date, at: time = time.min) -> int:
        """UTC microseconds of a local wall time; of an hour shown twice, the first."""
        return (datetime.combine(day, at, self._zone) - _EPOCH) // _MICROSECOND

    def due_at(self, moment_us: int, *, by_calendar: bool = True) -> Due:
        """Dress a reckoned moment; one that no working day decided (`by_calendar` false) is never provisional."""
        return Due(from_us(moment_us), provisional=by_calendar and moment_us > self._known_until_us)


def to_us(moment: datetime) -> int:
    """Microseconds since 1970 UTC of an aware moment; a naive one raises TypeError."""
    return (moment - _EPOCH) // _MICROSECOND


def from_us(moment_us: int) -> datetime:
    """The aware UTC moment."""
    return _EPOCH + timedelta(microseconds=moment_us)


def _zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as missing:
        raise InvalidInput("时区“%(zone)s”无法识别。", field="zone", zone=name) from missing


def _spans_us(office_hours: Sequence[tuple[time, time]]) -> list[tuple[int, int]]:
    spans = [(_time_us(opens), _time_us(closes) or _DAY_US) for opens, closes in office_hours]
    edges = [edge for span in spans for edge in span]
    in_order = all(opens < closes for opens, closes in spans) and all(a <= b for a, b in pairwise(edges))
    if not spans or not in_order:
        raise InvalidInput("办公时间须按先后排列，不得重叠。", field="office_hours")
    return spans


def _time_us(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond


def _outside() -> InvalidInput:
    return InvalidInput("日期超出工作日历的范围。", field="calendar")
