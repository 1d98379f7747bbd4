"""Asks the database and the folder from outside whether all holds afterwards, without the product's own code."""

import hashlib
import http.client
import time
from collections import Counter
from collections.abc import Iterator, Sequence

import psycopg
from psycopg import sql

from liandong.kernel import ids
from liandong.proof.house import House

from .senders import Acknowledged, Book

DRAIN_PATIENCE_S = 60.0
READ_BACK = 40
ORIGIN = "api:%"

_ONE_OF_EACH = {
    "case": "SELECT id, count(*) FROM cases_case GROUP BY id",
    "task": "SELECT case_id, count(*) FROM cases_task GROUP BY case_id",
    "deadline entry": "SELECT case_id, count(*) FROM cases_deadline_entry WHERE kind = 'start' GROUP BY case_id",
    "involvement": "SELECT case_id, count(*) FROM cases_involvement GROUP BY case_id",
    "ledger entry": "SELECT stream_id, count(*) FROM ledger_entry"
    " WHERE stream_kind = 'case' AND action = 'CaseReceived' GROUP BY stream_id",
    "contact": "SELECT r.case_id, count(*) FROM intake_contact c JOIN intake_report r ON r.id = c.report_id"
    " GROUP BY r.case_id",
}

_PARTS = (
    """
    SELECT format('case %s has no part of its lead office', id) FROM cases_case c
    WHERE office_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM cases_involvement i
        WHERE i.case_id = c.id AND i.office_id = c.office_id AND i.role = 'lead' AND i.until IS NULL)
    """,
    """
    SELECT format('task %s has no part of its office', id) FROM cases_task t
    WHERE office_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM cases_involvement i
        WHERE i.case_id = t.case_id AND i.office_id = t.office_id AND (i.until IS NULL OR t.done_at IS NOT NULL))
    """,
    """
    SELECT format('case %s has office %s among those at work on it', case_id, office_id) FROM cases_involvement i
    WHERE until IS NULL
        AND NOT EXISTS (SELECT FROM cases_case c WHERE c.id = i.case_id AND c.office_id = i.office_id)
        AND NOT EXISTS (
            SELECT FROM cases_task t
            WHERE t.case_id = i.case_id AND t.office_id = i.office_id AND t.done_at IS NULL)
    """,
    """
    SELECT format('case %s has the part of office %s %s times', case_id, office_id, count(*)) FROM cases_involvement
    GROUP BY case_id, office_id HAVING count(*) > 1
    """,
)
_FILES = {
    "photo": "SELECT r.origin_key, p.sha256 FROM intake_photo p JOIN intake_report r ON r.id = p.report_id",
    "document": "SELECT r.origin_key, d.sha256 FROM intake_document d JOIN intake_report r ON r.id = d.report_id",
    "attachment": "SELECT message_id::text, sha256 FROM cases_attachment",
}
_ASTRAY = """
SELECT format('attachment %s is of another case than its message, or there twice', a.id) FROM cases_attachment a
JOIN cases_message m ON m.id = a.message_id
WHERE m.case_id <> a.case_id OR EXISTS (
    SELECT FROM cases_attachment twin
    WHERE twin.message_id = a.message_id AND twin.sha256 = a.sha256 AND twin.id <> a.id)
"""


def look(house: House, book: Book) -> Iterator[str]:
    """A sentence for everything that is not as it must be."""
    yield from (f"never acknowledged: {key}" for key in book.unanswered)
    yield from book.refused
    yield from drained(house)
    with psycopg.connect(house.url, autocommit=True) as connection:
        yield from kept(connection, book)
        yield from _whole(connection)
        yield from parts(connection)
        yield from files(connection, house, book)
    yield from readable(house, book.acknowledged)
    yield from verified(house)


def verified(house: House) -> Iterator[str]:
    """Every entry, seal and bound row is as it was recorded."""
    told = house.run("ledger", "verify", "--all")
    if told.code:
        yield f"ledger verify: {told.text}"


def drained(house: House) -> Iterator[str]:
    """Every event handed over: no row waits, none is to be repeated, none was given up."""
    deadline = time.monotonic() + DRAIN_PATIENCE_S
    left = _waiting(house)
    while left["events_event"] and time.monotonic() < deadline:
        time.sleep(0.2)
        left = _waiting(house)
    yield from (f"{count} rows left in {table}" for table, count in left.items() if count)


