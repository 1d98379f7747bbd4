import re
from collections import Counter

import pytest
import shapely
import shapely.geometry

from liandong.kernel.actor import Role
from liandong.sample.county import COUNTY_CODE, build_county
from liandong.sample.organisation import leaves
from liandong.sample.rows import County, DivisionSeed, Level, Part, PlaceKind


def _polygon(division: DivisionSeed) -> shapely.Polygon:
    outer, *holes = division.rings
    return shapely.Polygon(outer, holes)


def _children(county: County, parent: DivisionSeed) -> list[DivisionSeed]:
    return [division for division in county.divisions if division.parent == parent.code]


@pytest.fixture(scope="module", params=[2, 3, 7])
def another(request, taxonomy):
    return build_county(request.param, taxonomy=taxonomy)


def test_there_are_12_towns_150_villages_and_1200_cells(county):
    assert [len(county.of_level(level)) for level in Level] == [1, 12, 150, 1200]


@pytest.mark.parametrize("level", [Level.TOWN, Level.VILLAGE, Level.CELL])
def test_every_level_tiles_the_county_without_gap_or_overlap(county, level):
    polygons = [_polygon(division) for division in county.of_level(level)]
    assert all(polygon.is_valid for polygon in polygons)
    assert shapely.coverage_is_valid(polygons)
    whole = _polygon(county.divisions[0])
    assert sum(polygon.area for polygon in polygons) == pytest.approx(whole.area, rel=1e-9)
    assert shapely.coverage_union_all(polygons).equals(whole)


def test_other_seeds_tile_too(another):
    polygons = [_polygon(division) for division in another.of_level(Level.CELL)]
    assert len(polygons) == 1200
    assert all(polygon.is_valid for polygon in polygons)
    assert shapely.coverage_is_valid(polygons)
    assert len(another.divisions[0].rings) == 1


def test_a_division_is_the_union_of_its_children(county):
    for parent in county.divisions:
        if parent.level is not Level.CELL:
            parts = shapely.coverage_union_all([_polygon(child) for child in _children(county, parent)])
            assert parts.equals(_polygon(parent)), parent.code


def test_parents_come_before_children_and_people_add_up(county):
    seen = {""}
    for division in county.divisions:
        assert division.parent in seen
        seen.add(division.code)
        if division.level is not Level.CELL:
            assert division.population == sum(child.population for child in _children(county, division))


def test_rings_are_closed_anticlockwise_and_rounded_to_six_decimals(county):
    for division in county.divisions:
        outer = division.rings[0]
        assert outer[0] == outer[-1]
        assert shapely.LinearRing(outer).is_ccw
        assert all(point == (round(point[0], 6), round(point[1], 6)) for point in outer)
        assert _polygon(division).contains(shapely.Point(division.centre))


def test_codes_follow_the_ranges_of_the_division_code(county):
    ranges = {"街道": (1, 99), "镇": (100, 199), "乡": (200, 399), "社区": (1, 199), "村": (200, 399)}
    for division in county.divisions:
        code = division.code
        assert code.startswith(COUNTY_CODE)
        assert code.isdigit()
        if division.level is Level.CELL:
            assert len(code) == 15
            assert code[:12] == division.parent
            assert 1 <= int(code[12:]) <= 999
            continue
        assert len(code) == 12
        part = {Level.TOWN: code[6:9], Level.VILLAGE: code[9:]}.get(division.level)
        if part:
            low, high = next(span for ending, span in ranges.items() if division.zh.endswith(ending))
            assert low <= int(part) <= high
            assert division.parent == (f"{COUNTY_CODE}000000" if division.level is Level.TOWN else code[:9] + "000")


def test_no_code_and_no_name_is_given_twice(county):
    assert len({division.code for division in county.divisions}) == len(county.divisions)
    for language in ("zh", "en"):
        names = Counter(getattr(division, language) for division in county.divisions)
        assert names.most_common(1)[0][1] == 1


