"""Words for search: the same for what is stored and what is asked."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liandong.kernel import text


def test_chinese_is_cut_into_pairs_of_neighbours() -> None:
    assert text.query_tokens("路灯坏了") == ["路灯", "灯坏", "坏了"]


def test_a_lone_sign_is_asked_as_it_is() -> None:
    assert text.query_tokens("灯") == ["灯"]


def test_latin_words_and_numbers_stay_whole_and_small() -> None:
    assert text.query_tokens("Bus-7 of People's ROAD, 2026!") == ["bus-7", "of", "people's", "road", "2026"]


def test_full_width_signs_are_plain_ones() -> None:
    assert text.query_tokens("ＢＵＳ　２０２６") == ["bus", "2026"]


def test_mixed_text_is_cut_where_the_script_changes() -> None:
    assert text.query_tokens("5号楼B座") == ["5", "号楼", "b", "座"]


def test_stored_text_has_the_words_of_one_and_of_three_signs_beside_the_pairs() -> None:
    found = text.tokens("垃圾桶满了")
    assert {"垃圾", "圾桶", "桶满", "满了", "垃圾桶"} <= set(found)


def test_a_word_stands_once() -> None:
    assert text.tokens("灯灯灯灯").count("灯灯") == 1


def test_tokens_are_bounded_in_number_and_length() -> None:
    assert len(text.tokens("".join(chr(0x4E00 + n) for n in range(4000)))) == 400
    assert max(map(len, text.tokens("a" * 5000))) <= 60
    assert len(text.query_tokens("".join(chr(0x4E00 + n) for n in range(4000)))) == 40


@pytest.mark.parametrize("written", ["", " ", "，。！", "……", "\n", "🎉"])
def test_what_has_no_words_gives_none(written: str) -> None:
    assert text.tokens(written) == []
    assert text.query_tokens(written) == []


@given(st.text(max_size=200))
def test_what_was_stored_is_found_by_any_part_of_two_signs_or_more(words: str) -> None:
    stored = set(text.tokens(words))
    assert set(text.query_tokens(words)) <= stored | {each for each in text.query_tokens(words) if len(each) == 1}


@given(st.text(max_size=300))
def test_the_vector_holds_no_sign_that_postgresql_would_misread(words: str) -> None:
    vector = text.vector(text.tokens(words))
    assert "\\" not in vector
    assert "\0" not in vector
    assert vector.count("'") % 2 == 0


@pytest.mark.parametrize(("written", "kept"), [("路灯 é 🎉", True), ("", True), ("a\0b", False), ("\ud800", False)])
def test_text_with_null_or_half_a_pair_cannot_be_kept(written: str, kept: bool) -> None:
    assert text.storable(written) is kept


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("路灯坏了\u202e3021gnp", "路灯坏了3021gnp"),
        ("\u2066路灯\u2069 \u200f坏了\u061c", "路灯 坏了"),
        ("路\u200b灯\u2060坏\ufeff了\u00ad", "路灯坏了"),
        ("第一行\r\n第二行\u2028第三行\t尾", "第一行 第二行 第三行 尾"),
        ("路灯\U000e0041\U000e007f坏了\u3164\u2800", "路灯坏了"),
        ("路灯\x07\x1b[31m坏了\x85", "路灯[31m坏了"),
        ("路\u200d灯\u200c坏了\u200d", "路灯坏了"),
        ("ab\u200dc", "abc"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥", "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥"),
        ("ئۇيغۇرچە تېكىست", "ئۇيغۇرچە تېكىست"),
        ("\u0600١٢٣", "\u0600١٢٣"),
    ],
)
def test_what_is_shown_in_one_line_has_no_signs_that_turn_or_hide(written: str, shown: str) -> None:
    assert text.one_line(written) == shown


def test_lines_of_a_longer_text_stay() -> None:
    assert text.seen("第一行\r\n\r\n第二行\u202e\r第三行") == "第一行\n\n第二行\n第三行"


def test_every_format_sign_is_dropped_or_visible() -> None:
    formats = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"}
    stay = {sign for sign in formats if text.seen(f"灯{sign}灯") != "灯灯"}
    assert stay == {*"\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"}


@given(st.text())
def test_what_was_made_one_line_is_one(written: str) -> None:
    shown = text.one_line(written)
    assert text.one_line(shown) == shown
    assert len(shown.splitlines()) <= 1
