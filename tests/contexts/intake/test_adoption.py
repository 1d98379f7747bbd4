"""Rows from before the ledger spoke of rows are bound at the upgrade, once, and told as bound since then."""

import json

import pytest
from django.db import connection
from django.db.models import F

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case, Message, Publication
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Contact, Report
from liandong.contexts.process.models import Definition
from liandong.foundation.ledger import adoption, keys
from liandong.foundation.ledger import public as ledger
from liandong.foundation.ledger.domain.chain import GENESIS
from liandong.foundation.ledger.management.commands.ledger import sentence
from liandong.foundation.ledger.models import Entry
from liandong.foundation.ledger.seals_file import SealsFile
from liandong.foundation.ledger.verification import Verified, verify
from tests import county

pytestmark = [pytest.mark.django_db, pytest.mark.rows_by_hand]


@pytest.fixture(autouse=True)
def data_folder(tmp_path, settings):
    settings.DATA = tmp_path / "data"
    return settings.DATA


@pytest.fixture
def old(data_folder) -> cases.CaseRow:
    """A case of a county that ran before: its rows have no salts, its entries speak of none of them."""
    contact = intake.ContactInput(name="张某", phone="100-0000-0001")
    row = county.receive("路灯坏了", contact=contact, may_publish=True)
    county.receive("别的事")
    cases.claim_task(actor=county.post("hud1"), case_id=row.id)
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已经修好。")
    sql("UPDATE ledger_entry SET payload = payload - 'bound' WHERE stream_kind <> 'process'")
    for number in Case.objects.values_list("pk", flat=True):
        previous = GENESIS
        for entry in ledger.entries(("case", number)):
            previous = ledger.entry_hash(
                previous, entry.stream, entry.seq, entry.at, entry.actor, entry.action, entry.payload
            )
            sql("UPDATE ledger_entry SET hash = %s WHERE id = %s", previous, entry.id)
    sql("UPDATE ledger_entry SET mac = NULL")
    known = json.loads((data_folder / "keys" / "entries.json").read_text())
    known["since"] = Entry.objects.order_by("-id").values_list("id", flat=True)[0]
    (data_folder / "keys" / "entries.json").write_text(json.dumps(known))
    for table in ("cases_case", "cases_message", "cases_publication", "intake_contact"):
        sql(f"UPDATE {table} SET salt = NULL")  # noqa: S608
    return cases.find(row.id)


def sql(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))


def verified() -> tuple[list, Verified]:
    tally = Verified()
    return list(verify(SealsFile.of_this_house(), keys.public_keys(), tally=tally)), tally


def test_rows_from_before_are_bound_and_told_so(old):
    assert adoption.begin()
    found, tally = verified()
    assert found == []
    assert tally.rows.waiting > 0
    while adoption.go_on(spans=1):
        pass
    assert adoption.left() == 0
    found, tally = verified()
    assert found == []
    assert (tally.rows.waiting, tally.rows.adopted) == (0, tally.rows.rows - Definition.objects.count())
    assert tally.rows.since == Entry.objects.get(action="RowsAdopted", stream_kind="case_adopted").at
    assert not Case.objects.filter(salt=None).exists()
    assert not Message.objects.filter(salt=None).exists()
    assert not Publication.objects.filter(salt=None).exists()
    assert not Contact.objects.filter(salt=None).exists()


@pytest.fixture
def at_an_edge() -> None:
    """The first case to come is the last of its span, the second the first of the next."""
    sql("ALTER TABLE cases_case ALTER COLUMN id RESTART WITH %s", 1000 * adoption.SPAN - 1)


def test_between_two_spans_nothing_is_wrong(at_an_edge, old):
    assert old.id == 1000 * adoption.SPAN - 1
    adoption.begin()
    taken = 0
    while adoption.go_on(spans=1):
        taken += 1
        found, tally = verified()
        assert (found, tally.rows.waiting > 0) == ([], adoption.is_left())
    assert taken > 1


@pytest.mark.parametrize(
    ("table", "column", "change"),
    [
        ("cases_message", "text", "text = '不予处理'"),
        ("cases_case", "title", "title = '没事'"),
        ("cases_case", "office_id", "office_id = NULL"),
        ("cases_task", "outcome", "outcome = 'closed'"),
        ("intake_report", "text", "text = '一切都好'"),
        ("intake_contact", "phone", "phone = '100-0000-0009'"),
    ],
)
def test_what_was_changed_since_is_named_with_since_when_it_is_bound(old, table, column, change):
    adoption.begin()
    adoption.go_on()
    sql(f"UPDATE {table} SET {change}")  # noqa: S608
    found, _ = verified()
    assert {(each.code, each.context["table"], each.context["columns"]) for each in found} == {
        ("row_changed", table, column)
    }
    assert "起绑定" in sentence(found[0])


def test_work_goes_on_before_and_after(old):
    adoption.begin()
    cases.add_note(actor=county.post("clerk"), case_id=old.id, text="先记一笔")
    assert verified()[0] == []
    adoption.go_on()
    cases.add_note(actor=county.post("clerk"), case_id=old.id, text="再记一笔")
    intake.erase_words(actor=county.post("coordinator"), case_id=old.id)
    assert verified()[0] == []


def test_rows_that_came_after_it_was_begun_are_never_taken_for_old_ones(old):
    adoption.begin()
    sql(
        "INSERT INTO cases_message (case_id, kind, public, text, actor, at)"
        " VALUES (%s, 'answer', true, '好', 'x', now())",
        old.id,
    )
    adoption.go_on()
    found, _ = verified()
    assert [(each.code, each.context["table"]) for each in found] == [("row_inserted", "cases_message")]


def test_it_isnt_begun_twice_nor_where_nothing_is_old(old):
    assert adoption.begin()
    assert not adoption.begin()
    adoption.go_on()
    assert adoption.go_on() == 0


def test_a_new_county_adopts_nothing():
    assert not adoption.begin()
    county.receive("路灯坏了")
    assert not adoption.begin()
    assert adoption.go_on() == 0


def test_erased_reports_of_before_stay_erased(old):
    Report.objects.filter(case_id=old.id).update(text="", salt=None, erased_at=F("recorded_at"))
    adoption.begin()
    adoption.go_on()
    assert Report.objects.get(case_id=old.id).salt is None
    assert verified()[0] == []
