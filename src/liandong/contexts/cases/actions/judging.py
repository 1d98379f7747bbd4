"""The reporter's verdict 评价, and the desk's look at an unhappy one."""

from collections.abc import Sequence
from dataclasses import replace

from liandong.contexts.cases.change import Change
from liandong.contexts.cases.concerns import check_satisfied, check_unsolved, judges_itself, may_take_verdict
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.events import VerdictSolved, VerdictUnsolved
from liandong.contexts.cases.domain.lifecycle import UNHAPPY, State, after_unsolved
from liandong.contexts.cases.lead_offices import desk_of
from liandong.contexts.cases.models import Case, Message, Task
from liandong.contexts.cases.rows import CaseRow
from liandong.contexts.cases.rules import guards
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import Conflict, LiandongError, NotAllowed
from liandong.kernel.kept import FileRef

from .registry import Effect, Given, does, foresees


@does(Action.LOOK_AT_VERDICT)
def look_at_verdict(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """An unhappy verdict has been looked at; the note says what came of it. Raises Conflict where none waits."""
    with Change(actor, case_id, Action.LOOK_AT_VERDICT, version, text) as change:
        change.say(Message.Kind.NOTE)
    return change.row


@foresees(Action.LOOK_AT_VERDICT, moves_dates=False)
def _looked_at(row: CaseRow, given: Given, actor: Actor) -> Effect:
    return replace(row, unhappy_at=None), None


@guards(Action.LOOK_AT_VERDICT)
def _waits_to_be_looked_at(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return None if case.unhappy_at else Conflict("没有待看的不满意评价。")


@guards(Action.JUDGE_SOLVED, Action.JUDGE_UNSOLVED)
def may_judge(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    """A verdict on the newest answer is taken down by nobody who wrote it or whose office did."""
    if actor.kind != "staff":
        return None
    answers = Message.objects.filter(case_id=case.id, kind=Message.Kind.ANSWER)
    who, office_id = answers.order_by("-id").values_list("actor", "office_id").first() or ("", None)
    if actor.ref == who or judges_itself(actor, office_id) or not may_take_verdict(case, actor):
        return NotAllowed("不能由答复的部门登记评价。")
    return None


@does(Action.JUDGE_SOLVED, solved=True)
@does(Action.JUDGE_UNSOLVED, solved=False)
def record_verdict(
    *,
    actor: Actor,
    case_id: int,
    solved: bool,
    satisfied: int | None = None,
    text: str = "",
    version: int | None = None,
    joined: int | None = None,
    files: Sequence[FileRef] = (),
    reason: str = "",
) -> CaseRow:
    """The reporter's verdict, by receipt or taken by a clerk, never by a post of the office that leads the case or
    answered it. `satisfied`: 1 (very dissatisfied) to 5 (very satisfied). Solved closes; not solved goes back once,
    then to the coordinator, with the `reason` that was chosen. `joined`: the joined case whose reporter judges.
    """
    check_satisfied(satisfied)
    check_unsolved(reason, solved=solved)
    action = Action.JUDGE_SOLVED if solved else Action.JUDGE_UNSOLVED
    with Change(actor, case_id, action, version, text) as change:
        change.say(Message.Kind.VERDICT)
        change.attach(files)
        change.set(solved=solved, satisfied=satisfied, verdict_due_at=None)
        verdict = VerdictSolved if solved else VerdictUnsolved
        change.tell(verdict(solved=solved, satisfied=satisfied, joined_case=joined or 0, reason=reason))
        if not solved:
            _rework(change)
        is_unhappy = change.to is State.COORDINATING or (satisfied is not None and satisfied <= UNHAPPY)
        change.set(unhappy_at=change.now if is_unhappy else None)
    return change.row


def lapse_verdict(*, case_id: int) -> CaseRow:
    """Closes an answered case whose reporter let the verdict time pass; the status page says so.

    Raises Conflict where that time isn't over, perhaps because there is a newer answer by now.
    """
    with Change(SYSTEM, case_id, Action.LAPSE) as change:
        if change.case.verdict_due_at is None or change.case.verdict_due_at > change.now:
            raise Conflict
        change.set(verdict_due_at=None)
    return change.row


def _rework(change: Change) -> None:
    case = change.case
    change.to = after_unsolved(case.rework_count)
    change.set(rework_count=case.rework_count + 1, answered_at=None)
    if change.to is State.COORDINATING:
        change.set(assignee_id=None)
        change.open_task(Task.Kind.COORDINATE, office_id=desk_of(case) or case.office_id)
    else:
        change.open_task(Task.Kind.HANDLE, office_id=case.office_id, assignee_id=case.assignee_id)
