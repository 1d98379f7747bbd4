"""The same by SQL: prepared, on as many connections as the product has, with the rows that the product writes or shows.

For a create its statement is built from the rows that the last create left in all tables, so it is never less work.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import psycopg

from .client import timed
from .figures import Figure, figure
from .ground import Ground

Database = psycopg.Connection[tuple[object, ...]]
_OWN_ID = {"cases_case": "case", "intake_report": "report"}
_OF_STREAM = ("ledger_entry", "events_event")
_SECRET = "receipt_code"  # noqa: S105


def connected(ground: Ground) -> Database:
    """A connection whose planner is told what connections of the product tell it."""
    return psycopg.connect(ground.url, autocommit=True, options="-c random_page_cost=1.1")


def asked(database: Database, statement: str, values: Mapping[str, object], times: int) -> Figure:
    """A read, one after the other."""
    durations, _, _ = timed(_Asking(database, statement.encode(), values), "", "", times)
    return figure("bare SQL", durations)


@dataclass(frozen=True, slots=True)
class _Asking:
    """A prepared statement, asked as a request is."""

    database: Database
    statement: bytes
    values: Mapping[str, object]

    def request(self, _method: str, _path: str, _body: bytes = b"") -> tuple[int, bytes]:
        self.database.execute(self.statement, self.values, prepare=True).fetchall()
        return 200, b""


@dataclass(frozen=True, slots=True)
class Writing:
    """`rows` by table, as one create wrote them; `statement` writes all of them."""

    rows: Mapping[str, list[dict[str, object]]]
    statement: bytes

    @property
    def count(self) -> int:
        return sum(map(len, self.rows.values()))

    def values(self, case_id: int, report_id: int) -> list[str]:
        own = {"case": case_id, "report": report_id}
        return [json.dumps([_renewed(table, row, own) for row in rows]) for table, rows in self.rows.items()]


def _renewed(table: str, row: Mapping[str, object], own: Mapping[str, int]) -> dict[str, object]:
    changed = dict(row)
    if table in _OWN_ID:
        changed["id"] = own[_OWN_ID[table]]
    for column, kind in (("case_id", "case"), ("report_id", "report"), ("stream_id", "case")):
        if column in row:
            changed[column] = own[kind]
    if _SECRET in row:
        changed[_SECRET] = secrets.token_urlsafe(9)
    return changed


def written_by(database: Database, case_id: int) -> Writing:
    """The rows that a create wrote, found in every table that speaks of its case or report."""
    (report_id,) = database.execute("SELECT id FROM intake_report WHERE case_id = %s", [case_id]).fetchone() or (0,)
    rows = {
        "cases_case": _rows(database, "cases_case", "id = %s", case_id),
        "intake_report": _rows(database, "intake_report", "id = %s", report_id),
    }
    for table, column in _tables_of(database, "case_id", "report_id"):
        found = _rows(database, table, f"{column} = %s", case_id if column == "case_id" else report_id)
        if found and table not in rows:
            rows[table] = found
    for table in _OF_STREAM:
        rows[table] = _rows(database, table, "stream_kind = 'case' AND stream_id = %s", case_id)
    filled = {table: found for table, found in rows.items() if found}
    parts = [
        f"t{place} AS (INSERT INTO {table} ({', '.join(found[0])}) SELECT {', '.join(found[0])}"  # noqa: S608 (own names)
        f" FROM json_populate_recordset(NULL::{table}, %s::json))"
        for place, (table, found) in enumerate(filled.items())
    ]
    return Writing(filled, f"WITH {', '.join(parts)} SELECT 1".encode())


def _tables_of(database: Database, *columns: str) -> list[tuple[str, str]]:
    found = database.execute(
        "SELECT c.table_name, min(c.column_name) FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE t.table_type = 'BASE TABLE' AND c.table_schema = 'public' AND c.column_name = ANY(%s)"
        " GROUP BY 1 ORDER BY 1",
        [list(columns)],
    )
    return [(str(table), str(column)) for table, column in found]


def _rows(database: Database, table: str, where: str, value: object) -> list[dict[str, object]]:
    """Without the numbers that the database gives by itself, and without what is empty."""
    statement = f"SELECT row_to_json(t) FROM {table} t WHERE {where}"  # noqa: S608 (own names)
    found = database.execute(statement.encode(), [value])
    kept = []
    for (row,) in found:
        told = dict(row) if isinstance(row, dict) else {}
        given = {name: content for name, content in told.items() if content is not None}
        if table not in _OWN_ID:
            given.pop("id", None)
        kept.append(given)
    return kept


def creating(ground: Ground, writing: Writing) -> Callable[[int], Callable[[], bool]]:
    """For `press`: two prepared statements a create, the ids and the rows, on a connection of each client's own."""

    def start(_client: int) -> Callable[[], bool]:
        database = psycopg.connect(ground.url, autocommit=True)

        def once() -> bool:
            ids = database.execute(
                "SELECT nextval('cases_case_id_seq'), nextval('intake_report_id_seq')", prepare=True
            ).fetchone()
            if ids is None:
                return False
            database.execute(writing.statement, writing.values(*ids), prepare=True)
            return True

        return once

    return start
