"""How the database would run what a function asks of it, as if its tables were large."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def plans(asks: Callable[[], Any]) -> list[str]:
    """The plan of every statement, in their order."""
    with connection.cursor() as cursor:
        for plain in ("seqscan", "indexscan", "indexonlyscan"):  # a small table is read whole, by an index too
            cursor.execute(f"SET LOCAL enable_{plain} = off")
        with CaptureQueriesContext(connection) as asked:
            asks()
        return [_plan(cursor, each["sql"]) for each in asked.captured_queries]


def _plan(cursor: Any, statement: str) -> str:
    cursor.execute(f"EXPLAIN {statement}")
    return "\n".join(line for (line,) in cursor.fetchall())
