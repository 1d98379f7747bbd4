"""What a post reports itself: it is the reporter, by its account. What it takes down for somebody else is theirs."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Attachment, Case
from liandong.contexts.cases.public import State
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Report
from liandong.contexts.intake.public import ContactInput, Incoming
from liandong.contexts.notifications.models import Notification
from liandong.foundation.events import public as events
from liandong.foundation.files import public as files
from liandong.kernel import time
from liandong.kernel.errors import NotAllowed, NotFound
from tests import county
from tests.contexts.console.reading import chinese, signed_in, words
from tests.contexts.intake import pages
from tests.contexts.intake.pages import jpeg, report_fields
from tests.foundation.files import papers

CONTACT = ContactInput(name="某人", phone="13900000000", email="someone@home.example")
MINE = "/desk/mine/"


@pytest.fixture(autouse=True)
def monday(small_county: None) -> Iterator[None]:
    with time.at(county.MONDAY):
        yield


def found_by(username: str = "grid_b1", channel: str = "grid", **fields: Any) -> cases.CaseRow:
    """What a post found and reported; in the cell of another, so that its scope doesn't cover it."""
    report = county.report(channel=channel, **fields)
    (received,) = intake.receive(actor=county.post(username), batch=[report])
    assert not isinstance(received, intake.Rejected)
    return cases.find(received.case_id)


def handled(row: cases.CaseRow) -> cases.CaseRow:
    return cases.accept_case(actor=county.post("hud1"), case_id=row.id)


def answered(row: cases.CaseRow, by: str = "hud1") -> cases.CaseRow:
    return cases.answer_case(actor=county.post(by), case_id=handled(row).id, text="已经补好。")


def test_its_page_serves_its_own_papers_and_those_of_messages_as_a_receipt_does(settings: Any, tmp_path: Path) -> None:
    settings.BLOBS = tmp_path / "blobs"
    post, other = signed_in("grid_b1"), signed_in("grid_a1")
    row = found_by(photos=(kept_photo(),), documents=(kept_paper("现场.pdf"),))
    handled(row)
    hud1 = county.post("hud1")
    cases.add_note(actor=hud1, case_id=row.id, text="内部核查", files=[kept_paper("内部.pdf")])
    cases.answer_case(actor=hud1, case_id=row.id, text="已经补好。", files=[kept_photo("blue"), kept_paper("验收.pdf")])
    own = f"{MINE}{row.number}/"
    assert papers_on(post, own) == ["现场.pdf", "验收.pdf"]
    sent = {"solved": "no", "text": "又塌了", "photos": [jpeg("green"), SimpleUploadedFile("又塌.pdf", papers.pdf(2))]}
    assert post.post(f"{own}verdict/", sent).status_code == 302
    assert papers_on(post, own) == ["又塌.pdf", "现场.pdf", "验收.pdf"]
    page = html.fromstring(post.get(own).content.decode())
    shown = page.xpath("//ul[@class='file-list']//a/@href | //ul[@class='photo-strip']//@href | //main//img/@src")
    assert len(shown) == 3 + 2 * 3
    for address in shown:
        assert address.startswith(own)
        assert (post.get(address).status_code, other.get(address).status_code) == (200, 404), address
    inner = Attachment.objects.get(name="内部.pdf")
    assert post.get(f"{own}file/{inner.pk}").status_code == 404


def papers_on(client: Any, address: str) -> list[str]:
    page = html.fromstring(client.get(address).content.decode())
    return sorted(each.text_content() for each in page.xpath("//ul[@class='file-list']//a"))


def kept_photo(colour: str = "red") -> files.PhotoRef:
    upload = jpeg(colour)
    return files.keep_photo(upload.file, upload.size or 0)


def kept_paper(name: str) -> files.DocumentRef:
    content = papers.pdf()
    return files.keep_document(BytesIO(content), len(content), name)


def told(username: str) -> list[str]:
    while events.drain():
        pass
    rows = Notification.objects.filter(staff=county.post(username).id).order_by("id")
    return list(rows.values_list("kind", flat=True))


def listed(username: str) -> set[str]:
    page = html.fromstring(signed_in(username).get(MINE).content.decode())
    return {address.split("/")[-2] for address in page.xpath("//tr/@data-href")}


def test_what_a_grid_worker_found_stands_in_the_own_list_and_in_nobody_elses() -> None:
    row = found_by()
    assert listed("grid_b1") == {row.number}
    for other in ("grid_a1", "clerk", "coordinator", "hud1", "admin"):
        assert listed(other) == set(), other


