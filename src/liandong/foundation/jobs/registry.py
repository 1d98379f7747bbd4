"""The timers and the kinds of long work: filled by decorators when the `jobs` modules are loaded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

MAX_ATTEMPTS = 8
Timed = Callable[[], object]


class Lane(StrEnum):
    """Lanes don't wait for each other. WITHIN: work of ours on the database. OUTSIDE: it waits for others, such as a
    mail server. APART: it runs in a process of its own, for it takes much memory or minutes.
    """

    WITHIN = "within"
    OUTSIDE = "outside"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a job. `progress` is what the turn before kept, {} at first; `attempts` counts this one too, since
    the last that went well. `gets_on` is to be called by who waits for long; it is false once the worker ends.
    """

    id: int
    kind: str
    key: str
    arguments: Mapping[str, Any]
    progress: Mapping[str, Any]
    attempts: int
    ordered: int
    gets_on: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Again:
    """The job isn't done: another turn, at once, in some seconds or at a moment. The longest turn takes a second or
    two, so that others have theirs and a worker that is to end ends.
    """

    progress: Mapping[str, Any] = field(default_factory=dict)
    in_s: float = 0.0
    at: datetime | None = None


Work = Callable[[Turn], Again | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """Long work of one name, which is kept in rows: renamed, it orphans them."""

    name: str
    run: Work
    lane: Lane
    attempts: int
    at_start: bool


@dataclass(frozen=True, slots=True)
class Timer:
    """A short job that is due `every_s` seconds after it last started."""

    name: str
    every_s: float
    run: Timed


@dataclass(slots=True)
class Registry:
    """Timers and kinds by name, in the order they were declared."""

    timers: dict[str, Timer] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)

    def add_timer(self, run: Timed, every_s: float) -> None:
        """Raises ValueError for a period of zero or less."""
        if every_s <= 0:
            raise ValueError("a timer's period is more than zero seconds")
        name = f"{run.__module__}.{getattr(run, '__qualname__', repr(run))}"
        self.timers[name] = Timer(name, every_s, run)

    def add_kind(self, kind: Kind) -> None:
        """Raises ValueError for a name that another function has."""
        if kind.name in self.kinds:
            raise ValueError(f"there are two kinds of work named {kind.name}")
        self.kinds[kind.name] = kind


registry = Registry()
