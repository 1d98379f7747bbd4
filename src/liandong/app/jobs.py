"""Timers and long work that need more than one room."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from liandong.contexts.categories import public as categories
from liandong.contexts.opening import public as opening
from liandong.foundation.jobs import public as jobs
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.launch.processes import start

NIGHT_HOURS = range(1, 5)
ONCE_A_NIGHT = timedelta(hours=12)
KIND = "categories.learn"
LOOK_EVERY_S = 1.0
_LIANDONG = (sys.executable, "-m", "liandong")


class TrainingFailed(Exception):
    """The training ended with an error, which is in the log."""


class ImportFailed(Exception):
    """The import ended with an error, which is in the log."""


@jobs.timer(every_s=600)
def learn_at_night() -> None:
    """Orders the training, once between one and five o'clock in the county."""
    if is_due():
        jobs.order(jobs.Order(KIND), anew=False)


@jobs.work(KIND, lane=jobs.Lane.APART, attempts=2)
def learn(turn: jobs.Turn) -> jobs.Again | None:
    """Trains in a process of its own, which ends with the worker and begins anew with the next one: so the worker
    doesn't keep its memory. Raises TrainingFailed.
    """
    if not is_due():
        return None
    returned = _run_apart(turn, ["nice", *_LIANDONG, "learn"])
    if returned:
        raise TrainingFailed(returned)
    return jobs.Again() if returned is None else None


@jobs.work(opening.KIND, lane=jobs.Lane.APART, attempts=2)
def work_through_upload(turn: jobs.Turn) -> jobs.Again | None:
    """Looks through a file that an administrator brought in, or takes it in, in a process of its own: what reads files
    takes memory, and a large one minutes. Raises ImportFailed.
    """
    if opening.is_through(UUID(turn.key)):
        return None
    returned = _run_apart(turn, [*_LIANDONG, "work_through_upload", turn.key])
    if returned:
        raise ImportFailed(returned)
    return jobs.Again() if returned is None else None


def _run_apart(turn: jobs.Turn, command: Sequence[str]) -> int | None:
    """Returns the exit code of the command; None where it was ended with the worker."""
    child = start(command, own_session=False)
    while child.poll() is None:
        if not turn.gets_on():
            child.terminate()
            child.wait()
            return None
        try:
            child.wait(LOOK_EVERY_S)
        except subprocess.TimeoutExpired:
            continue
    return int(child.returncode)


def is_due() -> bool:
    """Whether it is night, and nothing was learned in this one."""
    now = time.now()
    last = categories.last_learned_at()
    return now.astimezone(orgs.county().tz).hour in NIGHT_HOURS and (last is None or now - last > ONCE_A_NIGHT)
