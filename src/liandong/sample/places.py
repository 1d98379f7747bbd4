"""The named places: each drawn into a grid cell where such a place would stand."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random

from liandong.sample import names
from liandong.sample.names import Name
from liandong.sample.rows import PlaceKind, PlaceSeed, Point, Ring

_ROADS = 124
_ESTATES = 48
_BRIDGES = 22
_BUS_STOPS = 60


@dataclass(frozen=True, slots=True)
class Site:
    """A grid cell as places see it. `town` and `village` are indices, `rank` the town's rank (0 the seat)."""

    code: str
    seed: Point
    ring: Ring
    town: int
    village: int
    density: float
    river_km: float


@dataclass(frozen=True, slots=True)
class TownNames:
    """The name of a town as stem and what follows it."""

    stem: Name
    is_subdistrict: bool


class Fan:
    """A star-shaped cell as triangles around its seed, to draw points from, even over its area."""

    def __init__(self, seed: Point, ring: Ring) -> None:
        self.seed = seed
        self.sides = tuple(pairwise(ring))
        x, y = seed
        self.areas = tuple(accumulate(abs((a[0] - x) * (b[1] - y) - (a[1] - y) * (b[0] - x)) for a, b in self.sides))

    def point(self, rng: Random) -> Point:
        """A point within, 6 decimals, clear of the border."""
        (ax, ay), (bx, by) = rng.choices(self.sides, cum_weights=self.areas)[0]
        far, along = 0.96 * math.sqrt(rng.random()), rng.random()
        x, y = ax + along * (bx - ax), ay + along * (by - ay)
        return round(self.seed[0] + far * (x - self.seed[0]), 6), round(self.seed[1] + far * (y - self.seed[1]), 6)


def build_places(
    rng: Random, sites: Sequence[Site], towns: Sequence[TownNames], villages: Sequence[Name]
) -> tuple[PlaceSeed, ...]:
    """All places, ordered by kind and then by cell."""
    draw = _Draw(rng, sites)
    places = [
        *draw.roads(),
        *draw.villages(villages),
        *draw.estates(),
        *draw.schools(towns),
        *draw.parks(towns),
        *draw.markets(towns, villages),
        *draw.bridges(),
        *draw.scenic(towns),
        *draw.clinics(towns),
        *draw.works(towns),
        *draw.halls(towns),
    ]
    places += draw.bus_stops(places)
    order = {kind: rank for rank, kind in enumerate(PlaceKind)}
    return tuple(sorted(places, key=lambda place: (order[place.kind], place.cell, place.name)))


def _any(_: Site) -> bool:
    return True


