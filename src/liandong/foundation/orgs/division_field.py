"""Divisions in a form: by code, or by a name that only one has; a list to choose from comes along."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from liandong.foundation.language import in_language

from .models import Division
from .queries import DivisionRow, organisation

MOST_OFFERED = 1500
_NAMED = 5


class DivisionInput(forms.TextInput):
    """A line to type into, with the divisions that are there as suggestions."""

    template_name = "orgs/division_input.html"
    kinds: Collection[str] = ()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, {**(attrs or {}), "list": f"{name}-divisions"})
        offered = [row for row in organisation().by_code.values() if not self.kinds or row.kind in self.kinds]
        context["divisions"] = [(row.code, full_name(row)) for row in offered[:MOST_OFFERED]]
        return context


class DivisionField(forms.CharField):
    """Cleans to the division's row, or None."""

    widget = DivisionInput

    def __init__(self, *, kinds: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.kinds = self.widget.kinds = kinds

    def prepare_value(self, value: Any) -> Any:
        return _code(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return _found(text, self.kinds) if text else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (_code(initial) or "") != (data or "").strip()


class DivisionsField(forms.CharField):
    """Several, apart by spaces, commas or lines; cleans to their rows."""

    def __init__(self, *, kinds: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)
        self.kinds = kinds

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else " ".join(filter(None, map(_code, value)))

    def clean(self, value: Any) -> Any:
        return [_found(word, self.kinds) for word in _words(super().clean(value))]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(filter(None, map(_code, initial or ()))) != sorted(_words(data or ""))


def full_name(row: DivisionRow) -> str:
    """The names from the town down, in the language of the request."""
    rows = organisation().divisions
    return " ".join(in_language(rows[each].name, rows[each].name_en) for each in row.path[1:] or row.path)


def _words(text: str) -> list[str]:
    for mark in "、，,;；":
        text = text.replace(mark, " ")
    return text.split()


def _code(value: Any) -> str | None:
    if isinstance(value, int):
        row = organisation().divisions.get(value)
        return row.code if row else None
    return value.code if isinstance(value, Division) else value


def _found(text: str, kinds: Collection[str]) -> Division:
    """Raises ValidationError for what no division or several are called."""
    registry = organisation()
    row = registry.by_code.get(text) or next(
        (registry.divisions[each] for each in reversed(registry.ids_by_code.get(text, ()))), None
    )
    rows = [row] if row else [each for each in registry.by_code.values() if text in (each.name, each.name_en)]
    rows = [each for each in rows if not kinds or each.kind in kinds]
    if not rows:
        raise ValidationError(gettext("没有这个区划：%(text)s。请填写登记册里的代码。") % {"text": text[:40]})
    if len(rows) > 1:
        raise ValidationError(gettext("有几个区划叫这个名称，请填写代码：%(names)s") % {"names": _listed(rows)})
    return Division.objects.get(pk=rows[0].id)


def _listed(rows: Iterable[DivisionRow]) -> str:
    named = [f"{full_name(row)} {row.code}" for row in rows]
    return "；".join(named[:_NAMED]) + ("…" if len(named) > _NAMED else "")
