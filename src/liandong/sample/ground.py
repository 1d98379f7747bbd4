"""Invented roads and waters: a river with its streams, roads from town to town through villages, streets by their name.

All of it is drawn on the plane, in kilometres, and ends at the county's border.
"""

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any, TypeAlias

import shapely

from liandong.sample.names import Name
from liandong.sample.rows import GroundSeed, PlaceKind, PlaceSeed
from liandong.sample.terrain import Spot, Terrain, lonlat, plane

Line: TypeAlias = list[Spot]
Edge: TypeAlias = tuple[int, int]

_RIVER = Name("霁水", "Jishui River")
_LAKE = Name("霁雪湖", "Jixue Lake")
_RIVER_HALF_KM = 0.05
_LAKE_KM = 0.42
_BEYOND_KM = 4.0
_LINKS_MORE = 4
_LENGTH_KM: Mapping[str, tuple[float, float]] = {
    "巷": (0.3, 0.5),
    "街": (0.6, 1.0),
    "路": (0.9, 1.8),
    "大道": (2.0, 3.2),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """The stem of a town's name, and where the town lies."""

    stem: Name
    spot: Spot


def build_ground(
    rng: Random, terrain: Terrain, outline: shapely.Polygon, seats: Sequence[Seat], places: Sequence[PlaceSeed]
) -> tuple[GroundSeed, ...]:
    """Waters first, then roads, the wide ones first."""
    draw = _Draw(rng, terrain, outline, seats, places)
    return (*draw.waters(), *draw.highways(), *draw.streets())


class _Draw:
    """Draws roads and waters, kind by kind."""

    def __init__(
        self,
        rng: Random,
        terrain: Terrain,
        outline: shapely.Polygon,
        seats: Sequence[Seat],
        places: Sequence[PlaceSeed],
    ) -> None:
        self.rng = rng
        self.outline = outline
        self.seats = seats
        self.places = places
        self.river = _wander(rng, _rounded(list(terrain.river)), 0.04, 1)

    def waters(self) -> Iterator[GroundSeed]:
        """The river as area and, with its name, as line; a stream by each town off the river; the lake."""
        river = shapely.LineString(self.river)
        yield from self._area(river.buffer(_RIVER_HALF_KM, quad_segs=2), Name("", ""))
        yield from self._line("water", 1, _RIVER, self.river)
        for seat in self.seats[3:]:
            yield from self._stream(seat, river)
        shore = next((place for place in self.places if place.name.startswith(_LAKE.zh)), None)
        if shore is not None:
            middle = plane(shore.lon, shore.lat)
            yield from self._area(self._blob(Spot(middle.x + _LAKE_KM, middle.y)), _LAKE)

    def _stream(self, seat: Seat, river: shapely.LineString) -> Iterator[GroundSeed]:
        """From the hills behind a town, past it, into the river."""
        mouth = river.interpolate(river.project(shapely.Point(seat.spot)))
        away_km = max(math.dist(seat.spot, (mouth.x, mouth.y)), 0.1)
        along = ((seat.spot.x - mouth.x) / away_km, (seat.spot.y - mouth.y) / away_km)
        spring = Spot(seat.spot.x + along[0] * _BEYOND_KM, seat.spot.y + along[1] * _BEYOND_KM)
        beside = Spot(seat.spot.x - along[1] * 0.4, seat.spot.y + along[0] * 0.4)
        line = _wander(self.rng, [spring, beside, Spot(mouth.x, mouth.y)], 0.16, 4)
        name = seat.stem if seat.stem.zh.endswith("溪") else Name(f"{seat.stem.zh}溪", f"{seat.stem.en} Stream")
        yield from self._line("water", 3, name, line)

    def _blob(self, middle: Spot) -> shapely.Polygon:
        turns = [index * math.tau / 18 for index in range(18)]
        far = [_LAKE_KM * self.rng.uniform(0.75, 1.1) for _ in turns]
        ring = [
            Spot(middle.x + 1.5 * km * math.cos(turn), middle.y + km * math.sin(turn))
            for turn, km in zip(turns, far, strict=True)
        ]
        return shapely.Polygon(_rounded([*ring, ring[0]]))

    def highways(self) -> Iterator[GroundSeed]:
        """Roads from town to town through the villages on the way, then those that reach the other villages."""
        spots = [plane(place.lon, place.lat) for place in self.places if place.kind is PlaceKind.VILLAGE]
        graph = _neighbours(spots)
        nodes = [min(range(len(spots)), key=lambda node: math.dist(spots[node], seat.spot)) for seat in self.seats]
        taken: set[Edge] = set()
        for a, b in _links([seat.spot for seat in self.seats]):
            way = _shortest(graph, spots, nodes[a], nodes[b])
            first, second = self.seats[a].stem, self.seats[b].stem
            name = Name(f"{first.zh[0]}{second.zh[0]}公路", f"{first.en}–{second.en} Road")
            yield from self._through(spots, way, taken, 1, name)
        for a, b in _spanning(graph, spots):
            yield from self._through(spots, [a, b], taken, 3, Name("", ""))

    def _through(
        self, spots: Sequence[Spot], way: Sequence[int], taken: set[Edge], rank: int, name: Name
    ) -> Iterator[GroundSeed]:
        """The stretches of a way that no road before it has."""
        stretch: Line = []
        for a, b in pairwise(way):
            edge = (min(a, b), max(a, b))
            if edge not in taken:
                taken.add(edge)
                bent = _wander(self.rng, [spots[a], spots[b]], 0.09, 3)
                stretch = [*stretch, *bent[1:]] if stretch else bent
            elif stretch:
                yield from self._line("road", rank, name, stretch)
                stretch = []
        if stretch:
            yield from self._line("road", rank, name, stretch)

    def streets(self) -> Iterator[GroundSeed]:
        """Each named road through the point that the register has of it, along or across its town."""
        axes = [self.rng.uniform(0, math.pi / 2) for _ in self.seats]
        for road in self.places:
            if road.kind is not PlaceKind.ROAD:
                continue
            middle = plane(road.lon, road.lat)
            town = min(range(len(self.seats)), key=lambda index: math.dist(self.seats[index].spot, middle))
            kind = "大道" if road.name.endswith("大道") else road.name[-1]
            length_km = self.rng.uniform(*_LENGTH_KM[kind])
            turn = axes[town] + self.rng.choice((0, math.pi / 2)) + self.rng.gauss(0, 0.08)
            before_km = length_km * self.rng.uniform(0.35, 0.65)
            ends = [
                Spot(middle.x + km * math.cos(turn), middle.y + km * math.sin(turn))
                for km in (-before_km, 0, length_km - before_km)
            ]
            line = _wander(self.rng, ends, 0.05, 2)
            rank = 3 if kind == "巷" else 2
            yield from self._line("road", rank, Name(road.name, road.name_en), line)

    def _line(self, kind: str, rank: int, name: Name, line: Line) -> Iterator[GroundSeed]:
        yield from self._inside(kind, rank, name, shapely.LineString(line))

    def _area(self, area: shapely.Geometry, name: Name) -> Iterator[GroundSeed]:
        yield from self._inside("water", 1, name, area)

    def _inside(self, kind: str, rank: int, name: Name, shape: shapely.Geometry) -> Iterator[GroundSeed]:
        """The part of the shape that lies in the county."""
        parts = shapely.get_parts(shapely.intersection(shape, self.outline))
        for part in parts.tolist():
            if part.geom_type == shape.geom_type:
                yield GroundSeed(kind, rank, name.zh, name.en, _geojson(part))


def _geojson(shape: shapely.Geometry) -> dict[str, Any]:
    if shape.geom_type == "LineString":
        return {"type": "LineString", "coordinates": _degrees(shape.coords)}
    rings = (shape.exterior, *shape.interiors)
    return {"type": "Polygon", "coordinates": [_degrees(ring.coords) for ring in rings]}


def _degrees(coords: Iterable[tuple[float, ...]]) -> list[list[float]]:
    return [list(lonlat(x, y)) for x, y in coords]


def _rounded(line: Line) -> Line:
    """Corners cut twice (Chaikin); the ends stay."""
    for _ in range(2):
        cut = [line[0]]
        for a, b in pairwise(line):
            cut += [_between(a, b, 0.25), _between(a, b, 0.75)]
        line = [*cut, line[-1]]
    return line


def _between(a: Spot, b: Spot, share: float) -> Spot:
    return Spot(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y))


