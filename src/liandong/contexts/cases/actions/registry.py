"""Which command does an action 事件动作. A command says so itself; a room above may bring the command of an action."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from liandong.contexts.cases.domain.actions import ACTIONS, Action
from liandong.contexts.cases.rows import CaseRow
from liandong.kernel.actor import Actor

Command = TypeVar("Command", bound=Callable[..., CaseRow])
_COMMANDS: dict[Action, Callable[..., CaseRow]] = {}
_FIXED: dict[Action, Mapping[str, object]] = {}


def does(action: Action, **fixed: object) -> Callable[[Command], Command]:
    """Decorates the command of an action. `fixed`: arguments that the action itself settles."""

    def enter(command: Command) -> Command:
        if action in _COMMANDS:
            raise ValueError(f"{action} has two commands")
        _COMMANDS[action] = command
        _FIXED[action] = fixed
        return command

    return enter


def by_hand() -> frozenset[Action]:
    """The actions that a post or a client may take by name."""
    return frozenset(_COMMANDS)


def take_action(
    *,
    actor: Actor,
    case_id: int,
    action: Action,
    given: Mapping[str, object],
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
