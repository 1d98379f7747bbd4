"""Who may do what to a case: derived from the table of the lifecycle and from what the columns have to do with a case.

The table says which roles; here stands, in the words of docs/rights.md, whom of a role a case concerns. Each action is
tried through the form of the page and through the JSON API, and both have to give the same.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.test import Client

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case, Task
from liandong.contexts.cases.public import LIFECYCLE, Action, State
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Role
from tests import county
from tests.matrix.asking import outcome_of
from tests.matrix.cast import CAST
from tests.matrix.stage import Stage
from tests.matrix.table import NOT_ASKED

DONE, SIGN_IN = "done", "sign-in"
NATURAL = ("received", "joined", "ended")
"""Kinds of cases whose state is what they are: there an action that the state doesn't allow is refused with 409."""
ROLES: Mapping[str, Role] = {
    "clerk": Role.CLERK,
    "coordinator": Role.COORDINATOR,
    "leader": Role.LEADER,
    "head": Role.LEADER,
    "administrator": Role.ADMINISTRATOR,
    **dict.fromkeys(("grid_own", "grid_deputy", "grid_other"), Role.GRID_WORKER),
    **dict.fromkeys(("assignee", "deputy", "colleague", "former", "stranger"), Role.HANDLER),
    **dict.fromkeys(("town_own", "town_other"), Role.DISPATCHER),
    **dict.fromkeys(("complained", "complained_office"), Role.COORDINATOR),
}
NOT_BY_HAND = frozenset(
    {
        Action.LAPSE_QUESTION,
        Action.REVIEW,
        Action.LAPSE,
        Action.RECOMPUTE,
        Action.ASK_CONSENT,
        Action.URGE_BY_REPORTER,
        Action.TAKE_SUPPLEMENT,
    }
)
"""What time brings, what a reassignment does by itself, what the reporter does at the receipt's page, and what is taken
down at the telephone.
"""
KINDS_TRIED = ("public", "town", "private", "received", "joined", "ended")
"""Of confidential cases and complaints what is done is as of private ones."""


def actions() -> list[Action]:
    return [action for action in Action if action not in NOT_BY_HAND]


def right(action: Action, kind: str, column: str) -> str:
    """What the column gets: not signed in, not to be seen, not allowed, not now, done."""
    if column in ("client", "client_off") or (column in ROLES and column not in CAST[kind]):
        return NOT_ASKED
    if column not in ROLES:
        return SIGN_IN
    if not _sees(action, kind, column):
        return "404"
    state = state_for(action, kind)
    if ROLES[column] not in LIFECYCLE[action].roles or not _concerned(action, kind, column, state):
        return "403"
    if action is Action.PUBLISH and kind == "private":
        return "409"
    return DONE if state in LIFECYCLE[action].sources else "409"


def _sees(action: Action, kind: str, column: str) -> bool:
    if column in ("complained", "complained_office"):
        return False
    if column == "former" and kind != "joined" and state_for(action, kind) in cases.ENDED:
        return False
    if column in ("clerk", "coordinator", "assignee", "deputy", "colleague", "former"):
        return True
    if column == "town_own" and action in _CONSENT:
        return True
    looks_on = ("leader", "head", "administrator", "grid_own", "grid_deputy", "town_own")
    return kind != "private" and column in looks_on


_CONSENT = (Action.GIVE_CONSENT, Action.DECLINE_CONSENT, Action.WITHDRAW_CONSENT)


def _concerned(action: Action, kind: str, column: str, state: State) -> bool:
    if action in (Action.GIVE_CONSENT, Action.DECLINE_CONSENT):
        return column == "town_own"
    if action is Action.WITHDRAW_CONSENT:
        return column == "coordinator"
    if column in ("clerk", "coordinator") or (action is Action.URGE and column in ("leader", "town_own")):
        return True
    if column in ("assignee", "deputy", "colleague"):
        return True
    if action in (Action.PUBLISH, Action.WITHHOLD):
        return column == "town_own" and kind == "town"
    if column in ("grid_own", "grid_deputy", "town_own"):
        return action is Action.NOTE or state is State.RECEIVED or kind == "town"
    return False


def state_for(action: Action, kind: str) -> State:
    """The state in which the action is tried: the case's own, or one that the table allows."""
    own = {"received": State.RECEIVED, "joined": State.JOINED, "ended": State.CLOSED}.get(kind, State.HANDLING)
    if kind in NATURAL:
        return own
    sources = LIFECYCLE[action].sources - {State.JOINED}
    return own if own in sources or not sources else min(sources, key=list(State).index)


