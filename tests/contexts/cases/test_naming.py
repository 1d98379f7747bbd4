"""What titles name: enough to tell two places apart, never to find one."""

import pytest

from liandong.contexts.cases.domain.naming import counted_otherwise, numbers_in, places_in
from liandong.kernel import text

NAMED = {
    "白鹭花园小区物业乱收费": [("estate", "白鹭花园")],
    "县城东坪广场门口有坑": [("site", "东坪广场")],
    "人民路小学门口堵车": [("school", "人民路小学")],
    "荣桥社区没有路灯": [("village", "荣桥社区")],
    "人民路路面坏了": [("road", "人民路")],
    "人民路路灯不亮": [("road", "人民路")],
    "双河村村民出行困难": [("village", "双河村")],
    "云杉公司拖欠工资": [("company", "云杉公司")],
    "翠柳街和竹溪路": [("road", "翠柳街"), ("road", "竹溪路")],
}
NOTHING = [
    "马路上有坑",
    "道路没有硬化",
    "这条路没人管",
    "十字路口堵车",
    "老板跑路了",
    "我们小区停水",
    "农村道路",
    "停水了",
]


@pytest.mark.parametrize("title", NAMED)
def test_a_name_ends_in_what_it_is(title: str) -> None:
    found = places_in(title)
    assert [each.kind for each in found] == [kind for kind, _ in NAMED[title]]
    for each, (_, name) in zip(found, NAMED[title], strict=True):
        assert each.is_in(text.tokens(f"在{name}附近"))


@pytest.mark.parametrize("title", NOTHING)
def test_what_only_says_what_kind_of_thing_it_is_names_nothing(title: str) -> None:
    assert places_in(title) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("3栋漏水", "三幢漏水"), ("2号线", "二号线"), ("二十一组", "21组"), ("十号楼", "10栋"), ("03路", "3路")],
)
def test_a_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert numbers_in(one) == numbers_in(other) != ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("3栋漏水", "5栋漏水", True), ("3栋和5栋漏水", "5栋漏水", False), ("3栋漏水", "5路车", False),
        ("12号停水", "5月13号停水", False), ("3栋2单元", "3栋1单元", True),
    ],
)  # fmt: skip
def test_numbers_differ_where_they_count_the_same_and_none_is_common(one: str, other: str, expected: bool) -> None:
    assert counted_otherwise(numbers_in(one), numbers_in(other)) is expected
