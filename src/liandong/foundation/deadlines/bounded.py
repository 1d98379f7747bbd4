"""A connection on which nothing waits for ever: what isn't answered in time closes it, without asking the server.

A stopped server, or a network that swallows packets, answers neither a statement nor a request to cancel it; timeouts
of the server and of TCP don't see the first, above all not on a socket of the same machine.
"""

import contextlib
from typing import Any, ClassVar

import psycopg
from psycopg import errors
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

from . import patience
from .breaker import Breaker

CANCEL_S = 0.25
_OF_THE_SERVER = ":  "
"""Stands behind the severity of what a server says itself, in every language; connecting gives no code for it."""


class NoAnswer(psycopg.OperationalError):
    """The database didn't answer in time. Whether it did what was asked isn't known."""


class BoundedConnection(psycopg.Connection[Any]):
    """A statement gets `statement_s` seconds, little where the breaker is open already. It is told of each that wasn't
    answered, and of each attempt to connect that wasn't.
    """

    statement_s: ClassVar[float] = 4.0
    breaker: ClassVar[Breaker | None] = None
    limited_by_server = False
    _commits = False

    @classmethod
    def connect(cls, *words: Any, **named: Any) -> Any:
        """As psycopg's; a refusal in the server's own words is no silence."""
        try:
            return super().connect(*words, **named)
        except psycopg.OperationalError as error:
            if _OF_THE_SERVER not in str(error):
                cls._tell(str(error).strip())
            raise

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        may_cancel = not self._commits and self.pgconn.transaction_status != TransactionStatus.IDLE
        is_silent = self.breaker is not None and self.breaker.is_open
        allowed_s = patience.left(self.statement_s, is_silent=is_silent)
        try:
            return super().wait(gen, interval, allowed_s)
        except errors._WaitTimeout:  # noqa: SLF001 (the only name it has)
            if may_cancel:
                self._cancel(gen, interval)
            self.pgconn.finish()
            self._tell(f"no answer in {allowed_s:.1f} s")
            raise NoAnswer(f"no answer in {allowed_s:.1f} s") from None

    @classmethod
    def _tell(cls, why: str) -> None:
        if cls.breaker is not None:
            cls.breaker.trip(why)

    def commit(self) -> None:
        self._commits = True
        try:
            super().commit()
        finally:
            self._commits = False

    def _cancel(self, gen: PQGen[Any], interval: float) -> None:
        """Raises QueryCanceled where the server lives and does so. Never for what may be a commit: one that waits for a
        replica would count as done, and be none there. An answer that comes after all isn't believed.
        """
        with contextlib.suppress(errors._WaitTimeout, psycopg.InterfaceError, errors.CancellationTimeout):  # noqa: SLF001
            self.cancel_safe(timeout=CANCEL_S)
            super().wait(gen, interval, CANCEL_S)
