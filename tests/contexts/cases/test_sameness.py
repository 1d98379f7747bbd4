"""When two cases may be one matter: words by their rarity, kind, place and time. Pure."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liandong.contexts.cases.domain.sameness import Likeness, Rarity, Reach, Signs, likeness, reach_of
from liandong.kernel import text
from liandong.kernel.geo import LonLat
from tests import county

HERE = LonLat(105.05, 35.05)
METRE = 1 / 111_195
"""Degrees of latitude."""
RARITY = Rarity.of({"路面": 0.2, "有个": 0.1, "大坑": 0.05})
POTHOLE = "人民路东坪广场门口路面有个大坑"


def signs(words: str = POTHOLE, *, code: str = county.POTHOLE, north_m: float | None = 0, later: float = 0) -> Signs:
    point = None if north_m is None else LonLat(HERE.lon, HERE.lat + north_m * METRE)
    return Signs(frozenset(text.tokens(words)), code, point, county.MONDAY + timedelta(days=later))


def alike(one: Signs, other: Signs) -> Likeness:
    found = likeness(one, other, RARITY)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("code", "reach"),
    [
        ("", Reach(200, 30)), ("010101", Reach(100, 7)), ("010301", Reach(60, 90)), ("020101", Reach(80, 60)),
        ("020201", Reach(80, 30)), ("020401", Reach(100, 30)), ("030101", Reach(800, 5)), ("030401", Reach(800, 14)),
        ("040101", Reach(150, 30)), ("040201", Reach(100, 7)), ("040301", Reach(500, 14)), ("040401", Reach(200, 1)),
        ("050101", Reach(500, 30)), ("050301", Reach(300, 14)), ("050501", Reach(300, 60)), ("060101", Reach(80, 30)),
        ("060301", Reach(500, 7)), ("060401", Reach(200, 3)), ("060501", Reach(50, 2)), ("070101", Reach(200, 60)),
        ("080101", Reach(300, 60)), ("090101", Reach(60, 30)), ("100101", Reach(50, 60)), ("110101", Reach(200, 3)),
        ("120101", Reach(500, 30)), ("130101", Reach(300, 60)),
    ],
)  # fmt: skip
def test_how_far_and_how_long_is_the_categorys(code: str, reach: Reach) -> None:
    assert reach_of(code) == reach


def test_the_same_kind_near_by_is_offered_whatever_its_words() -> None:
    like = alike(signs(), signs("车子颠了一下", north_m=60, later=20))
    assert (like.same_leaf, like.distance_m, like.apart, like.is_likely) == (True, 60, timedelta(days=20), False)


@pytest.mark.parametrize(("north_m", "later"), [(90, 1), (10, 61)])
def test_beyond_the_reach_of_its_category_it_is_another_matter(north_m: float, later: float) -> None:
    assert likeness(signs(), signs(north_m=north_m, later=later), RARITY) is None


def test_another_kind_near_by_needs_the_same_words() -> None:
    assert likeness(signs(), signs("垃圾桶满了没人收", code=county.RUBBISH, north_m=10), RARITY) is None
    like = alike(signs(), signs("人民路东坪广场门口的大坑里积水", code=county.RUBBISH, north_m=10))
    assert (like.words >= 0.3, like.is_likely) == (True, False)


def test_what_nobody_has_put_into_a_category_yet_needs_fewer_words_in_common() -> None:
    unsorted = signs("广场门口的坑里积水，车子难走，麻烦看看", code="", north_m=10)
    assert 0.12 <= alike(signs(), unsorted).words < 0.3


UNSORTED = {
    "广场门口积水，车子难走，老人小孩都不好走，麻烦来人看看怎么办": True,
    "广场那边积水很深，车子难走，老人小孩都不好走，麻烦来人看看怎么办": False,
}
OTHER_KIND = {
    "人民路广场门口垃圾堆得很高": True,
    "东坪广场门口垃圾桶满了": True,
    "广场门口积水，人民路车子难走，麻烦尽快来人看看": False,
}


@pytest.mark.parametrize("words", UNSORTED)
def test_what_is_not_sorted_is_offered_from_few_words_in_common_on(words: str) -> None:
    assert (likeness(signs(), signs(words, code="", north_m=10), RARITY) is not None) is UNSORTED[words]


@pytest.mark.parametrize("words", OTHER_KIND)
def test_another_kind_is_offered_from_many_words_in_common_on(words: str) -> None:
    assert (likeness(signs(), signs(words, code=county.RUBBISH, north_m=10), RARITY) is not None) is OTHER_KIND[words]


def test_where_a_place_is_not_known_words_decide_for_three_months() -> None:
    other = "东坪广场门口人民路那个大坑还没补"
    assert alike(signs(north_m=None), signs(other, later=80)).is_likely
    assert likeness(signs(north_m=None), signs(other, later=91), RARITY) is None
    assert likeness(signs(north_m=None), signs("路灯不亮", later=1), RARITY) is None


def test_rare_words_tell_more_than_common_ones() -> None:
    common = alike(signs("路面有个坑"), signs("路面有个洞")).words
    rare = alike(signs("路面砸锅巷"), signs("有个砸锅巷")).words
    assert rare > common
    assert RARITY("路面") == pytest.approx(math.log(5))
    assert RARITY("砸锅") > RARITY("大坑")
    assert RARITY.rarest(["路面", "砸锅", "大坑"], 2) == ["砸锅", "大坑"]


def test_without_figures_every_word_counts_the_same() -> None:
    plain = Rarity.of({})
    assert plain("路面") == plain("砸锅") == 1


@given(st.text(max_size=60), st.text(max_size=60), st.floats(0, 300), st.floats(-100, 100))
def test_likeness_is_mutual_and_a_share(one: str, other: str, north_m: float, later: float) -> None:
    first, second = signs(one), signs(other, north_m=north_m, later=later)
    there, back = likeness(first, second, RARITY), likeness(second, first, RARITY)
    assert there == back
    assert there is None or 0 <= there.words <= 1 + 1e-9
