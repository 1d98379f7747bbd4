"""Answers to begin with, for the form of an answer 答复."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.formats import date_format

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.categories import public as categories
from liandong.foundation.language import is_english
from liandong.foundation.orgs import public as orgs


@dataclass(frozen=True, slots=True)
class Beginning:
    """`name`: how the matter came out, for the post; `text`: what the reporter would read, with blanks to fill."""

    name: str
    text: str


def beginnings(row: cases.CaseRow) -> list[Beginning]:
    """Written in the reporter's language, named in the reader's."""
    reporter = "en" if row.language == "en" else "zh"
    frames = categories.answer_frames(row.category_code, reporter, named_in="en" if is_english() else "zh")
    with translation.override("en" if reporter == "en" else "zh-hans"):
        told = {
            "date": date_format(row.received_at.astimezone(orgs.county().tz), "j F" if reporter == "en" else "n月j日"),
            "kind": names.category(row.category_code),
            "office": names.office(row.office_id),
        }
    return [Beginning(frame.name, frame.text.format_map(told)) for frame in frames]
