"""Rules that a migration keeps so that it runs beside the version before
(docs/decisions/migrations-beside-running-code.md).
"""

import re
from collections.abc import Iterator

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import connection
from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, CheckConstraint, Field

from liandong.foundation.migrating import public as migrating

SQL = {
    r"(?i)\bUPDATE\s+(?!SET\b)\w|\bMERGE\s+INTO\b": "changes rows: that is a backfill",
    r"(?i)\bALTER\s+COLUMN\b.*\bTYPE\b": "writes the table anew",
    r"(?i)\bSET\s+NOT\s+NULL\b": "reads the whole table under its strongest lock: a check NOT VALID, then VALIDATE",
    r"(?i)\bCREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)": "builds an index that stops writers: CONCURRENTLY",
    r"(?i)\bADD\s+CONSTRAINT\b(?!.*\b(NOT\s+VALID|USING\s+INDEX)\b)": "reads the whole table: NOT VALID, then VALIDATE",
    r"(?i)\b(DROP\s+(TABLE|COLUMN)|RENAME|VACUUM\s+FULL|CLUSTER)\b": "takes away what the version before uses",
    r"(?i)\bLOCK\s+TABLE\b": "locks a table",
}


def offences(migration: Migration, before: ProjectState) -> Iterator[str]:
    """Sentences on what it does to tables that are there already."""
    made: set[str] = set()
    state = before.clone()
    for operation in migration.operations:
        for offence in _of(operation, state, migration, made):
            yield f"{migration.app_label}.{migration.name}: {offence}"
        operation.state_forwards(migration.app_label, state)


def _of(operation: Operation, state: ProjectState, migration: Migration, made: set[str]) -> Iterator[str]:  # noqa: C901, PLR0912 (a table)
    match operation:
        case migrating.Enforces() | ValidateConstraint() | operations.AlterModelOptions():
            return
        case operations.SeparateDatabaseAndState():
            for each in operation.database_operations:
                yield from _of(each, state, migration, made)
        case operations.CreateModel():
            made.add(operation.name_lower)
        case operations.RunPython():
            yield "walks over rows in Python: that is a backfill"
        case operations.RunSQL():
            yield from _of_sql(operation)
        case AddIndexConcurrently():
            if migration.atomic:
                yield f"{operation.index.name} is built beside the service: atomic = False"
        case AddConstraintNotValid() if isinstance(operation.constraint, CheckConstraint):
            return
        case _ if getattr(operation, "model_name_lower", getattr(operation, "name_lower", "")) in made:
            return
        case operations.AddField():
            yield from _of_new_column(operation)
        case operations.AlterField():
            yield from _of_changed_column(operation, state, migration)
        case operations.RemoveIndex() | operations.RemoveConstraint() | operations.AlterModelManagers():
            return
        case _:
            yield f"{operation.describe()}: not on a table that the version before uses"


def _of_sql(operation: operations.RunSQL) -> Iterator[str]:
    told = operation.sql if isinstance(operation.sql, list | tuple) else [operation.sql]
    for sql in (each if isinstance(each, str) else each[0] for each in told):
        for statement in sql.split(";"):
            yield from (
                f"{why}: {statement.strip()[:80]}" for rule, why in SQL.items() if re.search(rule, statement, re.DOTALL)
            )


def _of_new_column(operation: operations.AddField) -> Iterator[str]:
    field: Field = operation.field
    name = f"{operation.model_name}.{operation.name}"
    if field.many_to_many:
        return
    if not field.null and field.db_default is NOT_PROVIDED:
        yield f"{name}: the version before writes rows without it: null=True, or a db_default"
    if field.unique or field.db_index:
        yield f"{name}: its index would be built at once: db_index=False, then AddIndexBeside"


def _of_changed_column(operation: operations.AlterField, state: ProjectState, migration: Migration) -> Iterator[str]:
    name = f"{operation.model_name}.{operation.name}"
    after = state.clone()
    operation.state_forwards(migration.app_label, after)
    was, will = (
        each.apps.get_model(migration.app_label, operation.model_name)._meta.get_field(operation.name)
        for each in (state, after)
    )
    if was.null and not will.null:
        yield f"{name} becomes NOT NULL: a check NOT VALID, then VALIDATE"
    if not will.null and was.db_default is not NOT_PROVIDED and will.db_default is NOT_PROVIDED:
        yield f"{name}: the version before writes rows without it"
    if was.db_type(connection) != will.db_type(connection) and not _only_wider(was, will):
        yield f"{name} gets another type: the table is written anew"
    if (will.unique and not was.unique) or (will.db_index and not was.db_index):
        yield f"{name}: its index would be built at once: AddIndexBeside"


def _only_wider(was: Field, will: Field) -> bool:
    """A text that may be longer is written as before."""
    kinds = {"CharField", "TextField", "SlugField", "URLField"}
    if {was.get_internal_type(), will.get_internal_type()} - kinds:
        return False
    return will.max_length is None or (was.max_length is not None and will.max_length >= was.max_length)
