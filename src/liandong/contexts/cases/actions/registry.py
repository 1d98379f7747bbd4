"""Which command does an action 事件动作, and what it would do to a row. Both stand beside each other and say so
themselves; a room above may bring those of an action.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from liandong.contexts.cases.domain.actions import ACTIONS, Action
from liandong.contexts.cases.rows import CaseRow, DeadlineRow
from liandong.kernel.actor import Actor

Command = TypeVar("Command", bound=Callable[..., CaseRow])
Given = Mapping[str, Any]
"""What the fields of an action hold, by the names of its command's arguments."""
Effect = tuple[CaseRow, DeadlineRow | None]
"""The row as it would stand, and the line that the deadline ledger would get."""
Foreseeing = TypeVar("Foreseeing", bound=Callable[[CaseRow, Given, Actor], Effect])
_COMMANDS: dict[Action, Callable[..., CaseRow]] = {}
_FIXED: dict[Action, Mapping[str, object]] = {}


@dataclass(frozen=True, slots=True)
class Preview:
    """`effect` raises what the command raises; `moves_dates`: it reckons with the case's deadline ledger."""

    effect: Callable[[CaseRow, Given, Actor], Effect]
    moves_dates: bool


_PREVIEWS: dict[Action, Preview] = {}


def does(action: Action, **fixed: object) -> Callable[[Command], Command]:
    """Decorates the command of an action. `fixed`: arguments that the action itself settles."""

    def enter(command: Command) -> Command:
        if action in _COMMANDS:
            raise ValueError(f"{action} has two commands")
        _COMMANDS[action] = command
        _FIXED[action] = fixed
        return command

    return enter


def foresees(action: Action, *, moves_dates: bool = True) -> Callable[[Foreseeing], Foreseeing]:
    """Decorates what an action would do to a row: with that it can be done to many cases at once."""

    def enter(effect: Foreseeing) -> Foreseeing:
        if action in _PREVIEWS:
            raise ValueError(f"{action} is foreseen twice")
        _PREVIEWS[action] = Preview(effect, moves_dates)
        return effect

    return enter


def preview_of(action: Action) -> Preview | None:
    """None where the action can't be done to many cases at once."""
    return _PREVIEWS.get(action)


def bulk_actions() -> frozenset[Action]:
    """The actions that can be done to many cases at once."""
    return frozenset(_PREVIEWS)


def by_hand() -> frozenset[Action]:
    """The actions that a post or a client may take by name."""
    return frozenset(_COMMANDS)


def take_action(
    *,
    actor: Actor,
    case_id: int,
    action: Action,
    given: Given,
    text: str = "",
    version: int | None = None,
    however_short: bool = False,
) -> CaseRow:
    """Does one action of the table. `given`: what its fields hold, by the names of the command's arguments. What the
    action doesn't ask is left out. Raises as the command does.
    """
    spec = ACTIONS[action]
    arguments = dict(given)
    if spec.words is not None:
        arguments["text"] = text
        if spec.words.weighty:
            arguments["however_short"] = however_short
    if not spec.keeps_version:
        arguments["version"] = version
    return _COMMANDS[action](actor=actor, case_id=case_id, **arguments, **_FIXED[action])