def test_cells_are_small_in_town_and_wide_in_the_hills(county):
    def area(cell: DivisionSeed) -> float:
        return float(_polygon(cell).area)

    town = [area(cell) for cell in county.of_level(Level.CELL) if cell.urban_rural == "111"]
    hills = [area(cell) for cell in county.of_level(Level.CELL) if cell.urban_rural == "220"]
    assert sorted(hills)[len(hills) // 2] > 8 * sorted(town)[len(town) // 2]


def test_every_leaf_has_exactly_one_lead_office_in_every_town(county, taxonomy):
    leads = Counter(
        (duty.category, town.code)
        for duty in county.duties
        if duty.part is Part.LEAD
        for town in county.of_level(Level.TOWN)
        if duty.division in {"", town.code}
    )
    expected = {(leaf["code"], town.code) for leaf in leaves(taxonomy) for town in county.of_level(Level.TOWN)}
    assert set(leads) == expected
    assert set(leads.values()) == {1}


def test_duties_name_offices_divisions_and_categories_that_exist(county, taxonomy):
    offices = {office.code for office in county.offices}
    divisions = {division.code for division in county.divisions} | {""}
    codes = {leaf["code"] for leaf in leaves(taxonomy)}
    for duty in county.duties:
        assert duty.office in offices
        assert duty.division in divisions
        assert duty.category in codes
    keys = [(duty.category, duty.office, duty.division) for duty in county.duties]
    assert len(keys) == len(set(keys)), "an office leads or assists, not both"


def test_what_is_the_village_s_goes_to_its_town(county):
    neighbours = [duty for duty in county.duties if duty.category == "100102" and duty.part is Part.LEAD]
    assert {duty.office[:3] for duty in neighbours} == {"TWN"}
    assert len(neighbours) == 12


def test_there_is_an_office_for_every_department_code(county, taxonomy):
    roles = Counter(office.role for office in county.offices)
    assert roles.pop("TWN") == 12
    assert set(roles) == set(taxonomy["departments"]) - {"TWN", "VIL"}
    assert set(roles.values()) == {1}


def test_120_posts_with_every_role_and_one_that_handles_in_every_office(county):
    assert len({post.username for post in county.staff}) == len(county.staff) == 120
    assert len({post.zh for post in county.staff}) == len(county.staff)
    assert {post.role for post in county.staff} == set(Role) - {Role.REPORTER}
    handling = {post.office for post in county.staff if post.role in (Role.HANDLER, Role.COORDINATOR)}
    assert handling == {office.code for office in county.offices}


def test_every_cell_has_one_grid_worker_of_its_town(county):
    cells = [cell for post in county.staff for cell in post.cells]
    assert sorted(cells) == [cell.code for cell in county.of_level(Level.CELL)]
    for post in county.staff:
        assert bool(post.cells) == (post.role is Role.GRID_WORKER)
        assert all(cell.startswith(post.division[:9]) for cell in post.cells)


def test_every_town_has_a_dispatcher_and_every_office_somebody_to_handle(county):
    dispatchers = [post.division for post in county.staff if post.role is Role.DISPATCHER]
    assert sorted(dispatchers) == [town.code for town in county.of_level(Level.TOWN)]
    assert {post.office for post in county.staff if post.role is Role.HANDLER} == {
        office.code for office in county.offices
    }


def test_places_lie_in_their_cells_and_have_names_of_their_own(county):
    cells = {cell.code: _polygon(cell) for cell in county.of_level(Level.CELL)}
    for place in county.places:
        assert cells[place.cell].contains(shapely.Point(place.lon, place.lat))
    assert len({place.name for place in county.places}) == len(county.places)
    assert {place.kind for place in county.places} == set(PlaceKind)
    assert 300 <= len(county.places) <= 800


def test_the_same_seed_gives_the_same_county_and_another_seed_another(county, another, taxonomy):
    assert build_county(1, taxonomy=taxonomy) == county
    assert another.divisions[0].rings != county.divisions[0].rings


def test_english_names_hold_no_chinese(county):
    names = [*county.divisions, *county.offices, *county.staff]
    assert not [row.en for row in names if re.search(r"[\u4e00-\u9fff]", row.en)]
    assert not [place.name_en for place in county.places if re.search(r"[\u4e00-\u9fff]", place.name_en)]


def test_every_named_road_of_the_register_is_drawn_through_its_place_and_inside_the_county(county):
    outline = _polygon(county.divisions[0]).buffer(1e-5)
    lines: dict[str, list[shapely.Geometry]] = {}
    for row in county.ground:
        shape = shapely.geometry.shape(row.geometry)
        assert shape.is_valid
        assert outline.covers(shape)
        lines.setdefault(row.name, []).append(shape)
    roads = [place for place in county.places if place.kind is PlaceKind.ROAD]
    assert len(roads) > 100
    for road in roads:
        assert min(line.distance(shapely.Point(road.lon, road.lat)) for line in lines[road.name]) < 1e-5


def test_highways_reach_every_town_and_the_river_crosses_the_county(county):
    highways = [shapely.geometry.shape(row.geometry) for row in county.ground if row.kind == "road" and row.rank == 1]
    reached = shapely.union_all(highways)
    towns = county.of_level(Level.TOWN)
    assert all(_polygon(town).intersects(reached) for town in towns)
    river = next(row for row in county.ground if row.kind == "water" and row.name.endswith("水"))
    wide = shapely.geometry.shape(river.geometry).bounds
    assert wide[2] - wide[0] > 0.3
