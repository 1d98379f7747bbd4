"""Files that rows name by their hash."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """`model`: as Django calls it (`intake.Photo`). `column`: holds the SHA-256 in hexadecimal; an index leads it."""

    model: str
    column: str = "sha256"

    @property
    def rows(self) -> "QuerySet[Any]":
        """All of them, whatever the model's own manager hides."""
        rows: QuerySet[Any] = apps.get_model(self.model)._base_manager.all()  # noqa: SLF001
        return rows