def bring(stage: Stage, action: Action, kind: str) -> None:
    """The case to where the action would change something."""
    row, now, state = stage.cases[kind], time.now(), state_for(action, kind)
    if kind in NATURAL:
        fields: dict[str, Any] = {}
    else:
        ended = state in cases.ENDED
        fields = {"state": state, "closed_at": now if ended else None, "category_code": county.POTHOLE}
        if state in (State.RECEIVED, State.DISPATCHED):
            fields["accepted_at"] = None
    fields |= _WAITS.get(action, dict)()
    if fields:
        Case.objects.filter(pk=row.id).update(**fields)
    if action in (Action.CLAIM, Action.TAKE_UP) and kind not in NATURAL:
        Case.objects.filter(pk=row.id).update(assignee=None)
        Task.objects.filter(case_id=row.id, done_at=None).update(assignee=None)
    if action is Action.JUDGE_JOINED and kind == "joined":
        carrier = {"state": State.ANSWERED, "answered_at": now, "verdict_due_at": now + county.days(5)}
        Case.objects.filter(pk=stage.others[kind].id).update(**carrier)
    if action in _DEEDS and state in LIFECYCLE[action].sources:
        _DEEDS[action](stage, kind)


_WAITS: Mapping[Action, Callable[[], dict[str, Any]]] = {
    Action.TELL_EMERGENCY_NUMBER: lambda: {"category_code": county.GAS},
    Action.GRANT_EXTENSION: lambda: {"extension_asked": "1wd"},
    Action.REFUSE_EXTENSION: lambda: {"extension_asked": "1wd"},
    **dict.fromkeys(_CONSENT, lambda: {"consent_office_id": county.office("TWN-A")}),
    Action.LOOK_AT_VERDICT: lambda: {"unhappy_at": time.now()},
    Action.SUPPLEMENT: lambda: {"question_lapsed_at": time.now()},
    Action.WITHHOLD: lambda: {"is_published": True},
}


def _reassigned(stage: Stage, kind: str) -> None:
    """From the police, whose matter it isn't; a town is given what is its own by the duty list."""
    row = stage.cases[kind]
    category = county.BURNING if kind == "town" else county.POTHOLE
    Case.objects.filter(pk=row.id).update(office=county.office("POL"), state=State.HANDLING, category_code=category)
    cases.reassign_case(actor=SYSTEM, case_id=row.id, office_id=row.office_id or 0, text="职责在这个部门")


def _overridden(stage: Stage, kind: str) -> None:
    row = stage.cases[kind]
    cases.override_time_limit(actor=SYSTEM, case_id=row.id, budget="10wd", text="涉及多个部门")


def _assigned(stage: Stage, kind: str) -> None:
    cases.assign_task(actor=SYSTEM, case_id=stage.cases[kind].id, staff_id=_colleague(kind), despite_absence=True)


_DEEDS: Mapping[Action, Callable[[Stage, str], None]] = {
    Action.UNDO_REASSIGN: _reassigned,
    Action.UNDO_OVERRIDE: _overridden,
    Action.UNDO_ASSIGN: _assigned,
}


def _colleague(kind: str) -> int:
    return county.post(CAST[kind].get("colleague", "pol1")).id


def form_of(stage: Stage, action: Action, kind: str) -> dict[str, Any]:
    """What both doors are sent; the API as JSON."""
    more: Mapping[Action, dict[str, Any]] = {
        Action.SCREEN: {"category_code": county.POTHOLE},
        Action.ASSIGN: {"staff_id": _colleague(kind)},
        Action.REASSIGN: {"office_id": county.office("POL")},
        Action.REFER_OUT: {"to": "县人民法院"},
        Action.TELL_EMERGENCY_NUMBER: {"number": "119"},
        Action.JOIN: {"number": stage.others[kind].number},
        Action.JUDGE_JOINED: {"solved": True},
        Action.ASK_EXTENSION: {"count": 1},
        Action.PARK: {"ground": "season", "review_on": f"{county.MONDAY.date() + county.days(60)}"},
        Action.OVERRIDE: {"budget": "10wd"},
    }
    return {"text": "经核实，情况属实", **more.get(action, {})}


def try_page(stage: Stage, action: Action, kind: str, column: str) -> str:
    """What comes of it for a case that was brought there (`brought`)."""
    sent = form_of(stage, action, kind)
    if action is Action.OVERRIDE:
        sent = {"text": sent["text"], "count": 10, "unit": "wd"}
    if action is Action.JUDGE_JOINED:
        sent["solved"] = "yes"
    path = f"/console/case/{stage.cases[kind].number}/do/{action}/"
    return _tried(stage, kind, column, lambda client: client.post(path, sent))


def try_api(stage: Stage, action: Action, kind: str, column: str) -> str:
    """The same by the JSON API."""
    sent = form_of(stage, action, kind) | {"take_over": True}
    path = f"/api/v1/cases/{stage.cases[kind].number}/{action}"
    return _tried(stage, kind, column, lambda client: client.post(path, sent, "application/json"))


@contextmanager
def brought(stage: Stage, action: Action, kind: str) -> Iterator[None]:
    """The case stands inside where the action would change something: once for all who try."""
    with transaction.atomic():
        bring(stage, action, kind)
        yield
        transaction.set_rollback(True)


def _tried(stage: Stage, kind: str, column: str, send: Callable[[Client], Any]) -> str:
    with stage.scene(column, kind):
        came = outcome_of(send(stage.client(column, kind)))
    return {"302": DONE, "200": DONE, "401": SIGN_IN}.get(came, came)