class _Draw:
    """Draws places, kind by kind."""

    def __init__(self, rng: Random, sites: Sequence[Site]) -> None:
        self.rng = rng
        self.sites = sites
        self.by_code = {site.code: site for site in sites}

    def place(self, name: Name, kind: PlaceKind, site: Site) -> PlaceSeed:
        """A place somewhere in the cell."""
        lon, lat = Fan(site.seed, site.ring).point(self.rng)
        return PlaceSeed(name.zh, name.en, kind, lon, lat, site.code)

    def site(self, fits: Callable[[Site], bool] = _any, power: float = 1.0) -> Site:
        """A cell that fits, denser ones sooner; any cell where none fits."""
        fitting = [site for site in self.sites if fits(site)] or list(self.sites)
        return self.rng.choices(fitting, [site.density**power for site in fitting])[0]

    def in_town(self, town: int, power: float = 1.0) -> Site:
        """A cell of one town."""
        return self.site(lambda site: site.town == town, power)

    def roads(self) -> Iterator[PlaceSeed]:
        """Roads: five in every town, the rest where people are."""
        named = names.road_names(self.rng)
        towns = len({site.town for site in self.sites})
        for index in range(_ROADS):
            site = self.in_town(index % towns) if index < 5 * towns else self.site(power=0.7)
            yield self.place(next(named), PlaceKind.ROAD, site)

    def villages(self, villages: Sequence[Name]) -> Iterator[PlaceSeed]:
        """One point for each village, where its committee sits."""
        for index, name in enumerate(villages):
            site = self.site(lambda site, index=index: site.village == index)  # type: ignore[misc]
            yield self.place(name, PlaceKind.VILLAGE, site)

    def estates(self) -> Iterator[PlaceSeed]:
        """Housing estates, in towns only."""
        named = names.estate_names(self.rng)
        for _ in range(_ESTATES):
            yield self.place(next(named), PlaceKind.ESTATE, self.site(lambda site: site.density > 1.5))

    def schools(self, towns: Sequence[TownNames]) -> Iterator[PlaceSeed]:
        """Kindergarten, primary and junior school in every town; the county's own in the seat."""
        for name in names.SPECIALTY_SCHOOLS:
            yield self.place(name, PlaceKind.SCHOOL, self.site(lambda site: site.town <= 2))
        for town, named in enumerate(towns):
            for zh, en in (("中心小学", "Central Primary School"), ("初级中学", "Junior High School")):
                yield self.place(_joined(named, zh, en), PlaceKind.SCHOOL, self.in_town(town))
            yield self.place(_joined(named, "幼儿园", "Kindergarten"), PlaceKind.SCHOOL, self.in_town(town))

    def parks(self, towns: Sequence[TownNames]) -> Iterator[PlaceSeed]:
        """Parks and squares."""
        for town, named in enumerate(towns):
            if named.is_subdistrict:
                yield self.place(_joined(named, "公园", "Park"), PlaceKind.PARK, self.in_town(town))
            yield self.place(_joined(named, "文化广场", "Culture Square"), PlaceKind.PARK, self.in_town(town))
        for name in (Name("霁水滨河公园", "Jishui Riverside Park"), Name("望川体育公园", "Wangchuan Sports Park")):
            yield self.place(name, PlaceKind.PARK, self.site(lambda site: site.town <= 2 and site.river_km < 1.5))

    def markets(self, towns: Sequence[TownNames], villages: Sequence[Name]) -> Iterator[PlaceSeed]:
        """A food market in every town and some country fairs."""
        for town, named in enumerate(towns):
            yield self.place(_joined(named, "农贸市场", "Farm Produce Market"), PlaceKind.MARKET, self.in_town(town))
        country = [index for index, name in enumerate(villages) if name.zh.endswith("村")]
        for index in self.rng.sample(country, min(8, len(country))):
            name = Name(villages[index].zh.removesuffix("村") + "集市", villages[index].en.split()[0] + " Fair")
            site = self.site(lambda site, index=index: site.village == index)  # type: ignore[misc]
            yield self.place(name, PlaceKind.MARKET, site)

    def bridges(self) -> Iterator[PlaceSeed]:
        """Bridges, along the river."""
        stems = names.road_names(self.rng)
        for index in range(_BRIDGES):
            stem = next(stems)
            kind = Name("大桥", "Bridge") if index % 3 == 0 else Name("桥", "Bridge")
            name = Name(stem.zh.rstrip("路街巷道大") + kind.zh, f"{stem.en.split()[0]} {kind.en}")
            yield self.place(name, PlaceKind.BRIDGE, self.site(lambda site: site.river_km < 0.9, 0.4))

    def scenic(self, towns: Sequence[TownNames]) -> Iterator[PlaceSeed]:
        """Scenic spots, away from the middle of the town they are named after."""
        for name in names.SCENIC:
            town = next((i for i, named in enumerate(towns) if name.zh.startswith(named.stem.zh)), len(towns) - 1)
            yield self.place(name, PlaceKind.SCENIC, self.in_town(town, -0.5))

    def clinics(self, towns: Sequence[TownNames]) -> Iterator[PlaceSeed]:
        """Hospitals of the county and a clinic in every town."""
        for name in names.HOSPITALS:
            yield self.place(name, PlaceKind.CLINIC, self.site(lambda site: site.town <= 2))
        for town, named in enumerate(towns):
            kind = ("社区卫生服务中心", "Health Centre") if named.is_subdistrict else ("卫生院", "Clinic")
            yield self.place(_joined(named, *kind), PlaceKind.CLINIC, self.in_town(town))

    def works(self, towns: Sequence[TownNames]) -> Iterator[PlaceSeed]:
        """Industrial parks."""
        yield self.place(Name("霁川工业园", "Jichuan Industrial Park"), PlaceKind.WORKS, self.site(power=0.3))
        for town, named in enumerate(towns[3:9], 3):
            yield self.place(_joined(named, "工业园", "Industrial Park"), PlaceKind.WORKS, self.in_town(town, 0.3))

    def halls(self, towns: Sequence[TownNames]) -> Iterator[PlaceSeed]:
        """Service halls."""
        county = Name("霁川县政务服务中心", "Jichuan County Government Service Centre")
        yield self.place(county, PlaceKind.HALL, self.in_town(0))
        for town, named in enumerate(towns):
            yield self.place(_joined(named, "便民服务中心", "Public Service Hall"), PlaceKind.HALL, self.in_town(town))

    def bus_stops(self, places: Iterable[PlaceSeed]) -> Iterator[PlaceSeed]:
        """Bus stops, named after what they stand beside."""
        kinds = set(PlaceKind) - {PlaceKind.ROAD, PlaceKind.PARK, PlaceKind.BRIDGE, PlaceKind.SCENIC, PlaceKind.WORKS}
        for beside in self.rng.sample([place for place in places if place.kind in kinds], _BUS_STOPS):
            name = Name(f"{beside.name}公交站", f"{beside.name_en} bus stop")
            yield self.place(name, PlaceKind.BUS_STOP, self.by_code[beside.cell])


def _joined(named: TownNames, zh: str, en: str) -> Name:
    return Name(named.stem.zh + zh, f"{named.stem.en} {en}")
