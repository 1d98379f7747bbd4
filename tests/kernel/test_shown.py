"""Text as it is shown: nothing in it hides or turns its direction."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liandong.kernel.shown import one_line, seen


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
    assert one_line(written) == shown


def test_lines_of_a_longer_text_stay() -> None:
    assert seen("第一行\r\n\r\n第二行\u202e\r第三行") == "第一行\n\n第二行\n第三行"


def test_every_format_sign_is_dropped_or_visible() -> None:
    formats = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"}
    stay = {sign for sign in formats if seen(f"灯{sign}灯") != "灯灯"}
    assert stay == {*"\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"}


@given(st.text())
def test_what_was_made_one_line_is_one(written: str) -> None:
    shown = one_line(written)
    assert one_line(shown) == shown
    assert len(shown.splitlines()) <= 1
