"""Whoever changes a table waits for its lock for a little only, and says who holds it."""

import psycopg
import pytest
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

from liandong.foundation.migrating import editor as editing
from liandong.foundation.migrating import public as migrating
from liandong.operate import stepping

pytestmark = pytest.mark.django_db(transaction=True)


def other() -> "psycopg.Connection[tuple[object, ...]]":
    params = connection.get_connection_params()
    return psycopg.connect(
        **{key: params[key] for key in ("dbname", "user", "host", "port", "password") if key in params},
        application_name="somebody",
    )


@pytest.mark.parametrize("atomic", [True, False])
def test_a_change_of_a_held_table_gives_up_soon_and_names_who_holds_it(monkeypatch, atomic: bool) -> None:
    monkeypatch.setattr(editing, "LOCK_S", 1)
    with other() as holding:
        holding.execute("LOCK TABLE events_timer IN ACCESS SHARE MODE")
        pid = holding.info.backend_pid
        with (
            pytest.raises(migrating.TableIsHeld, match=f"events_timer: pid {pid} somebody"),
            connection.schema_editor(atomic=atomic) as editor,
        ):
            editor.execute("ALTER TABLE events_timer ADD COLUMN x int")
        holding.rollback()


def test_the_connection_waits_as_before_once_the_step_is_over() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()
        with connection.schema_editor() as editor:
            editor.execute("SELECT 1")
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == before


def test_a_held_table_is_tried_again_and_told(monkeypatch) -> None:
    monkeypatch.setattr(stepping, "PAUSE_S", 0)
    told: list[str] = []
    left = [migrating.TableIsHeld("cases_case: pid 7 web 12 s"), migrating.TableIsHeld("cases_case: pid 7 web 13 s")]

    def apply() -> None:
        if left:
            raise left.pop(0)

    stepping.patiently(apply, told.append)
    assert [line.rpartition(": cases")[0].strip()[:4] for line in told] == ["1/30", "2/30"]


def test_an_index_that_an_interrupted_build_left_behind_is_built_anew() -> None:
    """And once it is whole nothing is done."""
    before = MigrationExecutor(connection).loader.project_state()
    step = migrating.AddIndexBeside("timerrun", models.Index(fields=["started_at"], name="tried_index"))
    after = before.clone()
    step.state_forwards("jobs", after)
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX tried_index ON events_timer (name)")
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'tried_index'::regclass")
        for _ in range(2):
            with connection.schema_editor(atomic=False) as editor:
                step.database_forwards("jobs", editor, before, after)
            cursor.execute(
                "SELECT indisvalid, pg_get_indexdef(indexrelid) FROM pg_index "
                "WHERE indexrelid = 'tried_index'::regclass"
            )
            (is_valid, told) = cursor.fetchone()
            assert is_valid
            assert "(started_at)" in told
        cursor.execute("DROP INDEX tried_index")
