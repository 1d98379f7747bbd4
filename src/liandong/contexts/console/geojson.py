"""Divisions and cases as GeoJSON (RFC 7946: degrees WGS-84, longitude first), as the maps read it (docs/faces.md)."""

import gzip
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import msgspec
import shapely
import shapely.geometry
from django.urls import reverse

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.foundation.orgs import public as orgs
from liandong.foundation.places import public as places
from liandong.foundation.registers.public import Cached
from liandong.kernel import ids
from liandong.kernel.errors import InvalidInput

LEVELS = ("county", "town", "village", "cell")
SIMPLIFIED_DEG = 0.0001
GRID_DEG = 0.00001


class Feature(msgspec.Struct, frozen=True, tag_field="type", tag="Feature"):
    properties: dict[str, Any]
    geometry: Any


class CaseProperties(msgspec.Struct, frozen=True, gc=False):
    """A case as the map shows it."""

    id: int
    number: str
    light: str
    kind: str
    due: str
    url: str


class CasePoint(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="Point"):
    coordinates: tuple[float, float]


class CaseFeature(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="Feature"):
    properties: CaseProperties
    geometry: CasePoint


class CaseFeatures(msgspec.Struct, frozen=True, tag_field="type", tag="FeatureCollection"):
    features: list[CaseFeature]


class Features(msgspec.Struct, frozen=True, tag_field="type", tag="FeatureCollection"):
    features: list[Feature]


class Ground(msgspec.Struct, frozen=True, tag_field="type", tag="FeatureCollection"):
    """Outlines, and features that are written down already."""

    features: list[Any]


@dataclass(frozen=True, slots=True)
class Outlines:
    """A ready answer, the tag that changes with its content, and how many outlines it holds."""

    content: bytes
    packed: bytes
    etag: str
    count: int


def _features(level: str, *, english: bool) -> list[Feature]:
    divisions = orgs.organisation().divisions
    rows = [(divisions[pk], shapely.geometry.shape(outline)) for pk, outline in orgs.outlines(level)]
    return [
        Feature(
            {"level": row.kind, "code": row.code, "name": (english and row.name_en) or row.name},
            msgspec.Raw(shapely.to_geojson(shape).encode()),
        )
        for (row, _), shape in zip(rows, _thinned([shape for _, shape in rows]), strict=True)
    ]


def _load(level: str, *, english: bool, ground: bool) -> Outlines:
    features = _features(level, english=english)
    content = msgspec.json.encode(Ground([*features, *_drawn_ground()] if ground else features))
    return Outlines(content, gzip.compress(content), f'"{hashlib.sha256(content).hexdigest()[:20]}"', len(features))


def _drawn_ground() -> list[msgspec.Raw]:
    """Roads, waters and known places."""
    return [msgspec.Raw(each) for each in places.ground_features()]


def _thinned(shapes: list[shapely.Geometry]) -> list[shapely.Geometry]:
    """With fewer corners, about ten metres from where they were; neighbours keep their shared edge."""
    if shapes and shapely.coverage_is_valid(shapes):
        shapes = list(shapely.coverage_simplify(shapes, SIMPLIFIED_DEG))
    else:
        shapes = list(shapely.simplify(shapes, SIMPLIFIED_DEG))
    return list(shapely.set_precision(shapes, GRID_DEG))


def _cached(level: str, *, english: bool, ground: bool) -> Cached[Outlines]:
    registers = ("divisions", "ground", "places") if ground else ("divisions",)
    return Cached(lambda: _load(level, english=english, ground=ground), *registers)


_outlines = {
    (level, english, ground): _cached(level, english=english, ground=ground)
    for level, english, ground in product(LEVELS, (False, True), (False, True))
}


def outlines(level: str, *, english: bool, ground: bool = False) -> Outlines:
    """The current divisions of one level that have an outline, held in memory until a division changes; `ground`: with
    roads, waters and known places.
    """
    if level not in LEVELS:
        raise InvalidInput("没有这一级区划。", field="level")
    return _outlines[level, english, ground].get()


def _by_code(*, english: bool) -> dict[str, Feature]:
    return {feature.properties["code"]: feature for feature in _features("cell", english=english)}


_cells = {english: Cached(partial(_by_code, english=english), "divisions") for english in (False, True)}


def own_cells(cell_ids: Collection[int], *, english: bool) -> Ground:
    """The outlines of these cells, marked as the post's own, with roads, waters and known places."""
    divisions, outlined = orgs.organisation().divisions, _cells[english].get()
    found = (outlined.get(divisions[pk].code) for pk in cell_ids)
    own = [Feature(cell.properties | {"own": True}, cell.geometry) for cell in found if cell]
    return Ground([*own, *_drawn_ground()])


def _boxes() -> dict[int, tuple[float, float, float, float]]:
    return {
        pk: tuple(shapely.geometry.shape(outline).bounds) for level in _BOXED for pk, outline in orgs.outlines(level)
    }


_BOXED = ("town", "village")
_boxed = Cached(_boxes, "divisions")


def bounds_of(division_id: int | None) -> str:
    """`west,south,east,north` of a town's or village's outline, as maps read it; "" where there is none."""
    boxes = _boxed.get()
    found = (boxes[pk] for pk in orgs.organisation().versions(division_id) if pk in boxes)
    return ",".join(f"{degrees:.6f}" for degrees in next(found, ()))


def ground_level(*wanted: str) -> str:
    """The ground of a map of the desk: the first level that has outlines, else the county's own."""
    return next((level for level in wanted if outlines(level, english=False).count), "county")


def case_points(rows: Sequence[cases.PointRow]) -> CaseFeatures:
    """Cases of a list: number, light, kind, when due (in the county's zone), and the page."""
    before, after = reverse("console:case", args=["0"]).split("/0/")
    kinds = {code: names.category(code) for code in {row.category_code for row in rows}}
    return CaseFeatures(
        [
            CaseFeature(
                CaseProperties(
                    id_, number := ids.case_number(id_), light, kinds[code], due, f"{before}/{number}/{after}"
                ),
                CasePoint((lon, lat)),
            )
            for id_, code, lon, lat, light, due in rows
        ]
    )


def near_points(rows: Iterable[cases.NearRow]) -> Features:
    """Open matters near a point, without words of their reporters and without what names a case; `id` counts."""
    return Features(
        [
            _point(
                row.lon,
                row.lat,
                {
                    "id": index,
                    "light": cases.Light.NONE,
                    "kind": names.category(row.category_code),
                    "category_code": row.category_code,
                    "state": row.state,
                    "state_name": names.state(row.state),
                    "office": names.office(row.office_id),
                    "received_at": row.received_at,
                    "distance_m": row.distance_m,
                },
            )
            for index, row in enumerate(rows)
        ]
    )


def _point(lon: float, lat: float, properties: dict[str, Any]) -> Feature:
    return Feature(properties, {"type": "Point", "coordinates": (lon, lat)})
