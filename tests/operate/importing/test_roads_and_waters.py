"""Roads and waters of a county's maps from GeoJSON files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from liandong.foundation.places.models import GroundShape
from liandong.kernel import geo
from liandong.kernel.errors import InvalidInput

pytestmark = pytest.mark.usefixtures("small_county")
LINE = {"type": "LineString", "coordinates": [[105.05, 35.05], [105.06, 35.06]]}
AREA = {"type": "Polygon", "coordinates": [[[105.05, 35.05], [105.06, 35.05], [105.06, 35.06], [105.05, 35.05]]]}
POINT = {"type": "Point", "coordinates": [105.05, 35.05]}
Write = Callable[..., Path]


def collection(*features: tuple[object, dict[str, Any]]) -> str:
    rows = [{"type": "Feature", "geometry": shape, "properties": told} for shape, told in features]
    return json.dumps({"type": "FeatureCollection", "features": rows}, ensure_ascii=False)


def test_roads_and_waters_are_loaded_and_loaded_again_change_nothing(run_import: Any, write: Write) -> None:
    told = {"名称": "人民路", "name:en": "Renmin Road", "highway": "primary", "osm_id": "7"}
    roads = write("roads.geojson", collection((LINE, told), (LINE, {"name": "小路"})))
    assert "2 added" in run_import("roads", roads)
    assert "0 added, 0 changed, 2 unchanged" in run_import("roads", roads)
    waters = write(
        "waters.geojson", collection((AREA, {"name": "南湖"}), (LINE, {"name": "南河", "waterway": "river"}))
    )
    assert "2 added" in run_import("waters", waters, source="水利局")
    found = GroundShape.objects.values_list("kind", "name", "name_en", "rank", "source").order_by("id")
    assert list(found) == [
        ("road", "人民路", "Renmin Road", 1, "roads"),
        ("road", "小路", "", 3, "roads"),
        ("water", "南湖", "", 3, "水利局"),
        ("water", "南河", "", 1, "水利局"),
    ]


def test_a_file_that_lacks_a_road_ends_it_when_asked_to(run_import: Any, write: Write) -> None:
    first = write("roads.geojson", collection((LINE, {"id": "1"}), (LINE, {"id": "2"})))
    run_import("roads", first, source="x")
    second = write("later.geojson", collection((LINE, {"id": "2"})))
    assert "1 unchanged, 1 ended" in run_import("roads", second, source="x", end_missing=True)


def test_every_vertex_of_a_foreign_system_is_moved(run_import: Any, write: Write) -> None:
    run_import("roads", write("roads.geojson", collection((LINE, {"name": "人民路"}))), crs=geo.Crs.GCJ02)
    kept = GroundShape.objects.get().geometry["coordinates"]
    for here, there in zip(LINE["coordinates"], kept, strict=True):
        assert there == pytest.approx(geo.gcj02_to_wgs84(*here), abs=0.00001)


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("roads", AREA),
        ("roads", {"type": "LineString", "coordinates": [[105.05, 35.05]]}),
        ("roads", {"type": "LineString", "coordinates": [[105.05, 35.05], [105.06, "x"]]}),
        ("roads", {"type": "LineString", "coordinates": [[105.05, 35.05], [999, 35.05]]}),
        ("roads", {"type": "LineString", "coordinates": []}),
        ("waters", {"type": "MultiPoint", "coordinates": [[105.05, 35.05]]}),
        ("waters", "LINESTRING (1 2, 3 4)"),
        ("waters", None),
    ],
)
def test_what_is_no_line_or_area_is_refused_with_its_row(run_import: Any, write: Write, kind: str, shape: Any) -> None:
    with pytest.raises(CommandError):
        run_import(kind, write("shapes.geojson", collection((LINE, {"id": "1"}), (shape, {"id": "2"}))))
    assert "line 2:" in run_import.said
    assert not GroundShape.objects.exists()


def test_points_are_no_roads(run_import: Any, write: Write) -> None:
    with pytest.raises((CommandError, InvalidInput)):
        run_import("roads", write("points.geojson", collection((POINT, {"id": "1"}))))
