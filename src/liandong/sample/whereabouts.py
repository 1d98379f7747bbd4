"""Where matters happen: near the named places that their kind belongs to, more where more people are."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

import shapely

from liandong.sample.places import Fan
from liandong.sample.rows import County, DivisionSeed, Level, PlaceKind, PlaceSeed, Point
from liandong.sample.terrain import lonlat, plane
from liandong.sample.wording import Whereabouts

_K = PlaceKind
_ANCHORS: Mapping[str, Mapping[PlaceKind, float]] = {
    "street": {_K.ROAD: 6, _K.VILLAGE: 3, _K.MARKET: 1, _K.SCHOOL: 0.8, _K.ESTATE: 2},
    "road": {_K.ROAD: 6, _K.VILLAGE: 2.4, _K.BRIDGE: 0.8},
    "home": {_K.ESTATE: 4, _K.VILLAGE: 6},
    "estate": {_K.ESTATE: 1},
    "village": {_K.VILLAGE: 1},
    "edge": {_K.VILLAGE: 3, _K.WORKS: 1, _K.BRIDGE: 0.5},
    "hill": {_K.VILLAGE: 1},
    "water": {_K.BRIDGE: 3, _K.VILLAGE: 2},
    "bridge": {_K.BRIDGE: 1},
    "trade": {_K.MARKET: 2, _K.ROAD: 5},
    "public": {_K.PARK: 2, _K.MARKET: 2, _K.SCENIC: 1, _K.HALL: 0.6, _K.BRIDGE: 0.8, _K.ESTATE: 1},
    "park": {_K.PARK: 3, _K.ESTATE: 2},
    "school": {_K.SCHOOL: 1},
    "works": {_K.WORKS: 2, _K.ROAD: 1},
    "scenic": {_K.SCENIC: 1},
    "bus": {_K.BUS_STOP: 1},
    "clinic": {_K.CLINIC: 1},
    "hall": {_K.HALL: 1},
    "private": {_K.VILLAGE: 1},
}
_SPREAD_M = {_K.ROAD: 260, _K.ESTATE: 90, _K.WORKS: 180, _K.SCENIC: 150, _K.BRIDGE: 40}
_DEFAULT_SPREAD_M = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A drawn place: the named place it belongs to, a point near it and what a report calls it."""

    anchor: PlaceSeed
    point: Point
    words: Whereabouts


@dataclass(frozen=True, slots=True)
class _Draw:
    places: tuple[PlaceSeed, ...]
    cumulated: tuple[float, ...]


