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


def answered(
    service_code: str, given: Mapping[str, Sequence[str]]
) -> tuple[dict[str, str | list[str]], dict[str, str | list[str]]]:
    """Checked answers by attribute code, whose case is forgiven, and what answers nothing that is asked; what was left
    empty is left out of both.

    Raises InvalidInput, `field` as in the request (`attribute[CODE]`), for a required attribute without an answer and
    an answer of another type.
    """
    known = {each.code: each for each in attributes_of(service_code) if each.variable}
    by_name = {code.lower(): code for code in known}
    filled: dict[str, list[str]] = {}
    for name, values in given.items():
        code = name if name in known else by_name.get(name.strip().lower(), name)
        filled.setdefault(code, []).extend(value for value in values if value)
    found = {code: _answer(each, filled.get(code, [])) for code, each in known.items()}
    beyond = {f"attribute[{code}]": _plain(values) for code, values in filled.items() if values and code not in known}
    return {code: answer for code, answer in found.items() if answer}, beyond


def _plain(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


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
