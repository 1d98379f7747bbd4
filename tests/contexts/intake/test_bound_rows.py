"""Whoever has all rights on the database and no key is found: each tampering is SQL of the tables' owner, and `verify`
names table, row and column.
"""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.filling import undo as undo_filling
from liandong.contexts.cases.models import Case, DeadlineEntry, Involvement, Message, Publication, Task, Undo
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.domain.incoming import ContactInput, PhotoRef
from liandong.contexts.intake.models import Contact, ContactReading, Photo, Report
from liandong.contexts.process.models import Definition
from liandong.foundation.ledger import adoption, keys, mark
from liandong.foundation.ledger import public as ledger
from liandong.foundation.ledger.management.commands.ledger import sentence
from liandong.foundation.ledger.seals_file import SealsFile
from liandong.foundation.ledger.verification import Finding, Verified, verify
from liandong.kernel.actor import SYSTEM
from tests import county

pytestmark = [pytest.mark.django_db, pytest.mark.rows_by_hand]
REPORTER = ContactInput(name="张某", phone="100-0000-0001", email="zhang@example.org")


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
    """A case with a row in every table of cases and reports: answered, its contact read, its words public."""
    photo = PhotoRef(sha256="ab" * 32, media_type="image/jpeg", width=8, height=6, bytes=120)
    row = county.receive(
        "门口的路面有个大坑，车轮陷进去了",
        address="东坪村人民路1号门口",
        contact=REPORTER,
        photos=(photo,),
        may_publish=True,
        origin_key="k-1",
    )
    county.receive("另一件不相干的事", at="B11", contact=REPORTER)
    cases.override_time_limit(actor=county.post("coordinator"), case_id=row.id, budget="4wd", text="可以早些")
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
    tables = (
        *(Case, Publication, Undo, Task, Involvement, Message, DeadlineEntry),
        *(Report, Contact, Photo, ContactReading, Definition),
    )
    assert tally.rows.rows == sum(model.objects.count() for model in tables)
    assert all(model.objects.count() for model in tables)


_ROW = "(SELECT max(id) FROM cases_case WHERE title LIKE '%%大坑%%')"
_REPORT = f"(SELECT id FROM intake_report WHERE case_id = {_ROW})"  # noqa: S608
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
    ("cases_task", "accept_budget", "accept_budget = '30wd'"),
    ("cases_task", "finish_budget", "finish_budget = ''"),
    ("cases_task", "accept_due_at", "accept_due_at = NULL"),
    ("cases_task", "red_at", "red_at = now()"),
    ("cases_task", "yellow_at", "yellow_at = now()"),
    ("cases_task", "provisional", "provisional = true"),
    ("cases_involvement", "role", "role = 'assist'"),
    ("cases_involvement", "until", "until = now()"),
    ("cases_involvement", "since", "since = since - interval '1 day'"),
    ("cases_involvement", "received_at", "received_at = received_at - interval '1 day'"),
    ("cases_involvement", "office_id", "office_id = (SELECT id FROM orgs_office WHERE code = 'POL')"),
    ("cases_deadline_entry", "task_id", "task_id = NULL"),
    ("cases_deadline_entry", "at", "at = at + interval '1 hour'"),
    ("cases_deadline_entry", "actor", "actor = 'staff:1'"),
    ("cases_deadline_entry", "kind", "kind = 'pause'"),
    ("cases_publication", "text", "text = '没有这件事'"),
    ("cases_publication", "salt", "salt = NULL"),
    ("cases_undo", "before", """before = before || '{"finish_budget": "30wd"}'"""),
    ("cases_undo", "what", "what = 'assign'"),
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
    "cases_undo": "case_id = {case}",
    "intake_report": "case_id = {case}",
    "intake_contact": "report_id = {report}",
    "intake_contact_reading": "report_id = {report}",
    "intake_photo": "report_id = {report}",
}


def where(table: str) -> str:
    """The last row of the case in a table."""
    own = _KEY.get(table, "case_id = {case}").format(case=_ROW, report=_REPORT)
    key = {"cases_publication": "case_id", "cases_undo": "case_id", "intake_contact": "report_id"}.get(table, "id")
    return f"{key} = (SELECT max({key}) FROM {table} WHERE {own})"  # noqa: S608