@pytest.mark.parametrize(
    ("username", "channel", "contact", "is_own"),
    [
        ("grid_b1", "grid", ContactInput(), True),
        ("grid_b1", "office", ContactInput(), True),
        ("clerk", "office", ContactInput(), True),
        ("clerk", "phone", ContactInput(), False),
        ("clerk", "phone", CONTACT, False),
        ("clerk", "visit", ContactInput(), False),
        ("clerk", "letter", ContactInput(), False),
        ("clerk", "hotline", ContactInput(), False),
        ("clerk", "office", CONTACT, False),
        ("clerk", "grid", ContactInput(), False),
        ("grid_b1", "grid", CONTACT, False),
        ("grid_b1", "phone", ContactInput(), False),
    ],
)
def test_who_reported_is_the_post_only_where_it_found_it_and_took_it_down_for_nobody(
    username: str, channel: str, contact: ContactInput, is_own: bool
) -> None:
    row = found_by(username, channel, contact=contact)
    assert Report.objects.get(case_id=row.id).staff_id == (county.post(username).id if is_own else None)
    assert listed(username) == ({row.number} if is_own else set())
    assert signed_in(username).get(f"{MINE}{row.number}/").status_code == (200 if is_own else 404)


def test_the_clerks_form_and_the_api_make_the_post_the_reporter_too() -> None:
    assert pages.post(signed_in("clerk"), "/desk/register/", report_fields(channel="office")).status == 302
    sent = {
        "text": "井盖松动",
        "category_code": county.POTHOLE,
        "lon": county.POINTS["A11"][0],
        "lat": county.POINTS["A11"][1],
    }
    answer = signed_in("grid_b1").post("/api/v1/reports", sent, content_type="application/json")
    assert answer.status_code == 201, answer.content
    posts = list(Report.objects.order_by("id").values_list("staff_id", flat=True))
    assert posts == [county.post("clerk").id, county.post("grid_b1").id]


def test_the_bell_tells_it_of_question_answer_and_end_and_leads_to_what_a_reporter_may_read() -> None:
    row = handled(found_by())
    cases.ask_reporter(actor=county.post("hud1"), case_id=row.id, text="在哪一侧？")
    assert told("grid_b1") == ["question"]
    post = signed_in("grid_b1")
    note = Notification.objects.get(kind="question")
    assert note.report_id is None
    assert post.get(f"/notifications/{note.pk}/open/").headers["Location"] == f"{MINE}{row.number}/"
    assert "部门想请您补充" in words(html.fromstring(post.get("/notifications/").content.decode()))
    assert post.post(f"{MINE}{row.number}/reply/", {"text": "左侧"}).status_code == 302
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已经补好。")
    cases.close_case(actor=county.post("coordinator"), case_id=row.id, text="已核实")
    assert told("grid_b1") == ["question", "answered", "closed"]


def test_what_the_reporter_does_itself_it_is_not_told_of() -> None:
    row = answered(found_by())
    told("grid_b1")
    Notification.objects.all().delete()
    signed_in("grid_b1").post(f"{MINE}{row.number}/verdict/", {"solved": "no", "text": "又塌了"})
    assert told("grid_b1") == []


def test_it_judges_in_the_console_without_a_code() -> None:
    row = answered(found_by())
    post = signed_in("grid_b1")
    page = html.fromstring(post.get(f"{MINE}{row.number}/").content.decode())
    assert page.xpath(f"//form[@action='{MINE}{row.number}/verdict/']")
    assert Report.objects.get(case_id=row.id).receipt_code not in html.tostring(page, encoding="unicode")
    done = post.post(f"{MINE}{row.number}/verdict/", {"solved": "yes", "satisfied": "5"})
    assert (done.status_code, done.headers["Location"]) == (302, f"{MINE}{row.number}/")
    assert (cases.find(row.id).state, cases.find(row.id).satisfied) == (State.CLOSED, 5)
    again = post.post(f"{MINE}{row.number}/verdict/", {"solved": "yes"})
    assert again.status_code == 409
    assert "您已经评价过了" in again.content.decode()


def test_it_withdraws_what_it_reported_by_mistake() -> None:
    row = found_by()
    assert signed_in("grid_b1").post(f"{MINE}{row.number}/withdraw/").status_code == 302
    assert cases.find(row.id).state == State.WITHDRAWN


