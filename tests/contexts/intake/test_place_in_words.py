"""What a resident is told of the place that a form points to, and of open matters near it."""

from typing import Any

import pytest
from django.test import Client

from liandong.foundation.places import public as places
from liandong.kernel.actor import SYSTEM
from tests import county
from tests.contexts.intake import pages

pytestmark = pytest.mark.usefixtures("small_county")
LON, LAT = county.POINTS["A11"]
AT = {"lon": str(LON), "lat": str(LAT)}


@pytest.fixture
def roads(small_county: None) -> None:
    lines = {
        "人民路": ("Renmin Road", [[LON - 0.01, LAT], [LON + 0.01, LAT]]),
        "解放路": ("Jiefang Road", [[LON, LAT - 0.01], [LON, LAT + 0.01]]),
    }
    rows = [
        places.GroundInput(places.ROAD, {"type": "LineString", "coordinates": line}, "test", name, name, name_en)
        for name, (name_en, line) in lines.items()
    ]
    places.import_ground(actor=SYSTEM, rows=rows)


def told(fields: dict[str, Any], language: str = "zh-hans", path: str = "/report/near/") -> str:
    client = Client()
    client.cookies["django_language"] = language
    return pages.post(client, path, fields).text("place-words")


def test_a_point_is_told_by_town_village_grid_and_the_nearest_place() -> None:
    assert told(AT) == "青坪镇 东坪村 第1网格，靠近东坪广场"


@pytest.mark.usefixtures("roads")
def test_a_crossing_is_told_and_in_english_by_its_english_names() -> None:
    assert told(AT) == "青坪镇 东坪村 第1网格，人民路与解放路路口附近，靠近东坪广场"
    assert told(AT, "en").endswith("near the corner of Renmin Road and Jiefang Road")


@pytest.mark.usefixtures("roads")
def test_away_from_places_the_road_is_told() -> None:
    assert told({"lon": str(LON + 0.008), "lat": str(LAT)}) == "青坪镇 东坪村 第1网格，人民路附近"


def test_an_address_is_told_as_far_as_it_names_one_place() -> None:
    assert told({"address": "东坪广场"}) == "青坪镇 东坪村 第1网格，靠近东坪广场"
    assert told({"address": "南沟村的桥头"}) == "白沟镇 南沟村"
    assert told({"address": "桥头"}) == ""


def test_a_point_outside_the_county_is_told_as_such() -> None:
    lon, lat = county.OUTSIDE
    assert told({"lon": str(lon), "lat": str(lat)}) == "这一点不在本县范围内，请核对。"


@pytest.mark.parametrize("fields", [{}, {"lon": "x", "lat": "1"}, {"lon": "999", "lat": "1"}, {"lon": "1"}])
def test_what_is_no_point_is_told_nothing_of(fields: dict[str, str]) -> None:
    assert told(fields) == ""


def test_without_scripts_the_place_stands_on_the_page_that_was_asked_for() -> None:
    assert told(AT | {"look": "1"}, path="/report/") == "青坪镇 东坪村 第1网格，靠近东坪广场"
    square, *_ = places.search("东坪广场")
    picked = {"pick_place": str(square.id), "address": "东坪"}
    assert told(picked, path="/report/place/") == "青坪镇 东坪村 第1网格，靠近东坪广场"


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("青坪镇东坪村人民路与解放路交叉口东北角张家", "人民路与解放路交叉口"),
        ("东坪村张家老屋后面", "人民路与解放路路口附近"),
        ("", "人民路与解放路路口附近"),
    ],
)
@pytest.mark.usefixtures("roads")
def test_an_open_matter_near_by_is_told_by_its_street_and_no_nearer(address: str, where: str) -> None:
    row = county.receive("张家门口的坑", address=address)
    page = pages.post(Client(), "/report/near/", AT)
    (matter,) = page.all("//*[@class='near-matter']")
    said = " ".join(matter.text_content().split())
    assert where in said
    assert "张家" not in page.words
    assert row.number not in str(page.response.content)
