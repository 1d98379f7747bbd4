"""Point → grid cell → village → town → county, by an R-tree in memory (shapely STRtree); no PostGIS needed."""

from dataclasses import dataclass

import shapely

from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers.public import Cached


@dataclass(frozen=True, slots=True)
class Located:
    """The finest current division that holds a point, and its place in the tree; all None outside the county."""

    division_id: int | None = None
    cell_id: int | None = None
    village_id: int | None = None
    town_id: int | None = None

    @property
    def inside(self) -> bool:
        return self.division_id is not None


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
        return Located()

    def of_division(self, division_id: int | None) -> Located:
        if division_id is None:
            return Located()
        upper = self._organisation.place_ids(division_id)
        return Located(division_id, upper["cell"], upper["village"], upper["town"])


_index = Cached(lambda: DivisionIndex(orgs.organisation()), "divisions")


def index() -> DivisionIndex:
    return _index.get()
