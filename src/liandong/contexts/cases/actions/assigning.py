"""Who works on a case: 签收, 认领, 指派 and its undoing."""

from dataclasses import replace

from liandong.contexts.cases.change import Change
from liandong.contexts.cases.concerns import (
    assignable_posts,
    may_undo,
)
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.events import AssignmentUndone, TaskAssigned, TaskClaimed
from liandong.contexts.cases.domain.lifecycle import State
from liandong.contexts.cases.domain.undo import BeforeAssignment
from liandong.contexts.cases.models import Case, DeadlineEntry, Message
from liandong.contexts.cases.rows import CaseRow, line_now
from liandong.contexts.cases.rules import guards
from liandong.foundation.access import public as access
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, InvalidInput, LiandongError, PostIsAway

from .registry import Effect, Given, does, foresees
from .undoing import keep_undoable, take_back


@guards(Action.UNDO_ASSIGN)
def _may_undo(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return None if may_undo(case, Action.ASSIGN) else Conflict("指派以后已有新的办理，不能撤销。")


@does(Action.UNDO_ASSIGN)
def undo_assignment(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """撤销指派: the post that had the case has it again, or nobody, signed for or not as before. Raises Conflict once
    anything else has happened to it.
    """
    with Change(actor, case_id, Action.UNDO_ASSIGN, version, text) as change:
        change.say(Message.Kind.REASON)
        before = take_back(change, BeforeAssignment)
        change.to = State(before.state)
        change.set(accepted_at=before.accepted_at)
        change.take_task(before.assignee_id)
        change.tell(AssignmentUndone(assignee=before.assignee_id))
    return change.row


def check_assignable(case: Case | CaseRow, staff_id: int) -> None:
    """Raises InvalidInput for a post that the case can't be given to."""
    if staff_id not in (post.id for post in assignable_posts(case)):
        raise InvalidInput("只能指派给本部门或本乡镇的岗位。", field="staff_id")


def check_there(staff_id: int, despite_absence: bool) -> None:
    """Raises PostIsAway for a post that is out, unless that is known."""
    if not despite_absence and access.away(staff_id):
        raise PostIsAway(field="staff_id")


@does(Action.ACCEPT)
def accept_case(*, actor: Actor, case_id: int, version: int | None = None) -> CaseRow:
    """签收: the lead office takes the case on; the accept clock stops, the post that signs becomes the assignee. What
    was given to an absent post stays that post's when its deputy signs.
    """
    with Change(actor, case_id, Action.ACCEPT, version) as change:
        _accept(change)
        assignee_id = change.case.assignee_id
        change.take_task(assignee_id if assignee_id in actor.stands_in_for else actor.id)
    return change.row


@does(Action.CLAIM)
def claim_task(*, actor: Actor, case_id: int, version: int | None = None) -> CaseRow:
    """认领: the post takes the task itself. Raises Conflict through `version` when somebody else was quicker."""
    with Change(actor, case_id, Action.CLAIM, version) as change:
        _accept(change)
        change.take_task(actor.id)
        change.tell(TaskClaimed(assignee=actor.id))
    return change.row


@does(Action.ASSIGN)
def assign_task(
    *, actor: Actor, case_id: int, staff_id: int, despite_absence: bool = False, version: int | None = None
) -> CaseRow:
    """指派 to a post of the lead office or to a grid worker of the town. Raises InvalidInput for any other post, and
    PostIsAway for one that is out, unless `despite_absence`: its deputy then sees the case.
    """
    with Change(actor, case_id, Action.ASSIGN, version) as change:
        case = change.case
        check_assignable(case, staff_id)
        check_there(staff_id, despite_absence)
        was = {
            "assignee": case.assignee_id,
            "accepted_at": case.accepted_at.isoformat() if case.accepted_at else None,
        }
        keep_undoable(
            change,
            BeforeAssignment(state=case.state, assignee_id=case.assignee_id, accepted_at=case.accepted_at),
        )
        _accept(change)
        change.take_task(staff_id)
        change.tell(TaskAssigned(assignee=staff_id, was=was))
    return change.row


@foresees(Action.ASSIGN)
def _assigned(row: CaseRow, given: Given, actor: Actor) -> Effect:
    staff_id = given["staff_id"]
    check_assignable(row, staff_id)
    check_there(staff_id, given.get("despite_absence", False))
    accepted_at = row.accepted_at or time.now()
    after = replace(row, assignee_id=staff_id, state=State.HANDLING.value, accepted_at=accepted_at)
    return after, line_now(DeadlineEntry.Kind.ACCEPT)


def _accept(change: Change) -> None:
    if change.case.accepted_at is None:
        change.set(accepted_at=change.now)
        change.deadline(DeadlineEntry.Kind.ACCEPT)
