"""Content that a channel delivered besides words, place and contact. The desk reads it beside the report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from liandong.foundation.language import in_language

from .attributes import Attribute, attributes_of
from .queries import ReportRow

BEYOND = "beyond"
"""Values that nobody asked for, by the names they came under."""
NOT_KEPT = "not_kept"
"""Names of files that were no pictures."""


@dataclass(frozen=True, slots=True)
class Said:
    """One line: what was asked, or the name it came under, and what was answered."""

    what: str
    answer: str


def said_besides(report: ReportRow) -> list[Said]:
    """Lists what an Open311 client sent with a report: answers to attributes, addresses of pictures, values that nobody
    asked for. Reports of other channels have none.
    """
    if report.channel != "open311":
        return []
    return [Said(what, answer) for what, answer in _lines(report) if answer]


def _lines(report: ReportRow) -> Iterator[tuple[str, str]]:
    payload = report.payload
    asked = {each.code: each for each in attributes_of(report.category_code)}
    for code, value in _members(payload.get("attributes")):
        attribute = asked.get(code)
        if attribute is None:
            yield code, _words(value)
        else:
            yield in_language(attribute.zh, attribute.en), _named(attribute, value)
    yield gettext("照片网址（未经查看）"), _words(payload.get("media_url"))
    for name, value in _members(payload.get(BEYOND)):
        yield name, _words(value)
    yield gettext("没有收下的文件"), _words(payload.get(NOT_KEPT))


def _members(value: Any) -> list[tuple[str, Any]]:
    return [(str(name), each) for name, each in value.items()] if isinstance(value, Mapping) else []


def _named(attribute: Attribute, value: Any) -> str:
    names = {each.key: in_language(each.zh, each.en) for each in attribute.values}
    return _words([names.get(str(each), each) for each in (value if isinstance(value, list) else [value])])


def _words(value: Any) -> str:
    return gettext("、").join(str(each) for each in value) if isinstance(value, list) else str(value or "")
