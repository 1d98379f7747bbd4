"""The grid cells: a tiling without gap or overlap, dense where people live.

Every border is one polyline held once and walked by both sides. A polyline may bend only as long as each cell stays
star-shaped around its seed; a tiling of star-shaped cells that share their vertices has no gap and no overlap.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import TypeAlias

import shapely

from liandong.sample.rows import Point, Ring
from liandong.sample.terrain import HEIGHT_KM, WIDTH_KM, Spot, Terrain, lonlat

Border: TypeAlias = tuple[Point, Point]

_GRID_KM = 0.5
_MARGIN_KM = 8.0
_OUTSIDE_KM = 1.9
_RELAXATIONS = 3
_BEND = 0.15


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as geometry: its seed, its ring (closed, anticlockwise) and the indices of the cells beside it."""

    seed: Point
    spot: Spot
    ring: Ring
    neighbours: tuple[int, ...]
    area_km2: float


def tile(rng: Random, terrain: Terrain, count: int) -> list[Cell]:
    """`count` cells that together are connected and have no hole."""
    inner, outer = _seeds(rng, terrain, count)
    polygons = _relaxed(inner, outer)
    seeds = [lonlat(*spot) for spot in inner]
    corners = [_corners(polygon) for polygon in polygons]
    sides = _sides(corners)
    lines = _lines(rng, seeds, sides)
    return [
        Cell(
            seeds[index],
            inner[index],
            _ring(corners[index], lines),
            tuple(sorted({other for border in _borders(corners[index]) for other in sides[border] if other != index})),
            polygons[index].area,
        )
        for index in range(count)
    ]


def _seeds(rng: Random, terrain: Terrain, count: int) -> tuple[list[Spot], list[Spot]]:
    """`count` seeds on land by density and an even ring of seeds around it, which bound the outermost cells."""
    squares, weights = [], []
    for row in range(int(HEIGHT_KM / _GRID_KM)):
        for column in range(int(WIDTH_KM / _GRID_KM)):
            x, y = (column + 0.5) * _GRID_KM, (row + 0.5) * _GRID_KM
            if terrain.is_land(x, y):
                squares.append(Spot(x, y))
                weights.append(terrain.density(x, y) ** 0.8)
    inner = [_shaken(rng, spot, _GRID_KM) for spot in rng.choices(squares, weights, k=count)]
    return inner, _outside(rng, terrain)


def _outside(rng: Random, terrain: Terrain) -> list[Spot]:
    spots = []
    for row in range(int((HEIGHT_KM + 2 * _MARGIN_KM) / _OUTSIDE_KM)):
        for column in range(int((WIDTH_KM + 2 * _MARGIN_KM) / _OUTSIDE_KM)):
            spot = _shaken(rng, Spot(column * _OUTSIDE_KM - _MARGIN_KM, row * _OUTSIDE_KM - _MARGIN_KM), 1.2)
            if not terrain.is_land(*spot):
                spots.append(spot)
    return spots


def _shaken(rng: Random, spot: Spot, size_km: float) -> Spot:
    return Spot(spot.x + (rng.random() - 0.5) * size_km, spot.y + (rng.random() - 0.5) * size_km)


def _relaxed(inner: list[Spot], outer: list[Spot]) -> list[shapely.Polygon]:
    """Moves the seeds (in place) to the middle of their Voronoi cells a few times; the last inner cells."""
    polygons = _voronoi(inner, outer)
    for _ in range(_RELAXATIONS):
        middles = [Spot(middle.x, middle.y) for middle in shapely.centroid(polygons)]
        inner[:] = middles[: len(inner)]
        outer[:] = [new if _is_framed(new) else old for new, old in zip(middles[len(inner) :], outer, strict=True)]
        polygons = _voronoi(inner, outer)
    return polygons[: len(inner)]


def _is_framed(spot: Spot) -> bool:
    """Whether a seed lies within the frame, where its cell is bounded on all sides."""
    edge_km = _MARGIN_KM - 2 * _OUTSIDE_KM
    return -edge_km < spot.x < WIDTH_KM + edge_km and -edge_km < spot.y < HEIGHT_KM + edge_km


def _voronoi(inner: list[Spot], outer: list[Spot]) -> list[shapely.Polygon]:
    cells = shapely.voronoi_polygons(shapely.MultiPoint([*inner, *outer]), ordered=True)
    return list(shapely.get_parts(cells))


def _corners(polygon: shapely.Polygon) -> list[Point]:
    """The corners, anticlockwise, not closed, without those that rounding has made one."""
    coordinates = shapely.orient_polygons(polygon).exterior.coords
    corners = [lonlat(x, y) for x, y in coordinates[:-1]]
    return [corner for corner, before in zip(corners, [corners[-1], *corners], strict=False) if corner != before]


def _borders(corners: list[Point]) -> list[Border]:
    return [(min(a, b), max(a, b)) for a, b in pairwise([*corners, corners[0]])]


def _sides(corners: list[list[Point]]) -> dict[Border, list[int]]:
    """The one or two cells at each border."""
    sides: dict[Border, list[int]] = defaultdict(list)
    for index, ring in enumerate(corners):
        for border in _borders(ring):
            sides[border].append(index)
    return sides


def _lines(rng: Random, seeds: list[Point], sides: dict[Border, list[int]]) -> dict[Border, list[Point]]:
    """Every border as a polyline, from its smaller end to its greater one."""
    lines = {}
    for border in sorted(sides):
        around = [seeds[index] for index in sides[border]]
        lines[border] = _bent(rng, border, around, outer=len(around) == 1)
    return lines


def _bent(rng: Random, border: Border, around: list[Point], *, outer: bool) -> list[Point]:
    depth = _depth(_length_km(border)) + outer
    bend = _BEND
    while bend > _BEND / 8:
        line = _wander(rng, border, bend, depth)
        if all(_is_seen_from(seed, line) for seed in around):
            return line
        bend /= 2
    return list(border)


def _length_km(border: Border) -> float:
    (ax, ay), (bx, by) = border
    return math.hypot((bx - ax) * 92.0, (by - ay) * 111.0)


def _depth(length_km: float) -> int:
    return sum(length_km > step for step in (0.4, 1.1, 2.6))


def _wander(rng: Random, border: Border, bend: float, depth: int) -> list[Point]:
    """Midpoint displacement: each half of the line is moved aside by up to `bend` of its length, `depth` times."""
    line = list(border)
    for _ in range(depth):
        finer = [line[0]]
        for a, b in pairwise(line):
            aside = max(-1.0, min(1.0, rng.gauss(0, 0.55))) * bend
            middle = (a[0] + b[0]) / 2 - aside * (b[1] - a[1]), (a[1] + b[1]) / 2 + aside * (b[0] - a[0])
            finer += [(round(middle[0], 6), round(middle[1], 6)), b]
        line = finer
    return line


def _is_seen_from(seed: Point, line: list[Point]) -> bool:
    """Whether the line turns one way round the seed all along, well clear of rounding."""
    turns = [(a[0] - seed[0]) * (b[1] - seed[1]) - (a[1] - seed[1]) * (b[0] - seed[0]) for a, b in pairwise(line)]
    return min(turns) > 1e-10 or max(turns) < -1e-10


def _ring(corners: list[Point], lines: dict[Border, list[Point]]) -> Ring:
    ring: list[Point] = []
    for a, b in pairwise([*corners, corners[0]]):
        line = lines[min(a, b), max(a, b)]
        ring += (line if line[0] == a else line[::-1])[:-1]
    return (*ring, ring[0])
