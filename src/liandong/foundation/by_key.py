"""Rows by a key, with a SELECT that Django makes only once: making it takes longer than running it
(docs/decisions/selects-made-once.md).
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import QuerySet

Row = TypeVar("Row")
_ONE = re.compile(r"= %s")


class ByKey(Generic[Row]):
    """`ByKey(TaskRow, lambda: Task.objects.order_by("id").values_list(...), "case_id").of(17)`.

    `row` takes the columns of `select` in their order; their values must need no conversion by Django.
    """

    def __init__(self, row: Callable[..., Row], select: Callable[[], QuerySet[Any, Any]], *key: str) -> None:
        self._row = row
        self._select = select
        self._key = key
        self._sql = self._of_any = ""

    def of(self, *key: int | str) -> list[Row]:
        """All rows of this key."""
        if not self._sql:
            self._sql = self._made(key)
        return self._rows(self._sql, key)

    def of_any(self, keys: Collection[int]) -> list[Row]:
        """All rows of any of these, where the key is one number; one statement, none where there are no keys."""
        if not keys:
            return []
        if not self._of_any:
            self._of_any = _ONE.sub("= ANY(%s)", self._made([next(iter(keys))]))
        return self._rows(self._of_any, [list(keys)])

    def _rows(self, sql: str, values: Sequence[Any]) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return [self._row(*columns) for columns in cursor.fetchall()]

    def _made(self, key: Sequence[int | str]) -> str:
        rows = self._select()
        for name, value in zip(self._key, key, strict=True):
            rows = rows.filter(**{name: value})
        sql, values = rows.query.sql_with_params()
        if values != tuple(key):
            raise ValueError(f"{self._key} are not the only values of {sql}")
        return sql
