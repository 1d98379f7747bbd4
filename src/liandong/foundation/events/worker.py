"""The worker's loop: hand over events until none is left, run what is due by the clock, rest, and begin again."""

import logging
import time as stopwatch
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection

from liandong.kernel import time

from .commands import RETRIES_AT_ONCE, drain
from .pulse import Pulse
from .registry import registry
from .timers import run_if_due

log = logging.getLogger(__name__)

IDLE_S = 0.5
LONGEST_PAUSE_S = 10.0
BATCHES_BEFORE_TIMERS = 20


class Worker:
    """Runs until `stop()`; a signal handler may call that, for it only sets a flag."""

    def __init__(self) -> None:
        self._stopping = False
        self._next_look: dict[str, datetime] = {}
        self._pulse = Pulse()

    def stop(self) -> None:
        """Ends the loop after the batch or job in hand."""
        self._stopping = True

    def run(self) -> None:
        """The loop, with its pulse. Outlasts a database that goes away: tries again after 0.5 s, later after 10 s."""
        log.info("worker runs: %s subscribers, %s timers", len(registry.subscribers), len(registry.timers))
        with self._pulse.beating():
            self._go_round()
        log.info("worker ends")

    def _go_round(self) -> None:
        pause_s = IDLE_S
        while not self._stopping:
            try:
                busy = self._turn()
            except (OperationalError, InterfaceError) as error:
                log.warning("database is away, next try in %.1f s: %s", pause_s, str(error).strip())
                connection.close()
                self._pulse.moves()
                self._rest(pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
                continue
            pause_s = IDLE_S
            if not busy and not self._stopping:
                self._rest(IDLE_S)

    def run_once(self) -> None:
        """Hands over every event there is, runs every timer that is due, and what they published."""
        while drain():
            pass
        for timer in list(registry.timers.values()):
            run_if_due(timer)
        while drain():
            pass

    def _turn(self) -> bool:
        """Some batches, then one timer if one is due: neither keeps the other waiting for long.

        A small batch was all there was: what comes now gathers until the next turn, for a batch of five costs as much
        as one of a hundred. One of repeated deliveries alone is full at fifty.
        """
        self._pulse.moves()
        for _ in range(BATCHES_BEFORE_TIMERS):
            if self._stopping or drain() < RETRIES_AT_ONCE:
                return self._run_one_timer()
        self._run_one_timer()
        return True

    def _run_one_timer(self) -> bool:
        for timer in list(registry.timers.values()):
            if self._stopping:
                return False
            if self._next_look.get(timer.name, time.now()) <= time.now():
                self._next_look[timer.name] = run_if_due(timer, self._pulse.holder)
                return True
        return False

    def _rest(self, pause_s: float) -> None:
        end = stopwatch.monotonic() + pause_s
        while not self._stopping and (left := end - stopwatch.monotonic()) > 0:
            stopwatch.sleep(min(left, IDLE_S))