@pytest.mark.parametrize(("table", "column", "change"), CHANGED, ids=[f"{table}: {set_}" for table, _, set_ in CHANGED])
def test_a_changed_column_is_named(case, sql, table, column, change):
    sql(f"UPDATE {table} SET {change} WHERE {where(table)}")  # noqa: S608
    (found,) = findings()
    assert (found.code, found.context["table"]) == ("row_changed", table)
    assert column in found.context["columns"].split(", ")
    assert found.context["thing"] == case.number
    assert column in sentence(found)


@pytest.mark.parametrize(
    "table",
    ["cases_message", "cases_task", "cases_involvement", "cases_deadline_entry", "cases_publication", "intake_contact",
     "intake_contact_reading", "intake_photo"],
)  # fmt: skip
def test_a_removed_row_is_named(case, sql, table):
    sql(f"DELETE FROM {table} WHERE {where(table)}")  # noqa: S608
    (found,) = findings()
    assert (found.code, found.context["table"], found.context["thing"]) == ("row_missing", table, case.number)


INSERTED = {
    "cases_message": "INSERT INTO cases_message (case_id, kind, public, text, actor, at)"
    " VALUES ({case}, 'answer', true, '已经办好', 'staff:1', now())",
    "cases_task": "INSERT INTO cases_task (case_id, kind, created_at, outcome) VALUES ({case}, 'handle', now(), '')",
    "cases_involvement": "INSERT INTO cases_involvement (case_id, office_id, role, received_at, since)"
    " SELECT {case}, id, 'assist', now(), now() FROM orgs_office WHERE code = 'POL'",
    "cases_deadline_entry": "INSERT INTO cases_deadline_entry (case_id, kind, at, accept_budget, finish_budget, actor)"
    " VALUES ({case}, 'pause', now(), '', '', 'staff:1')",
    "intake_contact_reading": "INSERT INTO intake_contact_reading (report_id, staff_id, purpose, at)"
    " SELECT {report}, id, 'clarify', now() FROM access_staff LIMIT 1",
    "intake_photo": "INSERT INTO intake_photo (report_id, sha256, media_type, width, height, bytes)"
    " VALUES ({report}, repeat('ee', 32), 'image/jpeg', 1, 1, 1)",
    "cases_case": "INSERT INTO cases_case SELECT (jsonb_populate_record(c, jsonb_build_object('id', c.id + 1000))).*"
    " FROM cases_case c WHERE id = {case}",
    "intake_call": "INSERT INTO intake_call (staff_id, kind, began_at, ended_at)"
    " SELECT id, 'request', now(), now() FROM access_staff LIMIT 1",
}


@pytest.mark.parametrize("table", INSERTED)
def test_a_row_that_no_command_wrote_is_named(case, sql, table):
    sql(INSERTED[table].format(case=_ROW, report=_REPORT))
    found = [each for each in findings() if each.code != "sequence_rewound"]
    assert [(each.code, each.context["table"]) for each in found] == [("row_inserted", table)]


MOVED = [
    ("cases_message", "case_id", "case_id = {other}"),
    ("cases_task", "case_id", "case_id = {other}"),
    ("intake_report", "case_id", "case_id = {other}"),
    ("intake_photo", "report_id", "report_id = (SELECT id FROM intake_report WHERE case_id = {other})"),
    ("intake_contact_reading", "report_id", "report_id = (SELECT id FROM intake_report WHERE case_id = {other})"),
]


@pytest.mark.parametrize(("table", "column", "change"), MOVED)
def test_a_row_that_was_given_to_another_case_is_named(case, sql, table, column, change):
    other = "(SELECT max(id) FROM cases_case WHERE title LIKE '%%另一件%%')"
    sql(f"UPDATE {table} SET {change.format(other=other)} WHERE {where(table)}")  # noqa: S608
    assert ("row_changed", table, column) in named(findings())


