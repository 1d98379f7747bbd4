"""Where a point lies, and where a typed address is."""

import json
import math
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import shapely
import shapely.geometry

from liandong.foundation.orgs import public as orgs
from liandong.foundation.places import public as places
from liandong.foundation.places.models import Place
from liandong.foundation.places.public import Located, PlaceInput
from liandong.kernel.actor import SYSTEM
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.mark.parametrize("cell", county.CELLS)
def test_a_point_lies_in_its_cell_village_and_town(cell: str) -> None:
    assert places.index().locate(*county.POINTS[cell]) == Located(
        division_id=county.division(county.CELLS[cell]),
        cell_id=county.division(county.CELLS[cell]),
        village_id=county.division(county.VILLAGES[cell[:2]]),
        town_id=county.division(county.TOWN_A if cell[0] == "A" else county.TOWN_B),
    )


@pytest.mark.parametrize(("lon", "lat"), [county.OUTSIDE, (104.9966, 35.05), (105.05, 35.2028), (0.0, 0.0), (105, 95)])
def test_a_point_outside_lies_nowhere(lon: float, lat: float) -> None:
    assert places.index().locate(lon, lat) == Located()
    assert not places.index().locate(lon, lat).inside


@pytest.mark.parametrize(
    ("lon", "lat", "cell"),
    [(105.1, 35.05, "A11"), (105.2, 35.15, "A22"), (105.05, 35.1, "A11"), (105.2, 35.1, "A21"), (105.4, 35.2, "B22")],
)
def test_on_an_edge_the_lower_code_wins(lon: float, lat: float, cell: str) -> None:
    assert places.index().locate(lon, lat).cell_id == county.division(county.CELLS[cell])


BORDER = [
    ("west of one cell", 104.9998, 35.05, "A11", 18),
    ("as far as two outlines of a county differ", 104.9968, 35.05, "A11", 292),
    ("north of one cell", 105.05, 35.2001, "A12", 11),
    ("beyond a corner", 104.9998, 34.9998, "A11", 29),
]


@pytest.mark.parametrize(("what", "lon", "lat", "cell", "metres"), BORDER, ids=[what for what, *_ in BORDER])
def test_a_point_just_outside_the_drawn_border_lies_in_what_is_near(
    what: str, lon: float, lat: float, cell: str, metres: int
) -> None:
    found = places.index().locate(lon, lat)
    assert found.cell_id == county.division(county.CELLS[cell])
    assert found.border_m == pytest.approx(metres, abs=1)
    assert found.inside
    assert not found.is_doubtful
    assert found.near == (found.cell_id,)


DOUBTFUL = [
    ("two cells of a village", 104.9998, 35.1001, "A1", ("A12", "A11")),
    ("two villages of a town", 105.1001, 34.9999, "A", ("A21", "A11")),
    ("two towns", 105.1999, 34.9999, "", ("A21", "B11")),
]


@pytest.mark.parametrize(("what", "lon", "lat", "shared", "near"), DOUBTFUL, ids=[what for what, *_ in DOUBTFUL])
def test_where_more_than_one_is_near_only_what_they_share_is_taken(
    what: str, lon: float, lat: float, shared: str, near: tuple[str, ...]
) -> None:
    code = {"A1": county.VILLAGES["A1"], "A": county.TOWN_A, "": county.COUNTY}[shared]
    found = places.index().locate(lon, lat)
    assert found.division_id == county.division(code)
    assert found.is_doubtful == (shared != "A1")
    assert found.near == tuple(county.division(county.CELLS[cell]) for cell in near)