def _wander(rng: Random, line: Line, bend: float, depth: int) -> Line:
    """Midpoint displacement: each half is moved aside by up to `bend` of its length, `depth` times."""
    for _ in range(depth):
        finer = [line[0]]
        for a, b in pairwise(line):
            aside = max(-1.0, min(1.0, rng.gauss(0, 0.6))) * bend
            middle = _between(a, b, 0.5)
            finer += [Spot(middle.x - aside * (b.y - a.y), middle.y + aside * (b.x - a.x)), b]
        line = finer
    return line


def _neighbours(spots: Sequence[Spot]) -> list[set[int]]:
    """Villages side by side: the edges of their Delaunay triangles."""
    index = {tuple(spot): number for number, spot in enumerate(spots)}
    graph: list[set[int]] = [set() for _ in spots]
    triangles = shapely.get_parts(shapely.delaunay_triangles(shapely.MultiPoint(list(spots))))
    for triangle in triangles.tolist():
        for a, b in pairwise(triangle.exterior.coords):
            one, other = index[a], index[b]
            graph[one].add(other)
            graph[other].add(one)
    return graph


def _links(spots: Sequence[Spot]) -> list[Edge]:
    """A tree that reaches every town, and the shortest few that close rings."""
    every = sorted(
        ((math.dist(a, b), i, j) for i, a in enumerate(spots) for j, b in enumerate(spots[i + 1 :], i + 1)),
    )
    tree = _tree(every, len(spots))
    more = [(i, j) for _, i, j in every if (i, j) not in tree][:_LINKS_MORE]
    return [*tree, *more]


def _spanning(graph: Sequence[set[int]], spots: Sequence[Spot]) -> list[Edge]:
    edges = sorted((math.dist(spots[a], spots[b]), a, b) for a, beside in enumerate(graph) for b in beside if a < b)
    return _tree(edges, len(spots))


def _tree(edges: Iterable[tuple[float, int, int]], count: int) -> list[Edge]:
    """The shortest edges that join all without a ring (Kruskal)."""
    group = list(range(count))
    found = []
    for _, a, b in edges:
        if group[a] != group[b]:
            old, new = group[b], group[a]
            group = [new if each == old else each for each in group]
            found.append((a, b))
    return found


def _shortest(graph: Sequence[set[int]], spots: Sequence[Spot], start: int, end: int) -> list[int]:
    """The way from village to village (Dijkstra); long stretches count more, so that villages are passed through."""
    costs, before = {start: 0.0}, {start: start}
    waiting = [(0.0, start)]
    while waiting:
        cost, node = heapq.heappop(waiting)
        if node == end:
            break
        for other in sorted(graph[node]):
            further = cost + math.dist(spots[node], spots[other]) ** 1.2
            if further < costs.get(other, math.inf):
                costs[other], before[other] = further, node
                heapq.heappush(waiting, (further, other))
    way = [end]
    while way[-1] != start:
        way.append(before[way[-1]])
    return way[::-1]
