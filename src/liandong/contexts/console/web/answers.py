"""Answers to begin with, for the form of an answer 答复."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.categories import public as categories
from liandong.foundation.language import is_english, writing_to
from liandong.foundation.orgs import public as orgs


@dataclass(frozen=True, slots=True)
class Beginning:
    """`name`: how the matter came out, for the post; `text`: what the reporter would read, with blanks to fill."""

    name: str
    text: str


def beginnings(row: cases.CaseRow, answered: Mapping[int, str]) -> list[Beginning]:
    """Written in the reporter's language, named in the reader's. `answered`: by office, the answers of parts: what is
    made of them comes first.
    """
    reporter = "en" if row.language == "en" else "zh"
    frames = categories.answer_frames(row.category_code, reporter, named_in="en" if is_english() else "zh")
    name = gettext("汇总各部门的结果")
    with writing_to(row.language):
        told = {
            "date": date_format(row.received_at.astimezone(orgs.county().tz), "j F" if reporter == "en" else "n月j日"),
            "kind": names.category(row.category_code),
            "office": names.office(row.office_id),
        }
        whole = [Beginning(name, _of_parts(told, answered))] if answered else []
    return [*whole, *(Beginning(frame.name, frame.text.format_map(told)) for frame in frames)]


def _of_parts(told: Mapping[str, str], answered: Mapping[int, str]) -> str:
    """One answer of what the offices wrote, each under its name."""
    colon = ": " if is_english() else "："
    lines = [f"{names.office(office_id)}{colon}{text}" for office_id, text in answered.items()]
    begun = gettext("您好！您%(date)s反映的%(kind)s，几个部门一起办了：") % told
    return "\n".join([begun, *lines])
