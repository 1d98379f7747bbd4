"""The databases of a run: one is made and filled, each process of pytest-xdist takes a copy, and who needs a stage of
his own copies that once more. The only way from one to another is `on`: it forgets what the process knew of the former.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from psycopg import sql

from liandong.contexts.cases.lists import candidates
from liandong.foundation.registers.public import Cached

Made = list[Any]
"""What `setup_databases` returns: connection, name of before, whether the database is to be dropped."""
KEPT = "LIANDONG_KEPT_DATABASE"
"""Names a database that runs one after the other copy: many short ones need no migrations."""
MAKES = 5_318_008
"""The advisory lock of who makes the common database, copies or drops it."""


def forget() -> None:
    """Everything that this process remembers of what stands in a database."""
    Cached.forget_all()
    ContentType.objects.clear_cache()
    candidates._counted.cache_clear()


def on(name: str) -> None:
    """From now on all connections that this process opens are to another database."""
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
    forget()


@contextmanager
def copied(name: str) -> Iterator[None]:
    """On a copy of the present database, which is gone afterwards."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    with _beside() as outside:
        _copy(outside, usual, name)
    on(name)
    try:
        yield
    finally:
        on(usual)
        with _beside() as outside:
            _drop(outside, name)


def make(fill: Callable[[], None], *, keeps: bool = False) -> Made:
    """The database of this process, filled. The processes of a run fill one and copy it: migrations take long."""
    common = _common()
    if keeps or not common:
        made = setup_databases(0, interactive=False, aliases={"default"}, serialized_aliases=(), keepdb=keeps)
        fill()
        return made
    usual, own = connection.settings_dict["NAME"], connection.creation._get_test_db_name()
    with _beside() as outside:
        outside.execute("SELECT pg_advisory_lock(%s)", [MAKES])
        if not outside.execute("SELECT 1 FROM pg_database WHERE datname = %s", [common]).fetchone():
            _fill(outside, common, fill)
        _copy(outside, common, own)
    on(own)
    return [(connection, usual, True)]


def _fill(outside: "psycopg.Connection[Any]", common: str, fill: Callable[[], None]) -> None:
    """Under another name until it is whole: who comes after one that was ended in the middle begins anew."""
    draft = f"{common}_draft"
    settled = connection.settings_dict["TEST"]["NAME"]
    connection.settings_dict["TEST"]["NAME"] = draft
    try:
        made = setup_databases(0, interactive=False, aliases={"default"}, serialized_aliases=())
        fill()
        outside.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(common)))
        on(made[0][1])
        outside.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(common)))
    finally:
        connection.settings_dict["TEST"]["NAME"] = settled


def unmake(made: Made) -> None:
    """The common one goes with the first who ends, unless the next run is to find it; who should begin after that makes
    it again.
    """
    teardown_databases(made, verbosity=0)
    if (common := _common()) and not os.environ.get(KEPT):
        with _beside() as outside:
            outside.execute("SELECT pg_advisory_lock(%s)", [MAKES])
            _drop(outside, common)


def _common() -> str:
    """Its name, of this run alone or of all that keep it; "" where all tests run in one process."""
    if kept := os.environ.get(KEPT):
        return kept
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
    return f"test_liandong_{run[:16]}" if run else ""


def _beside() -> "psycopg.Connection[Any]":
    """To the server, on none of these databases."""
    fields = connection.get_connection_params()
    known = {key: fields[key] for key in ("user", "password", "host", "port") if fields.get(key)}
    return psycopg.connect(dbname="postgres", autocommit=True, **known)


def _copy(outside: "psycopg.Connection[Any]", of: str, name: str) -> None:
    """Who copies has the original to himself: a thread of an earlier test may have left a session behind that rests."""
    _drop(outside, name)
    outside.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND state = 'idle'", [of]
    )
    outside.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(of)))


def _drop(outside: "psycopg.Connection[Any]", name: str) -> None:
    outside.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
