"""Door of the events: publish in a command's transaction, subscribe and run by the clock in a `jobs` module."""

from collections.abc import Callable
from typing import TypeVar

from .commands import NewEvent, drain, happened, publish, publish_many, revive
from .condition import Condition, Trouble, condition
from .queries import DeadLetterRow, backlog, dead_letters
from .registry import EventRow, Handler, Job, registry

H = TypeVar("H", bound=Handler)
J = TypeVar("J", bound=Job)


def subscribe(*types: str) -> Callable[[H], H]:
    """Registers `(batch: list[EventRow]) -> None` for these event types.

    It is called inside the worker's transaction, in a savepoint of its own, with events in the order of their streams;
    so it touches nothing but the database (what is outside belongs into a timer), and as an event may come again after
    a crash it is idempotent. When it raises, its events are handed to it again one by one, later and later.
    """

    def register(handle: H) -> H:
        registry.add_subscriber(handle, types)
        return handle

    return register


def timer(*, every_s: float) -> Callable[[J], J]:
    """Registers a job without arguments that the worker runs every `every_s` seconds, outside any transaction.

    It never runs twice at once, however many workers there are.
    """

    def register(run: J) -> J:
        registry.add_timer(run, every_s)
        return run

    return register


__all__ = [
    "Condition",
    "DeadLetterRow",
    "EventRow",
    "NewEvent",
    "Trouble",
    "backlog",
    "condition",
    "dead_letters",
    "drain",
    "happened",
    "publish",
    "publish_many",
    "revive",
    "subscribe",
    "timer",
]
