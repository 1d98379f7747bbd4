"""Attributes of services: what an office would ask back, as data beside the taxonomy."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from liandong.kernel.errors import InvalidInput

VALUE_SIGNS = 500


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One choice of a list; `key` is what is sent."""

    key: str
    zh: str
    en: str


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`zh`, `en`: the question, or with `variable` False a note that asks nothing; `hint_*`: how to answer."""

    code: str
    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
    zh: str
    en: str
    hint_zh: str
    hint_en: str
    required: bool = False
    variable: bool = True
    values: tuple[Value, ...] = ()


@cache
def _shipped() -> Mapping[str, tuple[Attribute, ...]]:
    content = resources.files("liandong.contexts.intake").joinpath("data/attributes.json").read_bytes()
    return msgspec.json.decode(content, type=dict[str, tuple[Attribute, ...]])


def attributes_of(service_code: str) -> tuple[Attribute, ...]:
    """In the order in which they are asked."""
    return _shipped().get(service_code, ())


def answered(service_code: str, given: Mapping[str, Sequence[str]]) -> dict[str, str | list[str]]:
    """Checked answers by attribute code; what was left empty is left out.

    Raises InvalidInput, `field` as in the request (`attribute[CODE]`), for an unknown attribute, a required one without
    an answer and an answer of another type.
    """
    known = {each.code: each for each in attributes_of(service_code) if each.variable}
    for code in given:
        if code not in known:
            raise InvalidInput("这项服务没有这个属性。", field=f"attribute[{code}]")
    found = {code: _answer(each, [value for value in given.get(code, ()) if value]) for code, each in known.items()}
    return {code: answer for code, answer in found.items() if answer}


def _answer(attribute: Attribute, values: list[str]) -> str | list[str]:
    field = f"attribute[{attribute.code}]"
    if not values:
        if attribute.required:
            raise InvalidInput("这项服务须填写这个属性。", field=field)
        return ""
    if len(values) > 1 and attribute.datatype != "multivaluelist":
        raise InvalidInput("这个属性只能有一个值。", field=field)
    if any(len(value) > VALUE_SIGNS for value in values):
        raise InvalidInput("内容不能超过 %(limit)s 字。", field=field, limit=VALUE_SIGNS)
    fits = _FITS.get(attribute.datatype)
    if not all(fits(value) if fits else _offered(attribute, value) for value in values):
        raise InvalidInput("属性的值不正确。", field=field)
    return values if attribute.datatype == "multivaluelist" else values[0]


def _offered(attribute: Attribute, value: str) -> bool:
    return value in {each.key for each in attribute.values}


def _is_number(value: str) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return False


def _is_datetime(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_FITS: Mapping[str, Callable[[str], bool]] = {
    "string": bool,
    "text": bool,
    "number": _is_number,
    "datetime": _is_datetime,
}
