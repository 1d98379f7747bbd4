"""Timers that need more than one room."""

import logging
import subprocess
import sys
from datetime import timedelta

from liandong.contexts.categories import public as categories
from liandong.foundation.events import public as events
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.launch.processes import start

log = logging.getLogger(__name__)

NIGHT_HOURS = range(1, 5)
ONCE_A_NIGHT = timedelta(hours=12)
_running: list[subprocess.Popen[bytes]] = []


@events.timer(every_s=600)
def learn_at_night() -> None:
    """Begins the training, once between one and five o'clock in the county. It runs in a process of its own, which ends
    with the worker: neither does the worker wait for it, nor keep its memory.
    """
    while _running and _running[0].poll() is not None:
        log.info("training of the category proposal ended: exit code %s", _running.pop().returncode)
    if not _running and is_due():
        _running.append(start(["nice", sys.executable, "-m", "liandong", "learn"], own_session=False))


def is_due() -> bool:
    """Whether it is night, and nothing was learned in this one."""
    now = time.now()
    last = categories.last_learned_at()
    return now.astimezone(orgs.county().tz).hour in NIGHT_HOURS and (last is None or now - last > ONCE_A_NIGHT)
