"""The desk takes up a case in its queue, looks at a verdict, takes an assignment back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from liandong.foundation.ledger import public as ledger
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, LiandongError

from .actions import does
from .change import Change
from .domain.actions import Action
from .domain.lifecycle import State
from .models import Case, Message
from .queries import CaseRow, may_undo
from .rules import guards


@does(Action.TAKE_UP)
def take_up(*, actor: Actor, case_id: int, version: int | None = None) -> CaseRow:
    """认领 of what waits for the desk, to be screened or coordinated: the post owns it from now on. Raises Conflict
    through `version` when somebody else was quicker.
    """
    with Change(actor, case_id, Action.TAKE_UP, version) as change:
        change.take_task(actor.id)
        change.facts["assignee"] = actor.id
    return change.row


@does(Action.LOOK_AT_VERDICT)
def look_at_verdict(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """An unhappy verdict has been looked at; the note says what came of it. Raises Conflict where none waits."""
    with Change(actor, case_id, Action.LOOK_AT_VERDICT, version, text) as change:
        change.say(Message.Kind.NOTE, public=False, required=True)
    return change.row


@guards(Action.LOOK_AT_VERDICT)
def _waits_to_be_looked_at(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return None if case.unhappy_at else Conflict("没有待看的不满意评价。")


@guards(Action.UNDO_ASSIGN)
def _may_undo(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return None if may_undo(case, "assign") else Conflict("指派以后已有新的办理，不能撤销。")


@does(Action.UNDO_ASSIGN)
def undo_assignment(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """撤销指派: the post that had the case has it again, or nobody, signed for or not as before. Raises Conflict once
    anything else has happened to it.
    """
    with Change(actor, case_id, Action.UNDO_ASSIGN, version, text) as change:
        change.say(Message.Kind.REASON, public=False, required=True)
        last = ledger.entries(("case", case_id))[-1].payload
        was = cast("Mapping[str, Any]", last["was"])
        change.to = State(str(last["from"]))
        change.set(accepted_at=datetime.fromisoformat(was["accepted_at"]) if was["accepted_at"] else None)
        change.take_task(was["assignee"])
        change.facts["assignee"] = was["assignee"]
    return change.row
