"""From office to office: 改派, its undoing, 退单. The accept clock begins anew, the promise to the reporter stays."""

from dataclasses import replace

from django.db import transaction

from liandong.contexts.cases.change import Change, lock_case, main_task_in
from liandong.contexts.cases.concerns import may_return, may_undo, needs_category
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.events import CaseReassigned, CaseReturned, ConsentAsked, ReassignmentUndone
from liandong.contexts.cases.domain.lifecycle import State
from liandong.contexts.cases.domain.undo import BeforeReassignment, columns_of
from liandong.contexts.cases.lead_offices import check_lead, desk_of, needs_consent
from liandong.contexts.cases.models import Case, DeadlineEntry, Message, Task
from liandong.contexts.cases.rows import CaseRow, line_now
from liandong.contexts.cases.rules import guards
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, InvalidInput, LiandongError

from .registry import Effect, Given, does, foresees
from .undoing import keep_undoable, take_back


@guards(Action.REASSIGN, Action.ASK_CONSENT)
def _has_category(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return Conflict("请先受理并选定事项分类。") if needs_category(case) else None


@does(Action.REASSIGN)
def reassign_case(*, actor: Actor, case_id: int, office_id: int, text: str, version: int | None = None) -> CaseRow:
    """改派 to another lead office, with the reason. Never to the office complained of. It has the accept time
    from now on; what the reporter was promised stays.

    A county office's duty goes to a town only when the town consents: until then the case stays and the town is asked
    (`consent_office_id`), one at a time. What has no category yet is screened instead: raises Conflict. Raises
    InvalidInput for the office that has it.
    """
    with transaction.atomic():
        case = lock_case(case_id)
        asks = needs_consent(case, case.category_code, office_id, actor)
        with Change(actor, case_id, Action.ASK_CONSENT if asks else Action.REASSIGN, version, text) as change:
            check_new_lead(change.case, office_id)
            change.say(Message.Kind.REASON)
            if asks:
                _ask_consent(change, office_id)
            else:
                pass_lead(change, office_id)
    return change.row


@foresees(Action.REASSIGN)
def _reassigned(row: CaseRow, given: Given, actor: Actor) -> Effect:
    """A town is asked first, and until it answers the case stays."""
    office_id = given["office_id"]
    check_new_lead(row, office_id)
    if needs_consent(row, row.category_code, office_id, actor):
        check_not_asked(row)
        return replace(row, consent_office_id=office_id), None
    after = replace(row, office_id=office_id, assignee_id=None, accepted_at=None, state=State.DISPATCHED.value)
    return after, line_now(DeadlineEntry.Kind.REASSIGN)


def pass_lead(change: Change, office_id: int) -> None:
    """The lead goes to another office, so that it can be undone as long as nothing follows."""
    case = change.case
    change.tell(CaseReassigned(was=_told(case), lead_office=office_id))
    before = BeforeReassignment(
        state=case.state,
        office_id=case.office_id,
        assignee_id=case.assignee_id,
        accepted_at=case.accepted_at,
        queue=case.queue,
        is_designated=case.is_designated,
        unhappy_at=case.unhappy_at,
    )
    keep_undoable(change, before)
    change.set(
        office_id=office_id,
        assignee_id=None,
        accepted_at=None,
        queue="",
        is_designated=change.case.return_count > 0,
    )
    change.open_task(Task.Kind.HANDLE, office_id=office_id)


def _ask_consent(change: Change, office_id: int) -> None:
    check_not_asked(change.case)
    change.set(consent_office_id=office_id, consent_asker_id=change.actor.id if change.actor.kind == "staff" else None)
    change.tell(ConsentAsked(asked_town=office_id))


def check_not_asked(case: Case | CaseRow) -> None:
    """One request for a town's consent at a time. Raises Conflict."""
    if case.consent_office_id is not None:
        raise Conflict("正在征求乡镇意见，请等答复或先撤回。")


def check_new_lead(case: Case | CaseRow, office_id: int) -> None:
    """Raises InvalidInput as `reassign_case` says."""
    if office_id == case.office_id and State(case.state) in (State.DISPATCHED, State.HANDLING):
        raise InvalidInput("事件已经在这个部门。", field="office_id")
    check_lead(case, office_id)


def _told(case: Case) -> dict[str, object]:
    """How a case stood, as the ledger tells it."""
    return {
        "office": case.office_id,
        "assignee": case.assignee_id,
        "accepted_at": case.accepted_at.isoformat() if case.accepted_at else None,
        "queue": case.queue,
        "is_designated": case.is_designated,
        "unhappy_at": case.unhappy_at.isoformat() if case.unhappy_at else None,
    }


@guards(Action.UNDO_REASSIGN)
def _may_undo(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return None if may_undo(case, Action.REASSIGN) else Conflict("改派以后已有新的办理，不能撤销。")


@does(Action.UNDO_REASSIGN)
def undo_reassignment(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """撤销改派: the case stands again as before it was handed over, clocks too. Raises Conflict once anything else has
    happened to it.
    """
    with Change(actor, case_id, Action.UNDO_REASSIGN, version, text) as change:
        change.say(Message.Kind.REASON)
        before = take_back(change, BeforeReassignment)
        change.to = State(before.state)
        change.set(**columns_of(before))
        kind = main_task_in(change.to)
        change.open_task(kind, office_id=before.office_id, assignee_id=before.assignee_id)
        change.tell(ReassignmentUndone(lead_office=before.office_id))
    return change.row


@guards(Action.RETURN)
def _may_return(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return None if may_return(case) else Conflict("县里已经指定由本部门承办，不能再退。")


@does(Action.RETURN)
def return_case(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """退单 instead of signing for it: not this office's duty, with the reason; the county's desk finds another office,
    which then is designated.

    Raises Conflict where the county has designated the office (潍坊市 12345 条例 22) or the desk itself leads.
    """
    with Change(actor, case_id, Action.RETURN, version, text) as change:
        change.say(Message.Kind.REASON)
        desk = desk_of(change.case)
        change.set(
            office_id=desk,
            assignee_id=None,
            accepted_at=None,
            queue="duty",
            return_count=change.case.return_count + 1,
        )
        change.open_task(Task.Kind.SCREEN, office_id=desk)
        change.tell(CaseReturned(lead_office=desk))
    return change.row
