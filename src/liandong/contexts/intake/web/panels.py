"""Panels of intake on the page of a case: the reports, their reporters, and the words that would be public."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui.public import Photo

from .pictures import Attached
from .slip import Pair, without_first

JOINED_SHOWN = 50
_ANSWERED = cases.ACTIONS[cases.Action.ANSWER].line.event
Look = rooms.Look[cases.CaseRow]
Context = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class JoinedReport:
    """Another reporter's words on the same matter, and what became of that one's case."""

    case: cases.CaseRow
    report: intake.ReportRow
    besides: list[intake.Said]


def _joined(look: Look) -> dict[int, cases.CaseRow]:
    """The first cases that are joined to the case, by id."""
    row = look.row
    found = cases.joined_cases(row.id, most=JOINED_SHOWN) if row.report_count > 1 else []
    return {each.id: each for each in found}


def reports(look: Look) -> Context:
    """The words of the case's own reports, what the channel delivered with them, and the reports of joined cases."""
    own, others = look.once(intake.reports_shown), look.once(_joined)
    return {
        "reports": own,
        "channel": cases.names.channel(look.row.channel),
        "besides": [said for report in own for said in intake.said_besides(report)],
        "joined": [
            JoinedReport(others[report.case_id], report, intake.said_besides(report))
            for report in (intake.reports_of_cases(others) if others else ())
        ],
    }


def pictures(look: Look) -> Context | None:
    """Of the case's own reports and of those of joined cases."""
    others = look.once(_joined)
    found = [*intake.photos_of(look.row.id), *(intake.photos_of_cases(others) if others else ())]
    photos = [_photo(reverse("intake:desk_photo", args=[photo.sha256])) for photo in found]
    papers = [*intake.documents_of(look.row.id), *(intake.documents_of_cases(others) if others else ())]
    documents = [(row, reverse("intake:desk_document", args=[row.id])) for row in papers]
    files, pair = Attached(photos, documents), _pair(look, photos)
    shown = without_first(files) if pair else files
    return {"files": shown, "pair": pair} if photos or documents else None


def _pair(look: Look, photos: list[Photo]) -> Pair | None:
    """The first picture of the report beside the first of the newest answer that has one."""
    answers = [step for step in look.once(cases.timeline_of) if step.event == _ANSWERED]
    for step in reversed(answers):
        for file in step.files:
            if file.is_photo and photos:
                address = reverse("console:case_file", args=[look.row.number, file.id])
                after = Photo(address, f"{address}thumb/", gettext("附带的照片"))
                return Pair(photos[0], after, look.row.received_at, step.at)
    return None


def _photo(address: str) -> Photo:
    return Photo(address, address + "?thumb=1", gettext("上报照片"))


def contacts(look: Look) -> Context | None:
    """Masked; the link asks for a purpose. None for an office that only assists."""
    if cases.assists_only(look.row, actor=look.actor):
        return None
    return {
        "contacts": list(intake.contact_masked(look.row.id)),
        "may_reveal": intake.may_read_contact(look.actor, look.row),
    }


def public_words(look: Look) -> Context:
    """The words that would be public."""
    return {"shown": intake.public_words(look.row.id)}
