"""A database that holds nothing yet is laid out as the migrations leave it, without the way there
(docs/decisions/new-database.md).

Tables come from the last state that the migrations tell of; then what they say in SQL or Python of their own is done in
its order. All of it is one transaction.
"""

from collections.abc import Iterator

from django.contrib.postgres.operations import ValidateConstraint
from django.db import router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation
from django.db.migrations.state import ProjectState

from liandong.foundation.migrating import public as migrating
from liandong.kernel import time

_TOLD_BY_STATE = (ModelOperation, FieldOperation, IndexOperation, ValidateConstraint, migrating.Enforces)
_OF_THEIR_OWN = (RunSQL, RunPython)


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Whether it holds no table or view that is found without naming a schema."""
    return not connection.introspection.table_names(include_views=True)


def lay_out(connection: BaseDatabaseWrapper) -> bool:
    """Lays out an empty database; False, and nothing is done, where a migration has an operation of an unknown kind."""
    executor = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    ends = executor.loader.graph.leaf_nodes()
    way = [migration for migration, _ in executor.migration_plan(ends)]
    own = list(own_operations(way))
    if any(operation is None for _, operation in own):
        return False
    state = executor.loader.project_state(ends)
    with transaction.atomic(using=connection.alias):
        _make_tables(connection, state)
        for migration, operation in own:
            if operation is not None:
                with connection.schema_editor() as editor:
                    operation.database_forwards(migration.app_label, editor, state, state)
        _note(executor, way)
    return True


def own_operations(way: list[Migration]) -> Iterator[tuple[Migration, Operation | None]]:
    """Operations that the last state doesn't tell of; None stands for an operation of an unknown kind.

    Where SQL stands beside operations that tell the state of it, these are believed.
    """
    for migration in way:
        for operation in migration.operations:
            if getattr(operation, "state_operations", ()) or isinstance(operation, _TOLD_BY_STATE):
                continue
            yield migration, operation if isinstance(operation, _OF_THEIR_OWN) else None


def _make_tables(connection: BaseDatabaseWrapper, state: ProjectState) -> None:
    """Tables and their columns in the order in which migrations made them; references when all tables are there."""
    with connection.schema_editor() as editor:
        for (label, name), told in state.models.items():
            model = state.apps.get_model(label, name)
            if router.allow_migrate_model(connection.alias, model) and model._meta.can_migrate(connection):
                columns = list(told.fields)
                model._meta.local_fields.sort(key=lambda field: columns.index(field.name))
                editor.create_model(model)


def _note(executor: MigrationExecutor, way: list[Migration]) -> None:
    """All are written down as applied, in their order, so that the next version goes on from here."""
    recorder = executor.recorder
    recorder.ensure_schema()
    names = [name for migration in way for name in migration.replaces or [(migration.app_label, migration.name)]]
    now = time.now()
    recorder.migration_qs.bulk_create(recorder.Migration(app=app, name=name, applied=now) for app, name in names)
