"""Sudden ends of any process lose nothing and double nothing; and the check that says so would notice."""

import hashlib
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection

from liandong.proof.crash import findings
from liandong.proof.crash.proof import prove
from liandong.proof.crash.senders import Acknowledged, Book
from liandong.proof.crash.steps import QUICK, prove_steps
from liandong.proof.house import Victim
from tests import county


@pytest.mark.takes_long
def test_web_worker_and_database_killed_under_load_lose_and_double_nothing(reachable_folder: Path) -> None:
    proof = prove(reachable_folder / "data", seconds=15, kills=3, seed=20260511)
    assert proof.findings == ()
    assert {kill.victim for kill in proof.kills} == {Victim.WEB_PROCESS, Victim.WORKER, Victim.POSTMASTER}
    assert proof.acknowledged > 0


@pytest.mark.takes_long
def test_a_kill_in_the_middle_of_a_step_leaves_it_done_once_and_the_run_at_the_case(reachable_folder: Path) -> None:
    walks = prove_steps(reachable_folder / "data", walks=(QUICK,), seed=20260511)
    assert walks.findings == ()
    assert {each.victim for each in walks.struck} == {*QUICK, Victim.WORKER}


@pytest.fixture
def told(committed, tmp_path: Path) -> Acknowledged:
    """A report as a client system would have sent it, and what that client wrote down."""
    row = county.receive(origin="api:client:1", origin_key="k-1", contact=county.intake.ContactInput(phone="100-0000"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT receipt_code FROM intake_report")
        (code,) = cursor.fetchone()
    return Acknowledged("k-1", row.number, code, has_photo=False, has_document=False, attempts=1, repeated=False)


def found(told: Acknowledged, blobs: Path = Path("nowhere")) -> list[str]:
    """What the check says of the test's own database."""
    book, house = Book(acknowledged=[told]), SimpleNamespace(blobs=blobs)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as outside:
        kept = [*findings.kept(outside, book), *findings._whole(outside), *findings.parts(outside)]
        return [*kept, *findings.files(outside, house, book)]


DOUBLED_CLOCK = (
    "INSERT INTO cases_deadline_entry (case_id, kind, at, accept_budget, finish_budget, actor)"
    " SELECT case_id, kind, at, accept_budget, finish_budget, actor FROM cases_deadline_entry"
)
DIGEST = hashlib.sha256(b"document").hexdigest()
DOCUMENT = (
    "INSERT INTO intake_document (report_id, sha256, media_type, bytes, name)"
    " SELECT id, encode(sha256('document'), 'hex'), 'application/pdf', 8, 'a.pdf' FROM intake_report"
)
MESSAGE_WITH_FILES = (
    "WITH said AS (INSERT INTO cases_message (case_id, kind, public, text, actor, at)"
    " SELECT id, 'note', false, 'x', 'system:0', now() FROM cases_case RETURNING id, case_id)"
    " INSERT INTO cases_attachment (case_id, message_id, sha256, media_type, bytes, name)"
    " SELECT case_id, id, encode(sha256('document'), 'hex'), 'application/pdf', 8, 'a.pdf'"
    " FROM said, generate_series(1, 2)"
)
PART_OF_ANOTHER = (
    "INSERT INTO cases_involvement (case_id, office_id, role, received_at, since)"
    " SELECT c.id, o.id, 'lead', now(), now() FROM cases_case c, (SELECT id FROM orgs_office) o"
    " WHERE o.id <> c.office_id LIMIT 1"
)


def spoil(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_check_is_content_with_a_whole_report(told: Acknowledged) -> None:
    assert found(told) == []


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE intake_report SET origin_key = 'other'", "k-1 was acknowledged"),
        ("UPDATE intake_report SET receipt_code = 'AAAA-AAAA-AAAA'", "k-1 was acknowledged"),
        ("DELETE FROM cases_task", "0 task rows"),
        ("DELETE FROM intake_contact", "0 contact rows"),
        ("DELETE FROM cases_involvement", "0 involvement rows"),
        ("UPDATE cases_involvement SET until = now()", "no part of its lead office"),
        ("UPDATE cases_involvement SET role = 'assist'", "no part of its lead office"),
        (PART_OF_ANOTHER, "2 involvement rows"),
        (PART_OF_ANOTHER, "among those at work on it"),
        (DOCUMENT, "has 1 documents"),
        (DOCUMENT, f"document {DIGEST} is missing"),
        (MESSAGE_WITH_FILES, f"attachment {DIGEST} is missing"),
        (MESSAGE_WITH_FILES, "or there twice"),
        ("DELETE FROM ledger_entry", "0 ledger entry rows"),
        (DOUBLED_CLOCK, "2 deadline entry rows"),
    ],
)
def test_the_check_notices_what_is_lost_or_doubled(told: Acknowledged, statement: str, says: str) -> None:
    spoil(statement)
    assert any(says in sentence for sentence in found(told))


def test_the_check_notices_a_file_that_a_row_names_and_that_is_broken(told: Acknowledged, tmp_path: Path) -> None:
    digest = hashlib.sha256(b"picture").hexdigest()
    spoil(
        "INSERT INTO intake_photo (report_id, sha256, media_type, width, height, bytes)"
        " SELECT id, %s, 'image/jpeg', 1, 1, 7 FROM intake_report",
        digest,
    )
    file = tmp_path / digest[:2] / digest
    file.parent.mkdir()
    file.write_bytes(b"pict")
    sentences = found(told, tmp_path)
    assert f"photo {digest} is missing or broken" in sentences
    assert f"photo {digest} has no thumb" in sentences
