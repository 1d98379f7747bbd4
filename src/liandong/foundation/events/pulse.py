"""A worker's pulse: that its loop gets on, told to the database and to who watches the process.

The loop marks each turn and each statement that it sends: a job that works on for long moves, one that waits for ever
for an answer from outside stands still. A thread of its own tells the database; so does nothing else of the loop.
"""

import logging
import os
import socket
import threading
import time as stopwatch
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import Error, connection

from liandong.kernel import time

from . import timers
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


class Pulse:
    """The pulse of one worker. `LIANDONG_WORKER` names it and stays the same over restarts, `LIANDONG_BEAT` is the file
    whose time of change says to the process above that the loop moves.
    """

    def __init__(self) -> None:
        self.holder = timers.Holder(os.environ.get("LIANDONG_WORKER") or uuid4().hex, HELD_S)
        self._file = Path(beat) if (beat := os.environ.get("LIANDONG_BEAT")) else None
        self._started_at = self._moved_at = time.now()
        self._moved = self._marked = stopwatch.monotonic()
        self._ended = threading.Event()

    def moves(self) -> None:
        """The loop gets on."""
        self._moved, self._moved_at = stopwatch.monotonic(), time.now()
        if self._file and self._moved - self._marked >= _MARK_EVERY_S:
            self._marked = self._moved
            with suppress(OSError):
                self._file.touch()

    @contextmanager
    def beating(self) -> Iterator[None]:
        """For the time of the block: every statement of this thread is a movement, and the database is told."""
        teller = threading.Thread(target=self._go_on_telling, name="pulse", daemon=True)
        with connection.execute_wrapper(self._watch):
            teller.start()
            try:
                yield
            finally:
                self._ended.set()
                teller.join(_FAREWELL_S)

    def _watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.moves()
        return execute(sql, params, many, context)

    def _go_on_telling(self) -> None:
        """Outlasts a database that is away: the loop says that in the log already."""
        tell = self._introduce
        while not self._ended.is_set():
            try:
                tell()
                tell = self._tell
            except Error:
                log.debug("the pulse is not told", exc_info=True)
                connection.close()
            self._ended.wait(BEAT_EVERY_S)
        with suppress(Error):
            WorkerBeat.objects.filter(pk=self.holder.name).delete()
        connection.close()

    def _introduce(self) -> None:
        timers.let_go(self.holder)
        WorkerBeat.objects.filter(moved_at__lt=time.now() - _FORGOTTEN_AFTER).delete()
        self._write(self._moved_at)

    def _tell(self) -> None:
        stands_s = stopwatch.monotonic() - self._moved
        if stands_s < STANDSTILL_S:
            timers.hold_on(self.holder)
        self._write(self._moved_at)

    def _write(self, moved_at: datetime) -> None:
        WorkerBeat.objects.update_or_create(
            id=self.holder.name,
            defaults={
                "host": socket.gethostname(),
                "pid": os.getpid(),
                "started_at": self._started_at,
                "moved_at": moved_at,
            },
        )
