"""Whoever has all rights on the database and no key is found: each tampering is SQL of the tables' owner, and `verify`
names table, row and column.
"""

from collections.abc import Callable

import pytest
from django.db import connection

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case, DeadlineEntry, Message, Publication, Task
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Contact, ContactReading, Photo, Report
from liandong.foundation.access import public as access
from liandong.foundation.ledger import adoption, keys, mark
from liandong.foundation.ledger import public as ledger
from liandong.foundation.ledger.management.commands.ledger import sentence
from liandong.foundation.ledger.seals_file import SealsFile
from liandong.foundation.ledger.verification import Finding, Verified, verify
from liandong.kernel import ids
from tests import county

pytestmark = pytest.mark.django_db
REPORTER = intake.Contact(name="张某", phone="100-0000-0001", email="zhang@example.org")


@pytest.fixture(autouse=True)
def data_folder(tmp_path, settings):
    settings.DATA = tmp_path / "data"
    return settings.DATA


@pytest.fixture
def sql() -> Callable[..., None]:
    def run(statement: str, *parameters: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, list(parameters))
            assert cursor.rowcount != 0, "the tampering itself has missed"

    return run


@pytest.fixture
def case() -> cases.CaseRow:
    """A case of which every bound table of cases and reports has a row: answered, its contact read, its words public."""
    photo = intake.PhotoRef(sha256="ab" * 32, media_type="image/jpeg", width=8, height=6, bytes=120)
    row = county.receive(
        "门口的路面有个大坑，车轮陷进去了",
        address="东坪村人民路1号门口",
        contact=REPORTER,
        photos=(photo,),
        may_publish=True,
        origin_key="k-1",
    )
    county.receive("另一件不相干的事", at="B11", contact=REPORTER)
    worker = county.post("hud1")
    cases.claim_task(actor=worker, case_id=row.id)
    intake.read_contact(actor=worker, report_id=Report.objects.get(case_id=row.id).pk, purpose="clarify")
    cases.answer_case(actor=worker, case_id=row.id, text="坑已经填好，路面恢复。")
    return cases.find(row.id)


def findings(**options) -> list[Finding]:
    return list(verify(SealsFile.of_this_house(), keys.public_keys(), tally=Verified(), **options))


def named(found: list[Finding]) -> list[tuple[str, ...]]:
    """(code, table, columns) of findings about rows."""
    return [(each.code, each.context["table"], each.context["columns"]) for each in found]


def test_what_was_done_by_commands_alone_has_no_findings(case):
    tally = Verified()
    assert list(verify(SealsFile.of_this_house(), keys.public_keys(), tally=tally)) == []
    tables = (Case, Publication, Task, Message, DeadlineEntry, Report, Contact, Photo, ContactReading)
    assert tally.rows.rows == sum(model.objects.count() for model in tables)
    assert all(model.objects.count() for model in tables)


