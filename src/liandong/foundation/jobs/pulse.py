"""The pulses of a worker's loops: that they get on, told to the database and to who watches the process.

A loop marks each turn and each statement that it sends: a job that works on for long moves, one that waits for ever
for an answer from outside stands still. One thread beside them tells the database; so does nothing else of the loops.
"""

import logging
import os
import socket
import threading
import time as stopwatch
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import Error, connection

from liandong.kernel import time

from . import timers, turns
from .models import WorkerBeat

log = logging.getLogger(__name__)

BEAT_EVERY_S = 3.0
HELD_S = 15.0
"""How long a job stays a worker's that says nothing more: five beats."""
STANDSTILL_S = 300.0
"""A loop that has not moved for so long holds no job any more; who runs the worker starts it anew."""
_FORGOTTEN_AFTER = timedelta(days=1)
_MARK_EVERY_S = 1.0
_FAREWELL_S = 5.0


class Beat:
    """The file whose time of change says to the process above that every loop of this one moves (`LIANDONG_BEAT`)."""

    def __init__(self) -> None:
        self._file = Path(beat) if (beat := os.environ.get("LIANDONG_BEAT")) else None
        self._name = os.environ.get("LIANDONG_WORKER") or uuid4().hex
        self._pulses: list[Pulse] = []
        self._marked = stopwatch.monotonic()

    def pulse(self, does: str = "") -> "Pulse":
        """Another loop's."""
        made = Pulse(self, f"{self._name}-{does}" if does else self._name, does)
        self._pulses.append(made)
        return made

    def beating(self) -> AbstractContextManager[None]:
        """For the time of the block the database is told of every loop."""
        return told(self._pulses)

    def mark(self) -> None:
        """The file is as old as the loop that has stood the longest."""
        slowest = min(pulse.moved for pulse in self._pulses)
        if self._file and slowest - self._marked >= _MARK_EVERY_S:
            self._marked = slowest
            with suppress(OSError):
                self._file.touch()


class Pulse:
    """Of one loop. `LIANDONG_WORKER` names the worker and stays the same over restarts."""

    def __init__(self, beat: Beat, name: str, does: str) -> None:
        self.holder = timers.Holder(name, HELD_S)
        self.moved = stopwatch.monotonic()
        self._beat, self._does = beat, does
        self._started_at = self._moved_at = time.now()

    def moves(self) -> None:
        """The loop gets on."""
        self.moved, self._moved_at = stopwatch.monotonic(), time.now()
        self._beat.mark()

    @contextmanager
    def felt(self) -> Iterator[None]:
        """For the time of the block every statement of this thread is a movement."""
        with connection.execute_wrapper(self._watch):
            yield

    def let_go(self) -> None:
        """The loop has nothing in hand: what it was cut off in is for whoever looks next."""
        timers.let_go(self.holder)
        turns.let_go(self.holder)

    def _watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.moves()
        return execute(sql, params, many, context)

    def introduce(self) -> None:
        """An earlier process of the same name has ended, and holds nothing any more."""
        self.let_go()
        WorkerBeat.objects.filter(moved_at__lt=time.now() - _FORGOTTEN_AFTER).delete()
        self._write(self._moved_at)

    def tell(self) -> None:
        if stopwatch.monotonic() - self.moved < STANDSTILL_S:
            timers.hold_on(self.holder)
            turns.hold_on(self.holder)
        self._write(self._moved_at)

    def end(self) -> None:
        WorkerBeat.objects.filter(pk=self.holder.name).delete()

    def _write(self, moved_at: datetime) -> None:
        WorkerBeat.objects.update_or_create(
            id=self.holder.name,
            defaults={
                "does": self._does,
                "host": socket.gethostname(),
                "pid": os.getpid(),
                "started_at": self._started_at,
                "moved_at": moved_at,
            },
        )


@contextmanager
def told(pulses: Sequence[Pulse]) -> Iterator[None]:
    """For the time of the block a thread tells the database of them. It outlasts a database that is away: the loops
    say that in the log already.
    """
    ended = threading.Event()
    teller = threading.Thread(target=_tell, args=(pulses, ended), name="pulse", daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join(_FAREWELL_S)


def _tell(pulses: Sequence[Pulse], ended: threading.Event) -> None:
    known: set[Pulse] = set()
    while not ended.is_set():
        try:
            for pulse in pulses:
                (pulse.tell if pulse in known else pulse.introduce)()
                known.add(pulse)
        except Error:
            log.debug("the pulse is not told", exc_info=True)
            connection.close()
        ended.wait(BEAT_EVERY_S)
    with suppress(Error):
        for pulse in pulses:
            pulse.end()
    connection.close()
