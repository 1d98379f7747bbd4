"""When two cases may be one matter: words by their rarity, kind, place and time. Pure."""

import math
from dataclasses import replace
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
    title, _, rest = words.partition("｜")
    found = frozenset(text.tokens(f"{title} {rest}"))
    return Signs(found, code, point, county.MONDAY + timedelta(days=later), title)


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


LIKELY = [
    ("人民路东坪广场门口路面有个大坑", "东坪广场门口人民路那个大坑还没补"),
    ("砸锅巷水管爆裂｜路面全是水，麻烦派人来修", "砸锅巷的水管又爆裂了，没人修｜水流了一路面，请派人来"),
    ("白鹭花园旁的搅拌站噪音大粉尘多｜一天到晚响，窗户都不敢开", "白鹭花园旁边搅拌站粉尘大｜噪音也吵，不敢开窗"),
    ("翠柳街和竹溪路路口的红绿灯坏了｜车辆乱抢道", "竹溪路路口红绿灯坏了几天｜翠柳街过来的车乱抢道"),
    ("红旗镇双河村三组的路何时硬化｜下雨全是泥", "双河村三组道路没有硬化｜红旗镇只剩这一段路，一下雨就是泥"),
    ("云杉公司拖欠工资半年｜五十多人没拿到钱", "云杉公司老板跑了，拖欠工资｜拖了半年，五十多人"),
    ("2号线云台站何时开通｜盼了两年", "二号线云台站为什么还没开通｜等了两年"),
    ("请给个说法｜翠柳街老粮仓要改成菜市场，公示贴了三个月，施工队一直没进场，大家都在等",
     "又要过年了｜翠柳街老粮仓要改成菜市场，公示贴了三个月，施工队一直没进场，我们都在等"),
]  # fmt: skip
SUBJECT = {
    "another road": ("人民路路灯不亮", "解放路路灯不亮"),
    "another estate": ("白鹭花园小区物业乱收停车费", "翠柳花园小区物业乱收停车费"),
    "another village": ("南沟村道路没有硬化，村民出行困难，请求解决", "北岭村道路没有硬化，村民出行困难，请求解决"),
    "another school": ("东坪小学门口上学时堵车", "东坪中学门口上学时堵车"),
    "another company": ("云杉公司拖欠工资半年", "红枫公司拖欠工资半年"),
    "a school, no road": ("人民路小学门口上学时堵车严重", "解放街门口上学时堵车严重"),
    "another house": ("白鹭花园3栋电梯天天坏", "白鹭花园五幢电梯天天坏"),
    "another line": ("3路公交车早上等不到", "15路公交车早上等不到"),
    "another group": ("双河村三组没有自来水", "双河村六组没有自来水"),
    "another matter of the estate": ("白鹭花园小区物业乱收停车费", "白鹭花园小区电梯总是坏"),
    "the same phrases": ("请加快全县图书馆建设力度｜在全力推进发展的背景下有什么具体安排",
                         "请加快全县篮球场建设力度｜在全力推进发展的背景下有什么具体安排"),
    "the same letter of another place": ("人民路的路灯整夜不亮，请尽快派人来修，谢谢",
                                         "解放路的路灯整夜不亮，请尽快派人来修，谢谢"),
}  # fmt: skip
PHRASES = "请加快全县的建设力度 在全力推进发展的背景下有什么具体安排 小区"
EVERYDAY = Rarity.of(dict.fromkeys(text.tokens(PHRASES), 0.2) | {"车胎": 0.002})
"""What is on everybody's lips tells little; all other words are rarer than 1 in 500."""


@pytest.mark.parametrize("pair", LIKELY, ids=lambda pair: pair[0])
def test_the_same_thing_at_the_same_place_is_told_as_very_likely_the_same_matter(pair: tuple[str, str]) -> None:
    one, other = (signs(words, code="", north_m=None) for words in pair)
    like = likeness(one, other, EVERYDAY)
    assert like is not None
    assert (like.is_likely, like.names_others) == (True, False)


@pytest.mark.parametrize("what", SUBJECT)
def test_another_place_or_another_thing_is_the_same_subject_only(what: str) -> None:
    one, other = (signs(words, code="", north_m=None) for words in SUBJECT[what])
    like = likeness(one, other, EVERYDAY)
    assert like is not None
    assert not like.is_likely


def test_who_names_another_place_is_told_so() -> None:
    for what in ("another road", "another estate", "another house", "another line", "a school, no road"):
        one, other = (signs(words, code="", north_m=None) for words in SUBJECT[what])
        assert alike(one, other).names_others


def test_an_address_names_the_place_as_a_title_does() -> None:
    one, other = (signs("路灯不亮，晚上看不见", north_m=None) for _ in range(2))
    assert alike(one, other).is_likely
    here, there = replace(one, address="人民路"), replace(other, address="解放路12号")
    assert (alike(here, there).is_likely, alike(here, there).names_others) == (False, True)
    assert alike(here, replace(other, address="人民路8号")).names_others


def test_where_both_places_are_known_the_square_and_the_road_may_be_one_corner() -> None:
    square, road = "东坪广场路口有个大坑，很深，要修", "人民路路口有个大坑，很深，要修"
    assert alike(signs(square, north_m=None), signs(road, north_m=None)).names_others
    assert alike(signs(square), signs(road, north_m=20)).is_likely
    assert not alike(signs("解放路路口有个大坑，很深，要修"), signs(road, north_m=20)).is_likely


def test_near_by_and_of_one_leaf_fewer_words_say_that_it_is_the_same() -> None:
    one, other = "路口的大坑越来越深，天天有人摔", "大坑有人摔了，没人管"
    assert alike(signs(one), signs(other, north_m=20)).is_likely
    assert not alike(signs(one, code=""), signs(other, code="", north_m=20)).is_likely
    assert not alike(signs(f"{one}伤"), signs("大坑里有人摔倒，没人管", north_m=20)).is_likely


def test_a_few_everyday_words_are_no_place() -> None:
    one = signs("路灯不亮", code="", north_m=None)
    assert not alike(one, one).is_likely
    assert alike(signs("路灯不亮"), signs("路灯不亮", north_m=10)).is_likely
    assert alike(*(signs("人民路路灯不亮", north_m=None) for _ in range(2))).is_likely
    longer = signs("路灯不亮三天了，一到晚上就看不见路，没人管", code="", north_m=None)
    assert alike(longer, longer).is_likely


def test_a_case_without_a_title_is_compared_by_its_words() -> None:
    bare = replace(signs("砸锅巷水管爆裂，路面全是水", north_m=None), title="")
    assert alike(bare, replace(bare, received_at=county.MONDAY)).is_likely
    assert alike(bare, bare).told == 0


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
