"""A loop of the worker: a turn, and another while there is work, then a rest. Each has a pulse of its own."""

import logging
import threading
import time as stopwatch
from abc import ABC, abstractmethod
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection

from liandong.kernel import time

from .pulse import Beat, Pulse
from .registry import Lane, registry
from .timers import run_if_due
from .turns import order_at_start, run_turn, work_off

log = logging.getLogger(__name__)

IDLE_S = 0.5
LONGEST_PAUSE_S = 10.0
_KEPT_S = 5.0
"""A loop that rests for longer keeps no connection meanwhile."""


class Loop(ABC):
    """Runs until the event is set; that may be done by a signal handler."""

    idle_s = IDLE_S

    def __init__(self, pulse: Pulse, ended: threading.Event | None = None) -> None:
        self._pulse, self._ended = pulse, ended or threading.Event()

    def stop(self) -> None:
        """Ends the loop after the turn in hand."""
        self._ended.set()

    def run(self) -> None:
        """Outlasts a database that goes away: tries again after 0.5 s, later after 10 s."""
        with self._pulse.felt():
            self._go_round()

    def _go_round(self) -> None:
        pause_s, was_cut_off = IDLE_S, False
        while not self._ended.is_set():
            try:
                if was_cut_off:
                    self._pulse.let_go()
                busy, was_cut_off = self._turn(), False
            except (OperationalError, InterfaceError) as error:
                log.warning("database is away, next try in %.1f s: %s", pause_s, str(error).strip())
                connection.close()
                was_cut_off = True
                self._pulse.moves()
                self._rest(pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
                continue
            pause_s = IDLE_S
            if not busy and not self._ended.is_set():
                if self.idle_s > _KEPT_S:
                    connection.close()
                self._rest(self.idle_s)

    @abstractmethod
    def _turn(self) -> bool:
        """Whether there was work."""

    def _rest(self, pause_s: float) -> None:
        end = stopwatch.monotonic() + pause_s
        while (left := end - stopwatch.monotonic()) > 0 and not self._ended.is_set():
            stopwatch.sleep(min(left, IDLE_S))


class Working(Loop):
    """Turns of the jobs of one lane."""

    def __init__(self, lane: Lane, pulse: Pulse, ended: threading.Event | None = None) -> None:
        super().__init__(pulse, ended)
        self.lane = lane
        self.idle_s = 10.0 if lane == Lane.APART else IDLE_S

    def _turn(self) -> bool:
        self._pulse.moves()
        return self._work()

    def _work(self) -> bool:
        return run_turn([self.lane], self._pulse.holder, self._gets_on)

    def _gets_on(self) -> bool:
        self._pulse.moves()
        return not self._ended.is_set()


class Timed(Working):
    """Work on the database, a turn at a time, and between two turns what is due by the clock."""

    def __init__(self, pulse: Pulse, ended: threading.Event | None = None) -> None:
        super().__init__(Lane.WITHIN, pulse, ended)
        self._next_look: dict[str, datetime] = {}
        self._has_begun = False

    def _turn(self) -> bool:
        self._pulse.moves()
        if not self._has_begun:
            order_at_start()
            self._has_begun = True
        timed = self._run_one_timer()
        if self._ended.is_set():
            return False
        return self._work() or timed

    def _run_one_timer(self) -> bool:
        for timer in list(registry.timers.values()):
            if self._ended.is_set():
                return False
            if self._next_look.get(timer.name, time.now()) <= time.now():
                self._next_look[timer.name] = run_if_due(timer, self._pulse.holder)
                return True
        return False


def loops(beat: Beat, ended: threading.Event) -> list[Loop]:
    """For a process that works: what runs by the clock with our own work, and each other lane by itself."""
    beside = [Working(lane, beat.pulse(lane), ended) for lane in (Lane.OUTSIDE, Lane.APART)]
    return [Timed(beat.pulse(Lane.WITHIN), ended), *beside]


def run_due() -> None:
    """Runs every timer and turn that is due now, one after the other."""
    order_at_start()
    for timer in list(registry.timers.values()):
        run_if_due(timer)
    work_off(Lane.WITHIN, Lane.OUTSIDE)


def told() -> str:
    """For the log."""
    return f"{len(registry.timers)} timers, {len(registry.kinds)} kinds of work"
