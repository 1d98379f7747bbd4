"""What a person asks to be erased is gone everywhere but in the proof that it once was."""

from collections.abc import Mapping
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db.models import Model
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Attachment, Case, Message, Publication
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Contact, Document, Photo, Report
from liandong.foundation.files import jobs
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Actor, Role
from liandong.kernel.errors import NotAllowed
from tests import county
from tests.contexts.console.reading import signed_in
from tests.contexts.intake.pages import jpeg, report_fields
from tests.foundation.files import papers

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


ROWS: Mapping[type[Model], str] = {
    Case: "pk",
    Message: "case",
    Attachment: "case",
    Publication: "case",
    Report: "case",
    Contact: "report__case",
    Photo: "report__case",
    Document: "report__case",
}
"""Where words of a case and of its reporters lie, and by which column they are its own."""


def kept(case_id: int) -> dict[str, list[dict[str, Any]]]:
    """Every such row of one case, as it is in the database."""
    return {
        model.__name__: list(model._base_manager.filter(**{column: case_id}).order_by("pk").values())
        for model, column in ROWS.items()
    }


def paper(name: str, pages: int = 1) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, papers.pdf(pages), "application/pdf")


def shown_on(client: Client, address: str) -> list[str]:
    """The addresses of all files that the page of a receipt offers."""
    page = html.fromstring(client.get(address).content.decode())
    listed = "//ul[@class='file-list']//a/@href | //ul[@class='photo-strip']//@href | //ul[@class='photo-strip']//@src"
    return list(page.xpath(listed))


@pytest.fixture
def blobs(settings: Any, tmp_path: Path) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


def sent_in(client: Client, *sent: SimpleUploadedFile, **fields: Any) -> str:
    """The address of the receipt of a report with these files."""
    with time.at(county.MONDAY):
        answer = client.post("/report/", report_fields(category_code=county.POTHOLE, photos=list(sent), **fields))
    assert answer.status_code == 302
    return str(answer.headers["Location"].removesuffix("?new=1"))


def verified() -> str:
    out = StringIO()
    call_command("ledger", "verify", stdout=out, stderr=out)
    return out.getvalue()


def swept(blobs: Path) -> set[str]:
    """What is left on the disk a day later."""
    with time.at(time.now() + timedelta(hours=25)):
        jobs.sweep_orphans()
    return {path.name for path in blobs.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("small_county")
def test_erasure_takes_every_file_that_a_reporter_sent_from_pages_and_disk(client: Client, blobs: Path) -> None:
    receipt = sent_in(client, jpeg("red"), jpeg("blue"), paper("身份证明.pdf"))
    beside = sent_in(client, jpeg("red"), paper("同一份.pdf"), text="另一件事：井盖松动")
    case_id = Report.objects.earliest("id").case_id
    number = cases.find(case_id).number
    desk = signed_in("hud1")
    desk.post(f"/console/case/{number}/do/accept/")
    desk.post(f"/console/case/{number}/do/ask/", {"text": "坑在哪一侧？", "photos": [jpeg("white")]})
    client.post(f"{receipt}reply/", {"text": "左侧", "photos": [jpeg("green"), paper("经过.pdf", 2)]})
    desk.post(f"/console/case/{number}/do/answer/", {"text": "坑已经补好。", "photos": [paper("验收.pdf", 3)]})
    client.post(f"{receipt}verdict/", {"solved": "no", "text": "又塌了", "photos": [jpeg("black"), jpeg("red")]})
    addresses = [each for each in shown_on(client, receipt) if each.startswith("/r/")]
    assert len(addresses) == 3 * 2 + 3 * 2 + 2 * 1 + 2 * 1 - 1
    assert {client.get(each).status_code for each in addresses} == {200}
    office = set(Attachment.objects.filter(message__actor__startswith="staff:").values_list("sha256", flat=True))
    others = {*Photo.objects.filter(report__case__gt=case_id).values_list("sha256", flat=True)}
    others |= {*Document.objects.filter(report__case__gt=case_id).values_list("sha256", flat=True)}

    call_command("erase", number, stdout=StringIO())

    left = shown_on(client, receipt)
    assert len(left) == 3  # the office's photo with its small one, its record
    for address in addresses:
        assert client.get(address).status_code == (200 if address in left else 404), address
    assert not Photo.objects.filter(report__case=case_id).exists()
    assert not Document.objects.filter(report__case=case_id).exists()
    assert {each.partition(".")[0] for each in swept(blobs)} == office | others
    assert {client.get(each).status_code for each in (*left, *shown_on(client, beside))} == {200}
    assert "没有发现改动" in verified()

    call_command("erase", cases.find(Report.objects.latest("id").case_id).number, stdout=StringIO())
    assert {each.partition(".")[0] for each in swept(blobs)} == office


@pytest.mark.usefixtures("small_county", "blobs")
@pytest.mark.parametrize("erase", ["words", "contact"])
def test_what_is_erased_of_one_case_leaves_every_row_of_another(client: Client, erase: str) -> None:
    for colour in ("red", "blue"):
        fields = {"text": f"{colour}：路面有坑", "name": "张三", "phone": "13800000001", "may_publish": "on"}
        receipt = sent_in(client, jpeg(colour), paper(f"{colour}.pdf"), **fields)
        case_id = Report.objects.latest("id").case_id
        cases.accept_case(actor=county.post("hud1"), case_id=case_id)
        cases.ask_reporter(actor=county.post("hud1"), case_id=case_id, text="坑在哪一侧？")
        client.post(f"{receipt}reply/", {"text": "左侧", "photos": [jpeg("green")]})
    one, other = Report.objects.order_by("id")
    before = kept(other.case_id)
    assert [name for name, rows in before.items() if not rows] == []
    if erase == "words":
        intake.erase_words(actor=COORDINATOR, case_id=one.case_id)
    else:
        intake.erase_contact(actor=COORDINATOR, report_id=one.pk)
    assert not Contact.objects.filter(pk=one.pk).exists()
    assert kept(other.case_id) == before


@pytest.mark.usefixtures("small_county")
def test_erasing_the_contact_on_its_page_leaves_words_photos_and_papers(client: Client, blobs: Path) -> None:
    receipt = sent_in(client, jpeg(), paper("现场.pdf"), phone="13800000001")
    report = Report.objects.get()
    number = cases.find(report.case_id).number
    erased = signed_in("coordinator").post(f"/console/case/{number}/contact/{report.pk}/erase/")
    assert erased.status_code == 302
    assert not Contact.objects.exists()
    assert len(swept(blobs)) == 3
    shown = shown_on(client, receipt)
    assert len(shown) == 3
    assert {client.get(each).status_code for each in shown} == {200}
