"""Where the county lies, how far it reaches and where people live: a plane in kilometres, east and north."""

import math
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

WIDTH_KM = 64.0
HEIGHT_KM = 52.0
WEST = 121.72
SOUTH = 34.12
_KM_A_DEGREE_NORTH = 110.92
_KM_A_DEGREE_EAST = 111.32 * math.cos(math.radians(SOUTH + 0.23))


class Spot(NamedTuple):
    """A point of the plane, in kilometres."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Centre:
    """The middle of a town. `weight` is its density at the core, `spread_km` how fast that fades."""

    spot: Spot
    weight: float
    spread_km: float


@dataclass(frozen=True, slots=True)
class Terrain:
    """`lobes` are (x, y, radius) whose sum makes the land, `ripple` two phases that fray its border; `river` is the
    line of the valley.
    """

    lobes: tuple[tuple[float, float, float], ...]
    ripple: tuple[float, float]
    river: tuple[Spot, ...]
    centres: tuple[Centre, ...]

    def is_land(self, x: float, y: float) -> bool:
        """Whether the spot belongs to the county."""
        frayed = 0.13 * math.sin(x / 2.9 + self.ripple[0]) * math.sin(y / 2.3 + self.ripple[1])
        return sum(math.exp(-((x - lx) ** 2 + (y - ly) ** 2) / (r * r)) for lx, ly, r in self.lobes) > 0.62 + frayed

    def density(self, x: float, y: float) -> float:
        """People, in no unit: about 0.1 on a hill, above 10 in the county seat."""
        near = sum(
            centre.weight * math.exp(-((x - centre.spot.x) ** 2 + (y - centre.spot.y) ** 2) / (2 * centre.spread_km**2))
            for centre in self.centres
        )
        return 0.1 + near + 0.45 * math.exp(-((self.river_km(x, y) / 2.4) ** 2))

    def river_km(self, x: float, y: float) -> float:
        """Distance to the river."""
        return min(_segment_km(x, y, a, b) for a, b in zip(self.river, self.river[1:], strict=False))


def _segment_km(x: float, y: float, a: Spot, b: Spot) -> float:
    dx, dy = b.x - a.x, b.y - a.y
    share = ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy)
    share = min(1.0, max(0.0, share))
    return math.hypot(x - a.x - share * dx, y - a.y - share * dy)


def lonlat(x: float, y: float) -> tuple[float, float]:
    """Plane to WGS-84, rounded to 6 decimals: open sea, so that no real place is meant."""
    return round(WEST + x / _KM_A_DEGREE_EAST, 6), round(SOUTH + y / _KM_A_DEGREE_NORTH, 6)


def plane(lon: float, lat: float) -> Spot:
    """WGS-84 to the plane."""
    return Spot((lon - WEST) * _KM_A_DEGREE_EAST, (lat - SOUTH) * _KM_A_DEGREE_NORTH)


def shape(rng: Random, towns: int) -> Terrain:
    """A valley between hills with the county seat near its middle and `towns` centres, the seat's first."""
    river = _river(rng)
    land = Terrain(_lobes(rng, river), (rng.uniform(0, 6), rng.uniform(0, 6)), river, ())
    spots = _town_spots(rng, land, towns)
    centres = tuple(Centre(spot, *_SIZES[min(rank, len(_SIZES) - 1)]) for rank, spot in enumerate(spots))
    return Terrain(land.lobes, land.ripple, river, centres)


_SIZES = ((13.0, 1.5), (8.0, 1.2), (6.5, 1.2), (4.0, 0.9), (3.6, 0.9), (3.2, 0.8), (3.0, 0.8), (2.6, 0.8), (1.6, 0.7))


def _river(rng: Random) -> tuple[Spot, ...]:
    steps = 9
    drift = rng.uniform(-0.25, 0.25)
    line = []
    for step in range(steps + 1):
        x = -4 + step * (WIDTH_KM + 8) / steps
        line.append(Spot(x, HEIGHT_KM * 0.48 + drift * (x - WIDTH_KM / 2) + rng.uniform(-3.6, 3.6)))
    return tuple(line)


def _lobes(rng: Random, river: tuple[Spot, ...]) -> tuple[tuple[float, float, float], ...]:
    lobes = []
    for index in range(1, len(river) - 1):
        spot = river[index]
        if 10 < spot.x < WIDTH_KM - 10:
            side = 1 if index % 2 else -1
            lobes.append((spot.x, spot.y + side * rng.uniform(1.0, 9.0), rng.uniform(6.5, 11.5)))
            if rng.random() < 0.65:
                x, y = spot.x + rng.uniform(-4, 4), spot.y - side * rng.uniform(6.0, 13.0)
                lobes.append((x, y, rng.uniform(4.0, 8.5)))
    return tuple(lobes)


def _town_spots(rng: Random, land: Terrain, towns: int) -> list[Spot]:
    """The seat on the river, two beside it, the others as far from each other as the land allows."""
    seat = min(land.river, key=lambda spot: abs(spot.x - WIDTH_KM / 2))
    turn = rng.uniform(0, math.tau)
    beside = (turn, turn + math.pi * rng.uniform(0.75, 1.25))
    spots = [seat, *(Spot(seat.x + 3.6 * math.cos(angle), seat.y + 3.0 * math.sin(angle)) for angle in beside)]
    while len(spots) < towns:
        spots.append(_farthest(rng, land, spots))
    return spots


def _farthest(rng: Random, land: Terrain, taken: list[Spot]) -> Spot:
    best, best_km = taken[0], -1.0
    while best_km < 0:
        for _ in range(60):
            spot = Spot(rng.uniform(0, WIDTH_KM), rng.uniform(0, HEIGHT_KM))
            if not _is_deep(land, spot):
                continue
            gap_km = min(math.dist(spot, other) for other in taken) - 0.35 * land.river_km(*spot)
            if gap_km > best_km:
                best, best_km = spot, gap_km
    return best


def _is_deep(land: Terrain, spot: Spot) -> bool:
    return all(land.is_land(spot.x + dx, spot.y + dy) for dx, dy in ((0, 0), (2.6, 0), (-2.6, 0), (0, 2.6), (0, -2.6)))
