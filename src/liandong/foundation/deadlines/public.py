"""Door of deadlines: how long the web waits for the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection

from .base import breaker
from .bounded import BoundedConnection, NoAnswer
from .limits import limit_by_server, server_limit
from .patience import Share, each_statement, of_request

__all__ = [
    "BoundedConnection",
    "NoAnswer",
    "Share",
    "breaker",
    "each_statement",
    "limit_by_server",
    "of_request",
    "release",
    "unhurried",
]


@contextmanager
def unhurried(statement_s: float) -> Iterator[None]:
    """For a long piece of work in the web, as an export: each of its statements may take so long. Nothing elsewhere."""
    if not connection.settings_dict.get("DEADLINES"):
        yield
        return
    with each_statement(statement_s):
        connection.ensure_connection()
        raw = connection.connection
        with server_limit(raw, statement_s):
            yield


def release() -> None:
    """Gives the connection of this thread back to the pool before the answer is sent: who reads slowly holds none."""
    if connection.settings_dict["OPTIONS"].get("pool") and not connection.in_atomic_block:
        try:
            connection.close()
        except Error:
            connection.connection = None
