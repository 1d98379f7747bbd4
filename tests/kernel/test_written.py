"""What people write: counted as browsers count it, and whether there are words in it."""

import pytest

from liandong.kernel import written
from liandong.kernel.errors import InvalidInput

NO_WORDS = {
    "nothing": "",
    "blanks": " \t\n",
    "zero width": "\u200b\u2060",
    "ideographic": "\u3000\u3000",
    "no-break": "\u00a0\u202f",
    "Braille blank": "\u2800",
    "Hangul fillers": "\u3164\u115f\u1160\uffa0",
    "tags": "\U000e0041\U000e0042",
    "variation selectors": "\ufe0f\U000e0100",
    "marks": "\u0301\u034f",
    "directions": "\u202e\u2066",
    "points": "……。，！？--",
    "emoji": "👍🏽😀❤️",
    "family": "👨‍👩‍👧",
    "flag": "🇨🇳",
    "keycap": "1️⃣",
    "squared": "🈶🆗",
}
WORDS = [
    "好", "𠮷", "𬭚", "〇", "9", "９", "½", "ok", "ҮЙ", "ئۆي", "བོད", "ꆈ", "⠓⠊", "👍好", "\u200b好\u2060", "\U0002ebf0",
    "一。", "①",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_WORDS.values(), ids=NO_WORDS)
def test_where_there_is_no_letter_and_no_number_there_are_no_words(text: str) -> None:
    assert not written.has_words(text)
    with pytest.raises(InvalidInput):
        written.check(text, needed=True)
    written.check(text)


@pytest.mark.parametrize("text", WORDS)
def test_one_letter_or_number_of_any_script_is_a_word(text: str) -> None:
    assert written.has_words(text)
    written.check(text, needed=True)


@pytest.mark.parametrize(("text", "is_more"), [("好。", False), ("𠮷👍", False), ("好的", True), ("第1", True)])
def test_a_single_sign_is_told_from_more(text: str, is_more: bool) -> None:
    assert written.has_words(text, 2) is is_more


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("一\r\n二\r三\n", "一\n二\r三".replace("\r", "\n")),
        ("  路灯不亮\u3000", "路灯不亮"),
        ("\u200b\u2060", ""),
        ("\u2800", ""),
        ("👍", "👍"),
        ("。", "。"),
    ],
)
def test_a_line_break_is_one_sign_and_what_nobody_sees_is_nothing(text: str, kept: str) -> None:
    assert written.cleaned(text) == kept


def test_signs_are_counted_as_browsers_count_them() -> None:
    assert [written.length(text) for text in ("路灯", "一\n二", "𠮷", "👍🏽", "e\u0301")] == [2, 3, 2, 4, 2]
    written.check("𠮷" * 2000)
    with pytest.raises(InvalidInput):
        written.check("𠮷" * 2000 + "。")


def test_a_text_that_is_cut_fits_and_no_sign_is_halved() -> None:
    cut = written.cut("路" + "𠮷" * 200, "address")
    assert cut == "路" + "𠮷" * 99
    assert written.cut("路口", "address") == "路口"