@pytest.mark.parametrize("code", ["330110", "330122", "330921", "500117"])
def test_all_around_a_real_county_the_border_is_taken_and_what_lies_farther_isnt(
    code: str, real_data: Callable[[str], Path]
) -> None:
    content = json.loads(real_data(f"divisions/county_outline_{code}.geojson").read_text("utf-8"))
    features = content.get("features", [content])
    shape = shapely.make_valid(shapely.union_all([shapely.geometry.shape(each["geometry"]) for each in features]))
    row = orgs.DivisionInput(f"{code}000000", "某县", "county", outline=shapely.geometry.mapping(shape))
    orgs.import_divisions(actor=SYSTEM, rows=[row], valid_from=date(2020, 1, 1))
    east_m = 111_320 * math.cos(math.radians(shape.centroid.y))
    in_metres = shapely.transform(shape, lambda at: at * (east_m, 111_320))
    county_id = county.division(f"{code}000000")
    for metres, is_taken in ((20, True), (280, True), (330, False)):
        around = in_metres.buffer(metres)
        for share in range(60):
            point = around.boundary.interpolate(share / 60, normalized=True)
            found = places.index().locate(point.x / east_m, point.y / 111_320)
            assert (found.division_id == county_id, found.border_m is not None) == (is_taken, is_taken)


PLACES = [
    PlaceInput("人民医院", 105.05, 35.05, "hospital", "东坪村人民路8号", ("县医院", "County Hospital"), "t", "10"),
    PlaceInput("人民医院东门", 105.051, 35.051, "gate", "东坪村人民路8号东", source="t", source_id="11"),
    PlaceInput("老车站", 105.25, 35.05, "station", "南沟村站前街1号", source="t", source_id="12"),
    PlaceInput("3号泵房", 105.25, 35.051, "pump", "南沟村", source="t", source_id="13"),
]


@pytest.fixture
def hospital() -> None:
    places.import_places(actor=SYSTEM, rows=PLACES)


SEARCHES = [
    ("人民医院", "人民医院"),
    ("县医院", "人民医院"),
    ("county hospital", "人民医院"),
    ("COUNTY", "人民医院"),
    ("人民医院东门", "人民医院东门"),
    ("老车站", "老车站"),
    ("站前街1号", "老车站"),
    ("3号泵房", "3号泵房"),
    ("去老车站怎么走", "老车站"),
]


@pytest.mark.parametrize(("asked", "first"), SEARCHES)
def test_a_typed_place_is_found_best_first(hospital: None, asked: str, first: str) -> None:
    assert places.search(asked)[0].name == first


@pytest.mark.parametrize("asked", ["", " ", "，", "龙王庙", "zzz", "' | 'x", "\\"])
def test_what_nobody_knows_is_not_found(hospital: None, asked: str) -> None:
    assert places.search(asked) == []


RESOLVED = [
    ("人民医院东门对面的路灯坏了", "人民医院东门"),
    ("人民医院门口", "人民医院"),
    ("南沟村站前街1号门前", "老车站"),
    ("人民路", None),
    ("南沟村三组", None),
    ("医院", None),
    ("", None),
]


@pytest.mark.parametrize(("asked", "name"), RESOLVED)
def test_an_address_means_a_place_only_when_it_names_it_whole(hospital: None, asked: str, name: str | None) -> None:
    found = places.resolve(asked)
    assert (found.name if found else None) == name


def test_a_place_knows_its_division(hospital: None) -> None:
    (station,) = places.search("老车站")
    assert station.division_id == county.division(county.CELLS["B11"])
    assert places.by_id(station.id) == station


def test_a_place_that_has_ended_is_no_longer_found(hospital: None) -> None:
    (station,) = places.search("老车站")
    Place.objects.filter(pk=station.id).update(active=False)
    assert places.search("老车站") == []
    assert places.resolve("老车站") is None


def test_a_search_is_bounded_in_rows_and_statements(hospital: None, django_assert_max_num_queries) -> None:
    places.import_places(actor=SYSTEM, rows=[PlaceInput(f"东坪第{n}栋", 105.05, 35.05) for n in range(30)])
    with django_assert_max_num_queries(2):
        assert len(places.search("东坪")) == 8
    with django_assert_max_num_queries(2):
        assert len(places.search("东坪", limit=3)) == 3
