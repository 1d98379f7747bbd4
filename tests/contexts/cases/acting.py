"""Taking any action by its name, for tests that go through the whole table."""

from datetime import timedelta
from typing import Any

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.change import Change
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Action, CaseRow, Life, State
from liandong.contexts.intake.public import Past
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Actor, Role
from tests import county


def needs(action: Action) -> dict[str, Any]:
    """What the command of an action wants besides actor and case."""
    given: dict[Action, dict[str, Any]] = {
        Action.SCREEN: {"category_code": county.POTHOLE},
        Action.ASSIGN: {"staff_id": county.post("grid_a1").id},
        Action.REASSIGN: {"office_id": county.office("LAW"), "text": "属执法范围"},
        Action.ASK_CONSENT: {"office_id": county.office("TWN-B"), "text": "在村道上"},
        Action.JUDGE_JOINED: {"solved": True},
        Action.REFER_OUT: {"to": "县人民法院", "text": "属诉讼事项"},
        Action.TELL_EMERGENCY_NUMBER: {"number": "119", "text": "消防已派车，预计十分钟到。"},
        Action.ASK_EXTENSION: {"count": 1, "text": "等材料"},
        Action.PARK: {
            "ground": "season",
            "review_on": county.MONDAY.date() + timedelta(days=60),
            "text": "入冬不能施工",
        },
        Action.OVERRIDE: {"budget": "10wd", "text": "涉及多个部门"},
    }
    words = cases.ACTIONS[action].words
    said = {"text": "经核实，情况属实。"} if words and words.needed else {}
    return said | given.get(action, {})


def take(action: Action, actor: Actor, case_id: int, **changed: Any) -> CaseRow:
    """Does the action by the registry, as page and API do; what a timer or a receipt does by its own command."""
    if action is Action.LAPSE:
        return cases.lapse_verdict(case_id=case_id)
    if action is Action.LAPSE_QUESTION:
        with time.at(time.now() + timedelta(days=30)):
            return cases.lapse_question(case_id=case_id)
    if action is Action.REVIEW:
        return cases.review_parked(case_id=case_id)
    if action is Action.URGE_BY_REPORTER:
        with time.at(time.now() + timedelta(days=30)):
            return cases.urge_as_reporter(actor=actor, case_id=case_id)
    if action is Action.RECOMPUTE:
        with Change(SYSTEM, case_id, action) as change:
            pass
        return change.row
    if action is Action.JOIN:
        changed.setdefault("to", case_in(State.HANDLING).id)
    given = needs(action) | changed
    if action is Action.TAKE_SUPPLEMENT:
        return cases.take_supplement(actor=actor, case_id=case_id, **given)
    if action is Action.ASK_CONSENT:
        return cases.reassign_case(actor=actor, case_id=case_id, **given)
    return cases.take_action(
        actor=actor,
        case_id=case_id,
        action=action,
        text=given.pop("text", ""),
        version=given.pop("version", None),
        however_short=given.pop("however_short", False),
        given=given,
    )


def case_in(state: State, **fields: Any) -> CaseRow:
    """A case of the housing office in cell A11 that has come to `state`; its clocks began an hour ago. What is only
    received is the desk's: nobody has the duty.
    """
    now = time.now()
    early = state in (State.RECEIVED, State.DISPATCHED)
    if state is State.JOINED:
        row, other = case_in(State.HANDLING, **fields), case_in(State.HANDLING)
        Case.objects.filter(pk=row.id).update(
            state=state, joined_to=other.id, closed_at=now, red_at=None, yellow_at=None
        )
        return cases.find(row.id)
    life = Life(
        state=state,
        accepted_at=None if early else now - timedelta(minutes=50),
        answered_at=now - timedelta(minutes=20) if state is State.ANSWERED else None,
        closed_at=now - timedelta(minutes=10) if state in cases.ENDED else None,
        paused_since=now - timedelta(minutes=30) if state in (State.ASKED, State.PARKED) else None,
    )
    if state is State.RECEIVED:
        fields.setdefault("category_code", county.WATER)
    return county.receive(past=Past(life), received_at=now - timedelta(hours=1), **fields)


def reporter(row: CaseRow) -> Actor:
    """Who reported the case, come by receipt."""
    return Actor(kind="reporter", id=row.id, role=Role.REPORTER)


def case_of(role: str, state: State, **fields: Any) -> CaseRow:
    """A case in this state that a post of this role may act on: those of a town where its own office leads."""
    is_towns = role in ("dispatcher", "grid_worker") and state is not State.RECEIVED
    office = {} if state is State.RECEIVED else {"office_code": "TWN-A" if is_towns else "HUD"}
    return case_in(state, **office, **fields)


def actor(role: str, row: CaseRow) -> Actor:
    """A post of this role that the case of `case_in` concerns."""
    if role == "reporter":
        return reporter(row)
    names = {
        "clerk": "clerk",
        "coordinator": "coordinator",
        "handler": "desk" if row.office_id == county.office("SGC") else "hud1",
        "dispatcher": "town_a",
        "grid_worker": "grid_a1",
        "leader": "leader",
        "administrator": "admin",
    }
    return county.post(names[role])
