"""The ground of maps 底图: roads and waters as lines and areas, known places as points; what lies around a point."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
import shapely.geometry

from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers.public import Cached
from liandong.kernel import geo

from .domain.naming import english_of, is_landmark, is_road
from .domain.shapes import ROAD
from .models import GroundShape, Place

MOST_NAMED = 1000
"""Known places that a map names."""
PLACE_REACH_M = 200
ROAD_REACH_M = 150
CROSSING_REACH_M = 60
_READ_AT_MOST = 20_000
_FIRST_GRID_DEG = 0.0005
_DEGREE_M = 111_320


@dataclass(frozen=True, slots=True)
class GroundRow:
    """Something that a map draws. `kind`: road, water or place; `geometry`: GeoJSON, WGS-84."""

    kind: str
    rank: int
    name: str
    name_en: str
    geometry: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Named:
    """A name in both languages; the English one may be empty."""

    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Around:
    """The things nearest to a point: a known place within `PLACE_REACH_M`, the two roads of a crossing within
    `CROSSING_REACH_M`, else one road within `ROAD_REACH_M`.
    """

    place: Named | None = None
    roads: tuple[Named, ...] = ()


def _load_shapes() -> list[GroundRow]:
    columns = ("kind", "rank", "name", "name_en", "geometry")
    rows = GroundShape.objects.filter(active=True).order_by("kind", "-rank", "id").values_list(*columns)
    return [GroundRow(*row) for row in rows]


_shapes = Cached(_load_shapes, "ground")


def ground_shapes() -> list[GroundRow]:
    """Roads and waters, the narrow ones first."""
    return _shapes.get()


def _load_named() -> list[GroundRow]:
    """Of places with a name of their own, one in each square of a grid that is as wide as it must be."""
    divisions = {row.name for row in orgs.organisation().by_code.values()}
    found = Place.objects.filter(active=True).values_list("name", "aliases", "lon", "lat").order_by("id")
    rows = [row for row in found[:_READ_AT_MOST] if row[0] not in divisions and is_landmark(row[0])]
    rows.sort(key=lambda row: len(row[0]))
    grid_deg = _FIRST_GRID_DEG
    while len(kept := {(row[2] // grid_deg, row[3] // grid_deg): row for row in reversed(rows)}) > MOST_NAMED:
        grid_deg *= 1.5
    return [
        GroundRow("place", 3, name, english_of(aliases), {"type": "Point", "coordinates": _rounded(lon, lat)})
        for name, aliases, lon, lat in kept.values()
    ]


_named = Cached(_load_named, "places", "divisions")


def named_points() -> list[GroundRow]:
    """Known places that maps name, at most `MOST_NAMED`: neither house numbers nor roads nor divisions."""
    return _named.get()


def _rounded(lon: float, lat: float) -> list[float]:
    """To about a metre."""
    return [round(lon, 5), round(lat, 5)]


class _Roads:
    """Named roads in metres on a plane."""

    def __init__(self, rows: Sequence[GroundRow]) -> None:
        named = [row for row in rows if row.kind == ROAD and row.name]
        shapes = [shapely.geometry.shape(row.geometry) for row in named]
        middle = shapely.total_bounds(shapes)[[1, 3]].mean() if shapes else 0.0
        self._scale = (_DEGREE_M * math.cos(math.radians(middle)), _DEGREE_M)
        self._names = [Named(row.name, row.name_en) for row in named]
        self._lines = [shapely.transform(shape, lambda points: points * self._scale) for shape in shapes]
        self._tree = shapely.STRtree(self._lines)

    def near(self, lon: float, lat: float) -> tuple[Named, ...]:
        at = shapely.Point(lon * self._scale[0], lat * self._scale[1])
        hits = self._tree.query(at, predicate="dwithin", distance=ROAD_REACH_M)
        found: dict[Named, float] = {}
        for hit in hits.tolist():
            metres = float(shapely.distance(self._lines[hit], at))
            found[self._names[hit]] = min(metres, found.get(self._names[hit], math.inf))
        order = sorted(found, key=lambda each: (found[each], each.name))
        crossing = [each for each in order if found[each] <= CROSSING_REACH_M][:2]
        return tuple(sorted(crossing, key=lambda each: each.name) if len(crossing) == 2 else order[:1])


_roads = Cached(lambda: _Roads(ground_shapes()), "ground")


def around(lon: float, lat: float) -> Around:
    """The names that a point is called by. Degrees WGS-84; one statement."""
    return Around(_nearest_place(lon, lat), roads_near(lon, lat))


def roads_near(lon: float, lat: float) -> tuple[Named, ...]:
    """The two roads of a crossing, else the nearest one; none that is far away. Asks no database."""
    return _roads.get().near(lon, lat)


def _nearest_place(lon: float, lat: float) -> Named | None:
    here = geo.LonLat(lon, lat)
    high = PLACE_REACH_M / _DEGREE_M
    wide = high / max(math.cos(math.radians(lat)), 0.01)
    rows = Place.objects.filter(
        active=True, lon__range=(lon - wide, lon + wide), lat__range=(lat - high, lat + high)
    ).values_list("name", "aliases", "lon", "lat", "id")
    divisions = {row.name for row in orgs.organisation().by_code.values()}
    found = [
        (metres, row[4], Named(row[0], english_of(row[1])))
        for row in rows[:_READ_AT_MOST]
        if row[0] not in divisions
        and not is_road(row[0])
        and (metres := geo.distance_m(here, geo.LonLat(row[2], row[3]))) <= PLACE_REACH_M
    ]
    return min(found, key=lambda each: each[:2])[2] if found else None


def features(rows: Sequence[GroundRow]) -> Iterator[dict[str, Any]]:
    """GeoJSON features as maps read them (docs/faces.md)."""
    for row in rows:
        properties: dict[str, Any] = {"level": row.kind, "name": row.name}
        if row.name_en:
            properties["name_en"] = row.name_en
        if row.kind == ROAD:
            properties["rank"] = row.rank
        yield {"type": "Feature", "properties": properties, "geometry": row.geometry}


def _load_features() -> tuple[bytes, ...]:
    every = features([*ground_shapes(), *named_points()])
    return tuple(json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode() for each in every)


_features = Cached(_load_features, "ground", "places", "divisions")


def ground_features() -> tuple[bytes, ...]:
    """Roads, waters and named places, each as the text of a GeoJSON feature."""
    return _features.get()
