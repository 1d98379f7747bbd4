"""The schema is what the models say, and every migration runs beside the version before."""

from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from liandong.foundation.migrating import public as migrating
from tests.house.migration_rules import offences

pytestmark = pytest.mark.django_db
HISTORY = Path(__file__).parent / "migrations_of_before.txt"
"""Written before the rules were: each of them has run where it had to. The list only grows shorter."""


def test_no_model_has_changed_without_a_migration() -> None:
    told = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=told, stderr=told)
    except SystemExit:
        pytest.fail(told.getvalue())


def test_every_new_migration_runs_beside_the_version_before() -> None:
    loader = MigrationLoader(connection)
    history = set(HISTORY.read_text("utf-8").split())
    ours = {key for key, each in loader.disk_migrations.items() if type(each).__module__.startswith("liandong.")}
    assert history <= {f"{app}.{name}" for app, name in ours}
    found = [
        offence
        for app, name in sorted(ours)
        if f"{app}.{name}" not in history
        for offence in offences(loader.get_migration(app, name), loader.project_state((app, name), at_end=False))
    ]
    assert found == []


INDEX = models.Index(fields=["host"], name="by_host")
CHECK = models.CheckConstraint(condition=models.Q(pid__gt=0), name="has_pid")
REFUSED = {
    "an index built at once": (operations.AddIndex("workerbeat", INDEX), "not on a table"),
    "an index beside, in a transaction": (migrating.AddIndexBeside("workerbeat", INDEX), "atomic = False"),
    "a constraint read at once": (operations.AddConstraint("workerbeat", CHECK), "not on a table"),
    "a column without default": (operations.AddField("workerbeat", "x", models.TextField(default="")), "null=True"),
    "a reference with its index": (
        operations.AddField("workerbeat", "x", models.ForeignKey("jobs.Job", models.PROTECT, null=True)),
        "AddIndexBeside",
    ),
    "another type": (operations.AlterField("workerbeat", "pid", models.BigIntegerField()), "another type"),
    "a narrower text": (operations.AlterField("job", "kind", models.CharField(max_length=9)), "another type"),
    "not null": (operations.AlterField("job", "died_at", models.DateTimeField()), "NOT NULL"),
    "a column that goes": (operations.RemoveField("workerbeat", "host"), "not on a table"),
    "a table that goes": (operations.DeleteModel("WorkerBeat"), "not on a table"),
    "another name": (operations.RenameField("workerbeat", "host", "machine"), "not on a table"),
    "a walk in Python": (operations.RunPython(lambda _apps, _editor: None), "backfill"),
    "a walk in SQL": (operations.RunSQL("UPDATE events_worker SET pid = 1"), "backfill"),
    "not null in SQL": (operations.RunSQL("ALTER TABLE x ALTER COLUMN y SET NOT NULL"), "NOT VALID"),
    "an index in SQL": (operations.RunSQL("CREATE INDEX a ON b (c)"), "CONCURRENTLY"),
    "a constraint in SQL": (operations.RunSQL("ALTER TABLE x ADD CONSTRAINT c CHECK (y > 0)"), "NOT VALID"),
    "hidden beside the state": (
        operations.SeparateDatabaseAndState(database_operations=[operations.RemoveField("workerbeat", "host")]),
        "not on a table",
    ),
}
ACCEPTED = {
    "a table": operations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))]),
    "an empty column": operations.AddField("workerbeat", "x", models.TextField(null=True)),
    "a column with the database's default": operations.AddField("workerbeat", "x", models.IntegerField(db_default=0)),
    "a longer text": operations.AlterField("job", "kind", models.CharField(max_length=99)),
    "other choices": operations.AlterField("job", "kind", models.CharField(max_length=60, choices=[("a", "b")])),
    "a check that isn't read at once": operations.RunSQL(
        "ALTER TABLE x ADD CONSTRAINT c CHECK (y > 0) NOT VALID; ALTER TABLE x VALIDATE CONSTRAINT c"
    ),
    "only the state": operations.SeparateDatabaseAndState(state_operations=[operations.DeleteModel("WorkerBeat")]),
}


def judged(operation: Operation, *, atomic: bool = True) -> list[str]:
    loader = MigrationLoader(connection)
    migration = Migration("0099_tried", "jobs")
    migration.operations, migration.atomic = [operation], atomic
    return list(offences(migration, loader.project_state()))


@pytest.mark.parametrize("what", REFUSED)
def test_what_would_stop_the_service_is_named(what: str) -> None:
    operation, why = REFUSED[what]
    (told,) = judged(operation)
    assert why in told


@pytest.mark.parametrize("what", ACCEPTED)
def test_what_runs_beside_the_service_is_accepted(what: str) -> None:
    assert judged(ACCEPTED[what]) == []


def test_an_index_beside_the_service_is_accepted() -> None:
    assert judged(AddIndexConcurrently("workerbeat", INDEX), atomic=False) == []


def test_a_table_in_code_rules_alone() -> None:
    """A list that a migration wrote down would need another one for each new kind; a function is asked."""
    listed = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("liandong.")
        for field in model._meta.local_fields
        if not callable(field.deconstruct()[3].get("choices", str))
    ]
    assert listed == []
