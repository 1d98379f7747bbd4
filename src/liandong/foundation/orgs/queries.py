"""Reads of the organisation registers; held in memory, since every report and every page asks them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from liandong.foundation.language import in_language
from liandong.foundation.registers.public import Cached
from liandong.kernel import time

from .domain.routing import DutyList, DutyRow
from .models import County, Division, Duty, Office


@dataclass(frozen=True, slots=True)
class CountyRow:
    """The county's own settings. `map_crs` is how foreign coordinates are read when they don't say."""

    name: str
    name_en: str
    code: str
    zone: str
    map_crs: str
    is_sample: bool
    yellow_percent: int
    verdict_days: int
    reply_days: int
    contact_email: str
    area_code: str
    rooms_off: tuple[str, ...] = ()

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """`path` runs from the top down to this division itself. The outline is not carried."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    level: int
    parent_id: int | None
    path: tuple[int, ...]
    lon: float | None
    lat: float | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class OfficeRow:
    id: int
    code: str
    name: str
    name_en: str
    role_code: str
    division_id: int | None
    is_desk: bool
    phone: str
    active: bool


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everything routing needs, of one moment. `divisions` includes past ones; `by_code` only the current."""

    divisions: dict[int, DivisionRow]
    by_code: dict[str, DivisionRow]
    ids_by_code: dict[str, tuple[int, ...]]
    offices: dict[int, OfficeRow]
    office_by_code: dict[str, OfficeRow]
    duties: DutyList
    desk_id: int | None

    @property
    def supervision_id(self) -> int | None:
        """Who takes what complains of the desk itself: the first active supervision office (SUP), never the desk."""
        offices = (office for office in self.offices.values() if office.role_code == "SUP" and office.active)
        return next((office.id for office in offices if not office.is_desk), None)

    def place_ids(self, division_id: int | None) -> dict[str, int | None]:
        """The division's own place in the tree by kind: {town, village, cell} → id or None."""
        found: dict[str, int | None] = {"town": None, "village": None, "cell": None}
        if division_id in self.divisions:
            for upper in self.divisions[division_id].path:
                kind = self.divisions[upper].kind
                if kind in found:
                    found[kind] = upper
        return found

    def successor(self, division_id: int | None) -> int | None:
        """The current division of the same code as this one, else this one."""
        if division_id not in self.divisions:
            return division_id
        current = self.by_code.get(self.divisions[division_id].code)
        return current.id if current else division_id

    def versions(self, division_id: int | None) -> tuple[int, ...]:
        """The division and all earlier and later rows of its code: cases keep the row that was current for them."""
        row = self.divisions.get(division_id or 0)
        return self.ids_by_code[row.code] if row else ()

    def path(self, division_id: int | None) -> tuple[int, ...]:
        return self.divisions[division_id].path if division_id in self.divisions else ()


def _load_county() -> CountyRow:
    fields = [*CountyRow.__slots__]
    row = County.objects.values_list(*fields).first()
    if row is None:
        return CountyRow("", "", "", "Asia/Shanghai", "wgs84", False, 80, 7, 5, "", "")
    settings: list[Any] = [*row[:-1], tuple(row[-1])]
    return CountyRow(*settings)


def _load_organisation() -> Organisation:
    divisions = {
        row[0]: DivisionRow(*(*row[:7], tuple(row[7]), *row[8:]))
        for row in Division.objects.order_by("level", "code").values_list(*DivisionRow.__slots__)
    }
    ids_by_code: dict[str, tuple[int, ...]] = {}
    for division in divisions.values():
        ids_by_code[division.code] = (*ids_by_code.get(division.code, ()), division.id)
    offices = {row[0]: OfficeRow(*row) for row in Office.objects.order_by("code").values_list(*OfficeRow.__slots__)}
    duties = Duty.objects.filter(active=True, office__active=True).values_list(
        "category_code", "office_id", "division_id", "kind"
    )
    return Organisation(
        divisions=divisions,
        by_code={row.code: row for row in divisions.values() if row.valid_to is None},
        ids_by_code=ids_by_code,
        offices=offices,
        office_by_code={row.code: row for row in offices.values()},
        duties=DutyList(
            DutyRow(code, office, division, kind == Duty.Kind.LEAD) for code, office, division, kind in duties
        ),
        desk_id=next((row.id for row in offices.values() if row.is_desk), None),
    )


_county = Cached(_load_county, "county")
_organisation = Cached(_load_organisation, "divisions", "offices", "duties")


def county() -> CountyRow:
    """The county of this installation; with empty name before it is set up."""
    return _county.get()


def office_name(office_id: int | None) -> str:
    """In the language of the request; "" where there is none."""
    row = organisation().offices.get(office_id or 0)
    return in_language(row.name, row.name_en) if row else ""


def office_short_name(office_id: int | None) -> str:
    """As `office_name`, without the name of the county before it, which most of its offices begin with."""
    whole, own = office_name(office_id), county()
    short = whole.removeprefix(in_language(own.name, own.name_en)).strip()
    return short if len(short) >= _LEAST_OF_A_NAME else whole


_LEAST_OF_A_NAME = 3
"""Signs; what is left of 某某县局 says nothing."""


def division_name(division_id: int | None) -> str:
    """As `office_name`."""
    row = organisation().divisions.get(division_id or 0)
    return in_language(row.name, row.name_en) if row else ""


def rooms_off() -> tuple[str, ...]:
    """Names of the rooms that the county has switched off."""
    return county().rooms_off


def today() -> date:
    """The county's present day."""
    return time.today(county().tz)


def day_of(moment: datetime) -> date:
    """The county's day at an aware moment."""
    return time.day_of(moment, county().tz)


def organisation() -> Organisation:
    return _organisation.get()


def outlines(kind: str) -> list[tuple[int, Any]]:
    """(division id, GeoJSON geometry) of the current divisions of one kind that have an outline."""
    rows = Division.objects.filter(kind=kind, valid_to=None).exclude(outline=None)
    return list(rows.order_by("code").values_list("id", "outline"))
