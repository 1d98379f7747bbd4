"""A case ends: 办结, 撤回, 移送; and is reopened."""

from liandong.contexts.cases.change import Change
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.events import CaseReferredOut
from liandong.contexts.cases.domain.lifecycle import State
from liandong.contexts.cases.models import Case, Message, Task
from liandong.contexts.cases.rows import CaseRow
from liandong.contexts.cases.rules import guards
from liandong.foundation.orgs import public as orgs
from liandong.kernel import written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, InvalidInput, LiandongError

from .registry import does


@does(Action.CLOSE)
def close_case(
    *, actor: Actor, case_id: int, text: str, version: int | None = None, however_short: bool = False
) -> CaseRow:
    """办结 by the coordinator, with the lawful ground, which the reporter can read."""
    with Change(actor, case_id, Action.CLOSE, version, text, however_short=however_short) as change:
        change.say(Message.Kind.REASON)
        change.set(verdict_due_at=None)
    return change.row


@does(Action.REOPEN)
def reopen_case(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """An ended case goes back to its office and post with new clocks: to be signed for where nobody had, and to the
    queue where nobody had said what it is.
    """
    with Change(actor, case_id, Action.REOPEN, version, text) as change:
        case = change.case
        change.say(Message.Kind.REASON)
        change.set(closed_at=None, solved=None, satisfied=None, answered_at=None, rework_count=case.rework_count + 1)
        change.set(question_lapsed_at=None)
        kind = Task.Kind.HANDLE
        if not case.category_code and case.office_id in (None, orgs.organisation().desk_id):
            change.to, kind = State.RECEIVED, Task.Kind.SCREEN
            change.set(queue="category", assignee_id=None)
        elif case.accepted_at is None:
            change.to = State.DISPATCHED
        change.open_task(kind, office_id=case.office_id, assignee_id=case.assignee_id)
    return change.row


@guards(Action.WITHDRAW)
def _is_nobody_elses(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return Conflict("还有别人上报了同一件事，不能撤回，事件继续办理。") if case.report_count > 1 else None


@does(Action.WITHDRAW)
def withdraw_case(*, actor: Actor, case_id: int, text: str = "", version: int | None = None) -> CaseRow:
    """撤回 by the reporter, or by a clerk at the reporter's word. Raises Conflict where others report it too."""
    with Change(actor, case_id, Action.WITHDRAW, version, text) as change:
        change.say(Message.Kind.REASON)
    return change.row


@does(Action.REFER_OUT)
def refer_out(
    *, actor: Actor, case_id: int, to: str, text: str, version: int | None = None, however_short: bool = False
) -> CaseRow:
    """移送 to who is competent by law (110/119/120/122, court, arbitration, petition review): the case is then only
    the record of the hand-over.
    """
    to = written.cleaned(to)
    if not written.has_words(to):
        raise InvalidInput("请填写移送到哪里。", field="to")
    written.check(to, kind="to", field="to")
    with Change(actor, case_id, Action.REFER_OUT, version, text, however_short=however_short) as change:
        change.say(Message.Kind.REASON, led_by=f"{to}：")
        change.tell(CaseReferredOut(referred=True))
    return change.row