def test_it_reads_what_a_reporter_may_and_no_more() -> None:
    row = handled(found_by("grid_b1"))
    cases.add_note(actor=county.post("hud1"), case_id=row.id, text="施工队下周才有空")
    cases.ask_reporter(actor=county.post("hud1"), case_id=row.id, text="在哪一侧？")
    post = signed_in("grid_b1")
    assert post.get(f"/console/case/{row.number}/").status_code == 404
    assert post.get(f"/api/v1/cases/{row.number}").status_code == 404
    body = post.get(f"{MINE}{row.number}/").content.decode()
    assert "在哪一侧？" in body
    assert "施工队下周才有空" not in body


def test_nobody_else_comes_by_that_address_also_not_who_sees_the_case() -> None:
    row = answered(found_by())
    for other in ("coordinator", "clerk", "hud1", "grid_a1", "leader", "admin"):
        for path, sent in (("", None), ("verdict/", {"solved": "yes"}), ("withdraw/", {}), ("receipt.json", None)):
            client, address = signed_in(other), f"{MINE}{row.number}/{path}"
            answer = client.get(address) if sent is None else client.post(address, sent)
            assert answer.status_code == 404, (other, path)
    assert cases.find(row.id).state == State.ANSWERED


def test_who_has_signed_out_is_asked_to_sign_in() -> None:
    row = found_by()
    client = signed_in("grid_b1")
    client.logout()
    for path in (MINE, f"{MINE}{row.number}/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_a_post_that_answered_it_doesnt_judge_its_own_answer() -> None:
    row = found_by("grid_a1", office_code="TWN-A")
    cases.assign_task(actor=county.post("town_a"), case_id=row.id, staff_id=county.post("grid_a1").id)
    cases.answer_case(actor=county.post("grid_a1"), case_id=row.id, text="已经清理。")
    post = signed_in("grid_a1")
    assert "/verdict/" not in post.get(f"{MINE}{row.number}/").content.decode()
    with pytest.raises(NotAllowed):
        intake.judge(
            receipt=intake.open_own(actor=county.post("grid_a1"), number=row.number), solved=True, satisfied=5, text=""
        )
    assert post.post(f"{MINE}{row.number}/verdict/", {"solved": "yes"}).status_code == 403
    assert cases.find(row.id).state == State.ANSWERED


@pytest.mark.parametrize("of", ["post", "office"])
def test_what_complains_of_the_post_it_neither_lists_nor_opens_nor_is_told_of(of: str) -> None:
    row = found_by("clerk", "office")
    column = (
        {"complained_staff_id": county.post("clerk").id}
        if of == "post"
        else {"complained_office_id": county.office("SGC")}
    )
    Case.objects.filter(pk=row.id).update(**column)
    answered(row)
    assert listed("clerk") == set()
    assert signed_in("clerk").get(f"{MINE}{row.number}/").status_code == 404
    with pytest.raises(NotFound):
        intake.open_own(actor=county.post("clerk"), number=row.number)
    assert "answered" not in told("clerk")


def test_a_resident_for_whom_a_clerk_took_it_down_stays_the_reporter() -> None:
    row = answered(found_by("clerk", "phone", contact=CONTACT))
    assert "answered" not in told("clerk")
    assert Notification.objects.filter(kind="answered", report__case_id=row.id).count() == 1


def test_pictures_of_the_own_report_are_shown_to_the_post_and_not_to_others() -> None:
    row = found_by()
    page = signed_in("grid_b1").get(f"{MINE}{row.number}/photo/{'0' * 64}")
    assert page.status_code == 404
    assert signed_in("hud1").get(f"{MINE}{row.number}/photo/{'0' * 64}").status_code == 404


def test_list_and_page_are_complete_in_english_and_the_list_costs_the_same_for_many(
    django_assert_max_num_queries,
) -> None:
    row = answered(found_by("clerk", "office", text="Pothole", address=""))
    client = signed_in("clerk", "en")
    for path in (MINE, f"{MINE}{row.number}/"):
        page = html.fromstring(client.get(path).content.decode())
        assert [each for each in chinese(page) if each != "已经补好。"] == [], path
    for _ in range(3):
        found_by("clerk", "office")
        with django_assert_max_num_queries(8):
            client.get(MINE)


def test_incoming_of_an_archive_is_nobodys_own() -> None:
    report = Incoming(text="旧件", channel="office", origin="import:old", origin_key="1", category_code=county.POTHOLE)
    intake.receive(actor=county.post("clerk"), batch=[report])
    assert not Report.objects.filter(staff__isnull=False).exists()
