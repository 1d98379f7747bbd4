"""Cases near a point: what is being handled there already, for those who are about to report it again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import h3

from liandong.contexts.cases.models import Case
from liandong.contexts.cases.scopes import Scope
from liandong.kernel import geo, ids, time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.geo import LonLat

NEAR_RESOLUTION = 9
NEAR_M = 200
_RINGS = 2
"""Two rings of cells reach more than 300 m beyond any point of the middle one; then the distance is reckoned."""
_RECENT = timedelta(days=30)
_LOOKED_AT = 200
STREET_DECIMALS = 3
"""Of degrees: about a hundred metres, so that a point that anybody reads shows the street and not the door."""


@dataclass(frozen=True, slots=True)
class NearRow:
    """An open case near a point, without any words of its reporter; `lon`, `lat` and `distance_m` (whole metres) are of
    its street: `street_point`; `address` ends at the street.
    """

    id: int
    state: str
    category_code: str
    office_id: int | None
    received_at: datetime
    address: str
    lon: float
    lat: float
    distance_m: int

    @property
    def number(self) -> str:
        return ids.case_number(self.id)


def near_cell(lon: float, lat: float) -> int:
    """The H3 cell (resolution 9, about 0.1 km²) of a point, as stored."""
    return int(h3.str_to_int(h3.latlng_to_cell(lat, lon, NEAR_RESOLUTION)))


def street_point(lon: float, lat: float) -> LonLat:
    """As near to a point as anybody may read it."""
    return LonLat(round(lon, STREET_DECIMALS), round(lat, STREET_DECIMALS))


def near_by(lon: float, lat: float, *, category_code: str = "", most: int = 10) -> list[NearRow]:
    """Open cases that may be public, received in the last 30 days, within 200 m (WGS-84), nearest first; all by the
    point of their street, or asking from several places would find the door.

    `category_code` narrows to a leaf, group or domain. Of a place with very many cases the newest 200 are looked at.
    Raises InvalidInput for what can't be a position.
    """
    here = geo.check_coordinates(lon, lat)
    around = h3.grid_disk(h3.latlng_to_cell(lat, lon, NEAR_RESOLUTION), _RINGS)
    rows = Case.objects.visible_to(SYSTEM, Scope.COUNTY, "public").filter(
        near__in=[h3.str_to_int(cell) for cell in around],
        closed_at=None,
        received_at__gte=time.now() - _RECENT,
    )
    if category_code:
        rows = rows.filter(category_code__startswith=category_code)
    columns = ("id", "state", "category_code", "office_id", "received_at", "public_address", "lon", "lat")
    newest = rows.order_by("-received_at", "-id").values_list(*columns)[:_LOOKED_AT]
    points = [street_point(row[6], row[7]) for row in newest]
    rows_here = zip(newest, points, strict=True)
    found = [NearRow(*(*row[:6], *point, round(geo.distance_m(here, point)))) for row, point in rows_here]
    return sorted((row for row in found if row.distance_m <= NEAR_M), key=lambda row: (row.distance_m, -row.id))[:most]
