"""Settles each new connection once, by whether a pooler deals it out to others in between.

Statements are prepared on a connection of our own only, and only there does the server keep the deadlines of the web.
Behind a pooler a prepared name may be missing, or be somebody else's statement, and a setting would be another
client's. A pooler is known by the number of the server process: it hands out one of its own making at the beginning
(docs/decisions/prepared-statements.md).
"""

from typing import Any
from weakref import WeakSet

import psycopg
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from liandong.foundation.deadlines import public as deadlines

_DISKS_OF_TODAY = "SELECT set_config('random_page_cost', '1.1', false) WHERE current_setting('random_page_cost') = '4'"
"""As shipped, the server holds a look into an index for four times as dear as it is on the disks of today, and reads
whole tables instead. What else an administrator has set, stays.
"""
_seen: WeakSet[psycopg.Connection[Any]] = WeakSet()


def settle(sender: type, connection: BaseDatabaseWrapper, **_more: Any) -> None:
    """For `connection_created`: looks once at each new connection, one from the pool is not looked at again."""
    raw: psycopg.Connection[Any] = connection.connection
    limits = connection.settings_dict.get("DEADLINES")
    is_told = settings.PREPARE_BEHIND_POOLER or raw.prepare_threshold is None
    if raw in _seen or (is_told and not limits):
        return
    _seen.add(raw)
    with connection.wrap_database_errors:
        if not is_behind_a_pooler(raw):
            raw.execute(_DISKS_OF_TODAY, prepare=False)
            if limits:
                deadlines.limit_by_server(raw, limits["statement_s"])
        elif not settings.PREPARE_BEHIND_POOLER:
            raw.prepare_threshold = None


def is_behind_a_pooler(raw: psycopg.Connection[Any]) -> bool:
    """Whether the server process that answers is another than the one that we were told of."""
    row = raw.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
    return row is None or int(row[0]) != raw.info.backend_pid