def filled(house: House) -> Iterator[str]:
    """Nothing waits any more of what rows of an earlier version lack."""
    deadline = time.monotonic() + DRAIN_PATIENCE_S
    while left := _to_fill(house):
        if time.monotonic() > deadline:
            yield f"rows of before still lack {left}"
            return
        time.sleep(0.2)


def _to_fill(house: House) -> list[str]:
    with psycopg.connect(house.url, autocommit=True) as connection:
        rows = connection.execute("SELECT key, error FROM jobs_job WHERE kind = 'jobs.backfill'").fetchall()
    return [f"{key} {error}" for key, error in rows]


def _waiting(house: House) -> dict[str, int]:
    with psycopg.connect(house.url, autocommit=True) as connection:
        return {table: _rows_in(connection, table) for table in ("events_event", "events_retry", "events_deadletter")}


def _rows_in(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return int(row[0]) if row else 0


def kept(connection: psycopg.Connection, book: Book) -> Iterator[str]:
    """Acknowledged ones are there once, with the receipt that was given; nothing is there that nobody sent."""
    rows = connection.execute(
        "SELECT origin_key, case_id, receipt_code FROM intake_report WHERE origin LIKE %s", [ORIGIN]
    ).fetchall()
    times = Counter(key for key, _, _ in rows)
    yield from (f"{key} is there {count} times" for key, count in times.items() if count > 1)
    there = {key: (case_id, code) for key, case_id, code in rows}
    for told in book.acknowledged:
        if told.key not in there:
            yield f"{told.key} was acknowledged as {told.number} and is not there"
        elif there[told.key] != (ids.parse_case_number(told.number), told.receipt_code):
            yield f"{told.key} was acknowledged as {told.number} {told.receipt_code}, there is {there[told.key]}"
    known = {told.key for told in book.acknowledged} | set(book.unanswered)
    yield from (f"{key} is there and nobody was told" for key in times.keys() - known)


def _whole(connection: psycopg.Connection) -> Iterator[str]:
    """A report is one case with one first task, one start of its clocks, one contact and one first ledger entry."""
    cases = {row[0] for row in connection.execute("SELECT case_id FROM intake_report").fetchall()}
    for name, statement in _ONE_OF_EACH.items():
        counted: dict[int, int] = dict(connection.execute(statement.encode()).fetchall())
        yield from (f"case {id_} has {counted.get(id_, 0)} {name} rows" for id_ in cases if counted.get(id_) != 1)
        yield from (f"{name} of case {id_} without a report" for id_ in counted.keys() - cases)


def parts(connection: psycopg.Connection) -> Iterator[str]:
    """Every case has the parts of its offices, each once: the lead office's, those of open tasks, no other one open."""
    yield from (sentence for statement in _PARTS for (sentence,) in connection.execute(statement.encode()).fetchall())


def files(connection: psycopg.Connection, house: House, book: Book) -> Iterator[str]:
    """Every file that a row names is there, whole, a picture with its small copy; what a client sent is named once."""
    named: dict[str, list[tuple[str, str]]] = {
        name: connection.execute(statement.encode()).fetchall() for name, statement in _FILES.items()
    }
    for name, rows in named.items():
        for _, digest in rows:
            path = house.blobs / digest[:2] / digest
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                yield f"{name} {digest} is missing or broken"
            if name == "photo" and not path.with_name(f"{digest}.thumb").is_file():
                yield f"photo {digest} has no thumb"
    counted = {name: Counter(key for key, _ in rows) for name, rows in named.items()}
    for told in book.acknowledged:
        for name, wanted in (("photo", told.has_photo), ("document", told.has_document)):
            if (count := counted[name][told.key]) != int(wanted):
                yield f"{told.key} has {count} {name}s"
    yield from (sentence for (sentence,) in connection.execute(_ASTRAY.encode()).fetchall())


def readable(house: House, acknowledged: Sequence[Acknowledged]) -> Iterator[str]:
    """The first and the last receipts open over HTTP."""
    half = READ_BACK // 2
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=30)
    for told in [*acknowledged[:half], *acknowledged[-half:]]:
        path = f"/api/v1/receipts/{told.number}/{told.receipt_code}"
        connection.request("GET", path, headers={"X-Api-Key": house.api_key})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            yield f"receipt {told.number} answers {response.status}"
    connection.close()
