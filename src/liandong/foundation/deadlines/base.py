"""Django's PostgreSQL, with the deadlines of `DEADLINES` in the settings of the database, where there are any.

The web has them; worker, imports, migrations and exports wait as long as it takes.
"""

from typing import Any

import psycopg
from django.db import connections
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import IsolationLevel

from liandong.foundation.migrating.editor import SchemaEditor

from . import patience
from .bounded import BoundedConnection, NoAnswer
from .breaker import Breaker

ALIAS = "default"
PROBE_S = 1.5


class DatabaseWrapper(base.DatabaseWrapper):
    """`DEADLINES`: `statement_s`, and `connection_s`, how long a thread waits for a connection of the pool."""

    SchemaEditorClass = SchemaEditor
    _share: patience.Share | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        limits = self.settings_dict.get("DEADLINES")
        if not limits:
            return super().get_new_connection(conn_params)
        if breaker.is_open:
            raise NoAnswer("the database does not answer")
        share = patience.share()
        if share is not None and not share.take(limits["connection_s"]):
            raise psycopg.OperationalError("all connections of this kind of work are in use")
        try:
            made = super().get_new_connection(conn_params) if self.pool else self._alone(conn_params)
        except BaseException:
            if share is not None:
                share.give_back()
            raise
        self._share = share
        return made

    def _alone(self, conn_params: dict[str, Any]) -> BoundedConnection:
        self.isolation_level = IsolationLevel.READ_COMMITTED
        made: BoundedConnection = BoundedConnection.connect(**conn_params)
        return made

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            share, self._share = self._share, None
            if share is not None:
                share.give_back()


def _answers() -> bool:
    """Asked on a connection of its own."""
    params = connections[ALIAS].get_connection_params() | {"connect_timeout": 2, "prepare_threshold": None}
    try:
        with patience.each_statement(PROBE_S), BoundedConnection.connect(**params) as asking:
            asking.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


breaker = Breaker(_answers)
BoundedConnection.breaker = breaker
