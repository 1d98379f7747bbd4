import json
from datetime import date

import pytest
from django.core.management.base import CommandError

from liandong.foundation.access.models import Staff
from liandong.foundation.orgs import public as orgs
from liandong.foundation.orgs.models import County, Division, Duty, Office
from liandong.foundation.places import public as places
from liandong.foundation.registers.public import Cached
from liandong.kernel import geo
from liandong.kernel.errors import InvalidInput
from tests import county

TOWNS = "code,name,areaCode,provinceCode,cityCode\n990201001,松岭街道,990201,99,9902\n990201100,竹溪镇,990201,99,9902\n"
VILLAGES = "code,name,streetCode\n990201001001,松岭社区,990201001\n990201100201,上溪村,990201100\n"
CELLS = "区划代码,名称\n990201100201001,上溪村第一网格\n"
SQUARE = [[106.0, 34.0], [106.2, 34.0], [106.2, 34.2], [106.0, 34.2], [106.0, 34.0]]
BOW = [[106.0, 34.0], [106.2, 34.2], [106.2, 34.0], [106.0, 34.2], [106.0, 34.0]]


def collection(*features: tuple[dict, str, list]) -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": facts, "geometry": {"type": kind, "coordinates": rings}}
                for facts, kind, rings in features
            ],
        }
    )


def outline(code: object = 990201, **facts: object) -> str:
    whole = {"adcode": code, "name": "松岭县", "level": "district", "parent": {"adcode": 990200}, **facts}
    return collection((whole, "MultiPolygon", [[SQUARE]]))


@pytest.fixture
def songling(run_import, write) -> None:
    """A county with two towns, two villages and a cell, loaded from code lists."""
    run_import("divisions", write("towns.csv", TOWNS), county="松岭县", valid_from=date(2026, 1, 1))
    run_import("divisions", write("villages.csv", VILLAGES), valid_from=date(2026, 1, 1))
    run_import("divisions", write("cells.csv", CELLS), valid_from=date(2026, 1, 1))


def current(code: str) -> Division:
    return Division.objects.get(code=code, valid_to=None)


def test_kind_and_parent_follow_from_the_code(songling):
    registry = orgs.organisation()
    cell = registry.by_code["990201100201001"]
    path = [registry.divisions[item] for item in cell.path]
    assert [(row.code, row.kind) for row in path] == [
        ("990201000000", "county"),
        ("990201100000", "town"),
        ("990201100201", "village"),
        ("990201100201001", "cell"),
    ]


def test_what_was_done_is_said_in_both_languages_and_again_is_unchanged(songling, run_import, write):
    said = run_import("divisions", write("towns.csv", TOWNS))
    assert "未变 2" in said
    assert "2 unchanged" in said
    assert "areaCode" in said


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_files_of_spreadsheets_are_read(run_import, write, encoding):
    run_import("divisions", write("towns.csv", TOWNS, encoding), county="松岭县")
    assert orgs.organisation().by_code["990201100000"].name == "竹溪镇"


def test_a_division_without_the_one_above_it_is_refused_with_its_line_and_nothing_is_kept(run_import, write):
    with pytest.raises(CommandError):
        run_import("divisions", write("villages.csv", VILLAGES))
    assert "第 2 行 line 2" in run_import.said
    assert "990201001000" in run_import.said
    assert not Division.objects.filter(code__startswith="990201").exists()


def test_codes_of_ones_own_name_their_parent_and_kind(run_import, write):
    rows = [
        {"code": "SL", "name": "松岭", "kind": "县"},
        {"code": "SL-1", "name": "一片", "kind": "网格", "parent_code": "SL"},
    ]
    run_import("divisions", write("own.json", json.dumps(rows)))
    assert orgs.organisation().by_code["SL-1"].kind == "cell"
    with pytest.raises(CommandError):
        run_import("divisions", write("own.json", json.dumps([{"code": "SL-2", "name": "二片"}])))
    assert "kind" in run_import.said


def test_a_code_that_stands_twice_is_refused(run_import, write):
    with pytest.raises(CommandError):
        run_import("divisions", write("towns.csv", TOWNS + "990201100,竹溪乡,,,\n"), county="松岭县")
    assert "第 4 行" in run_import.said


def test_a_county_outline_names_a_county_that_has_no_name_yet(run_import, write):
    County.objects.all().delete()
    Cached.forget_all()
    run_import("divisions", write("county.geojson", outline()))
    assert (orgs.county().name, orgs.county().code) == ("松岭县", "990201000000")


def test_an_outline_completes_a_division_that_is_there_without_a_new_version(songling, run_import, write):
    before = current("990201000000")
    run_import("divisions", write("county.geojson", outline(name="")))
    after = current("990201000000")
    assert (after.pk, after.name, after.valid_from) == (before.pk, "松岭县", before.valid_from)
    assert places.index().locate(106.1, 34.1).division_id == after.pk
    assert current("990201100000").parent_id == after.pk


