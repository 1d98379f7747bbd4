"""Turns of jobs: claimed by one worker for as long as its pulse says so, worked outside any transaction, written down.

A job that is cut off, by a worker that is killed or a database that goes away, is taken up by whoever looks next from
the progress that was kept last. So a turn may come again, and does nothing twice.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import OperationalError, connection, models, transaction

from liandong.kernel import time

from .commands import Order, order_many
from .models import Job
from .registry import MAX_ATTEMPTS, Again, Kind, Lane, Turn, registry
from .timers import Holder, passer_by

log = logging.getLogger(__name__)

_ERROR_LENGTH = 2_000


def run_turn(lanes: Iterable[Lane], holder: Holder, gets_on: Callable[[], bool] = lambda: True) -> bool:
    """One turn of the job that has waited longest; whether there was one. Errors of a lost connection come through."""
    return run_turn_of([kind.name for kind in registry.kinds.values() if kind.lane in lanes], holder, gets_on)


def run_turn_of(kinds: list[str], holder: Holder, gets_on: Callable[[], bool] = lambda: True) -> bool:
    """As above, of these kinds."""
    turn = _claim(kinds, holder, gets_on) if kinds else None
    if turn is None:
        return False
    kind = registry.kinds[turn.kind]
    if turn.attempts > kind.attempts:
        _give_up(turn, holder, "its worker ended in it each time")
        return True
    try:
        again = kind.run(turn)
    except Exception as failure:
        if connection.needs_rollback or connection.connection is None or connection.connection.closed:
            raise OperationalError(f"cut off in job {turn.kind}: {failure}") from failure
        log.exception("job %s %s failed, attempt %s", turn.kind, turn.key, turn.attempts)
        _failed(turn, holder, kind, f"{type(failure).__name__}: {failure}"[:_ERROR_LENGTH])
    else:
        _ended(turn, holder, again)
    return True


def work_off(*lanes: Lane) -> int:
    """Every turn that is due, of these lanes or all, until none is; returns how many."""
    holder, count = passer_by(), 0
    while run_turn(lanes or tuple(Lane), holder):
        count += 1
    return count


def order_at_start() -> None:
    """Orders the kinds that look after a start whether there is something for them."""
    order_many((Order(kind.name) for kind in registry.kinds.values() if kind.at_start), anew=False)


def hold_on(holder: Holder) -> None:
    """The job in hand stays its holder's for a while more."""
    held = Job.objects.filter(holder=holder.name, held_until__isnull=False)
    held.update(held_until=time.now() + timedelta(seconds=holder.held_s))


def let_go(holder: Holder) -> None:
    """Frees what the holder had in hand and was cut off in."""
    Job.objects.filter(holder=holder.name, held_until__isnull=False).update(holder="", held_until=None)


def _claim(kinds: list[str], holder: Holder, gets_on: Callable[[], bool]) -> Turn | None:
    """Who is cut off in it comes later each time: 2, 4, 8 … s, as after an error."""
    now = time.now()
    with transaction.atomic():
        first = Job.objects.due(now).filter(kind__in=kinds).order_by("next_at", "id")
        job = first.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        job.attempts += 1
        job.holder, job.held_until = holder.name, now + timedelta(seconds=holder.held_s)
        job.next_at = now + _pause(job.attempts)
        job.save(update_fields=["attempts", "holder", "held_until", "next_at"])
    return Turn(job.pk, job.kind, job.key, job.arguments, job.progress, job.attempts, job.ordered, gets_on)


def _ended(turn: Turn, holder: Holder, again: Again | None) -> None:
    mine = _in_hand(turn, holder)
    free = {"holder": "", "held_until": None, "attempts": 0, "error": ""}
    as_ordered = mine.filter(ordered=turn.ordered)
    if again is None:
        done = as_ordered.delete()[0]
    else:
        next_at = again.at or time.now() + timedelta(seconds=again.in_s)
        done = as_ordered.update(progress=dict(again.progress), next_at=next_at, **free)
    if not done:
        mine.update(**free)


def _failed(turn: Turn, holder: Holder, kind: Kind, error: str) -> None:
    if turn.attempts >= kind.attempts:
        _give_up(turn, holder, error)
        return
    next_at = time.now() + _pause(turn.attempts)
    mine = _in_hand(turn, holder)
    if not mine.filter(ordered=turn.ordered).update(error=error, next_at=next_at, holder="", held_until=None):
        mine.update(holder="", held_until=None)


def _give_up(turn: Turn, holder: Holder, error: str) -> None:
    log.error("job %s %s is given up: %s", turn.kind, turn.key, error)
    mine, now = _in_hand(turn, holder), time.now()
    free = {"holder": "", "held_until": None}
    if not mine.filter(ordered=turn.ordered).update(error=error, died_at=now, attempts=turn.attempts, **free):
        mine.update(**free)


def _in_hand(turn: Turn, holder: Holder) -> models.QuerySet[Job]:
    """Nothing, once somebody else has taken the job over."""
    return Job.objects.filter(pk=turn.id, holder=holder.name, held_until__isnull=False)


def _pause(attempts: int) -> timedelta:
    return timedelta(seconds=2 ** min(attempts, MAX_ATTEMPTS))
