from collections.abc import Callable, Iterator
from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation

from liandong.kernel import time
from tools.messages import compile_catalogue

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture(scope="session", autouse=True)
def _catalogue() -> None:
    compile_catalogue()


@pytest.fixture
def county() -> SimpleNamespace:
    return SimpleNamespace(name="云洺县", name_en="Yunming County", is_sample=True, zone="Asia/Shanghai")


@pytest.fixture
def at_noon() -> Iterator[datetime]:
    """22 November 2026, 12:00 in Shanghai."""
    with time.at(NOON):
        yield NOON


@pytest.fixture
def show(county: SimpleNamespace) -> Callable[..., str]:
    """Renders a piece of template in `language` with the county around it."""

    def render(source: str, language: str = "zh-hans", **values: object) -> str:
        with translation.override(language):
            return Template("{% load i18n ui %}" + source).render(Context({"county": county, **values}))

    return render
