"""Columns that had values already when they began to be bound say nothing in entries from before."""

from datetime import UTC, datetime

import pytest

from liandong.foundation.ledger.domain.binding import Said, Table, Wrong, changed, differences

BEFORE = Table("thing", ("name", "count"))
NOW = Table("thing", ("name", "count", "light"), nullable=frozenset({"light"}), later=1)
ROW = {"name": "灯", "count": 2, "light": "red"}


def said(*items) -> list[Said]:
    return [Said("thing:1", seq, datetime(2026, 11, 1, tzinfo=UTC), False, item) for seq, item in enumerate(items, 1)]


def found(history, **changes) -> list[tuple[Wrong, tuple[str, ...]]]:
    return [(each.wrong, each.columns) for each in differences(NOW, 1, history, {**ROW, **changes}, None)]


def test_an_old_row_is_whole_without_the_later_column():
    history = said(BEFORE.whole(1, ROW, None))
    assert found(history) == []
    assert found(history, light="green") == []
    assert found(history, count=3) == [(Wrong.CHANGED, ("count",))]


@pytest.mark.parametrize("light", ["green", None, ""])
def test_a_new_row_is_bound_with_it(light):
    assert found(said(NOW.whole(1, ROW, None)), light=light) == [(Wrong.CHANGED, ("light",))]
    assert found(said(NOW.whole(1, {**ROW, "light": None}, None))) == [(Wrong.CHANGED, ("light",))]


def test_an_old_row_is_bound_with_it_from_its_next_change_on():
    history = said(BEFORE.whole(1, ROW, None), changed({"light": "yellow"}, {"light": "red"}))
    assert found(history) == []
    assert found(history, light="green") == [(Wrong.CHANGED, ("light",))]


def test_an_old_word_isnt_taken_for_a_new_one():
    """Else a light that is empty in the entry could be put in unseen."""
    assert NOW.whole(1, ROW, None).startswith(":")
    assert not BEFORE.whole(1, ROW, None).startswith(":")
    assert found(said(NOW.whole(1, {**ROW, "light": None}, None)[1:])) == []


def test_nothing_where_a_column_knows_no_nothing_is_a_change():
    history = said(NOW.whole(1, {**ROW, "count": 0}, None))
    assert found(history, count=0) == []
    assert found(history, count=None) == [(Wrong.CHANGED, ("count",))]
