"""Door of the jobs: what runs by the clock and long work are declared in a `jobs` module and ordered by commands."""

from collections.abc import Callable
from typing import TypeVar

from .backfilling import KIND as BACKFILL
from .backfilling import BackfillRow, BackfillStands, backfill, backfills, finish, is_lacking, lacking, order_backfills
from .commands import Order, order, order_many, put_off, revive
from .loop import Loop, loops, run_due, told
from .pulse import Beat
from .queries import DeadJobRow, count_dead_jobs, dead_jobs, without_job
from .registry import MAX_ATTEMPTS, Again, Kind, Lane, Timed, Turn, Work, registry
from .turns import work_off


def period_s(name: str) -> float | None:
    """Of a timer; None for one that this version of the product doesn't have."""
    timer = registry.timers.get(name)
    return timer.every_s if timer else None


T = TypeVar("T", bound=Timed)
W = TypeVar("W", bound=Work)


def timer(*, every_s: float) -> Callable[[T], T]:
    """Registers a job without arguments that a worker runs every `every_s` seconds, outside any transaction.

    It never runs twice at once, however many workers there are. It is short: a second or two.
    """

    def register(run: T) -> T:
        registry.add_timer(run, every_s)
        return run

    return register


def work(
    name: str, *, lane: Lane = Lane.WITHIN, attempts: int = MAX_ATTEMPTS, at_start: bool = False
) -> Callable[[W], W]:
    """Registers long work: `(turn: Turn) -> Again | None`, called outside any transaction until it returns None.

    It does a second's or two's worth of work and says by `Again` how far it came. A turn that was cut off comes again,
    so it does nothing twice. One that raises comes later and later, at last it is given up and shown. `at_start`: the
    work is ordered whenever a worker starts, to look whether there is something for it.
    """

    def register(run: W) -> W:
        registry.add_kind(Kind(name, run, lane, attempts, at_start))
        return run

    return register


__all__ = [
    "BACKFILL",
    "MAX_ATTEMPTS",
    "Again",
    "BackfillRow",
    "BackfillStands",
    "Beat",
    "DeadJobRow",
    "Lane",
    "Loop",
    "Order",
    "Turn",
    "backfill",
    "backfills",
    "count_dead_jobs",
    "dead_jobs",
    "finish",
    "is_lacking",
    "lacking",
    "loops",
    "order",
    "order_backfills",
    "order_many",
    "period_s",
    "put_off",
    "revive",
    "run_due",
    "timer",
    "told",
    "without_job",
    "work",
    "work_off",
]
