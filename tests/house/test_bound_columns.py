"""What the ledger binds is said column by column: a new column is bound, or a reason is written beside it."""

import pytest
from django.apps import apps

from liandong.foundation.ledger import bound

ROOMS = ("cases", "categories", "handovers", "intake")
UNBOUND = {
    "categories.Category": "a register: imported, its import is recorded",
    "categories.LearnedModel": "a training: its figures, made again every night",
    "cases.Recomputation": "an order of the version before",
    "cases.WordSearch": "a log of its own, kept for six months",
}
"""Models of the rooms whose rows the ledger speaks of, that it doesn't bind, each with the reason."""


@pytest.mark.parametrize("table", bound.tables().values(), ids=lambda table: table.title)
def test_every_column_is_bound_or_derived_with_a_reason(table: bound.BoundTable) -> None:
    columns = {field.attname for field in table.model._meta.concrete_fields if not field.primary_key} - {"salt"}
    named = [*table.binding.columns, *table.binding.derived]
    assert len(named) == len(set(named))
    assert columns == set(named)
    assert all(table.binding.derived.values())
    assert table.binding.hidden <= set(table.binding.columns)


@pytest.mark.parametrize("table", bound.tables().values(), ids=lambda table: table.title)
def test_what_is_hidden_has_a_salt(table: bound.BoundTable) -> None:
    assert table.is_salted or not table.binding.hidden


def test_every_model_of_cases_and_reports_is_bound_or_there_is_a_reason() -> None:
    ours = {model._meta.label for room in ROOMS for model in apps.get_app_config(room).get_models()}
    assert ours - {table.model._meta.label for table in bound.tables().values()} == set(UNBOUND)
