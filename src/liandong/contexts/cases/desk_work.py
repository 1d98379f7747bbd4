"""The desk takes up a case in its queue, looks at a verdict, takes an assignment back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from liandong.foundation.ledger import public as ledger
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict

from .change import Change
from .domain.lifecycle import Action, State
from .models import Message
from .queries import CaseRow, may_undo


def take_up(*, actor: Actor, case_id: int, version: int | None = None) -> CaseRow:
    """认领 of what waits for the desk, to be screened or coordinated: the post owns it from now on. Raises Conflict
    through `version` when somebody else was quicker.
    """
    with Change(actor, case_id, Action.TAKE_UP, version) as change:
        change.take_task(actor.id)
        change.facts["assignee"] = actor.id
    return change.row


def look_at_verdict(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """An unhappy verdict has been looked at; the note says what came of it. Raises Conflict where none waits."""
    with Change(actor, case_id, Action.LOOK_AT_VERDICT, version, text) as change:
        check_unhappy(change.case.unhappy_at)
        change.say(Message.Kind.NOTE, public=False, required=True)
    return change.row


def check_unhappy(unhappy_at: datetime | None) -> None:
    if unhappy_at is None:
        raise Conflict("没有待看的不满意评价。")


def undo_assignment(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """撤销指派: the post that had the case has it again, or nobody, signed for or not as before. Raises Conflict once
    anything else has happened to it.
    """
    with Change(actor, case_id, Action.UNDO_ASSIGN, version, text) as change:
        if not may_undo(change.case, "assign"):
            raise Conflict("指派以后已有新的办理，不能撤销。")
        change.say(Message.Kind.REASON, public=False, required=True)
        last = ledger.entries(("case", case_id))[-1].payload
        was = cast("Mapping[str, Any]", last["was"])
        change.to = State(str(last["from"]))
        change.set(accepted_at=datetime.fromisoformat(was["accepted_at"]) if was["accepted_at"] else None)
        change.take_task(was["assignee"])
        change.facts["assignee"] = was["assignee"]
    return change.row
