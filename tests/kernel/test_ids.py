"""Case numbers survive being read aloud; receipt codes survive being typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liandong.kernel.errors import InvalidInput
from liandong.kernel.ids import case_number, normalise_receipt_code, parse_case_number, receipt_code

IDS = st.integers(1, 10**15)


@given(case_id=IDS)
def test_a_case_number_leads_back_to_its_id(case_id: int) -> None:
    number = case_number(case_id)
    assert len(number) >= 9
    assert number.isdigit()
    assert parse_case_number(number) == case_id


def test_check_digits_follow_iso_7064_mod_97_10() -> None:
    assert case_number(794) == "000079444"
    assert int(case_number(123_456_789)) % 97 == 1


@given(case_id=IDS, data=st.data())
def test_every_single_wrong_digit_is_found(case_id: int, data: st.DataObject) -> None:
    number = case_number(case_id)
    at = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[at]]))
    with pytest.raises(InvalidInput):
        parse_case_number(number[:at] + wrong + number[at + 1 :])


@given(case_id=IDS, data=st.data())
def test_every_swap_of_neighbours_is_found(case_id: int, data: st.DataObject) -> None:
    number = case_number(case_id)
    at = data.draw(st.integers(0, len(number) - 2))
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if swapped == number:
        assert parse_case_number(swapped) == case_id
    else:
        with pytest.raises(InvalidInput):
            parse_case_number(swapped)


@pytest.mark.parametrize(
    "text", ["000079444", " 0000 79444 ", "0000-794-44", "００００７９４４４", "0000－794—44", "0000\u3000794 44"]
)
def test_spaces_dashes_and_full_width_digits_are_forgiven(text: str) -> None:
    assert parse_case_number(text) == 794


@pytest.mark.parametrize(
    "text",
    ["", "794", "00079444", "0000000001", "000000001", "0000079444", "七九四", "00007944x", "²00079444", "1" * 400],
)
def test_what_is_no_case_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_case_number(text)
    assert refused.value.field == "case_number"


@pytest.mark.parametrize("case_id", [0, -5])
def test_only_real_ids_have_a_number(case_id: int) -> None:
    with pytest.raises(InvalidInput):
        case_number(case_id)


def test_receipt_codes_are_three_groups_of_four_and_differ() -> None:
    codes = {receipt_code() for _ in range(500)}
    assert len(codes) == 500
    assert all([len(group) for group in code.split("-")] == [4, 4, 4] for code in codes)
    assert not set("".join(codes)) & set("ILOU")


def test_a_receipt_code_is_already_normal() -> None:
    code = receipt_code()
    assert normalise_receipt_code(code) == code


@pytest.mark.parametrize(
    "text", ["7K2M-9QXR-4T01", "7k2m9qxr4toi", " 7K2M 9QXR 4TOL ", "７Ｋ２Ｍ－９ＱＸＲ－４Ｔ０１", "7k2m—9qxr—4tol"]
)
def test_a_receipt_code_may_be_typed_carelessly(text: str) -> None:
    assert normalise_receipt_code(text) == "7K2M-9QXR-4T01"


@pytest.mark.parametrize("text", ["", "7K2M-9QXR", "7K2M-9QXR-4TBU", "7K2M-9QXR-4TB!", "7K2M-9QXR-4TBDD"])
def test_what_is_no_receipt_code_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        normalise_receipt_code(text)
    assert refused.value.field == "receipt_code"
