"""Operations for migrations: a step that enforces, and what is built beside the service."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, NotInTransactionMixin
from django.db.migrations.operations import AddConstraint
from django.db.migrations.operations.base import Operation
from django.db.models import UniqueConstraint

from liandong.kernel.errors import Conflict

MOST_COUNTED = 1_000_000


class RowsLackIt(Conflict):
    """%(count)s 行还缺少“%(name)s”：请先运行 ./liandong backfill，补完后再运行 ./liandong migrate。"""

    code = "rows_lack_it"


class Enforces(Operation):
    """First operation of a migration that enforces what a backfill fills: refuses while a row lacks it.

    `lacking` is a SELECT of the rows that lack it, in SQL of the tables as they are at this step. Going back is free.
    """

    reversible = True
    reduces_to_sql = False

    def __init__(self, backfill: str, lacking: str) -> None:
        self.backfill, self.lacking = backfill, lacking

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Raises RowsLackIt."""
        count = self.count(schema_editor.connection)
        if count:
            raise RowsLackIt(name=self.backfill, count=count)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Nothing is asked of what is loosened."""

    def describe(self) -> str:
        return f"No row lacks {self.backfill}"

    def count(self, connection: Any) -> int:
        """Rows that lack it, exact up to a million."""
        counted = f"SELECT count(*) FROM (SELECT FROM ({self.lacking}) AS one LIMIT {MOST_COUNTED}) AS counted"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(counted)
            return int(cursor.fetchone()[0])


class AddIndexBeside(AddIndexConcurrently):
    """An index on a table that holds rows: the service goes on meanwhile. What an interrupted build left behind is
    built anew, what it finished is kept. The migration is `atomic = False`.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not _is_built(schema_editor, self.index.name):
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class AddUniqueBeside(NotInTransactionMixin, AddConstraint):
    """A unique constraint on columns of a table that holds rows: its index is built while the service goes on, then
    the constraint takes it over in an instant. Interrupted anywhere it goes on from there. `atomic = False`.
    """

    atomic = False

    def __init__(self, model_name: str, constraint: UniqueConstraint) -> None:
        _, _, told = constraint.deconstruct()
        if told.keys() - {"fields", "name", "nulls_distinct"}:
            raise ValueError(f"{constraint.name}: only columns; what has more is an index, AddIndexBeside")
        super().__init__(model_name, constraint)
        self._columns, self._nulls = told["fields"], "" if told.get("nulls_distinct", True) else " NULLS NOT DISTINCT"

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        quote = schema_editor.quote_name
        name, table = quote(self.constraint.name), quote(model._meta.db_table)
        if not _is_built(schema_editor, self.constraint.name):
            columns = ", ".join(quote(model._meta.get_field(each).column) for each in self._columns)
            schema_editor.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({columns}){self._nulls}")
        if not _is_constraint(schema_editor, self.constraint.name):
            schema_editor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}")


def _is_built(schema_editor: Any, index: str) -> bool:
    """Whether the index is there and whole; what an interrupted build left is dropped."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(quote_ident(%s))", [index])
        (is_whole,) = cursor.fetchone() or (None,)
    if is_whole is False:
        schema_editor.execute(f"DROP INDEX CONCURRENTLY {schema_editor.quote_name(index)}")
    return bool(is_whole)


def _is_constraint(schema_editor: Any, index: str) -> bool:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_constraint WHERE conindid = to_regclass(quote_ident(%s))", [index])
        return cursor.fetchone() is not None