_ROW = "(SELECT max(id) FROM cases_case WHERE title LIKE '%%大坑%%')"
_REPORT = f"(SELECT id FROM intake_report WHERE case_id = {_ROW})"
CHANGED = [
    ("cases_message", "text", "text = '不予处理'"),
    ("cases_message", "text", "text = ''"),
    ("cases_message", "text", "text = '', salt = NULL"),
    ("cases_message", "salt", "salt = NULL"),
    ("cases_message", "public", "public = false"),
    ("cases_message", "kind", "kind = 'note'"),
    ("cases_message", "actor", "actor = 'staff:1'"),
    ("cases_message", "at", "at = at + interval '1 microsecond'"),
    ("cases_message", "office_id", "office_id = NULL"),
    ("cases_case", "title", "title = '没有坑'"),
    ("cases_case", "address", "address = '别处'"),
    ("cases_case", "public_address", "public_address = '别处'"),
    ("cases_case", "lon", "lon = lon + 0.000001"),
    ("cases_case", "lat", "lat = lat + 0.000001"),
    ("cases_case", "near", "near = near + 1"),
    ("cases_case", "salt", "salt = NULL"),
    ("cases_case", "salt", "salt = decode(repeat('00', 16), 'hex')"),
    ("cases_case", "office_id", "office_id = (SELECT id FROM orgs_office WHERE code = 'LAW')"),
    ("cases_case", "assignee_id", "assignee_id = NULL"),
    ("cases_case", "complained_office_id", "complained_office_id = (SELECT id FROM orgs_office WHERE code = 'LAW')"),
    ("cases_case", "due_at", "due_at = due_at + interval '1 day'"),
    ("cases_case", "accept_due_at", "accept_due_at = NULL"),
    ("cases_case", "state", "state = 'handling'"),
    ("cases_case", "category_code", "category_code = '020201'"),
    ("cases_case", "category_version", "category_version = 7"),
    ("cases_case", "severity", "severity = 1"),
    ("cases_case", "is_private", "is_private = true"),
    ("cases_case", "is_published", "is_published = false"),
    ("cases_case", "solved", "solved = false"),
    ("cases_case", "solved", "solved = true"),
    ("cases_case", "satisfied", "satisfied = 5"),
    ("cases_case", "received_at", "received_at = received_at - interval '1 second'"),
    ("cases_case", "answered_at", "answered_at = NULL"),
    ("cases_case", "town_id", "town_id = NULL"),
    ("cases_case", "channel", "channel = 'phone'"),
    ("cases_case", "finish_budget", "finish_budget = '30wd'"),
    ("cases_case", "urge_count", "urge_count = 1"),
    ("cases_case", "version", "version = version + 1"),
    ("cases_case", "changed_at", "changed_at = now()"),
    ("cases_case", "queue", "queue = 'duty'"),
    ("cases_task", "done_at", "done_at = NULL"),
    ("cases_task", "assignee_id", "assignee_id = NULL"),
    ("cases_task", "outcome", "outcome = 'closed'"),
    ("cases_task", "created_at", "created_at = now()"),
    ("cases_task", "kind", "kind = 'assist'"),
    ("cases_deadline_entry", "at", "at = at + interval '1 hour'"),
    ("cases_deadline_entry", "actor", "actor = 'staff:1'"),
    ("cases_deadline_entry", "kind", "kind = 'pause'"),
    ("cases_publication", "text", "text = '没有这件事'"),
    ("cases_publication", "salt", "salt = NULL"),
    ("intake_report", "text", "text = '一切都好'"),
    ("intake_report", "address", "address = ''"),
    ("intake_report", "lon", "lon = NULL, lat = lat"),
    ("intake_report", "payload", "payload = '{}'"),
    ("intake_report", "payload", """payload = payload || '{"x": 1}'"""),
    ("intake_report", "receipt_code", "receipt_code = '000000000000'"),
    ("intake_report", "origin_key", "origin_key = 'k-2'"),
    ("intake_report", "received_at", "received_at = received_at - interval '1 day'"),
    ("intake_report", "commitment", "commitment = decode(repeat('00', 32), 'hex')"),
    ("intake_report", "salt", "salt = decode(repeat('00', 32), 'hex')"),
    ("intake_report", "erased_at", "erased_at = now()"),
    ("intake_report", "channel", "channel = 'phone'"),
    ("intake_contact", "phone", "phone = '100-0000-0009'"),
    ("intake_contact", "name", "name = '李某'"),
    ("intake_contact", "email", "email = ''"),
    ("intake_contact", "salt", "salt = NULL"),
    ("intake_contact_reading", "purpose", "purpose = 'callback'"),
    ("intake_contact_reading", "staff_id", "staff_id = (SELECT id FROM access_staff WHERE username = 'law1')"),
    ("intake_contact_reading", "at", "at = at - interval '1 year'"),
    ("intake_photo", "sha256", "sha256 = repeat('cd', 32)"),
    ("intake_photo", "width", "width = 9"),
]
_KEY = {
    "cases_case": "id = {case}",
    "cases_publication": "case_id = {case}",
    "intake_report": "case_id = {case}",
    "intake_contact": "report_id = {report}",
    "intake_contact_reading": "report_id = {report}",
    "intake_photo": "report_id = {report}",
}


def where(table: str) -> str:
    """The last row of the case in a table."""
    own = _KEY.get(table, "case_id = {case}").format(case=_ROW, report=_REPORT)
    key = {"cases_publication": "case_id", "intake_contact": "report_id"}.get(table, "id")
    return f"{key} = (SELECT max({key}) FROM {table} WHERE {own})"


@pytest.mark.parametrize(("table", "column", "change"), CHANGED, ids=[f"{table}: {set_}" for table, _, set_ in CHANGED])
def test_a_changed_column_is_named(case, sql, table, column, change):
    sql(f"UPDATE {table} SET {change} WHERE {where(table)}")  # noqa: S608
    (found,) = findings()
    assert (found.code, found.context["table"]) == ("row_changed", table)
    assert found.context["columns"].split(", ")[0] == column
    assert found.context["thing"] == case.number
    assert column in sentence(found)
