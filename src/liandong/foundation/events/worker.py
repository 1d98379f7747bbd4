"""The worker: one loop hands over events, others do long work and what is due by the clock. None waits for another."""

import logging
import threading
from collections.abc import Sequence
from enum import StrEnum

from django.db import connection

from liandong.foundation.jobs import public as jobs

from .commands import RETRIES_AT_ONCE, drain
from .registry import registry

log = logging.getLogger(__name__)

BATCHES_AT_ONCE = 20
_FAREWELL_S = 12.0


class Part(StrEnum):
    """A part that a process of the worker may be given alone, so that the one has no share in the other's time."""

    EVENTS = "events"
    WORK = "work"


class Handing(jobs.Loop):
    """Hands over events until none is left.

    A small batch was all there was: what comes now gathers until the next turn, for a batch of five costs as much as
    one of a hundred. One of repeated deliveries alone is full at fifty.
    """

    def _turn(self) -> bool:
        self._pulse.moves()
        return all(not self._ended.is_set() and drain() >= RETRIES_AT_ONCE for _ in range(BATCHES_AT_ONCE))


class Worker:
    """Runs until `stop()`; a signal handler may call that, for it only sets a flag."""

    def __init__(self, parts: Sequence[Part] = tuple(Part)) -> None:
        self._ended = threading.Event()
        self._beat = jobs.Beat()
        self._loops: list[jobs.Loop] = []
        if Part.EVENTS in parts:
            self._loops.append(Handing(self._beat.pulse("events"), self._ended))
        if Part.WORK in parts:
            self._loops += jobs.loops(self._beat, self._ended)
        self._failures: list[BaseException] = []

    def stop(self) -> None:
        """Ends every loop after the batch or turn in hand."""
        self._ended.set()

    def run(self) -> None:
        """The first loop in this thread, the others beside it; when one fails, all end and the failure is raised."""
        log.info("worker runs: %s subscribers, %s", len(registry.subscribers), jobs.told())
        first, *others = self._loops
        beside = [threading.Thread(target=self._run, args=(loop,), name=type(loop).__name__) for loop in others]
        with self._beat.beating():
            for thread in beside:
                thread.start()
            self._run(first)
            for thread in beside:
                thread.join(_FAREWELL_S)
        log.info("worker ends")
        if self._failures:
            raise self._failures[0]

    def _run(self, loop: jobs.Loop) -> None:
        try:
            loop.run()
        except BaseException as failure:  # raised at the end, by the thread that all wait for
            log.exception("a loop of the worker fails")
            self._failures.append(failure)
            self.stop()
        finally:
            if threading.current_thread() is not threading.main_thread():
                connection.close()


def run_once() -> None:
    """Hands over every event there is, runs every timer and job that is due, and what they published."""
    while drain():
        pass
    jobs.run_due()
    while drain():
        pass
