"""The county as a whole: land, divisions, offices, posts and places, all from one seed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from random import Random
from typing import Any

import shapely

from liandong.sample import names, organisation
from liandong.sample.cells import Cell, tile
from liandong.sample.ground import Seat, build_ground
from liandong.sample.names import Name
from liandong.sample.places import Site, TownNames, build_places
from liandong.sample.regions import grow, is_connected, neighbours_of, spread
from liandong.sample.rows import County, DivisionSeed, GroundSeed, Level, PlaceSeed, Ring
from liandong.sample.terrain import Spot, Terrain, plane, shape

COUNTY_CODE = "991101"
"""No GB/T 2260 code: no province has the number 99."""

_VILLAGES = 150
_CELLS = 1200
_POPULATION = 412_000
_TOWNS = (*names.SUBDISTRICTS, *names.TOWNS, *names.TOWNSHIPS)
_TOWN_SHARES = (1.0, 0.95, 0.9, 1.1, 1.1, 1.0, 1.0, 1.0, 0.9, 0.75, 0.75, 0.7)


def build_county(seed: int = 1, *, taxonomy: Mapping[str, Any] | None = None) -> County:
    """The county of a seed: 12 towns, 150 villages, 1,200 grid cells that tile it, offices, duties, posts, places.

    The same seed gives the same county. `taxonomy` has the structure of the product's own copy, which is read when
    none is given; from it come the offices and the duty list.
    """
    taxonomy = taxonomy if taxonomy is not None else product_taxonomy()
    land = _land(seed)
    towns = [(division.code, Name(division.zh, division.en)) for division in land.towns]
    stems = [(division.code, stem) for division, stem in zip(land.towns, _TOWNS, strict=True)]
    offices = organisation.build_offices(taxonomy, land.county.code, towns)
    cells: dict[str, list[str]] = {code: [] for code, _ in towns}
    for cell in land.cells:
        cells[cell.code[:9] + "000"].append(cell.code)
    return County(
        divisions=(land.county, *land.towns, *land.villages, *land.cells),
        offices=offices,
        duties=organisation.build_duties(taxonomy, offices),
        staff=organisation.build_staff(offices, land.county.code, stems, cells),
        places=(places := _places(seed, land)),
        ground=_ground(seed, land, places),
    )


def product_taxonomy() -> Mapping[str, Any]:
    """The taxonomy that the product ships."""
    text = resources.files("liandong.contexts.categories").joinpath("data/taxonomy.json").read_text("utf-8")
    taxonomy: Mapping[str, Any] = json.loads(text)
    return taxonomy


@dataclass(frozen=True, slots=True)
class _Land:
    """Divisions by level, each ordered by code, and what the places need to know of each cell."""

    county: DivisionSeed
    towns: list[DivisionSeed]
    villages: list[DivisionSeed]
    cells: list[DivisionSeed]
    sites: list[Site]
    terrain: Terrain


@dataclass(frozen=True, slots=True)
class _Village:
    """A village before it has a code: its cells (indices, from its middle outwards), town rank and density."""

    members: list[int]
    town: int
    density: float
    centre_km: float
    is_committee_of_residents: bool


def _land(seed: int) -> _Land:
    rng, terrain, tiles = _tiles(seed)
    villages = _villages(rng, terrain, tiles)
    return _Numbering(rng, terrain, tiles, villages).land()


def _tiles(seed: int) -> tuple[Random, Terrain, list[Cell]]:
    """The first attempt whose land is in one piece without a hole."""
    for attempt in range(100):
        rng = Random(f"liandong:{seed}:land:{attempt}")
        terrain = shape(rng, len(_TOWNS))
        tiles = tile(rng, terrain, _CELLS)
        if is_connected([cell.neighbours for cell in tiles]) and not _has_hole(tiles):
            return rng, terrain, tiles
    raise AssertionError(seed)


def _has_hole(tiles: Sequence[Cell]) -> bool:
    return len(_rings([cell.ring for cell in tiles])) > 1


def _rings(rings: Sequence[Ring]) -> tuple[Ring, ...]:
    """The rings of the union of polygons that share their borders, outer ring first."""
    union = shapely.orient_polygons(shapely.coverage_union_all([shapely.Polygon(ring) for ring in rings]))
    return tuple(tuple((x, y) for x, y in ring.coords) for ring in (union.exterior, *union.interiors))


def _villages(rng: Random, terrain: Terrain, tiles: Sequence[Cell]) -> list[_Village]:
    """The villages in the order of their codes."""
    graph = [cell.neighbours for cell in tiles]
    spots = [cell.spot for cell in tiles]
    seeds = spread(rng, graph, _VILLAGES)
    owner = grow(seeds, graph, spots, [rng.uniform(0.7, 1.3) for _ in seeds])
    middles = [spots[seed] for seed in seeds]
    towns = _towns(terrain, middles, neighbours_of(owner, graph, _VILLAGES))
    members: list[list[int]] = [[] for _ in seeds]
    for index, village in enumerate(owner):
        members[village].append(index)
    return sorted(
        (
            _village(terrain, tiles, own, middle, town)
            for own, middle, town in zip(members, middles, towns, strict=True)
        ),
        key=lambda village: (village.town, not village.is_committee_of_residents, village.centre_km),
    )


def _towns(terrain: Terrain, middles: Sequence[Spot], graph: Sequence[Sequence[int]]) -> list[int]:
    """The town of each village: growth from the villages nearest to the town centres."""
    seeds: list[int] = []
    for centre in terrain.centres:
        free = [index for index in range(len(middles)) if index not in seeds]
        seeds.append(min(free, key=lambda index: _km(middles[index], centre.spot)))
    return grow(seeds, graph, middles, _TOWN_SHARES)


def _km(a: Spot, b: Spot) -> float:
    return float(((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5)


def _village(terrain: Terrain, tiles: Sequence[Cell], members: list[int], middle: Spot, town: int) -> _Village:
    members = sorted(members, key=lambda index: (_km(tiles[index].spot, middle), index))
    area = sum(tiles[index].area_km2 for index in members)
    density = sum(terrain.density(*tiles[index].spot) * tiles[index].area_km2 for index in members) / area
    centre_km = _km(middle, terrain.centres[town].spot)
    urban = density > (1.6 if town < len(names.SUBDISTRICTS) else 0.9) or centre_km < 0.6
    return _Village(members, town, density, centre_km, urban)


class _Numbering:
    """Gives codes and names, from the county down to the cells."""

    def __init__(self, rng: Random, terrain: Terrain, tiles: Sequence[Cell], villages: Sequence[_Village]) -> None:
        self.tiles = tiles
        self.terrain = terrain
        self.villages = villages
        self.stems = [stem for stem, _ in zip(names.village_stems(rng), villages, strict=False)]
        self.people = self._people(rng)

    def land(self) -> _Land:
        """All divisions."""
        codes = self._village_codes()
        cells, sites = [], []
        for number, (code, village) in enumerate(zip(codes, self.villages, strict=True)):
            for sequence, index in enumerate(village.members, 1):
                cells.append(self._cell(code, number, sequence, index))
                sites.append(self._site(f"{code}{sequence:03}", number, index))
        villages = [self._village(code, number) for number, code in enumerate(codes)]
        towns = [self._town(town) for town in range(len(_TOWNS))]
        every = range(len(self.tiles))
        county = self._division(
            f"{COUNTY_CODE}000000", "", Level.COUNTY, names.COUNTY, every, self.terrain.centres[0].spot
        )
        return _Land(county, towns, villages, cells, sites, self.terrain)

    def _people(self, rng: Random) -> list[int]:
        raw = [self.terrain.density(*cell.spot) * cell.area_km2 * rng.uniform(0.8, 1.25) for cell in self.tiles]
        scale = _POPULATION / sum(raw)
        return [max(40, round(share * scale)) for share in raw]

    def _village_codes(self) -> list[str]:
        """Residents' committees from 001, villagers' committees from 200, in each town."""
        codes = []
        last: dict[tuple[int, bool], int] = {}
        for village in self.villages:
            key = village.town, village.is_committee_of_residents
            last[key] = last.get(key, 0 if village.is_committee_of_residents else 199) + 1
            codes.append(f"{_town_code(village.town)[:9]}{last[key]:03}")
        return codes

    def _town(self, town: int) -> DivisionSeed:
        members = [index for village in self.villages if village.town == town for index in village.members]
        name = _town_name(town)
        return self._division(
            _town_code(town), f"{COUNTY_CODE}000000", Level.TOWN, name, members, self.terrain.centres[town].spot
        )

    def _village(self, code: str, number: int) -> DivisionSeed:
        village = self.villages[number]
        middle = self.tiles[village.members[0]].spot
        parent = f"{code[:9]}000"
        name = self._village_name(number)
        return self._division(code, parent, Level.VILLAGE, name, village.members, middle, _class(village))

    def _village_name(self, number: int) -> Name:
        stem = self.stems[number]
        if self.villages[number].is_committee_of_residents:
            return Name(f"{stem.zh}社区", f"{stem.en} Community")
        return Name(f"{stem.zh}村", f"{stem.en} Village")

    def _cell(self, village_code: str, number: int, sequence: int, index: int) -> DivisionSeed:
        tile_, name = self.tiles[index], self._village_name(number)
        return DivisionSeed(
            f"{village_code}{sequence:03}",
            village_code,
            Level.CELL,
            f"{name.zh}第{sequence}网格",
            f"{name.en} Grid {sequence}",
            (tile_.ring,),
            tile_.seed,
            self.people[index],
            _class(self.villages[number]),
        )

    def _division(
        self,
        code: str,
        parent: str,
        level: Level,
        name: Name,
        members: Sequence[int],
        middle: Spot,
        urban_rural: str = "",
    ) -> DivisionSeed:
        """A union of cells; its centre is the seed of the member nearest to `middle`."""
        centre = min(members, key=lambda index: (_km(self.tiles[index].spot, middle), index))
        rings = _rings([self.tiles[index].ring for index in members])
        people = sum(self.people[index] for index in members)
        return DivisionSeed(code, parent, level, name.zh, name.en, rings, self.tiles[centre].seed, people, urban_rural)

    def _site(self, code: str, number: int, index: int) -> Site:
        spot = self.tiles[index].spot
        return Site(
            code,
            self.tiles[index].seed,
            self.tiles[index].ring,
            self.villages[number].town,
            number,
            self.terrain.density(*spot),
            self.terrain.river_km(*spot),
        )


def _town_code(town: int) -> str:
    """Subdistricts from 001, towns from 100, townships from 200."""
    after_subdistricts = town - len(names.SUBDISTRICTS)
    after_towns = after_subdistricts - len(names.TOWNS)
    if after_subdistricts < 0:
        number = town + 1
    elif after_towns < 0:
        number = 100 + after_subdistricts
    else:
        number = 200 + after_towns
    return f"{COUNTY_CODE}{number:03}000"


def _town_name(town: int) -> Name:
    stem = _TOWNS[town]
    kind = _town_kind(town)
    return Name(stem.zh + kind.zh, f"{stem.en} {kind.en}")


def _town_kind(town: int) -> Name:
    if town < len(names.SUBDISTRICTS):
        return Name("街道", "Subdistrict")
    if town < len(names.SUBDISTRICTS) + len(names.TOWNS):
        return Name("镇", "Town")
    return Name("乡", "Township")


def _class(village: _Village) -> str:
    """The urban-rural class: 111, 112 in the seat, 121, 122 in towns, 210 in a township's centre, else 220."""
    if village.town < len(names.SUBDISTRICTS):
        if village.density > 4:
            return "111"
        return "112" if village.is_committee_of_residents else "220"
    if village.town >= len(names.SUBDISTRICTS) + len(names.TOWNS):
        return "210" if village.is_committee_of_residents else "220"
    if village.is_committee_of_residents:
        return "121" if village.centre_km < 1.2 else "122"
    return "220"


def _places(seed: int, land: _Land) -> tuple[PlaceSeed, ...]:
    towns = [TownNames(stem, index < len(names.SUBDISTRICTS)) for index, stem in enumerate(_TOWNS)]
    villages = [Name(village.zh, village.en) for village in land.villages]
    return build_places(Random(f"liandong:{seed}:places"), land.sites, towns, villages)


def _ground(seed: int, land: _Land, places: Sequence[PlaceSeed]) -> tuple[GroundSeed, ...]:
    seats = [Seat(stem, centre.spot) for stem, centre in zip(_TOWNS, land.terrain.centres, strict=True)]
    outline = shapely.Polygon([plane(*point) for point in land.county.rings[0]])
    return build_ground(Random(f"liandong:{seed}:ground"), land.terrain, outline, seats, places)