def test_two_rows_that_changed_places_are_named(case, sql):
    other = "(SELECT max(id) FROM cases_case WHERE title LIKE '%%另一件%%')"
    sql(
        f"UPDATE cases_case AS one SET title = two.title, salt = two.salt FROM cases_case AS two"  # noqa: S608
        f" WHERE one.id IN ({_ROW}, {other}) AND two.id IN ({_ROW}, {other}) AND one.id <> two.id"
    )
    assert len(findings()) == 2
    assert {each.code for each in findings()} == {"row_changed"}


def test_what_a_command_found_changed_stays_found_after_it_has_written_over_it(case, sql):
    """An intruder's change isn't blessed by the next action of an office."""
    sql(f"UPDATE cases_case SET state = 'handling', answered_at = NULL WHERE id = {_ROW}")  # noqa: S608
    cases.answer_case(actor=county.post("hud1"), case_id=case.id, text="再答复一次。")
    found = {(each.code, column) for each in findings() for column in each.context["columns"].split(", ")}
    assert {("row_was_changed", "state"), ("row_was_changed", "answered_at")} <= found


def test_a_changed_title_isnt_blessed_by_a_note(case, sql):
    sql(f"UPDATE cases_case SET title = '没有坑' WHERE id = {_ROW}")  # noqa: S608
    cases.add_note(actor=county.post("clerk"), case_id=case.id, text="查过了")
    assert named(findings()) == [("row_changed", "cases_case", "title")]


def test_a_row_that_was_removed_and_written_again_by_hand_is_named(case, sql):
    intake.erase_contact(actor=county.post("coordinator"), report_id=Report.objects.get(case_id=case.id).pk)
    assert findings() == []
    sql(f"INSERT INTO intake_contact (report_id, name, phone, email) VALUES ({_REPORT}, '李某', '', '')")  # noqa: S608
    assert [(each.code, each.context["table"]) for each in findings()] == [("row_inserted", "intake_contact")]


def test_what_was_erased_by_right_is_no_finding(case):
    assert intake.erase_words(actor=county.post("coordinator"), case_id=case.id) == 1
    tally = Verified()
    assert list(verify(SealsFile.of_this_house(), keys.public_keys(), tally=tally)) == []
    assert tally.rows.removed == 3  # contact, photo, public words


def test_what_was_changed_after_it_was_erased_is_named(case, sql):
    intake.erase_words(actor=county.post("coordinator"), case_id=case.id)
    sql(f"UPDATE intake_report SET text = '什么也没有说' WHERE case_id = {case.id}")  # noqa: S608
    sql(f"UPDATE cases_case SET title = '别的' WHERE id = {case.id}")  # noqa: S608
    sql(f"UPDATE cases_case SET severity = 1 WHERE id = {case.id}")  # noqa: S608
    sql(f"UPDATE cases_message SET text = '另一个答复' WHERE case_id = {case.id} AND kind = 'answer'")  # noqa: S608
    assert set(named(findings())) == {
        ("row_changed", "intake_report", "text"),
        ("row_changed", "cases_case", "title"),
        ("row_changed", "cases_case", "severity"),
        ("row_changed", "cases_message", "text"),
    }


def test_no_salt_of_what_was_erased_is_left(case):
    report = Report.objects.get(case_id=case.id)
    salts = {
        bytes(report.salt),
        bytes(Contact.objects.get(pk=report.pk).salt),
        bytes(Case.objects.get(pk=case.id).salt),
    }
    intake.erase_words(actor=county.post("coordinator"), case_id=case.id)
    left = {bytes(salt) for model in (Case, Message, Publication, Report, Contact)
            for salt in model.objects.values_list("salt", flat=True) if salt}  # fmt: skip
    assert salts & left == set()


