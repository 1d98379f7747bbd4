"""Roads and waters as maps have them, and what lies around a point."""

from dataclasses import replace
from typing import Any

import pytest

from liandong.foundation.ledger.models import Entry
from liandong.foundation.places import public as places
from liandong.foundation.places.models import GroundShape
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import InvalidInput
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")
LON, LAT = county.POINTS["B21"]
METRE = 1 / 111_320


def road(name: str, *points: tuple[float, float], **changed: Any) -> places.GroundInput:
    geometry = {"type": "LineString", "coordinates": [list(each) for each in points]}
    row = places.GroundInput(places.ROAD, geometry, "test", name, name, f"{name} in English")
    return replace(row, **changed)


def east(name: str, north_m: float = 0.0) -> places.GroundInput:
    lat = LAT + north_m * METRE
    return road(name, (LON - 0.01, lat), (LON + 0.01, lat))


def north(name: str) -> places.GroundInput:
    return road(name, (LON, LAT - 0.01), (LON, LAT + 0.01))


def load(*rows: places.GroundInput, **options: Any) -> tuple[int, int, int, int]:
    loaded = places.import_ground(actor=SYSTEM, rows=rows, **options)
    return loaded.added, loaded.changed, loaded.unchanged, loaded.ended


def names(lon: float, lat: float) -> list[str]:
    return [each.name for each in places.around(lon, lat).roads]


def test_a_shape_is_added_changed_left_alone_and_ended_and_the_ledger_says_so() -> None:
    assert load(east("人民路"), north("解放路")) == (2, 0, 0, 0)
    assert load(east("人民路"), north("解放路")) == (0, 0, 2, 0)
    assert load(replace(east("人民路"), rank=1)) == (0, 1, 0, 0)
    assert load(east("人民路"), end_missing=True) == (0, 1, 0, 1)
    assert names(LON, LAT) == ["人民路"]
    assert Entry.objects.filter(stream_kind="ground").count() == 4


def test_what_one_source_lacks_of_roads_ends_neither_waters_nor_other_sources() -> None:
    water = replace(east("小河"), kind=places.WATER)
    load(east("人民路"), water, replace(north("解放路"), source="another"))
    assert load(east("建设路"), end_missing=True) == (1, 0, 0, 1)
    kept = GroundShape.objects.filter(active=True).values_list("name", flat=True)
    assert set(kept) == {"小河", "解放路", "建设路"}


def test_of_a_line_no_more_corners_are_kept_than_a_map_shows() -> None:
    straight = [(LON + at * 0.0001, LAT + (at % 2) * 0.00002) for at in range(100)]
    load(road("人民路", *straight))
    assert GroundShape.objects.get().corners == 2


def test_a_ground_that_is_too_large_for_a_phone_is_refused_whole() -> None:
    bent = [(LON + at * 0.0001, LAT + (at % 2) * 0.01) for at in range(places.MOST_CORNERS + 1)]
    with pytest.raises(InvalidInput, match="折点"):
        load(east("人民路"), road("解放路", *bent))
    assert not GroundShape.objects.exists()


def test_a_point_is_called_by_the_crossing_else_by_the_road_that_is_near() -> None:
    load(east("人民路"), north("解放路"), east("远路", north_m=800))
    assert names(LON + 20 * METRE, LAT + 10 * METRE) == ["人民路", "解放路"]
    assert names(LON + 0.005, LAT + 100 * METRE) == ["人民路"]
    assert names(LON + 0.005, LAT + 400 * METRE) == []


def test_a_point_is_called_by_the_nearest_known_place_and_by_no_road_or_village_of_the_register() -> None:
    rows = [
        places.PlaceInput("沁园", LON + 150 * METRE, LAT, aliases=("沁园小区", "Qinyuan"), source="t", source_id="1"),
        places.PlaceInput("人民路", LON, LAT, source="t", source_id="2"),
        places.PlaceInput("南沟村", LON, LAT, source="t", source_id="3"),
        places.PlaceInput("远园", LON + 400 * METRE, LAT, source="t", source_id="4"),
    ]
    places.import_places(actor=SYSTEM, rows=rows)
    assert places.around(LON, LAT).place == places.Named("沁园", "Qinyuan")
    assert places.around(LON, LAT + 0.02).place is None


def test_maps_name_places_and_no_house_numbers_roads_or_divisions() -> None:
    numbered = ("人民路12号", "沁园11幢", "人民路", "南沟村", "沁园")
    rows = [
        places.PlaceInput(name, LON + at * 0.002, LAT, source="t", source_id=name) for at, name in enumerate(numbered)
    ]
    places.import_places(actor=SYSTEM, rows=rows)
    told = b"".join(places.ground_features()).decode()
    assert [name for name in numbered if f'"{name}"' in told] == ["沁园"]
