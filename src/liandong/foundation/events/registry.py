"""Who wants which events: filled by decorators when the `jobs` modules are loaded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from liandong.foundation.facts import Facts
from liandong.foundation.facts import read as facts_of
from liandong.foundation.ledger.public import Stream


@dataclass(frozen=True)
class EventRow:
    """One event; `id` grows within a stream in the order of its events. `type` is its present name, whatever it was
    called when it was written; `payload` is as written.
    """

    id: int
    type: str
    stream: Stream
    payload: Mapping[str, object]
    at: datetime

    @cached_property
    def facts(self) -> Facts:
        """Its struct, read once for all its subscribers."""
        return facts_of(self.type, self.payload, str(self.payload.get("actor", "")))


Handler = Callable[[list[EventRow]], None]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """`name` is kept in retry rows and dead letters: renaming the function orphans them."""

    name: str
    types: frozenset[str]
    handle: Handler


@dataclass(slots=True)
class Registry:
    """Subscribers by name, in the order they were declared."""

    subscribers: dict[str, Subscriber] = field(default_factory=dict)

    def add_subscriber(self, handle: Handler, types: Sequence[str]) -> None:
        """Raises ValueError without types."""
        if not types:
            raise ValueError("a subscriber names the event types it wants")
        name = _name(handle)
        self.subscribers[name] = Subscriber(name, frozenset(types), handle)


def _name(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', repr(function))}"


registry = Registry()
