"""What the reporter sees of a case: its steps so far, the one it stands at, and what is still to come."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter

from django.utils.translation import gettext, gettext_noop

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.story import ENDING, Story
from liandong.contexts.intake.wording import office_name
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.foundation.ui import public as ui
from liandong.kernel import time

State = cases.State
_ACCEPTING = {"CaseAccepted", "TaskClaimed", "TaskAssigned"}


def steps(story: Story) -> list[ui.Step]:
    """The line of steps, oldest first: done ones, the present one, those to come."""
    done = sorted([*_recorded(story), *_unrecorded(story)], key=attrgetter("at"))
    return [*done, *_present(story), *_to_come(story.matter.main)]


def office_of(case: cases.CaseRow) -> orgs.OfficeRow | None:
    """The office that answers for the case."""
    return orgs.organisation().offices.get(case.office_id or 0)


def _name(office_id: object) -> str:
    office = orgs.organisation().offices.get(office_id) if isinstance(office_id, int) else None
    return office_name(office) if office else gettext("负责部门")


def _recorded(story: Story) -> Iterator[ui.Step]:
    """Steps that the ledger tells of; what concerns the office only is left out."""
    texts = {message.id: message.text for message in story.messages}
    office_id: object = None
    accepted = False
    for entry in story.entries:
        office_id = entry.payload.get("office") or office_id
        if entry.action in {"CaseReassigned", "CaseReopened", "CaseReturned"}:
            accepted = False
        if entry.action == "DueTimesMoved" and "due_at" not in entry.payload:
            continue
        if entry.action == "CaseUrged" and not entry.actor.startswith("reporter:"):
            continue
        if entry.action in _ACCEPTING:
            if accepted:
                continue
            accepted = True
        title = _judged(entry, story) or _title(entry.action, office_id or story.matter.main.office_id)
        if title:
            detail = texts.get(_number(entry.payload, "message"), "")
            yield ui.Step(title, "done", at=_moment(entry, story.matter.own), detail=detail)


def _judged(entry: ledger.EntryRow, story: Story) -> str:
    """A verdict that isn't this reporter's own, or one on the answer to a joined case."""
    if entry.action == "JoinedReporterJudged":
        return gettext("您的评价：已解决") if entry.payload.get("solved") else gettext("您的评价：没有解决")
    others = bool(entry.payload.get("joined")) or (entry.actor.startswith("reporter:") and entry.actor != story.teller)
    if entry.action == "VerdictUnsolved" and (others or story.matter.is_joined):
        return gettext("有上报人说没有解决。重新办理")
    if entry.action == "VerdictSolved" and (others or story.matter.is_joined):
        return gettext("有上报人评价：已解决。事件办结")
    return ""


def _moment(entry: ledger.EntryRow, case: cases.CaseRow) -> datetime:
    """When it happened: of the first entry when the report was received, which may be before it was recorded."""
    return case.received_at if entry.action == "CaseReceived" else entry.at


def _number(payload: Mapping[str, object], key: str) -> int:
    value = payload.get(key)
    return value if isinstance(value, int) else 0


_TITLES = {
    "CaseReceived": gettext_noop("已收到您的上报"),
    "CaseScreened": gettext_noop("已受理，交%(office)s办理"),
    "CaseReassigned": gettext_noop("改由%(office)s办理"),
    "CaseAccepted": gettext_noop("%(office)s已签收"),
    "TaskClaimed": gettext_noop("%(office)s已签收"),
    "TaskAssigned": gettext_noop("%(office)s已签收"),
    "ReporterAsked": gettext_noop("%(office)s请您补充"),
    "ReporterReplied": gettext_noop("您已补充说明"),
    "QuestionLapsed": gettext_noop("没有等到您的补充，%(office)s按已有情况继续办理"),
    "DueTimesMoved": gettext_noop("工作日历有变，答复日期相应调整"),
    "CaseReturned": gettext_noop("正在重新确定由哪个部门办理"),
    "ReassignmentUndone": gettext_noop("仍由%(office)s办理"),
    "ExtensionGranted": gettext_noop("批准延长办理时间"),
    "TimeLimitOverridden": gettext_noop("县里改定了办理时间"),
    "OverrideUndone": gettext_noop("县里恢复了原来的办理时间"),
    "CaseUrged": gettext_noop("您催了一次，已转告%(office)s"),
    "CaseParked": gettext_noop("暂时办不了，挂账等待"),
    "CaseUnparked": gettext_noop("%(office)s恢复办理"),
    "ParkingReviewed": gettext_noop("%(office)s恢复办理"),
    "CaseAnswered": gettext_noop("%(office)s已答复"),
    "VerdictSolved": gettext_noop("您的评价：已解决。事件办结"),
    "VerdictUnsolved": gettext_noop("您的评价：没有解决。重新办理"),
    "VerdictLapsed": gettext_noop("评价期内没有收到您的评价，事件自动办结"),
    "CaseClosed": gettext_noop("事件办结"),
    "CaseReopened": gettext_noop("事件重新办理"),
    "CaseWithdrawn": gettext_noop("已撤回"),
    "CaseReferredOut": gettext_noop("已移送有权处理的机关"),
    "CaseJoined": gettext_noop("与别人上报的同一件事合并办理"),
    "ReportsAdded": gettext_noop("又有人上报了同一件事，合并办理"),
    "CaseSeparated": gettext_noop("查明不是同一件事，恢复单独办理"),
}
"""Steps that a reporter is told of, by what happened; `office` is the one that has the case then."""


def _title(action: str, office_id: object) -> str:
    return gettext(_TITLES[action]) % {"office": _name(office_id)} if action in _TITLES else ""


def _unrecorded(story: Story) -> Iterator[ui.Step]:
    """Steps that a case brought along from elsewhere: its row knows them, the ledger here doesn't."""
    case = story.matter.own
    if story.matter.is_joined:
        return
    actions = {entry.action for entry in story.entries}
    if case.accepted_at and not actions & _ACCEPTING:
        yield ui.Step(_title("CaseAccepted", case.office_id), "done", at=case.accepted_at)
    if case.answered_at and "CaseAnswered" not in actions:
        answer = story.last("answer")
        title = _title("CaseAnswered", case.office_id)
        yield ui.Step(title, "done", at=case.answered_at, detail=answer.text if answer else "")
    if case.closed_at and not actions & ENDING:
        endings = {State.WITHDRAWN: "CaseWithdrawn", State.REFERRED: "CaseReferredOut"}
        yield ui.Step(_title(endings.get(State(case.state), "CaseClosed"), None), "done", at=case.closed_at)


