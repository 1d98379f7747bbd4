"""Who wants which events, and what runs by the clock: filled by decorators when the `jobs` modules are loaded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from liandong.foundation import facts as told
from liandong.foundation.ledger.public import Stream


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event; `id` grows within a stream in the order of its events. `type` is its present name, whatever it was
    called when it was written; `payload` is as written.
    """

    id: int
    type: str
    stream: Stream
    payload: Mapping[str, object]
    at: datetime

    @property
    def facts(self) -> told.Facts:
        return told.read(self.type, self.payload, str(self.payload.get("actor", "")))


Handler = Callable[[list[EventRow]], None]
Job = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """`name` is kept in retry rows and dead letters: renaming the function orphans them."""

    name: str
    types: frozenset[str]
    handle: Handler


@dataclass(frozen=True, slots=True)
class Timer:
    """A job that is due `every_s` seconds after it last started."""

    name: str
    every_s: float
    run: Job


@dataclass(slots=True)
class Registry:
    """Subscribers and timers by name, in the order they were declared."""

    subscribers: dict[str, Subscriber] = field(default_factory=dict)
    timers: dict[str, Timer] = field(default_factory=dict)

    def add_subscriber(self, handle: Handler, types: Sequence[str]) -> None:
        """Raises ValueError without types."""
        if not types:
            raise ValueError("a subscriber names the event types it wants")
        name = _name(handle)
        self.subscribers[name] = Subscriber(name, frozenset(types), handle)

    def add_timer(self, run: Job, every_s: float) -> None:
        """Raises ValueError for a period of zero or less."""
        if every_s <= 0:
            raise ValueError("a timer's period is more than zero seconds")
        name = _name(run)
        self.timers[name] = Timer(name, every_s, run)


def _name(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', repr(function))}"


registry = Registry()
