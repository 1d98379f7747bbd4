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
    assert len(text.tokens("".join(chr(0x4E00 + n) for n in range(20_000)))) == 4_500
    assert max(map(len, text.tokens("a" * 5000))) <= 60
    assert len(text.query_tokens("".join(chr(0x4E00 + n) for n in range(4000)))) == 40


@pytest.mark.parametrize("written", ["", " ", "，。！", "……", "\n", "🎉"])
def test_what_has_no_words_gives_none(written: str) -> None:
    assert text.tokens(written) == []
    assert text.query_tokens(written) == []


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Bus-7", ["bus-7", "bus", "7"]),
        ("People’s", ["people's", "people", "s"]),
        ("O'Neil-Smith", ["o'neil-smith", "o", "neil", "smith"]),
        ("road", ["road"]),
    ],
)
def test_the_parts_of_a_joined_word_are_words_too(written: str, words: list[str]) -> None:
    assert text.tokens(written) == words


MARKED = ["\u0e17\u0e35\u0e48", "e\u0301\u0323", "\u0915\u094d\u0937", "\u0628\u064e"]


@pytest.mark.parametrize("letter", MARKED)
def test_a_mark_stays_with_its_letter(letter: str) -> None:
    assert text.query_tokens(f" {letter} ") == [text.fold(letter)]


@pytest.mark.parametrize("mark", ["\u0301" * 4000, "\u0e48" * 4000])
def test_a_letter_with_endless_marks_is_a_short_word(mark: str) -> None:
    for found in (text.tokens(f"ก{mark}ข a{mark}"), text.query_tokens(f"ก{mark}ข a{mark}")):
        assert max(len(each.encode()) for each in found) <= 60 * 4


ALIKE = [
    ("ＡＢ１２", "ab12"),
    ("\u0661\u0662", "12"),
    ("二○二六", "二〇二六"),
    ("it’s", "it's"),
    ("3–1", "3-1"),
    ("a\u200b\u200d\u2060\ufeff\u202e\u00adb", "ab"),
    ("ﬁ", "fi"),
    ("Straße", "strasse"),
    ("cafe\u0301", "café"),
    ("\uf9d1", "六"),
    ("م\u0640\u0640ح", "مح"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_reads_the_same_is_folded_alike(one: str, other: str) -> None:
    assert text.fold(one) == text.fold(other)


@given(st.text(max_size=60))
def test_folding_again_changes_nothing(words: str) -> None:
    assert text.fold(text.fold(words)) == text.fold(words)


def test_every_letter_and_number_of_unicode_is_a_word() -> None:
    unread = [
        point
        for point in range(0x110000)
        if unicodedata.category(chr(point))[0] in "LN"
        and text.fold(chr(point)).isalnum()
        and not text.query_tokens(chr(point))
    ]
    assert unread == []


@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_each_sign_of_a_run_without_blanks_begins_a_token(first: str, rest: str) -> None:
    stored = text.tokens(first + rest)
    for sign in text.fold(first + rest):
        if text.is_lone(sign):
            assert any(each.startswith(sign) for each in stored)


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
