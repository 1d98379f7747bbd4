"""Roads and waters as maps need them: few corners, and so small that a phone fetches them all at once."""

import shapely

from liandong.kernel.errors import InvalidInput

ROAD, WATER = "road", "water"
KINDS: dict[str, frozenset[str]] = {
    ROAD: frozenset({"LineString", "MultiLineString"}),
    WATER: frozenset({"LineString", "MultiLineString", "Polygon", "MultiPolygon"}),
}
"""The GeoJSON geometries of each kind."""
RANKS = (1, 2, 3)
MOST_CORNERS = 30_000
"""Corners of all roads and waters together: packed about a quarter of a megabyte."""
THINNED_DEG = 0.0001
"""About ten metres: how far a line may lie from where it was."""
GRID_DEG = 0.00001


def thinned(shape: shapely.Geometry) -> shapely.Geometry:
    """The shape with fewer corners, on a grid of about a metre. Raises InvalidInput where nothing is left to draw."""
    slim = shapely.set_precision(shapely.simplify(shapely.force_2d(shape), THINNED_DEG), GRID_DEG)
    if slim.is_empty:
        slim = shapely.set_precision(shapely.force_2d(shape), GRID_DEG / 10)
    if slim.is_empty or slim.geom_type == "GeometryCollection":
        raise InvalidInput("这条线或这块面太小，画不出来。", field="geometry")
    return shapely.orient_polygons(slim)
