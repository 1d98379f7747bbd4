"""Holiday notices from CSV (`date,kind,name`) or JSON (`{"year": …, "days": [{"date", "isOffDay", "name"}]}`)."""

from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext_noop

from liandong.foundation.calendar import public as calendar
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from .sheet import Line, Outcome, read_sheet

COLUMNS = {
    "date": ("日期",),
    "kind": ("类别", "类型", "安排"),
    "isoffday": ("isOffDay", "is_off_day", "是否放假"),
    "name": ("名称", "节日"),
}
KINDS = {
    "off": calendar.DayKind.OFF,
    "放假": calendar.DayKind.OFF,
    "休": calendar.DayKind.OFF,
    "work": calendar.DayKind.WORK,
    "上班": calendar.DayKind.WORK,
    "班": calendar.DayKind.WORK,
}
_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d")


def load(*, actor: Actor, path: Path, source: str, covers_until: date | None = None) -> Outcome:
    """Loads a notice whole or not at all. `covers_until`: the last day it decides, by default the end of the year that
    most of its days are in. Raises FileRefused.
    """
    sheet = read_sheet(path, COLUMNS, ["date"], records="days")
    days = dict(sheet.each(_day))
    sheet.once("date", gettext_noop("日期重复：%(value)s（第 %(line)s 行已有）"), lambda value: _date(value) or value)
    sheet.check()
    if not days:
        raise InvalidInput("文件是空的。", field="file")
    years = [day.year for day in days]
    until = covers_until or date(max(years, key=lambda year: (years.count(year), year)), 12, 31)
    calendar.load_notice(actor=actor, source=source[:80], days=days, covers_until=until)
    off = sum(notice.kind is calendar.DayKind.OFF for notice in days.values())
    said = (
        f"放假 {off} 天，上班 {len(days) - off} 天；安排到 {until:%Y-%m-%d}",
        f"{off} days off, {len(days) - off} worked; covers until {until:%Y-%m-%d}",
    )
    return Outcome(added=len(days), remarks=(said, *sheet.remarks()))


def _day(line: Line) -> tuple[date, calendar.DayNotice]:
    kind = KINDS.get(line.text("kind").casefold())
    if kind is None and isinstance(line.cells.get("isoffday"), bool):
        kind = calendar.DayKind.OFF if line.cells["isoffday"] else calendar.DayKind.WORK
    elif kind is None and line.text("isoffday"):
        kind = calendar.DayKind.OFF if line.yes("isoffday") else calendar.DayKind.WORK
    if kind is None:
        line.refuse(InvalidInput("应写明放假（off）还是上班（work）。", field="kind"))
    line.fits(name=40)
    day = _date(line.text("date"))
    if day is None and line.text("date"):
        line.refuse(InvalidInput("日期无法识别：%(value)s", field="date", value=line.text("date")[:40]))
    return day or date.min, calendar.DayNotice(kind or calendar.DayKind.OFF, line.text("name"))


def _date(value: str) -> date | None:
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(value, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None
