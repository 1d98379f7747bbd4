"""How long a request has been here, and how long it may still wait for the database; each thread has its own."""

import threading
import time as stopwatch
from collections.abc import Iterator
from contextlib import contextmanager

LEAST_S = 1.0
"""A statement gets so much however long the request has been here."""
SILENT_S = 0.3


class Share:
    """How many connections of a process a kind of work may hold at once, so that others find one."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def take(self, patience_s: float) -> bool:
        return self._free.acquire(timeout=patience_s)

    def give_back(self) -> None:
        self._free.release()


class _Here(threading.local):
    statement_s: float | None = None
    since: float | None = None
    share: Share | None = None


_here = _Here()


@contextmanager
def of_request(*, waited_s: float, share: Share | None) -> Iterator[None]:
    """For the request of this thread: what it waited for before it began, and whose connections it uses."""
    _here.since, _here.share = stopwatch.monotonic() - waited_s, share
    try:
        yield
    finally:
        _here.since = _here.share = _here.statement_s = None


def share() -> Share | None:
    return _here.share


def left(statement_s: float, *, is_silent: bool) -> float:
    """Seconds that the next statement may take, where one usually gets `statement_s`; of a database that is known to
    be silent little is expected.
    """
    if _here.statement_s is not None:
        return _here.statement_s
    if is_silent:
        return SILENT_S
    here_s = stopwatch.monotonic() - _here.since if _here.since is not None else 0.0
    return max(min(LEAST_S, statement_s), statement_s - here_s)


@contextmanager
def each_statement(seconds: float) -> Iterator[None]:
    """Statements of this block may take so long, whatever was waited for."""
    before, _here.statement_s = _here.statement_s, seconds
    try:
        yield
    finally:
        _here.statement_s = before
