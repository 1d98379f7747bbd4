"""Coordinates: validity, distance, and the shifted systems of domestic maps.

Everything is stored as WGS-84. GCJ-02 is shifted by some hundred metres inside a box around China, BD-09 shifts GCJ-02
once more. CGCS2000 differs from WGS-84 by less than a metre and is taken as equal.
"""

import math
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from liandong.kernel.errors import InvalidInput

EARTH_RADIUS_M = 6_371_008.8

_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_BD_ANGLE = math.pi * 3000.0 / 180.0
_BD_SHIFT_LON, _BD_SHIFT_LAT = 0.0065, 0.006
_EXACT_DEG = 1e-11
_MOST_ROUNDS = 12


class Crs(StrEnum):
    """Coordinate reference system of a position as delivered."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class LonLat(NamedTuple):
    """Degrees, longitude first."""

    lon: float
    lat: float


def check_coordinates(lon: float, lat: float) -> LonLat:
    """The position, if it can be one on Earth.

    Raises InvalidInput, `field` "lon" or "lat", when a value is not finite or out of range, and for exactly 0, 0,
    which devices send when they have no fix.
    """
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise InvalidInput("坐标不是有效的数字。", field="lon" if math.isfinite(lat) else "lat")
    if abs(lat) > 90 and abs(lon) <= 90 and abs(lat) <= 180:
        raise InvalidInput("纬度 %(lat)s 超出范围，经纬度可能写反了。", field="lat", lat=lat)
    if abs(lon) > 180:
        raise InvalidInput("经度 %(lon)s 超出 -180 到 180 的范围。", field="lon", lon=lon)
    if abs(lat) > 90:
        raise InvalidInput("纬度 %(lat)s 超出 -90 到 90 的范围。", field="lat", lat=lat)
    if lon == 0 and lat == 0:
        raise InvalidInput("坐标为 0, 0，说明设备没有定位成功。", field="lon")
    return LonLat(lon, lat)


def to_wgs84(lon: float, lat: float, crs: Crs) -> LonLat:
    """The same place in WGS-84, exact to 1e-9 degrees. Raises InvalidInput as `check_coordinates` does."""
    return _TO_WGS84[crs](*check_coordinates(lon, lat))


def from_wgs84(lon: float, lat: float, crs: Crs) -> LonLat:
    """The same place in the other system, for map tiles and links. Raises InvalidInput as `check_coordinates` does."""
    return _FROM_WGS84[crs](*check_coordinates(lon, lat))


def wgs84_to_gcj02(lon: float, lat: float) -> LonLat:
    """Outside the box nothing is shifted."""
    if not in_shifted_box(lon, lat):
        return LonLat(lon, lat)
    east, north = _gcj_offset_m(lon - 105.0, lat - 35.0)
    phi = math.radians(lat)
    curvature = 1 - _ECCENTRICITY_SQUARED * math.sin(phi) ** 2
    prime_vertical_m = _SEMI_MAJOR_M / math.sqrt(curvature)
    meridional_m = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / curvature**1.5
    return LonLat(
        lon + math.degrees(east / (prime_vertical_m * math.cos(phi))), lat + math.degrees(north / meridional_m)
    )


def gcj02_to_wgs84(lon: float, lat: float) -> LonLat:
    """Inverse of `wgs84_to_gcj02` by fixed point."""
    if not in_shifted_box(lon, lat):
        return LonLat(lon, lat)
    return _inverse(wgs84_to_gcj02, LonLat(lon, lat))


def gcj02_to_bd09(lon: float, lat: float) -> LonLat:
    """Applies everywhere: BD-09 has no box of its own."""
    radius = math.hypot(lon, lat) + 2e-5 * math.sin(lat * _BD_ANGLE)
    angle = math.atan2(lat, lon) + 3e-6 * math.cos(lon * _BD_ANGLE)
    return LonLat(radius * math.cos(angle) + _BD_SHIFT_LON, radius * math.sin(angle) + _BD_SHIFT_LAT)


def bd09_to_gcj02(lon: float, lat: float) -> LonLat:
    """Inverse of `gcj02_to_bd09` by fixed point."""
    return _inverse(gcj02_to_bd09, LonLat(lon, lat))


def wgs84_to_bd09(lon: float, lat: float) -> LonLat:
    """By way of GCJ-02."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: float, lat: float) -> LonLat:
    """By way of GCJ-02."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def in_shifted_box(lon: float, lat: float) -> bool:
    """The box in which GCJ-02 shifts; it covers parts of neighbouring countries too."""
    return _WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH


def distance_m(a: LonLat, b: LonLat) -> float:
    """Great-circle metres between two WGS-84 positions (haversine on the mean sphere, error below 0.6 %)."""
    phi_a, phi_b = math.radians(a.lat), math.radians(b.lat)
    half_chord = (
        math.sin((phi_b - phi_a) / 2) ** 2
        + math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, half_chord)))


def _gcj_offset_m(x: float, y: float) -> tuple[float, float]:
    """Metres east and north, from degrees relative to 105 E, 35 N."""
    pi, root = math.pi, math.sqrt(abs(x))
    shared = 20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (shared + 20.0 * math.sin(x * pi) + 40.0 * math.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * pi) + 300.0 * math.sin(x / 30.0 * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (shared + 20.0 * math.sin(y * pi) + 40.0 * math.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * pi) + 320.0 * math.sin(y * pi / 30.0)) * 2.0 / 3.0
    return east, north


def _inverse(forward: Callable[[float, float], LonLat], target: LonLat) -> LonLat:
    guess = target
    for _ in range(_MOST_ROUNDS):
        reached = forward(*guess)
        error_lon, error_lat = reached.lon - target.lon, reached.lat - target.lat
        guess = LonLat(guess.lon - error_lon, guess.lat - error_lat)
        if abs(error_lon) < _EXACT_DEG and abs(error_lat) < _EXACT_DEG:
            break
    return guess


def _same(lon: float, lat: float) -> LonLat:
    return LonLat(lon, lat)


_TO_WGS84: dict[Crs, Callable[[float, float], LonLat]] = {
    Crs.WGS84: _same,
    Crs.CGCS2000: _same,
    Crs.GCJ02: gcj02_to_wgs84,
    Crs.BD09: bd09_to_wgs84,
}
_FROM_WGS84: dict[Crs, Callable[[float, float], LonLat]] = {
    Crs.WGS84: _same,
    Crs.CGCS2000: _same,
    Crs.GCJ02: wgs84_to_gcj02,
    Crs.BD09: wgs84_to_bd09,
}
