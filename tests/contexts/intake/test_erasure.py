"""What a person asks to be erased is gone everywhere but in the proof that it once was."""

import pytest
from django.test import Client

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Contact, Photo, Report
from liandong.foundation.ledger import public as ledger
from liandong.kernel.actor import SYSTEM, Actor, Role
from liandong.kernel.errors import NotAllowed
from tests import county

pytestmark = pytest.mark.django_db
COORDINATOR = Actor("staff", 1, Role.COORDINATOR)
HANDLER = Actor("staff", 2, Role.HANDLER)


@pytest.fixture
def received(small_county: object) -> intake.Received:
    report = intake.Incoming(
        text="门前的路灯坏了，晚上看不见", channel="web", origin="test", contact=intake.ContactInput(phone="100-0001")
    )
    (answer,) = intake.receive(actor=SYSTEM, batch=[report])
    assert isinstance(answer, intake.Received)
    return answer


def test_erasing_a_contact_leaves_the_report_and_is_recorded(received: intake.Received) -> None:
    intake.erase_contact(actor=COORDINATOR, report_id=received.report_id)
    assert not Contact.objects.filter(pk=received.report_id).exists()
    assert Report.objects.get(pk=received.report_id).text == "门前的路灯坏了，晚上看不见"
    assert [entry.action for entry in ledger.entries(("contact", received.report_id))] == ["ContactErased"]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR, Role.ADMINISTRATOR}))
def test_only_coordinator_and_administrator_erase(received: intake.Received, role: Role) -> None:
    other = Actor(kind="staff", id=7, role=role)
    with pytest.raises(NotAllowed):
        intake.erase_contact(actor=other, report_id=received.report_id)
    with pytest.raises(NotAllowed):
        intake.erase_words(actor=other, case_id=received.case_id)
    assert Contact.objects.filter(pk=received.report_id).exists()


def test_erased_words_are_found_nowhere(received: intake.Received, client: Client) -> None:
    intake.erase_words(actor=COORDINATOR, case_id=received.case_id)
    report = Report.objects.get(pk=received.report_id)
    case = cases.find(received.case_id)
    found = cases.list_cases(
        actor=COORDINATOR, scope=cases.Scope.COUNTY, filters=cases.Filters(text="路灯坏了", openness=cases.Openness.ALL)
    )
    assert (report.text, report.payload, report.salt) == ("", {}, None)
    assert "路灯坏了" not in case.title
    assert [row.id for row in found.rows] == []
    assert not Contact.objects.filter(pk=received.report_id).exists()
    assert not Photo.objects.filter(report_id=received.report_id).exists()


@pytest.mark.parametrize(("typed", "kept"), [("张三家门口，幸福小区3单元502", ""), ("东坪广场", "东坪广场")])
def test_a_typed_address_goes_and_a_known_place_stays(small_county: object, typed: str, kept: str) -> None:
    report = intake.Incoming(text="路灯坏了", channel="web", origin="test", address=typed)
    (answer,) = intake.receive(actor=SYSTEM, batch=[report])
    assert isinstance(answer, intake.Received)
    intake.erase_words(actor=COORDINATOR, case_id=answer.case_id)
    assert Report.objects.get(pk=answer.report_id).address == ""
    assert cases.find(answer.case_id).address == kept


def test_what_the_reporter_wrote_later_goes_too_and_what_the_office_wrote_stays(received: intake.Received) -> None:
    cases.add_note(actor=county.post("clerk"), case_id=received.case_id, text="已致电核实")
    receipt = intake.open_receipt(number=received.number, code=received.receipt_code)
    intake.withdraw(receipt=receipt, text="我是李四，不用修了")
    intake.erase_words(actor=COORDINATOR, case_id=received.case_id)
    assert [message.text for message in cases.messages(received.case_id)] == ["已致电核实", ""]


def test_the_ledger_still_holds_the_commitment_and_stays_whole(received: intake.Received) -> None:
    before = ledger.entries(("case", received.case_id))[0]
    intake.erase_words(actor=COORDINATOR, case_id=received.case_id)
    first, last = ledger.entries(("case", received.case_id))
    assert first == before
    assert last.action == "CaseWordsErased"
    assert bytes(Report.objects.get(pk=received.report_id).commitment).hex() == first.payload["commitment"]
