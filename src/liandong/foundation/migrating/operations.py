"""Operations for migrations: a step that enforces, and an index that is built beside the service."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations.operations.base import Operation

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
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(quote_ident(%s))", [self.index.name]
            )
            (is_whole,) = cursor.fetchone() or (None,)
        if is_whole:
            return
        if is_whole is False:
            schema_editor.execute(f"DROP INDEX CONCURRENTLY {schema_editor.quote_name(self.index.name)}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)
