"""Decides what a post may do to a case now: the line of the table, whether the case concerns the post, and the guards.

A guard is one rule about one case. Page, command and preview ask the same one. A room above adds guards of its own.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from liandong.foundation.rooms import public as rooms
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, LiandongError, NotAllowed

from .concerns import concerns
from .domain.actions import LIFECYCLE, RIGHT_TO, Action, Transition, transition
from .domain.lifecycle import State
from .models import Case
from .rows import CaseRow

Guard = Callable[[Case | CaseRow, Actor], LiandongError | None]
Guarding = TypeVar("Guarding", bound=Guard)
_GUARDS: dict[Action, list[Guard]] = defaultdict(list)


def guards(*actions: Action) -> Callable[[Guarding], Guarding]:
    """Decorates a rule about actions. It returns the error that refuses them, else None."""

    def enter(guard: Guarding) -> Guarding:
        for action in actions:
            _GUARDS[action].append(guard)
        return guard

    return enter


def refusal(case: Case | CaseRow, actor: Actor, action: Action) -> LiandongError | None:
    """The refusal of the first guard that has something against the action. Guards ask nothing of the system itself."""
    if actor.kind == "system":
        return None
    return next((error for guard in _GUARDS[action] if (error := guard(case, actor)) is not None), None)


def is_permitted(case: Case | CaseRow, actor: Actor, action: Action) -> bool:
    by_table = actor.may(RIGHT_TO[action]) and concerns(case, actor, action)
    return actor.kind == "system" or by_table


def check_action(case: Case | CaseRow, actor: Actor, action: Action, version: int | None) -> Transition:
    """Role, state, version and guards, in this order. Raises NotAllowed, Conflict, and what a guard says."""
    if not is_permitted(case, actor, action):
        raise NotAllowed
    line = transition(action, State(case.state))
    if version is not None and version != case.version:
        raise Conflict
    if (error := refusal(case, actor, action)) is not None:
        raise error
    return line


def possible_actions(row: CaseRow, actor: Actor) -> list[Action]:
    """Actions that the post may take in the case's state and that would change something, in the table's order."""
    state = State(row.state)
    return [
        action
        for action, line in LIFECYCLE.items()
        if state in line.sources
        and actor.may(RIGHT_TO[action])
        and concerns(row, actor, action)
        and not _is_idle(row, actor, action)
        and refusal(row, actor, action) is None
    ]


def actions_of(look: rooms.Look[CaseRow]) -> list[Action]:
    """Those of the page's case: panels and forms share them."""
    return possible_actions(look.row, look.actor)


def _is_idle(row: CaseRow, actor: Actor, action: Action) -> bool:
    """Whether the action would change nothing or comes about by another one."""
    match action:
        case Action.ASK_CONSENT | Action.TAKE_SUPPLEMENT:
            return True  # a reassignment asks by itself; the telephone desk takes words down
        case Action.SUPPLEMENT:
            return actor.kind != "reporter" and row.question_lapsed_at is None
        case Action.CLAIM | Action.TAKE_UP:
            return actor.kind == "staff" and row.assignee_id == actor.id
        case Action.JOIN:
            return actor.kind == "reporter"
        case _:
            return False
