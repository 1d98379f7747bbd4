from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from liandong.sample.county import build_county, product_taxonomy
from liandong.sample.history import history
from liandong.sample.rows import CaseSeed, County


@pytest.fixture(scope="session")
def until() -> datetime:
    return datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def taxonomy() -> Mapping[str, Any]:
    return product_taxonomy()


@pytest.fixture(scope="session")
def county(taxonomy: Mapping[str, Any]) -> County:
    return build_county(1, taxonomy=taxonomy)


@pytest.fixture(scope="session")
def cases(county: County, taxonomy: Mapping[str, Any], until: datetime) -> Sequence[CaseSeed]:
    return list(history(county, taxonomy, until))
