"""The past of one row of a register: changes made by hand, read from the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext

from liandong.foundation.ledger import public as ledger

from .domain.events import RegisterRowAdded, RegisterRowFacts

_MASKED = "changed"
_NONE = "—"


@dataclass(frozen=True, slots=True)
class PastChange:
    """One save: by which post, and each field with the value that it took; a secret has none."""

    at: datetime
    post: str
    is_first: bool
    fields: list[tuple[str, str]]


def past_of(row: models.Model, register: str) -> list[PastChange]:
    """The newest first."""
    told = [
        (entry, facts)
        for entry in ledger.entries((register, int(row.pk)))
        if isinstance(facts := entry.facts, RegisterRowFacts) and facts.row in ("", row._meta.label_lower)
    ]
    posts = _posts({entry.actor for entry, _ in told})
    return [
        PastChange(
            entry.at,
            posts.get(entry.actor, gettext("系统")),
            isinstance(facts, RegisterRowAdded),
            [_field(row, name, value) for name, value in facts.fields.items() if name != "id"],
        )
        for entry, facts in reversed(told)
    ]


def _posts(actors: set[str]) -> Mapping[str, str]:
    ids = [int(number) for kind, _, number in (actor.partition(":") for actor in actors) if kind == "staff"]
    accounts: Any = get_user_model()
    return {f"staff:{each.pk}": str(each) for each in accounts.objects.filter(pk__in=ids)}


def _field(row: models.Model, name: str, value: object) -> tuple[str, str]:
    try:
        field = row._meta.get_field(name)
    except FieldDoesNotExist:
        field = None
    label = str(getattr(field, "verbose_name", "")) or gettext("密码" if "password" in name else "其他")
    if value == _MASKED:
        return label, gettext("已更改（不显示）")
    return label, _shown(field, value)


def _shown(field: Any, value: object) -> str:
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if value in (None, "", []):
        return _NONE
    if isinstance(field, models.ForeignKey):
        rows: Any = field.related_model
        return str(rows.objects.filter(pk=value).first() or value)
    choices = dict(field.flatchoices) if isinstance(field, models.Field) and field.choices else {}
    return "、".join(map(str, value)) if isinstance(value, list) else str(choices.get(value, value))
