"""The one statement that writes a batch of reports: report, contact, photos, case, first task, deadline entries, ledger
and event, in one transaction. No other place writes tables of several rooms (docs/decisions/one-statement-intake.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import psycopg
from django.db import connection, transaction

Row = Mapping[str, object]


@dataclass(slots=True)
class Rows:
    """Rows by table, keyed by column name."""

    cases_case: list[Row] = field(default_factory=list)
    cases_publication: list[Row] = field(default_factory=list)
    intake_report: list[Row] = field(default_factory=list)
    intake_contact: list[Row] = field(default_factory=list)
    intake_photo: list[Row] = field(default_factory=list)
    cases_task: list[Row] = field(default_factory=list)
    cases_deadline_entry: list[Row] = field(default_factory=list)
    cases_message: list[Row] = field(default_factory=list)
    ledger_entry: list[Row] = field(default_factory=list)
    events_event: list[Row] = field(default_factory=list)


_TABLES = tuple(Rows.__slots__)


_NEW_IDS = b"SELECT nextval('cases_case_id_seq'), nextval('intake_report_id_seq') FROM generate_series(1, %s::int)"


def new_ids(count: int) -> list[tuple[int, int]]:
    """(case id, report id) for `count` reports; numbers of a batch that fails stay unused."""
    return _execute(_NEW_IDS, [count])


def write(rows: Rows) -> None:
    """Writes all rows or none. Raises IntegrityError when an origin key is already there."""
    filled = {table: getattr(rows, table) for table in _TABLES if getattr(rows, table)}
    statement = _statement(tuple((table, tuple(content[0])) for table, content in filled.items()))
    values = [msgspec.json.encode(content).decode() for content in filled.values()]
    if connection.in_atomic_block:
        with transaction.atomic():
            _execute(statement, values)
    else:
        _execute(statement, values)


def _execute(statement: bytes, values: Sequence[object]) -> list[Any]:
    """The statement's rows. With server-side binding, so that it is planned once a connection; outside a transaction
    block the one statement is the transaction.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement, values, prepare=True).fetchall()


_statements: dict[tuple[tuple[str, tuple[str, ...]], ...], bytes] = {}


def _statement(shape: tuple[tuple[str, tuple[str, ...]], ...]) -> bytes:
    if shape not in _statements:
        parts = [
            f"t{i} AS (INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608 (names of our own tables and columns)
            f" SELECT {', '.join(columns)} FROM json_populate_recordset(NULL::{table}, %s::json))"
            for i, (table, columns) in enumerate(shape)
        ]
        _statements[shape] = f"WITH {', '.join(parts)} SELECT 1".encode()
    return _statements[shape]