class Locator:
    """Draws places in the county and tells the grid cell of a point."""

    def __init__(self, rng: Random, county: County) -> None:
        self.rng = rng
        self.cells = county.of_level(Level.CELL)
        self.by_code = {division.code: division for division in county.divisions}
        self._tree = shapely.STRtree([shapely.Polygon(cell.rings[0]) for cell in self.cells])
        self._members: dict[str, list[DivisionSeed]] = {}
        for cell in self.cells:
            self._members.setdefault(cell.parent, []).append(cell)
        self._people = {
            village: tuple(accumulate(cell.population for cell in cells)) for village, cells in self._members.items()
        }
        self._fans: dict[str, Fan] = {}
        self._roads: dict[str, list[PlaceSeed]] = {}
        for place in county.places:
            if place.kind is PlaceKind.ROAD:
                self._roads.setdefault(place.cell[:9], []).append(place)
        popularity = [self._popularity(place) for place in county.places]
        self._draws = {where: _draw(county.places, popularity, shares) for where, shares in _ANCHORS.items()}

    def _popularity(self, place: PlaceSeed) -> float:
        """Few places are named often, most seldom; a village by its people."""
        if place.kind is PlaceKind.VILLAGE:
            return float(self.by_code[place.cell[:12]].population ** 0.8)
        cell = self.by_code[place.cell]
        return float((0.15 + self.rng.random()) ** -1.1 * (1 + cell.population / 400))

    def find(self, where: str) -> Found:
        """A place for a kind of matter; `where` is a key of the kinds' files."""
        draw = self._draws.get(where) or self._draws["street"]
        anchor = self.rng.choices(draw.places, cum_weights=draw.cumulated)[0]
        return Found(anchor, self._point(anchor, where), self.words(anchor, where))

    def _point(self, anchor: PlaceSeed, where: str) -> Point:
        if where == "private":
            return anchor.lon, anchor.lat
        if anchor.kind is PlaceKind.VILLAGE:
            village = anchor.cell[:12]
            return self._in_cell(self.rng.choices(self._members[village], cum_weights=self._people[village])[0])
        return self.near(anchor, _SPREAD_M.get(anchor.kind, _DEFAULT_SPREAD_M))

    def _in_cell(self, cell: DivisionSeed) -> Point:
        if cell.code not in self._fans:
            self._fans[cell.code] = Fan(cell.centre, cell.rings[0])
        return self._fans[cell.code].point(self.rng)

    def near(self, anchor: PlaceSeed, spread_m: float) -> Point:
        """A point about `spread_m` metres from the anchor, never more than three times that."""
        middle = plane(anchor.lon, anchor.lat)
        far_km = min(abs(self.rng.gauss(0, spread_m)), 3 * spread_m) / 1000
        turn = self.rng.random() * math.tau
        return lonlat(middle.x + far_km * math.cos(turn), middle.y + far_km * math.sin(turn))

    def words(self, anchor: PlaceSeed, where: str) -> Whereabouts:
        """The name of the place in a report."""
        rng, name, name_en = self.rng, anchor.name, anchor.name_en
        if anchor.kind is PlaceKind.ROAD:
            return self._on_road(anchor)
        if anchor.kind is PlaceKind.VILLAGE:
            group = rng.randint(1, 12)
            if rng.random() < 0.5 or where == "private":
                return Whereabouts(name, f"in {name_en}", name_en)
            return Whereabouts(f"{name}{group}组", f"in {name_en}, group {group}", name_en)
        if anchor.kind is PlaceKind.ESTATE and where in {"estate", "home"} and rng.random() < 0.6:
            block = rng.randint(1, 28)
            return Whereabouts(f"{name}{block}幢", f"at {name_en}, block {block}", name_en)
        if where == "street" and rng.random() < 0.7:
            zh, en = rng.choice(_SIDES)
            return Whereabouts(name + zh, f"{en} {name_en}", name_en)
        if where == "water":
            zh, en = rng.choice(_BANKS)
            return Whereabouts(name + zh, f"{en} {name_en}", name_en)
        return Whereabouts(name, f"at {name_en}", name_en)

    def _on_road(self, road: PlaceSeed) -> Whereabouts:
        rng = self.rng
        number = rng.randint(1, 220)
        others = self._roads[road.cell[:9]]
        other = rng.choice(others)
        if rng.random() < 0.3 and other is not road:
            words = f"at the corner of {road.name_en} and {other.name_en}"
            return Whereabouts(f"{road.name}与{other.name}路口", words, road.name_en)
        if rng.random() < 0.75:
            return Whereabouts(f"{road.name}{number}号", f"at {number} {road.name_en}", road.name_en)
        part, part_en = rng.choice(_PARTS)
        return Whereabouts(road.name + part, f"{part_en} {road.name_en}", road.name_en)

    def cells_of(self, points: Sequence[Point]) -> list[DivisionSeed | None]:
        """The grid cell of each point, None outside the county."""
        found: list[DivisionSeed | None] = [None] * len(points)
        if not points:
            return found
        inputs, hits = self._tree.query(shapely.points(points), predicate="intersects")
        for number, hit in zip(inputs.tolist(), hits.tolist(), strict=True):
            if found[number] is None:
                found[number] = self.cells[hit]
        return found

    def address(self, cell: DivisionSeed, words: Whereabouts, language: str) -> str:
        """Town, village and place of a report, without saying the village twice."""
        village, town = self.by_code[cell.code[:12]], self.by_code[cell.code[:9] + "000"]
        if language == "en":
            spot = words.en.split(" ", 1)[1] if words.en.startswith(("at ", "in ")) else words.en
            return ", ".join([spot, *([village.en] if village.en not in spot else []), town.en])
        return town.zh + ("" if words.zh.startswith(village.zh) else village.zh) + words.zh


def _draw(places: Sequence[PlaceSeed], popularity: Sequence[float], shares: Mapping[PlaceKind, float]) -> _Draw:
    """Places of the kinds in `shares`; each kind gets its share whatever the number of its places."""
    totals: dict[PlaceKind, float] = {}
    for place, weight in zip(places, popularity, strict=True):
        totals[place.kind] = totals.get(place.kind, 0) + weight
    chosen = [
        (place, weight * shares[place.kind] / totals[place.kind])
        for place, weight in zip(places, popularity, strict=True)
        if place.kind in shares
    ]
    return _Draw(tuple(place for place, _ in chosen), tuple(accumulate(weight for _, weight in chosen)))


_SIDES = (
    ("门口", "outside"),
    ("旁边", "beside"),
    ("对面", "opposite"),
    ("东侧", "east of"),
    ("后面", "behind"),
    ("附近", "near"),
)
_PARTS = (("中段", "halfway along"), ("东段", "at the east end of"), ("北头", "at the north end of"))
_BANKS = (("上游", "upstream of"), ("下游", "downstream of"), ("旁", "beside"), ("东侧", "east of"))
