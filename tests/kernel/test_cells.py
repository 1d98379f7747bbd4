"""Cells of a spreadsheet that nobody's program takes for a formula, and what they held."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liandong.kernel.cells import begins_formula, guarded, unguarded

FORMULAS = [
    "=1+1",
    "=cmd|'/C calc'!A0",
    "+8613800000001",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "﹦1",
    " =1",
    "\u200b=1",
    "\ufeff@A1",
    "\u3000＝1",
]
PLAIN = ["", "路灯不亮", "13800000001", "2026-11-29", "a=b", "1-2", "'", "'quoted'", "a@example.org", "(=1)", " "]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_gets_a_guard(text: str) -> None:
    assert begins_formula(text)
    assert guarded(text) == "'" + text
    assert not begins_formula(guarded(text))


@pytest.mark.parametrize("text", PLAIN)
def test_what_does_not_stays_as_it_is(text: str) -> None:
    assert (guarded(text), unguarded(text)) == (text, text)


@given(st.one_of(st.text(), st.text("'=+-@\t ＝a1")))
def test_a_guarded_text_can_be_had_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not begins_formula(guarded(text))
