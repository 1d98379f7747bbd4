"""A form as the templates need it: ids that fit together, errors with the place they belong to."""

from collections.abc import Iterable, Mapping

from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.utils.translation import gettext

Attributes = dict[str, str | bool]


def is_group(bound: BoundField) -> bool:
    """Whether the field is a list of options that needs a legend instead of a label."""
    return isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)


def anchor(bound: BoundField) -> str:
    """The id that a link to the field points to: the first option of a group."""
    return f"{bound.auto_id}_0" if is_group(bound) else bound.id_for_label or bound.auto_id


def errors(form: BaseForm) -> Iterable[tuple[str, str]]:
    """Id of the field (empty for the form as a whole) and the text, in the order of the page."""
    for text in form.non_field_errors():
        yield "", str(text)
    for bound in form:
        label = str(bound.label)
        for text in map(str, bound.errors):
            said = gettext("%(label)s：%(error)s") % {"label": label.rstrip("？?"), "error": text}
            yield anchor(bound), text if label in text else said


def field_parts(bound: BoundField, hint: str) -> dict[str, object]:
    """The context for the template of one field."""
    hint = hint or str(bound.help_text)
    attributes = _attributes(bound, hint)
    group = is_group(bound)
    return {
        "field": bound,
        "hint": hint,
        "is_group": group,
        "is_checkbox": isinstance(bound.field.widget, CheckboxInput),
        "is_optional": not bound.field.required,
        "widget": "" if group else bound.as_widget(attrs=attributes),
        "options": [_option(each.data, attributes) for each in bound.subwidgets] if group else [],
        "described_by": attributes.get("aria-describedby", ""),
    }


def _widget_class(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        return "form-check-input"
    return "form-select" if isinstance(widget, Select) else "form-control"


def _attributes(bound: BoundField, hint: str) -> Attributes:
    own = str(bound.field.widget.attrs.get("class", ""))
    classes = [own, _widget_class(bound), "is-invalid" if bound.errors else ""]
    described_by = [f"{bound.auto_id}_hint" if hint else "", f"{bound.auto_id}_error" if bound.errors else ""]
    attributes: Attributes = {"class": " ".join(filter(None, classes))}
    if bound.field.widget.attrs.get("placeholder") == bound.label:
        attributes["placeholder"] = ""
    if any(described_by):
        attributes["aria-describedby"] = " ".join(filter(None, described_by))
    return attributes


def _option(option: Mapping[str, object], attributes: Attributes) -> dict[str, object]:
    own = option["attrs"] if isinstance(option["attrs"], Mapping) else {}
    kept = {key: option[key] for key in ("type", "name", "value", "label", "selected")}
    return kept | {"id": own.get("id", ""), "required": own.get("required", False), "class": attributes["class"]}
