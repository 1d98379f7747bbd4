"""What the desk's pages show, composed from the rooms below through their doors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from liandong.contexts.cases import public as cases
from liandong.contexts.handovers import public as handovers
from liandong.contexts.intake import public as intake
from liandong.foundation.access import public as access
from liandong.foundation.ledger import public as ledger
from liandong.kernel import ids
from liandong.kernel.actor import Actor

from . import names

DUE_TIMES = {"accept_due_at": "签收时限", "due_at": "办结时限"}


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A line of the square: the case with its names; `away`: that its post is out, and who stands in; `left`, `unit`:
    what is left until red, as `due` wants it.
    """

    row: cases.CaseRow
    kind: str
    place: str
    office: str
    state: str
    assignee: str
    away: str
    left: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the timeline: who did what when; `text` is what was written then."""

    at: datetime
    what: str
    who: str
    detail: str
    text: str
    public: bool


JOINED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class JoinedReport:
    """What another reporter of the same matter said, and what became of that one's case."""

    case: cases.CaseRow
    report: intake.ReportRow
    besides: list[intake.Said]


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything of the case page but the forms. `joined`: reports of the cases that are joined to it, the first 50;
    `carrier`: the case that it is joined to itself; `besides`: what the channel delivered with its own reports.
    """

    case: ListedCase
    carrier: cases.CaseRow | None
    joined: list[JoinedReport]
    reports: list[intake.ReportRow]
    besides: list[intake.Said]
    photos: list[intake.PhotoRow]
    contacts: list[object]
    timeline: list[Happening]
    tasks: list[cases.TaskRow]
    actions: list[cases.Action]


def listed(row: cases.CaseRow) -> ListedCase:
    left, unit = cases.time_left(row)
    return ListedCase(
        row=row,
        kind=names.category(row.category_code),
        place=row.address or names.place(row.division_id),
        office=names.office(row.office_id),
        state=names.state(row.state),
        assignee=names.post(row.assignee_id),
        away=names.away(row.assignee_id),
        left=left,
        unit=unit,
    )


@dataclass(frozen=True, slots=True)
class QueuedCase:
    """A line of a queue: the case, who has taken it, how long it waits; `reason`: why it is stuck, or who decides."""

    case: ListedCase
    desk: str
    owner: str
    since: datetime
    age: str
    may_take: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Likened:
    """A case that is very likely the same matter (`is_likely`) or else on the same subject; `reasons` in words."""

    case: ListedCase
    is_likely: bool
    reasons: tuple[str, ...]


def likened(found: cases.Candidate) -> Likened:
    like = found.likeness
    days = like.apart.days
    reasons = [
        gettext("分类相同") if like.same_leaf else gettext("分类相近") if like.same_group else "",
        gettext("相距约 %(metres)d 米") % {"metres": like.distance_m} if like.distance_m is not None else "",
        ngettext("前后相隔 %(days)d 天", "前后相隔 %(days)d 天", days) % {"days": days} if days else gettext("同一天"),
        gettext("都提到：%(words)s") % {"words": gettext("、").join(found.words)} if found.words else "",
        gettext("写明的地点或编号不同") if like.names_others else "",
    ]
    return Likened(listed(found.case), like.is_likely, tuple(filter(None, reasons)))


def _joined(row: cases.CaseRow, report: intake.ReportRow) -> JoinedReport:
    return JoinedReport(row, report, intake.said_besides(report))


def case_page(*, actor: Actor, case_id: int) -> CasePage:
    """Raises NotFound where the post may not see the case."""
    row = cases.visible_case(actor=actor, case_id=case_id)
    joined = cases.joined_cases(case_id, most=JOINED_SHOWN) if row.report_count > 1 else []
    others = {each.id: each for each in joined}
    carriers = cases.visible_among([row.joined_to_id], actor=actor) if row.joined_to_id is not None else {}
    reports = intake.reports_of(case_id)
    return CasePage(
        case=listed(row),
        carrier=next(iter(carriers.values()), None),
        joined=[_joined(others[each.case_id], each) for each in intake.reports_of_cases(others)] if others else [],
        reports=reports,
        besides=[said for report in reports for said in intake.said_besides(report)],
        photos=[*intake.photos_of(case_id), *(intake.photos_of_cases(others) if others else ())],
        contacts=list(intake.contact_masked(case_id)),
        timeline=_timeline(row),
        tasks=cases.tasks(case_id),
        actions=cases.possible_actions(row, actor),
    )


def _timeline(row: cases.CaseRow) -> list[Happening]:
    """From the ledger, with what was written; what a case had lived through before it came here stands by its dates."""
    written = {message.id: message for message in cases.messages(row.id)}
    entries = ledger.entries(("case", row.id))
    told = {entry.payload.get("message") for entry in entries}
    found = [_happening(entry, written) for entry in entries]
    if len(entries) == 1:
        found[0] = replace(found[0], at=row.received_at)
        found += _brought_along(row)
    found += [
        Happening(message.at, gettext("答复"), names.office(message.office_id), "", message.text, message.public)
        for message in written.values()
        if message.id not in told
    ]
    return sorted(found, key=lambda happening: happening.at)


def _happening(entry: ledger.EntryRow, written: Mapping[int, cases.MessageRow]) -> Happening:
    payload: Mapping[str, Any] = entry.payload
    message = written.get(payload.get("message", 0))
    return Happening(
        at=entry.at,
        what=gettext(cases.EVENT_NAMES.get(entry.action, entry.action)),
        who=_who(entry),
        detail=_detail(payload),
        text=message.text if message else "",
        public=bool(message and message.public),
    )


def _who(entry: ledger.EntryRow) -> str:
    """The post, and for whom it stood in."""
    absent = entry.payload.get("for")
    if not absent:
        return names.actor(entry.actor)
    return gettext("%(deputy)s（代 %(absent)s）") % {
        "deputy": names.actor(entry.actor),
        "absent": names.actor(str(absent)),
    }


def _brought_along(row: cases.CaseRow) -> Iterable[Happening]:
    office = names.office(row.office_id)
    if row.accepted_at:
        yield Happening(row.accepted_at, gettext("签收"), office, "", "", public=False)
    if row.closed_at:
        yield Happening(row.closed_at, names.state(row.state), office, "", "", public=False)


def _detail(payload: Mapping[str, Any]) -> str:
    parts = [
        names.office(payload["office"]) if payload.get("office") else "",
        names.category(payload["category"]) if payload.get("category") else "",
        *(ids.case_number(payload[key]) for key in ("joined_to", "joined") if payload.get(key)),
        names.post(payload["assignee"]) if payload.get("assignee") else "",
        names.channel(payload["channel"]) if payload.get("channel") else "",
        payload["number"] if payload.get("number") else "",
        cases.budget_words(payload["extension"]) if payload.get("extension") else "",
        cases.budget_words(payload["budget"]) if payload.get("budget") else "",
        gettext(cases.PARKING_GROUNDS[payload["ground"]]) if payload.get("ground") else "",
        *(_moved(gettext(name), payload[key]) for key, name in DUE_TIMES.items() if payload.get(key)),
    ]
    return " · ".join(part for part in parts if part)


def _moved(name: str, dates: Iterable[str | None]) -> str:
    before, after = (cases.long_date(datetime.fromisoformat(at)) if at else "—" for at in dates)
    return gettext("%(name)s：%(before)s → %(after)s") % {"name": name, "before": before, "after": after}


@dataclass(frozen=True, slots=True)
class ListedAbsence:
    """An absence with its names; `state` `now`, `coming` or `over`, `may_change`: by the post that looks."""

    row: access.AbsenceRow
    post: str
    deputy: str
    reason: str
    state: str
    may_change: bool


def listed_absences(actor: Actor) -> list[ListedAbsence]:
    arrangeable = {post.id for post in access.arrangeable(actor)}
    return [
        ListedAbsence(
            row=row,
            post=names.post(row.staff_id) or gettext("已停用岗位"),
            deputy=names.post(row.deputy_id) or gettext("已停用岗位"),
            reason=gettext(access.ABSENCE_REASONS[row.reason]),
            state="over" if row.is_over else "now" if row.has_begun else "coming",
            may_change=row.staff_id in arrangeable,
        )
        for row in access.absences(actor)
    ]


@dataclass(frozen=True, slots=True)
class ListedHandover:
    """A hand-over with its names; `lines`: cases with what was said of them."""

    row: handovers.HandoverRow
    giver: str
    receiver: str
    acknowledged_by: str
    lines: list[tuple[ListedCase, str]]


def listed_handovers(rows: Iterable[handovers.HandoverRow]) -> list[ListedHandover]:
    return [
        ListedHandover(
            row=row,
            giver=names.post(row.from_staff_id) or gettext("已停用岗位"),
            receiver=names.post(row.to_staff_id) or names.office(row.office_id),
            acknowledged_by=names.post(row.acknowledged_by_id),
            lines=[(listed(case), said) for case, said in row.lines],
        )
        for row in rows
    ]
