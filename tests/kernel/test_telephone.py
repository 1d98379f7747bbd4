"""One number, however it is written; and never another one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liandong.kernel import telephone
from liandong.kernel.telephone import Telephone, asked_keys, for_messages, read, stored_keys

MOBILE, LANDLINE = "+8613800000001", "+8657188110106"
SAME: dict[str, list[str]] = {
    MOBILE: [
        "13800000001",
        "138 0000 0001",
        "138-0000-0001",
        "138.0000.0001",
        "138·0000·0001",
        "138—0000—0001",
        "１３８０００００００１",
        "＋８６　１３８　００００　０００１",
        "+86 138 0000 0001",
        "+8613800000001",
        "+86 (0)138 0000 0001",
        "86-13800000001",
        "(86)13800000001",
        "0086 13800000001",
        "086-13800000001",
        "013800000001",
        "17951 13800000001",
        "17909-138-0000-0001",
        "12593 13800000001",
        "1259313800000001",
        "10193 13800000001",
        "17951 0 13800000001",
        "+86 17951 13800000001",
        "手机：13800000001（微信同号）",
        "tel:13800000001",
        "张先生 13800000001",
        "3栋 13800000001",
        "3 13800000001",
        "\u200b138\u200b0000\u200b0001",
        "\u202d13800000001\u202c",
        "١٣٨٠٠٠٠٠٠٠١",
        "༡༣༨༠༠༠༠༠༠༠༡",
    ],
    LANDLINE: [
        "0571-88110106",
        "0571 88110106",
        "(0571)88110106",
        "（0571）8811 0106",
        "057188110106",
        "571-88110106",
        "+86 (0)571 88110106",
        "+86 571 88110106",
        "+86-0571-88110106",
        "86 571 88110106",
        "0086-571-88110106",
        "0086 0571 88110106",
        "17909 0571 88110106",
        "办公室0571—88110106",
    ],
    "+861088110106": ["010-88110106", "01088110106", "10-88110106", "+86 10 88110106", "+86 (010) 8811 0106"],
    "+865991234567": ["0599-1234567", "(0599)1234567", "+86 599 1234567"],
    "+864001234567": ["400-123-4567", "4001234567", "+86 400 123 4567"],
    "+85291234567": ["+852 9123 4567", "00852-9123-4567", "+85291234567"],
    "+442079460018": ["+44 (0)20 7946 0018", "+44 20 7946 0018", "0044 20 7946 0018"],
    "88110106": ["88110106", "8811-0106", "8811 0106", "座机88110106"],
    "~0005550101": ["000-555-0101", "0005550101"],
}


@pytest.mark.parametrize(("main", "written"), [(main, each) for main, forms in SAME.items() for each in forms])
def test_a_number_is_the_same_however_it_is_written(main: str, written: str) -> None:
    assert read(written) == [Telephone(main)]


SEVERAL = [
    ("13800000001/13900000002", [MOBILE, "+8613900000002"]),
    ("13800000001、13900000002", [MOBILE, "+8613900000002"]),
    ("13800000001,13900000002", [MOBILE, "+8613900000002"]),
    ("13800000001，13900000002", [MOBILE, "+8613900000002"]),
    ("13800000001;13900000002", [MOBILE, "+8613900000002"]),
    ("13800000001；13900000002", [MOBILE, "+8613900000002"]),
    ("13800000001 13900000002", [MOBILE, "+8613900000002"]),
    ("138 0000 0001 139 0000 0002", [MOBILE, "+8613900000002"]),
    ("13800000001或13900000002", [MOBILE, "+8613900000002"]),
    ("13800000001转13900000002", [MOBILE, "+8613900000002"]),
    ("13800000001+8613900000002", [MOBILE, "+8613900000002"]),
    ("0571-88110106 13800000001", [LANDLINE, MOBILE]),
    ("88110106/13800000001", ["88110106", MOBILE]),
    ("0571-88110106/88110107", [LANDLINE, "+8657188110107"]),
    ("13800000001、0571 88110106", [MOBILE, LANDLINE]),
    ("13800000001/+86 138 0000 0001", [MOBILE]),
    ("1380000000113900000002", [MOBILE, "+8613900000002"]),
    ("电话1380000000113900000002，晚上打", [MOBILE, "+8613900000002"]),
    ("13800000001139000000020571", ["~13800000001139000000020571"]),
]


@pytest.mark.parametrize(("written", "mains"), SEVERAL)
def test_several_numbers_of_one_field_are_each_read(written: str, mains: list[str]) -> None:
    assert [number.main for number in read(written)] == mains


@pytest.mark.parametrize(
    "written",
    [
        "0571-88110106转801",
        "0571-88110106-801",
        "0571 88110106 分机 801",
        "057188110106 ext.801",
        "(0571)88110106#801",
        "0571-88110106（转801）",
        "0571-88110106x801",
        "0571-88110106*801",
        "0571-88110106 转接：801",
    ],
)
def test_an_extension_stands_apart(written: str) -> None:
    assert read(written) == [Telephone(LANDLINE, "801")]


@pytest.mark.parametrize("nothing", ["", " ", "无", "abc", "12345", "95598", "+", "00", "+86", "1.39E+10", "/、；"])
def test_what_is_no_number_is_none(nothing: str) -> None:
    assert read(nothing) == []


def finds(asked: str, stored: str, area_code: str = "") -> bool:
    (number,) = read(asked)
    return bool({*asked_keys(number, area_code)} & {*stored_keys(stored)})


@pytest.mark.parametrize(
    ("asked", "stored"),
    [
        ("1380000000", "13800000001"),
        ("138000000012", "13800000001"),
        ("3800000001", "13800000001"),
        ("00000001", "13800000001"),
        ("0572-88110106", "0571-88110106"),
        ("88110106", "0571-88110106"),
        ("88110106", "0571-188110106"),
        ("0571-8811010", "0571-88110106"),
        ("5550101", "000-555-0101"),
        ("+852 8811 0106", "88110106"),
        ("+1 380 000 0001", "13800000001"),
        ("13800000001", "13800000001999"),
        ("13800000001", "913800000001"),
        ("0571-88110106转801", "0571-88110106转802"),
        ("13800000001转1234", "13800000001转5678"),
        ("13900000002", "138000000011390000000"),
    ],
)
def test_another_number_is_never_found(asked: str, stored: str) -> None:
    assert not finds(asked, stored)
    assert not finds(stored, asked)


def test_a_number_without_area_code_is_the_county_s_where_that_is_known() -> None:
    assert finds("0571-88110106", "88110106", "0571")
    assert finds("88110106", "+86 571 8811 0106", "0571")
    assert finds("88110106", "88110106")
    assert finds("88110106", "88110106", "0571")
    assert not finds("0572-88110106", "88110106", "0571")
    assert not finds("0571-88110106", "88110106")
    assert not finds("13800000001", "00000001", "0138")


def test_an_extension_tells_numbers_apart_only_where_both_have_one() -> None:
    assert finds("0571-88110106", "0571-88110106转801")
    assert finds("0571-88110106转801", "0571-88110106")
    assert finds("0571-88110106-801", "0571-88110106转801")
    assert finds("88110106-801", "0571-88110106转801", "0571")


def test_a_message_goes_to_the_mobile_number_of_several() -> None:
    assert for_messages("0571-88110106/13800000001") == "13800000001"
    assert for_messages("13800000001、13900000002") == "13800000001"


@pytest.mark.parametrize("written", [*SAME[MOBILE], "13800000001转801", "13800000001（找老张）"])
def test_a_message_goes_to_a_mobile_number_however_it_is_written(written: str) -> None:
    assert for_messages(written) == "13800000001"


@pytest.mark.parametrize(
    "written", ["", "+852 9123 4567", "0571-88110106", "0571-88110106/88110107", "88110106", "000-555-0101", "无"]
)
def test_a_field_without_a_mobile_number_of_the_country_stays_as_it_is(written: str) -> None:
    assert for_messages(written) == written


@given(st.one_of(st.text(), st.text("0123456789+-() /、转x８６", max_size=60)))
def test_whatever_is_written_can_be_read_and_is_found_by_itself(text: str) -> None:
    for number in read(text):
        assert {*asked_keys(number)} & {*stored_keys(text)}
        assert len([sign for sign in number.main if sign.isdigit()]) >= telephone.LEAST_DIGITS
