"""Point → grid cell → village → town → county, by an R-tree in memory (shapely STRtree); no PostGIS needed."""

import math
from dataclasses import dataclass, replace

import shapely

from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers.public import Cached

BORDER_M = 300
"""How far two published outlines of one county differ: a point so near outside may as well lie inside."""
_DEGREE_M = 111_320
"""Metres of a degree of latitude; of longitude times the cosine of the latitude."""


@dataclass(frozen=True, slots=True)
class Located:
    """The finest current division that holds a point, and its place in the tree; all None outside the county.

    `border_m`: the point is on the border 县界, so many metres outside the drawn outline, at most `BORDER_M`. `near`:
    the finest divisions within that reach, the nearest first; the division is what they share.
    """

    division_id: int | None = None
    cell_id: int | None = None
    village_id: int | None = None
    town_id: int | None = None
    border_m: int | None = None
    near: tuple[int, ...] = ()

    @property
    def inside(self) -> bool:
        return self.division_id is not None or self.border_m is not None

    @property
    def is_doubtful(self) -> bool:
        """On the border, where more than one village or town is as near."""
        return self.border_m is not None and self.village_id is None


class DivisionIndex:
    """Outlines of the finest kind first: a point in a village without cells is still placed in the village."""

    def __init__(self, organisation: orgs.Organisation) -> None:
        self._organisation = organisation
        self._layers: list[tuple[shapely.STRtree, list[int], list[shapely.Geometry]]] = []
        for kind in ("cell", "village", "town", "county"):
            rows = orgs.outlines(kind)
            if rows:
                shapes = [shapely.geometry.shape(outline) for _, outline in rows]
                shapely.prepare(shapes)
                self._layers.append((shapely.STRtree(shapes), [division_id for division_id, _ in rows], shapes))

    @property
    def knows_outlines(self) -> bool:
        return bool(self._layers)

    def locate(self, lon: float, lat: float) -> Located:
        """Degrees, WGS-84. On a shared edge the division with the lower code wins, always the same one."""
        if not self._layers:
            return Located()
        point = shapely.Point(lon, lat)
        for tree, ids, shapes in self._layers:
            hits = sorted(hit for hit in tree.query(point) if shapes[hit].covers(point))
            if hits:
                return self.of_division(ids[hits[0]])
        return self._on_border(point)

    def _on_border(self, point: shapely.Point) -> Located:
        """Where a point just outside belongs: the finest division that has all within reach below it."""
        reached = self._reached(point)
        if not reached:
            return Located()
        above = {upper for division_id in reached for upper in self._organisation.path(division_id)[:-1]}
        near = tuple(sorted(reached.keys() - above, key=lambda each: (reached[each], each)))
        paths = [self._organisation.path(each) for each in near]
        shared = [each for each in paths[0] if all(each in path for path in paths)]
        metres = max(1, round(min(reached.values())))
        return replace(self.of_division(shared[-1] if shared else None), border_m=metres, near=near)

    def _reached(self, point: shapely.Point) -> dict[int, float]:
        """Metres to each outline within reach, by division."""
        east_m = _DEGREE_M * max(math.cos(math.radians(point.y)), 0.01)
        wide, high = BORDER_M / east_m, BORDER_M / _DEGREE_M
        around = (point.x - wide, point.y - high, point.x + wide, point.y + high)
        found: dict[int, float] = {}
        for tree, ids, shapes in self._layers:
            for hit in tree.query(shapely.box(*around)):
                cut = shapely.clip_by_rect(shapes[hit], *around)
                in_metres = shapely.transform(cut, lambda at: (at - (point.x, point.y)) * (east_m, _DEGREE_M))
                distance_m = shapely.distance(in_metres, shapely.Point(0, 0))
                if distance_m <= BORDER_M:
                    found[ids[hit]] = float(distance_m)
        return found

    def of_division(self, division_id: int | None) -> Located:
        if division_id is None:
            return Located()
        upper = self._organisation.place_ids(division_id)
        return Located(division_id, upper["cell"], upper["village"], upper["town"])


_index = Cached(lambda: DivisionIndex(orgs.organisation()), "divisions")


def index() -> DivisionIndex:
    return _index.get()
