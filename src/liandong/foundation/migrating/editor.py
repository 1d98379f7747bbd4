"""Who changes a table waits for its lock for a little only: requests behind a waiting change would wait as long."""

from contextlib import nullcontext
from typing import Any

from django.db import OperationalError, transaction
from django.db.backends.postgresql.schema import DatabaseSchemaEditor

LOCK_S = 2
_LOCKED = "55P03"
_SET = "SELECT set_config('lock_timeout', %s, true)"
_HOLDERS = """
SELECT DISTINCT c.relname, a.pid, a.application_name, coalesce(round(extract(epoch FROM now() - a.xact_start)), 0)::int
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.granted AND a.pid <> pg_backend_pid() AND c.relkind IN ('r', 'p')
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY 4 DESC
"""


class TableIsHeld(OperationalError):
    """Another transaction holds the table that a migration changes."""


class SchemaEditor(DatabaseSchemaEditor):
    """Every statement of every migration waits `LOCK_S` seconds for a lock at most. What builds concurrently holds
    nobody up and waits for as long as it takes. Raises TableIsHeld.
    """

    def execute(self, sql: Any, params: Any = ()) -> None:
        try:
            if "CONCURRENTLY" in str(sql):
                super().execute(sql, params)
            else:
                with nullcontext() if self.connection.in_atomic_block else transaction.atomic(self.connection.alias):
                    self._wait_for_a_little()
                    super().execute(sql, params)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != _LOCKED:
                raise
            raise TableIsHeld(f"{self.holders(str(sql))}: {sql}") from error

    def __enter__(self) -> Any:
        """Whatever an operation does on a cursor of its own waits as long."""
        entered = super().__enter__()
        if self.connection.in_atomic_block:
            self._wait_for_a_little()
        return entered

    def holders(self, sql: str) -> str:
        """Tables that the statement names and others hold, with process number, program and age of the transaction."""
        own = self.connection.copy()
        own.settings_dict["OPTIONS"] = {
            key: value for key, value in own.settings_dict["OPTIONS"].items() if key != "pool"
        }
        try:
            with own.cursor() as cursor:
                cursor.execute(_HOLDERS)
                rows = [row for row in cursor.fetchall() if row[0] in sql]
        finally:
            own.close()
        return "; ".join(f"{table}: pid {pid} {program} {age} s" for table, pid, program, age in rows[:5]) or "?"

    def _wait_for_a_little(self) -> None:
        """To the end of the transaction, so that it reaches nobody else behind a pooler."""
        if not self.collect_sql:
            with self.connection.cursor() as cursor:
                cursor.execute(_SET, [f"{LOCK_S}s"])
