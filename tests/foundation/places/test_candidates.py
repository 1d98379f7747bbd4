"""What a typed address may mean: exact, or candidates with how near they come and why."""

import pytest

from liandong.foundation.places import public as places
from liandong.foundation.places.public import PlaceInput, Precision, Reason
from liandong.kernel.actor import SYSTEM
from tests import county

pytestmark = pytest.mark.usefixtures("small_county", "register")

PLACES = [
    PlaceInput("人民医院", 105.05, 35.05, "hospital", "东坪村人民路8号", source="t", source_id="10"),
    PlaceInput("人民书店", 105.052, 35.05, "shop", "东坪村人民路20号", source="t", source_id="11"),
    PlaceInput("老车站", 105.25, 35.05, "station", "南沟村站前街1号", source="t", source_id="12"),
    PlaceInput("路口茶馆", 105.2501, 35.0501, "shop", "南沟村解放路3号", source="t", source_id="13"),
    PlaceInput("学士街", 105.35, 35.05, "road", source="t", source_id="16"),
    PlaceInput("卫生室", 105.05, 35.06, "clinic", "东坪村", source="t", source_id="14"),
    PlaceInput("卫生室", 105.25, 35.06, "clinic", "南沟村", source="t", source_id="15"),
]


@pytest.fixture
def register() -> None:
    places.import_places(actor=SYSTEM, rows=PLACES)


def best(asked: str) -> tuple[Precision, Reason, str]:
    first = places.candidates(asked)[0]
    return first.precision, first.reason, first.name


BEST = [
    ("人民医院门口", Precision.EXACT, Reason.NAMED, "人民医院"),
    ("东坪村人民路8号", Precision.EXACT, Reason.NAMED, "人民医院"),
    ("人民路18号", Precision.ROAD, Reason.NUMBER, "人民书店"),
    ("人民路", Precision.ROAD, Reason.ON_ROAD, "东坪广场"),
    ("站前街与解放路交叉口", Precision.CROSSING, Reason.MEETING, "老车站"),
    ("南沟村三组", Precision.VILLAGE, Reason.DIVISION, "南沟村"),
    ("白沟镇", Precision.TOWN, Reason.DIVISION, "白沟镇"),
    ("卫生室", Precision.SIMILAR, Reason.SAME_NAME, "卫生室"),
    ("学士街170号", Precision.ROAD, Reason.ON_ROAD, "学士街"),
    ("学士街", Precision.ROAD, Reason.ON_ROAD, "学士街"),
]


@pytest.mark.parametrize(("asked", "precision", "reason", "name"), BEST)
def test_the_nearest_meaning_stands_first_with_its_reason(
    asked: str, precision: Precision, reason: Reason, name: str
) -> None:
    assert best(asked) == (precision, reason, name)


def test_coarser_meanings_follow_and_nothing_stands_twice() -> None:
    rows = places.candidates("青坪镇东坪村人民路18号")
    assert [row.precision for row in rows if row.place_id is None] == [Precision.VILLAGE, Precision.TOWN]
    kept = [row.place_id for row in rows if row.place_id]
    assert len(kept) == len(set(kept))
    assert rows[0].words == ("人民路", "20")


def test_a_village_is_offered_by_its_middle() -> None:
    village = next(row for row in places.candidates("东坪村") if row.precision is Precision.VILLAGE)
    assert village.division_id == county.division(county.VILLAGES["A1"])
    assert village.lon is not None
    assert places.index().locate(village.lon, village.lat or 0).village_id == village.division_id


@pytest.mark.parametrize("asked", ["", " ", "！", "zzz", "没有这样的地方"])
def test_what_names_nothing_has_no_candidates(asked: str) -> None:
    assert places.candidates(asked) == []


NAMESAKES = [("卫生室", None), ("南沟村卫生室", "15"), ("青坪镇卫生室旁", "14")]


@pytest.mark.parametrize(("asked", "source_id"), NAMESAKES)
def test_of_namesakes_the_one_in_the_division_named_is_meant_else_none(asked: str, source_id: str | None) -> None:
    found = places.resolve(asked)
    points = {row.source_id: row.lon for row in PLACES}
    assert (found.lon if found else None) == (points[source_id] if source_id else None)


@pytest.mark.parametrize("asked", ["白沟镇人民医院", "南沟村人民路8号", "西坪村老车站旁"])
def test_a_place_outside_the_division_named_is_a_candidate_only(asked: str) -> None:
    assert places.resolve(asked) is None
    assert Precision.EXACT not in {row.precision for row in places.candidates(asked)}
    assert {"人民医院", "老车站"} & {row.name for row in places.candidates(asked)}


@pytest.mark.parametrize("asked", ["学士街", "学士街170号"])
def test_a_road_is_no_point(asked: str) -> None:
    assert places.resolve(asked) is None


def test_a_longer_house_number_is_another_house() -> None:
    assert places.resolve("东坪村人民路8号") is not None
    assert places.resolve("东坪村人民路88号") is None


DIVISIONS = [
    ("南沟村三组", "B1"),
    ("白沟镇南沟村委会旁边", "B1"),
    ("青坪镇", "A"),
    ("东坪村和西坪村之间", "A"),
    ("东坪村和南沟村之间", None),
    ("南沟", None),
    ("1东坪村", None),
    ("B东坪村3组", None),
    ("大东坪村", None),
    ("青坪县", None),
    ("东坪广场", None),
    ("人民路", None),
    ("", None),
]


@pytest.mark.parametrize(("asked", "division"), DIVISIONS)
def test_a_text_gives_the_one_village_or_town_that_it_names(asked: str, division: str | None) -> None:
    codes = {**county.VILLAGES, "A": county.TOWN_A, "B": county.TOWN_B}
    expected = county.division(codes[division]) if division else None
    assert places.named_division(asked) == expected


def test_naming_a_division_asks_no_database(django_assert_num_queries) -> None:
    places.named_division("东坪村")
    with django_assert_num_queries(0):
        places.named_division("白沟镇南沟村三组")


def test_candidates_are_bounded_in_rows_and_statements(django_assert_max_num_queries) -> None:
    places.candidates("东坪村")
    with django_assert_max_num_queries(6):
        assert len(places.candidates("青坪镇东坪村人民路与站前街交叉口18号", limit=4)) == 4
