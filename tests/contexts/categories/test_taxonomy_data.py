"""The taxonomy that the product ships is complete and speaks the words of residents."""

import json
from collections import Counter
from importlib import resources
from typing import Any

import pytest

from liandong.foundation.calendar.domain.budget import Budget, Counting, Unit

TAXONOMY: dict[str, Any] = json.loads(
    resources.files("liandong.contexts.categories").joinpath("data/taxonomy.json").read_text("utf-8")
)
CATEGORIES = {row["code"]: row for row in TAXONOMY["categories"]}
LEAVES = {code: row for code, row in CATEGORIES.items() if row["leaf"]}


def test_there_are_149_leaves_under_13_domains() -> None:
    assert len(LEAVES) == 149
    assert sum(row["level"] == 1 for row in CATEGORIES.values()) == 13


def test_every_category_hangs_under_the_code_it_begins_with() -> None:
    for code, row in CATEGORIES.items():
        assert len(code) == 2 * row["level"]
        assert row["parent"] == (code[:-2] or None)
        assert row["parent"] is None or row["parent"] in CATEGORIES


@pytest.mark.parametrize("code", sorted(LEAVES))
def test_a_leaf_names_known_offices_flags_and_a_budget(code: str) -> None:
    leaf = LEAVES[code]
    assert {leaf["owner"], *leaf["co_owners"]} <= set(TAXONOMY["departments"])
    assert set(leaf["flags"]) <= set(TAXONOMY["flags"])
    assert str(leaf["severity"]) in TAXONOMY["severity"]
    assert leaf["resolve"] == TAXONOMY["sla_profiles"][leaf["sla"]]["resolve"]
    Budget(leaf["resolve"]["value"], Unit(leaf["resolve"]["unit"]), Counting(leaf["resolve"]["calendar"]))


@pytest.mark.parametrize("code", sorted(LEAVES))
def test_a_leaf_has_synonyms_in_both_languages(code: str) -> None:
    synonyms = LEAVES[code]["synonyms"]
    assert 6 <= len(synonyms["zh"]) <= 15
    assert 4 <= len(synonyms["en"]) <= 8
    assert all(word.isascii() for word in synonyms["en"])


def test_a_synonym_belongs_to_one_leaf_only() -> None:
    words = Counter(word for leaf in LEAVES.values() for own in leaf["synonyms"].values() for word in own)
    assert [word for word, leaves in words.items() if leaves > 1] == []


@pytest.mark.parametrize("code", sorted(LEAVES))
def test_a_leaf_says_in_both_languages_when_it_may_be_closed(code: str) -> None:
    condition = LEAVES[code]["closing_condition"]
    assert condition["zh"]
    assert condition["en"].isascii()