def _present(story: Story) -> Iterator[ui.Step]:
    """The step that the case stands at; an ended one has none."""
    matter = story.matter
    case = matter.main
    office = _name(case.office_id)
    match matter.state:
        case State.RECEIVED:
            yield _waiting(gettext("正在确认由哪个部门办理"), case)
        case State.DISPATCHED:
            yield _waiting(gettext("等待%(office)s签收") % {"office": office}, case)
        case State.HANDLING:
            yield _working(gettext("%(office)s正在办理") % {"office": office}, case)
        case State.COORDINATING:
            yield _working(gettext("县里正在统筹协调"), case)
        case State.PARKED:
            yield ui.Step(gettext("挂账等待，最晚在这一天复核"), "current", due=case.review_at)
        case State.ASKED if not matter.is_asked:
            yield ui.Step(gettext("%(office)s正在向另一位上报人核实") % {"office": office}, "current")
        case State.ASKED:
            until = cases.reply_until(case)
            left, unit = cases.reply_left(until)
            yield ui.Step(gettext("等您补充说明"), "current", due=until, left=left, unit=unit)
        case State.ANSWERED if matter.is_judged_by_own:
            yield ui.Step(gettext("等其他上报人评价"), "current", due=case.verdict_due_at)
        case State.ANSWERED:
            yield ui.Step(gettext("等您评价"), "current", due=case.verdict_due_at)


def _waiting(title: str, case: cases.CaseRow) -> ui.Step:
    due = case.accept_due_at
    left, unit = cases.accept_left(case)
    late = due is not None and due < time.now()
    return ui.Step(title, "late" if late else "current", due=due, left=left, unit=unit)


def _working(title: str, case: cases.CaseRow) -> ui.Step:
    """The promised date stands above the line already."""
    return ui.Step(title, "late" if case.due_at is not None and case.due_at < time.now() else "current")


def _to_come(case: cases.CaseRow) -> Iterable[ui.Step]:
    """What follows if all goes its usual way."""
    handle, answer = gettext("部门办理"), gettext("答复您")
    judge, close = gettext("您来评价"), gettext("事件办结")
    ahead = {
        State.RECEIVED: (handle, answer, judge, close),
        State.DISPATCHED: (handle, answer, judge, close),
        State.HANDLING: (answer, judge, close),
        State.COORDINATING: (answer, judge, close),
        State.ASKED: (handle, answer, judge, close),
        State.PARKED: (handle, answer, judge, close),
        State.ANSWERED: (close,),
    }
    return [ui.Step(title, "todo") for title in ahead.get(State(case.state), ())]