def test_a_code_list_after_the_outline_does_not_lose_it(songling, run_import, write):
    run_import("divisions", write("county.geojson", outline()))
    run_import("divisions", write("county.csv", "code,name\n990201,新松岭县\n"), valid_from=date(2026, 2, 1))
    row = current("990201000000")
    assert (row.name, row.valid_from) == ("新松岭县", date(2026, 2, 1))
    assert row.outline["coordinates"] == [[SQUARE]]
    assert row.lon is not None


def test_every_vertex_of_another_coordinate_system_is_converted(run_import, write):
    shifted = [list(geo.from_wgs84(lon, lat, geo.Crs.GCJ02)) for lon, lat in SQUARE]
    content = collection(({"code": "990201", "name": "松岭县"}, "Polygon", [shifted]))
    run_import("divisions", write("county.geojson", content), crs=geo.Crs.GCJ02)
    assert current("990201000000").outline["coordinates"] == [SQUARE]


def test_an_outline_that_crosses_itself_is_mended_and_said(run_import, write):
    content = collection(({"code": "990201", "name": "松岭县"}, "Polygon", [BOW]))
    assert "990201000000" in run_import("divisions", write("county.geojson", content)).split("已修复", 1)[1]
    assert places.index().locate(106.02, 34.1).inside
    assert not places.index().locate(106.1, 34.02).inside


@pytest.mark.parametrize(("kind", "rings"), [("LineString", SQUARE), ("Polygon", [SQUARE[:2]]), ("Polygon", "abc")])
def test_an_outline_without_an_area_is_refused_by_name(run_import, write, kind, rings):
    with pytest.raises(CommandError):
        run_import("divisions", write("x.geojson", collection(({"code": "990201", "name": "县"}, kind, rings))))
    assert "990201000000" in run_import.said


def test_a_changed_boundary_is_a_new_version_and_what_hung_on_the_old_hangs_on_it(run_import, write):
    """The small county's town A gets another outline."""
    old = current(county.TOWN_A)
    content = collection(({"code": county.TOWN_A, "name": "青坪镇"}, "Polygon", [SQUARE]))
    said = run_import("divisions", write("town.geojson", content), valid_from=date(2026, 3, 1))
    new = current(county.TOWN_A)
    old.refresh_from_db()
    assert new.pk != old.pk
    assert (old.valid_to, old.successor_id) == (date(2026, 3, 1), new.pk)
    assert current(county.VILLAGES["A1"]).parent_id == new.pk
    assert new.pk in current(county.CELLS["A11"]).path
    assert old.pk not in current(county.CELLS["A11"]).path
    assert Office.objects.get(code="TWN-A").division_id == new.pk
    assert not Duty.objects.filter(division_id=old.pk).exists()
    assert Staff.objects.get(username="town_a").division_id == new.pk
    assert "1 posts" in said


def test_a_date_in_the_future_or_before_the_current_version_is_refused(songling, run_import, write):
    changed = write("towns.csv", TOWNS.replace("竹溪镇", "竹溪街道"))
    with pytest.raises(InvalidInput):
        run_import("divisions", changed, valid_from=date(2125, 1, 1))
    with pytest.raises(InvalidInput):
        run_import("divisions", changed, valid_from=date(2025, 1, 1))
    assert current("990201100000").name == "竹溪镇"


def test_missing_divisions_of_the_same_kind_end_on_request(songling, run_import, write):
    Division.objects.filter(code__startswith="990101", kind="village").update(valid_to=date(2026, 1, 1))
    Division.objects.filter(code__startswith="990101", kind="cell").update(valid_to=date(2026, 1, 1))
    only = write("villages.csv", VILLAGES.splitlines()[0] + "\n990201100201,上溪村,990201100\n")
    assert "1 ended" in run_import("divisions", only, end_missing=True)
    assert "990201001001" not in orgs.organisation().by_code
    assert "990201001000" in orgs.organisation().by_code


def test_a_division_with_others_below_it_cannot_end(songling, run_import, write):
    only = write("villages.csv", VILLAGES.splitlines()[0] + "\n990201001001,松岭社区,990201001\n")
    with pytest.raises(InvalidInput):
        run_import("divisions", only, end_missing=True)


@pytest.mark.parametrize("code", ["330110", "330122", "330921", "500117"])
def test_real_counties_load_whole_and_again_unchanged(run_import, real_data, code):
    counts = {"330110": (12, 223), "330122": (14, 218), "330921": (7, 88), "500117": (30, 419)}[code]
    files = [real_data(f"divisions/{name}") for name in (f"towns_{code}.csv", f"villages_{code}.csv")]
    run_import("divisions", real_data(f"divisions/county_outline_{code}.geojson"), crs=geo.Crs.GCJ02)
    for path, count in zip(files, counts, strict=True):
        assert f"{count} added" in run_import("divisions", path)
        assert f"{count} unchanged" in run_import("divisions", path)
    assert current(f"{code}000000").outline["type"] in {"Polygon", "MultiPolygon"}