def test_seals_cut_with_their_entries_in_database_and_file_are_found(case, sql, data_folder):
    file = data_folder / "ledger" / "seals.jsonl"
    ledger.seal()
    whole = file.read_text()
    last = ledger.last_seal()
    cases.add_note(actor=county.post("clerk"), case_id=case.id, text="记一笔")
    ledger.seal()
    file.write_text(whole)
    sql("DELETE FROM ledger_seal WHERE no > %s", last.head.no)
    sql("DELETE FROM ledger_entry WHERE id > %s", last.head.to_id)
    found = findings(marks=[mark.read()])
    assert ("tail_cut", last.head.no + 1) in {(each.code, each.context.get("first")) for each in found}
    assert {"cases_message", "cases_case"} <= {each.context.get("table") for each in found}
    with pytest.raises(ledger.SealsDisagree):
        ledger.seal()


def test_a_ledger_that_was_emptied_is_found(case, sql, data_folder):
    ledger.seal()
    sql("DELETE FROM ledger_entry")
    sql("DELETE FROM ledger_seal")
    (data_folder / "ledger" / "seals.jsonl").unlink()
    kept = mark.read()
    mark.path().unlink()
    assert {each.code for each in findings()} == {"row_inserted"}
    assert "tail_cut" in {each.code for each in findings(marks=[kept])}


def test_everything_emptied_is_found_by_the_mark_alone(case, sql, data_folder):
    ledger.seal()
    kept = mark.read()
    county.clear()
    (data_folder / "ledger" / "seals.jsonl").unlink()
    assert findings() == []
    codes = [each.code for each in findings(marks=[kept])]
    assert {"tail_cut", "rows_below_mark"} == set(codes)


def test_what_was_rolled_back_is_bound_by_nobody(case):
    with transaction.atomic():
        cases.add_note(actor=county.post("clerk"), case_id=case.id, text="写错了")
        transaction.set_rollback(True)
    cases.add_note(actor=county.post("clerk"), case_id=case.id, text="记一笔")
    assert findings() == []


def test_a_house_that_was_restored_has_a_mark_again(case, sql, data_folder):
    ledger.seal()
    last = ledger.last_seal().head
    cases.add_note(actor=county.post("clerk"), case_id=case.id, text="记一笔")
    ledger.seal()
    sql("DELETE FROM ledger_seal WHERE no > %s", last.no)
    (data_folder / "ledger" / "seals.jsonl").write_text(ledger.last_seal().line() + "\n")
    with pytest.raises(ledger.SealsDisagree):
        ledger.seal()
    ledger.reconcile(actor=SYSTEM)
    assert mark.read().seal == last.no
    assert "tail_cut" not in {each.code for each in findings(marks=[mark.read()])}
    ledger.seal()
    assert mark.read().seal == last.no + 1


def test_an_emptied_ledger_cant_be_adopted_again(case, sql):
    ledger.seal()
    sql("DELETE FROM ledger_entry")
    with pytest.raises(adoption.AdoptionRefused):
        adoption.begin()


def test_what_was_taken_back_is_not_missed_by_the_mark(case: cases.CaseRow) -> None:
    """The newest case is joined and separated: the row that said how it stood was the last of its table."""
    other, clerk = county.receive("同一处"), county.post("clerk")
    cases.join_case(actor=clerk, case_id=other.id, to=case.id)
    ledger.seal()
    assert findings(marks=[mark.read()]) == []
    cases.separate_case(actor=clerk, case_id=other.id, text="不是同一处")
    assert not Undo.objects.filter(pk=other.id).exists()
    assert findings(marks=[mark.read()]) == []


def test_what_a_backfill_keeps_for_taking_back_is_bound(case: cases.CaseRow, sql: Callable[..., None]) -> None:
    other = county.receive("同一处")
    cases.join_case(actor=county.post("clerk"), case_id=other.id, to=case.id)
    before = Undo.objects.get(pk=other.id)
    with transaction.atomic():
        Undo.objects.filter(pk=other.id).delete()
        ledger.bind_rows(actor=SYSTEM)
    with transaction.atomic():
        undo_filling.fill([other.id])
    made = Undo.objects.get(pk=other.id)
    assert (made.before, made.version, made.joined_to_id) == (before.before, before.version, before.joined_to_id)
    assert findings() == []
    sql("UPDATE cases_undo SET joined_to_id = NULL WHERE case_id = %s", other.id)
    assert [(code, table) for code, table, _ in named(findings())] == [("row_changed", "cases_undo")]
