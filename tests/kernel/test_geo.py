"""Coordinates come in three systems and are stored in one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liandong.kernel.errors import InvalidInput
from liandong.kernel.geo import (
    Crs,
    LonLat,
    check_coordinates,
    distance_m,
    from_wgs84,
    in_shifted_box,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

VECTOR_TOLERANCE_DEG = 1e-6
VECTORS = [
    pytest.param((119.6895, 29.7936), (119.6943247, 29.7910581), (119.7009296, 29.7967195), id="county town"),
    pytest.param((106.2661, 29.9899), (106.2698968, 29.9872484), (106.2764631, 29.9929681), id="district seat"),
    pytest.param((122.2014, 30.2437), (122.2055903, 30.2413131), (122.2121577, 30.2470463), id="island county"),
    pytest.param((2.3522, 48.8566), (2.3522, 48.8566), (2.3588184, 48.8626096), id="outside the box"),
]
INSIDE = st.tuples(st.floats(73, 137), st.floats(1.5, 55))
Pair = tuple[float, float]


@pytest.mark.parametrize(("wgs84", "gcj02", "bd09"), VECTORS)
def test_conversions_meet_the_published_vectors_both_ways(wgs84: Pair, gcj02: Pair, bd09: Pair) -> None:
    assert wgs84_to_gcj02(*wgs84) == pytest.approx(gcj02, abs=VECTOR_TOLERANCE_DEG)
    assert wgs84_to_bd09(*wgs84) == pytest.approx(bd09, abs=VECTOR_TOLERANCE_DEG)
    assert to_wgs84(*gcj02, Crs.GCJ02) == pytest.approx(wgs84, abs=VECTOR_TOLERANCE_DEG)
    assert to_wgs84(*bd09, Crs.BD09) == pytest.approx(wgs84, abs=VECTOR_TOLERANCE_DEG)


@pytest.mark.parametrize("crs", list(Crs))
@given(place=INSIDE)
def test_a_place_survives_the_way_there_and_back(crs: Crs, place: Pair) -> None:
    assert to_wgs84(*from_wgs84(*place, crs), crs) == pytest.approx(place, abs=1e-9)


@given(place=INSIDE)
def test_inside_the_box_gcj02_lies_less_than_a_kilometre_and_a_half_off(place: Pair) -> None:
    assert distance_m(LonLat(*place), wgs84_to_gcj02(*place)) < 1_500


def test_the_national_system_is_taken_as_wgs84() -> None:
    assert to_wgs84(119.6895, 29.7936, Crs.CGCS2000) == (119.6895, 29.7936)


def test_outside_the_box_nothing_is_shifted() -> None:
    assert not in_shifted_box(139.69, 35.68)
    assert to_wgs84(139.69, 35.68, Crs.GCJ02) == (139.69, 35.68)


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        (LonLat(120.0, 30.0), LonLat(120.0, 30.0), 0.0),
        (LonLat(120.0, 30.0), LonLat(120.0, 31.0), 111_195.1),
        (LonLat(0.0, 10.0), LonLat(180.0, -10.0), 20_015_114.4),
        (LonLat(179.9995, 0.0), LonLat(-179.9995, 0.0), 111.2),
    ],
)
def test_distances_are_great_circles(a: LonLat, b: LonLat, metres: float) -> None:
    assert distance_m(a, b) == pytest.approx(metres, rel=1e-6, abs=0.01)
    assert distance_m(b, a) == pytest.approx(distance_m(a, b))


@pytest.mark.parametrize(
    ("lon", "lat", "field"),
    [
        (math.nan, 30.0, "lon"),
        (120.0, math.inf, "lat"),
        (180.1, 30.0, "lon"),
        (120.0, -90.1, "lat"),
        (0.0, 0.0, "lon"),
    ],
)
def test_what_cannot_be_a_place_is_refused_by_field(lon: float, lat: float, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_coordinates(lon, lat)
    assert refused.value.field == field


def test_swapped_axes_are_named_as_such() -> None:
    with pytest.raises(InvalidInput, match="写反"):
        to_wgs84(29.79, 119.69, Crs.WGS84)


@pytest.mark.parametrize(("lon", "lat"), [(180.0, 90.0), (-180.0, -90.0), (0.0, 51.48), (120, 30)])
def test_the_edges_of_the_earth_are_places(lon: float, lat: float) -> None:
    assert check_coordinates(lon, lat) == (lon, lat)
