"""The one statement that writes a batch of reports: report, contact, files, case, first task, deadline entries, ledger
and event, in one transaction. No other place writes tables of several rooms (docs/decisions/one-statement-intake.md).
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
import psycopg
from django.db import DatabaseError, connection, transaction

from liandong.foundation.ledger import public as ledger

log = logging.getLogger(__name__)
Row = Mapping[str, Any]


@dataclass(slots=True)
class Rows:
    """Rows by table, keyed by column name."""

    cases_case: list[Row] = field(default_factory=list)
    cases_publication: list[Row] = field(default_factory=list)
    intake_report: list[Row] = field(default_factory=list)
    intake_contact: list[Row] = field(default_factory=list)
    intake_photo: list[Row] = field(default_factory=list)
    intake_document: list[Row] = field(default_factory=list)
    cases_task: list[Row] = field(default_factory=list)
    cases_involvement: list[Row] = field(default_factory=list)
    cases_deadline_entry: list[Row] = field(default_factory=list)
    joint_part: list[Row] = field(default_factory=list)
    cases_message: list[Row] = field(default_factory=list)
    ledger_entry: list[Row] = field(default_factory=list)
    events_event: list[Row] = field(default_factory=list)


_TABLES = tuple(Rows.__slots__)


class NewIds(NamedTuple):
    """Ids drawn for the rows of a batch; they stay unused where it fails."""

    cases: list[int]
    reports: list[int]
    tasks: list[int]
    involvements: list[int]
    deadlines: list[int]
    messages: list[int]
    photos: list[int]
    documents: list[int]


_SEQUENCES = (
    *("cases_case", "intake_report", "cases_task", "cases_involvement", "cases_deadline_entry", "cases_message"),
    *("intake_photo", "intake_document"),
)
_DRAWN = ", ".join(f"ARRAY(SELECT nextval('{name}_id_seq') FROM generate_series(1, %s::int))" for name in _SEQUENCES)  # noqa: S608
_NEW_IDS = f"SELECT {_DRAWN}".encode()


def new_ids(
    *, reports: int, tasks: int, involvements: int, deadlines: int, messages: int, photos: int, documents: int
) -> NewIds:
    """Draws so many ids of each, as many of cases as of reports: a binding names the id of its row."""
    (drawn,) = _execute(_NEW_IDS, [reports, reports, tasks, involvements, deadlines, messages, photos, documents])
    return NewIds(*drawn)


_BOUND = (
    *("case", "publication", "report", "contact", "photo", "document"),
    *("task", "involvement", "deadline", "part", "message"),
)


def bound(rows: Rows) -> dict[int, dict[str, dict[str, str]]]:
    """The first ledger entry of each case binds the rows written with it; by case id."""
    case_of = {row["id"]: row["case_id"] for row in rows.intake_report}
    found: dict[int, dict[str, dict[str, str]]] = {}
    for name in _BOUND:
        table = ledger.bound_table(name)
        for row in getattr(rows, table.title):
            row_id = row["id"] if "id" in row else row.get("report_id") or row.get("task_id") or row["case_id"]
            case_id = row_id if name == "case" else row.get("case_id") or case_of[row["report_id"]]
            found.setdefault(case_id, {}).setdefault(name, {})[str(row_id)] = table.whole(row_id, row)
    return found


_KNOWN = b"""
SELECT report.origin, report.origin_key, report.salt, commitment, delivered, report.category_code, report.id,
    receipt_code, case_id, state, office_id, due_at, matter.category_code, complained_office_id, complained_staff_id,
    text, report.address, report.lon, report.lat
FROM unnest(%s::text[], %s::text[]) AS asked(origin, origin_key)
JOIN intake_report report USING (origin, origin_key) JOIN cases_case matter ON matter.id = case_id
WHERE report.origin_key <> ''
"""


def known(keys: Collection[tuple[str, str]]) -> list[Any]:
    """The kept reports of these (origin, key), each with its case as it stands."""
    return _execute(_KNOWN, [[origin for origin, _ in keys], [key for _, key in keys]])


def write(rows: Rows) -> None:
    """Writes all rows or none. Raises IntegrityError when an origin key is already there."""
    filled = {table: getattr(rows, table) for table in _TABLES if getattr(rows, table)}
    statement = _statement(tuple((table, tuple(content[0])) for table, content in filled.items()))
    values = [msgspec.json.encode(content).decode() for content in filled.values()]
    _execute(statement, values)


_LOST = (
    psycopg.errors.InvalidSqlStatementName,
    psycopg.errors.DuplicatePreparedStatement,
    psycopg.errors.FeatureNotSupported,
)
"""The server's errors when a prepared statement is gone, is another's, or no longer gives what it gave."""


def _execute(statement: bytes, values: Sequence[object]) -> list[Any]:
    """The statement's rows; where what was prepared is lost, unprepared, and nothing is prepared there any more."""
    connection.ensure_connection()
    try:
        return _send(statement, values)
    except DatabaseError as error:
        if not isinstance(error.__cause__, _LOST) or connection.connection.prepare_threshold is None:
            raise
        log.warning("prepared statements are lost on this connection: %s", error)
        connection.connection.prepare_threshold = None
        return _send(statement, values)


def _send(statement: bytes, values: Sequence[object]) -> list[Any]:
    """Runs with server-side binding, so that it is planned once a connection; outside a transaction block the one
    statement is the transaction, inside it fails alone.
    """
    block = transaction.atomic() if connection.in_atomic_block else nullcontext()
    with block, connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
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
