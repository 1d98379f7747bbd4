"""Progress of a case, as the reporter sees it: its steps so far, the one it stands at, and what is still to come."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter

from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.story import ENDING, Story
from liandong.foundation.facts import Facts
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui import public as ui
from liandong.kernel import time

from .pictures import Attached

State = cases.State
_ACCEPTING = {"CaseAccepted", "TaskClaimed", "TaskAssigned"}


def steps(story: Story, files: Mapping[int, Attached]) -> list[ui.Step]:
    """The line of steps, oldest first: done ones with the files of their messages, the present one, those to come."""
    done = sorted([*_recorded(story, files), *_unrecorded(story)], key=attrgetter("at"))
    return [*done, *_present(story), *_to_come(story.matter.main)]


def what_follows(story: Story) -> str:
    """The next that happens, in a sentence; empty where the page says it already or nothing more will."""
    matter = story.matter
    office = {"office": _name(matter.main.office_id)}
    match matter.state:
        case State.RECEIVED:
            return gettext("接下来：受理岗位先定下由哪个部门办理，再交给部门签收。")
        case State.DISPATCHED:
            return gettext("接下来：%(office)s签收后开始办理，办完在这一页答复您。") % office
        case State.HANDLING:
            return gettext("接下来：%(office)s办完后在这一页答复您，再请您评价。") % office
        case State.COORDINATING:
            return gettext("接下来：县里协调有关部门办理，办完在这一页答复您，再请您评价。")
        case State.PARKED:
            return gettext("接下来：到这一天县里重新看一遍，能办就恢复办理。")
        case State.ANSWERED if not matter.is_judged_by_own:
            return gettext("请看下面的答复。没有解决的，会退回重新办理。")
        case _:
            return ""


def office_of(case: cases.CaseRow) -> orgs.OfficeRow | None:
    """The office that answers for the case."""
    return orgs.organisation().offices.get(case.office_id or 0)


def _name(office_id: object) -> str:
    name = orgs.office_name(office_id) if isinstance(office_id, int) else ""
    return name or gettext("负责部门")


def _recorded(story: Story, files: Mapping[int, Attached]) -> Iterator[ui.Step]:
    """Steps that the ledger tells of; what concerns the office only is left out."""
    texts = {message.id: message.text for message in story.messages}
    office_id: object = None
    accepted = False
    for entry in story.entries:
        facts = entry.facts
        office_id = getattr(facts, "lead_office", None) or office_id
        if entry.event in {"CaseReassigned", "CaseReopened", "CaseReturned"}:
            accepted = False
        if isinstance(facts, cases.DueTimesMoved) and not facts.due_at:
            continue
        if entry.event in _ACCEPTING:
            if accepted:
                continue
            accepted = True
        title = _judged(entry, facts, story) or _title(entry.event, office_id or story.matter.main.office_id)
        if title:
            moment = _moment(entry, story.matter.own)
            message = facts.message if isinstance(facts, cases.CaseFacts) else 0
            came = files.get(message)
            yield ui.Step(
                title,
                "done",
                at=moment,
                detail=_said(entry, facts, story, texts.get(message, "")),
                photos=came.photos if came else (),
                documents=came.documents if came else (),
            )


def _said(entry: ledger.EntryRow, facts: Facts, story: Story, text: str) -> str:
    """The words of the event, after the reason that this reporter gave for a verdict."""
    is_own = isinstance(facts, cases.JoinedReporterJudged) or (
        isinstance(facts, cases.VerdictUnsolved) and not _is_others(entry, facts, story)
    )
    reason = getattr(facts, "reason", "") if is_own else ""
    lines = [gettext(cases.UNSOLVED_REASONS[reason]) if reason in cases.UNSOLVED_REASONS else "", text]
    return "\n".join(filter(None, lines))


def _judged(entry: ledger.EntryRow, facts: Facts, story: Story) -> str:
    """A verdict that isn't this reporter's own, or one on the answer to a joined case; and that none came, to whom gave
    one.
    """
    if entry.event == "VerdictLapsed" and story.has_judged:
        return gettext("评价期已到，事件办结")
    if isinstance(facts, cases.JoinedReporterJudged):
        return gettext("您的评价：已解决") if facts.solved else gettext("您的评价：没有解决")
    if not isinstance(facts, cases.VerdictFacts):
        return ""
    if not _is_others(entry, facts, story):
        return ""
    return gettext("有上报人评价：已解决。事件办结") if facts.solved else gettext("有上报人说没有解决。重新办理")


def _is_others(entry: ledger.EntryRow, facts: cases.VerdictFacts, story: Story) -> bool:
    """Whether the verdict on the case is another reporter's than the one whose page it is."""
    by_another = entry.actor.startswith("reporter:") and entry.actor != story.teller
    return bool(facts.joined_case) or by_another or story.matter.is_joined


def _moment(entry: ledger.EntryRow, case: cases.CaseRow) -> datetime:
    """The moment of the event. The first entry happened when the report was received, maybe before it was recorded."""
    return case.received_at if entry.event == "CaseReceived" else entry.at


def _title(action: str, office_id: object) -> str:
    """The words on an event for the reporter; `office` is the one that has the case then."""
    words = rooms.reporter_words(action)
    return words % {"office": _name(office_id)} if words else ""


def _unrecorded(story: Story) -> Iterator[ui.Step]:
    """Steps that a case brought along from elsewhere: its row knows them, the ledger here doesn't."""
    case = story.matter.own
    if story.matter.is_joined:
        return
    actions = {entry.event for entry in story.entries}
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
    """The steps that follow if all goes its usual way."""
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
