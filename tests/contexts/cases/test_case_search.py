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
    ("灯", {"lamp", "quote", "one"}),
    ("bus", {"bus"}),
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


SCRIPTS = [
    ("𠮷野巷口的路灯不亮", ["𠮷野巷", "𠮷", "野"]),
    ("𬭚山路有坑，到𬭚山", ["𬭚山路", "𬭚", "山"]),
    ("门牌一〇四号，电话亭", ["一〇四", "〇", "一○四号"]),
    ("人人々木町", ["々木", "々"]),
    ("\u2f00\uf9d1\U0002f800字旁", ["一", "六", "丽", "字旁"]),
    ("\U00031350\U0003134a\U0002ebf0路", ["\U00031350\U0003134a", "\U0002ebf0"]),
    ("ئازادلىق يولىدىكى 12-نومۇرلۇق چىراغ ئۆچۈپ قالدى", ["ئازادلىق", "چىراغ ئۆچۈپ", "12", "نومۇرلۇق"]),
    ("На улице Ленина не горит фонарь", ["ленина", "ФОНАРЬ", "улице Ленина"]),
    ("ཁྲོམ་གཞུང་གི་གློག་སྒྲོན", ["གཞུང", "གློག་སྒྲོན"]),
    ("ᠭᠤᠳᠤᠮᠵᠢ ᠶᠢᠨ ᠳᠡᠩ", ["ᠭᠤᠳᠤᠮᠵᠢ", "ᠳᠡᠩ"]),
    ("ไฟถนนดับทั้งคืนหน้าโรงเรียน", ["ไฟถนน", "โรงเรียน", "ทั้งคืน", "ถ"]),
    ("가로등이 꺼졌습니다 학교 앞에서", ["가로등", "학교", "꺼졌"]),
    ("さくら通りのランプが消えた", ["さくら", "ランプ", "ﾗﾝﾌﾟ"]),
    ("Café de l’Étoile, ŁÓDŹ, Straße", ["café", "cafe\u0301", "l'étoile", "łódź", "STRASSE"]),
    ("सड़क पर गड्ढा है", ["गड्ढा", "सड़क"]),
    ("ភ្លើងបំភ្លឺផ្លូវខូច", ["ផ្លូវ", "ភ្លើង"]),
    ("ꀀꇁꉙ ꃅꄷ", ["ꀀꇁ", "ꃅꄷ"]),
    ("第٣٤号，๑๒，१२३，𝟜𝟝，Ⅻ", ["34", "12", "123", "45", "xii"]),
    ("人\u200b民\u2060广\u202e场\ufe0f有积\u00ad水", ["人民广场", "积水"]),
    ("普通的人民大会堂", ["人\u200b民大会堂"]),
]


@pytest.mark.parametrize(("said", "asked"), SCRIPTS, ids=[said[:12] for said, _ in SCRIPTS])
def test_a_word_of_any_script_that_stands_in_a_report_is_found(
    texts: dict[str, int], said: str, asked: list[str]
) -> None:
    row = county.receive(said)
    for words in asked:
        found = cases.list_cases(actor=county.post("clerk"), scope=Scope.COUNTY, filters=Filters(text=words)).rows
        assert row.id in {each.id for each in found}, words


def test_words_at_the_end_of_the_longest_report_are_found() -> None:
    words = "".join(chr(0x4E00 + n) for n in range(3_000)) + "，最后一句说观音桥"
    row = county.receive(words)
    rows = cases.list_cases(actor=county.post("clerk"), scope=Scope.COUNTY, filters=Filters(text="观音桥")).rows
    assert [each.id for each in rows] == [row.id]


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
