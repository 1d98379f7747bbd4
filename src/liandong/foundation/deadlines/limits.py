"""The server itself ends statements and transactions of the web: only where no pooler deals them out to others in
between.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg

IDLE_IN_TRANSACTION_S = 30
LOCK_PART, STATEMENT_PART = 0.75, 0.875
"""Shares of the web's own deadline: a server that lives speaks before the web closes the line."""
_SET = "SELECT set_config('statement_timeout', %s, false)"
_SET_ALL = (
    "SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false),"
    " set_config('idle_in_transaction_session_timeout', %s, false)"
)
_SEEN_GONE = "SELECT set_config('client_connection_check_interval', '2s', false)"
"""A statement whose client has closed the line is ended; not every system can see that."""


def limit_by_server(raw: Any, statement_s: float) -> None:
    """Once for each new connection."""
    lock_ms, statement_ms = (_ms(statement_s * part) for part in (LOCK_PART, STATEMENT_PART))
    raw.execute(_SET_ALL, [statement_ms, lock_ms, f"{IDLE_IN_TRANSACTION_S}s"], prepare=False)
    with contextlib.suppress(psycopg.Error):
        raw.execute(_SEEN_GONE, prepare=False)
    raw.limited_by_server = True


@contextlib.contextmanager
def server_limit(raw: Any, statement_s: float) -> Iterator[None]:
    """Other than usual on this connection; nothing where the server limits nothing."""
    if not getattr(raw, "limited_by_server", False):
        yield
        return
    raw.execute(_SET, [_ms(statement_s)], prepare=False)
    try:
        yield
    finally:
        try:
            raw.execute(_SET, [_ms(raw.statement_s * STATEMENT_PART)], prepare=False)
        except psycopg.Error:
            raw.close()


def _ms(seconds: float) -> str:
    return f"{int(seconds * 1000)}ms"
