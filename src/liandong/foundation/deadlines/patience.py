"""What a request has already waited for, and how long it may still wait; each thread has its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

LEAST_S = 1.0
"""A statement gets so much whatever was waited for before."""
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
    waited_s: float = 0.0
    share: Share | None = None


_here = _Here()


@contextmanager
def of_request(*, waited_s: float, share: Share | None) -> Iterator[None]:
    """For the request of this thread: what it waited for before it began, and whose connections it uses."""
    _here.waited_s, _here.share = waited_s, share
    try:
        yield
    finally:
        _here.waited_s, _here.share, _here.statement_s = 0.0, None, None


def spend(seconds: float) -> None:
    """Notes what the request waited for a connection."""
    _here.waited_s += seconds


def share() -> Share | None:
    return _here.share


def left(statement_s: float, *, is_silent: bool) -> float:
    """Seconds that the next statement may take, where one usually gets `statement_s`; of a database that is known to
    be silent little is expected.
    """
    if _here.statement_s is not None:
        return _here.statement_s
    return SILENT_S if is_silent else max(LEAST_S, statement_s - _here.waited_s)


@contextmanager
def each_statement(seconds: float) -> Iterator[None]:
    """Statements of this block may take so long, whatever was waited for."""
    before, _here.statement_s = _here.statement_s, seconds
    try:
        yield
    finally:
        _here.statement_s = before
