"""Searching cases by words of title, report and address, Chinese or Latin, or by number."""

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Filters, Scope
from liandong.kernel import ids
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture
def texts() -> dict[str, int]:
    found = {
        "lamp": county.receive("人民路小学门口的路灯坏了三天，晚上很黑", address="人民路12号"),
        "bus": county.receive("The BUS-7 stop on People's Road has no shelter, 等车淋雨"),
        "water": county.receive("水管漏水，２０２６年就报过", address="青坪镇东坪村３组"),
        "quote": county.receive("居民说：“路灯亮了又灭”；it's \\ 'broken' & (odd) | !"),
        "one": county.receive("灯"),
    }
    return {name: row.id for name, row in found.items()}


SEARCHES = [
    ("路灯", {"lamp", "quote"}),
    ("路灯坏了", {"lamp"}),
    ("人民路小学门口", {"lamp"}),
    ("坏了三天，晚上", {"lamp"}),
    ("人民路12号", {"lamp"}),
    ("12号 路灯", {"lamp"}),
    ("路灯 漏水", set()),
    ("bus-7", {"bus"}),
    ("BUS-7", {"bus"}),
    ("people's road", {"bus"}),
    ("shelter 淋雨", {"bus"}),
    ("shelt", set()),
    ("2026", {"water"}),
    ("２０２６年", {"water"}),
    ("东坪村3组", {"water"}),
    ("灯", {"one"}),
    ("it's broken", {"quote"}),
    ("'", set()),
    ("\\", set()),
    ("& | ! ( ) : *", set()),
    ("' | 'x", set()),
    ("……", set()),
    ("，", set()),
    ("字" * 3000, set()),
    ("word " * 1000, set()),
]


@pytest.mark.parametrize(("asked", "wanted"), SEARCHES, ids=[asked[:20] for asked, _ in SEARCHES])
def test_a_search_finds_what_has_all_its_words(texts: dict[str, int], asked: str, wanted: set[str]) -> None:
    rows = cases.list_cases(actor=county.post("clerk"), scope=Scope.COUNTY, filters=Filters(text=asked)).rows
    assert {row.id for row in rows} == {texts[name] for name in wanted}


def test_blank_space_searches_for_nothing_and_filters_nothing(texts: dict[str, int]) -> None:
    rows = cases.list_cases(actor=county.post("clerk"), scope=Scope.COUNTY, filters=Filters(text=" \u3000 ")).rows
    assert len(rows) == len(texts)


@pytest.mark.parametrize("written", ["{}", " {} ", "{0:.5}-{1}", "{0:.5} {1}"])
def test_a_case_number_finds_the_case_however_it_is_written(texts: dict[str, int], written: str) -> None:
    number = ids.case_number(texts["water"])
    rows = cases.list_cases(
        actor=county.post("clerk"), scope=Scope.COUNTY, filters=Filters(text=written.format(number, number[5:]))
    ).rows
    assert [row.id for row in rows] == [texts["water"]]


def test_a_number_finds_nothing_that_the_post_may_not_see(texts: dict[str, int]) -> None:
    number = ids.case_number(texts["water"])
    assert not cases.list_cases(actor=county.post("law1"), scope=Scope.OFFICE, filters=Filters(text=number)).rows


def test_a_number_that_happens_to_stand_in_a_text_is_still_found_there() -> None:
    number = ids.case_number(4_711_000)
    row = county.receive(f"电表编号{number}的电表箱门坏了")
    rows = cases.list_cases(actor=county.post("clerk"), scope=Scope.COUNTY, filters=Filters(text=number)).rows
    assert [each.id for each in rows] == [row.id]


def test_the_address_of_a_long_report_is_found_too() -> None:
    words = "".join(chr(0x4E00 + n) for n in range(3900))
    row = county.receive(words, address="青坪镇观音桥")
    rows = cases.list_cases(actor=county.post("clerk"), scope=Scope.COUNTY, filters=Filters(text="观音桥")).rows
    assert [each.id for each in rows] == [row.id]


@pytest.mark.parametrize("word", ["a" * 4000, "9" * 4000, "x-" * 2000, "é" * 4000, "𠮷" * 2000])
def test_a_report_of_one_endless_word_is_received(word: str) -> None:
    row = county.receive(word)
    assert cases.find(row.id) == row
