"""Photos and documents with notes, answers and replies, over HTTP: who sends, who sees, and what an error leaves."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Attachment
from liandong.contexts.intake.models import Document, Report
from liandong.foundation.files import public as files
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import signed_in
from tests.contexts.intake.pages import jpeg, report_fields
from tests.foundation.files import papers

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def blobs(settings: Any, tmp_path: Path) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


def paper(name: str = "处置记录.pdf", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or papers.pdf(), "application/octet-stream")


def handled() -> cases.CaseRow:
    return cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)


def act(row: cases.CaseRow, action: str, username: str = "hud1", **sent: Any) -> Any:
    return signed_in(username).post(f"/console/case/{row.number}/do/{action}/", sent)


def receipt(row: cases.CaseRow) -> str:
    report = Report.objects.get(case_id=row.id)
    return f"/r/{row.number}/{report.receipt_code}/"


def links(page: Any, part: str) -> list[str]:
    tree = html.fromstring(page.content.decode())
    return [href for href in tree.xpath("//@href") if part in href and "data:" not in href]


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_an_answer_has_its_evidence_on_the_case_page_and_on_the_receipt(client: Client) -> None:
    row = handled()
    assert act(row, "answer", text="坑已经补好，见照片和记录。", photos=[jpeg(), paper()]).status_code == 302
    photo, document = Attachment.objects.order_by("id")
    assert (photo.media_type, document.name) == ("image/jpeg", "处置记录.pdf")
    on_page = links(signed_in("hud1").get(f"/console/case/{row.number}/"), "/file/")
    assert on_page == [f"/console/case/{row.number}/file/{each.pk}/" for each in (photo, document)]
    on_receipt = links(client.get(receipt(row)), "/file/")
    assert on_receipt == [f"{receipt(row)}file/{each.pk}" for each in (photo, document)]
    for client_, addresses in ((signed_in("hud1"), on_page), (client, on_receipt)):
        shown, saved = (client_.get(address) for address in addresses)
        assert body(shown).startswith(b"\xff\xd8\xff")
        assert "attachment" not in shown.headers.get("Content-Disposition", "")
        assert body(saved).startswith(b"%PDF-")
        assert saved["Content-Disposition"].startswith("attachment;")
        assert saved["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in saved["Content-Security-Policy"]
    assert body(client.get(on_receipt[0] + "/thumb")).startswith(b"\xff\xd8\xff")


def test_the_picture_of_the_report_stands_beside_the_one_of_the_answer(client: Client) -> None:
    sent = report_fields(category_code=county.POTHOLE, photos=[jpeg()])
    assert client.post("/report/", sent).status_code == 302
    row = cases.accept_case(actor=county.post("hud1"), case_id=Report.objects.latest("id").case_id)
    address = f"/console/case/{row.number}/"

    def pair() -> list[str]:
        page = html.fromstring(signed_in("hud1").get(address).content.decode())
        return [str(href) for href in page.xpath("//div[@class='before-after']//a/@href")]

    act(row, "note", text="到场", photos=[jpeg()])
    assert pair() == []
    assert act(row, "answer", text="坑已经补好，见照片。", photos=[paper(), jpeg()]).status_code == 302
    before, after = pair()
    assert before.startswith("/desk/photo/")
    assert after == f"{address}file/{Attachment.objects.latest('id').pk}/"


def test_what_belongs_to_a_note_is_for_the_posts_alone(client: Client) -> None:
    row = handled()
    act(row, "note", text="内部核查", photos=[paper("内部.pdf")])
    kept = Attachment.objects.get()
    assert signed_in("hud2").get(f"/console/case/{row.number}/file/{kept.pk}/").status_code == 200
    assert links(client.get(receipt(row)), "/file/") == []
    assert client.get(f"{receipt(row)}file/{kept.pk}").status_code == 404


def test_a_file_of_another_case_is_opened_by_neither_door(client: Client) -> None:
    mine, other = handled(), county.receive(category_code=county.NEIGHBOURS)
    cases.add_note(actor=county.post("coordinator"), case_id=other.id, text="见附件", files=[kept_paper()])
    kept = Attachment.objects.get()
    for address in (f"/console/case/{mine.number}/file/{kept.pk}/", f"/console/case/{other.number}/file/{kept.pk}/"):
        assert signed_in("law1").get(address).status_code == 404
    assert client.get(f"{receipt(mine)}file/{kept.pk}").status_code == 404
    assert client.get(f"/console/case/{other.number}/file/{kept.pk}/").status_code in (302, 404)


@pytest.mark.parametrize(("username", "is_loaded"), [("hud1", True), ("leader", False)])
def test_what_files_are_chosen_with_is_loaded_where_there_is_a_form_for_files(username: str, is_loaded: bool) -> None:
    page = signed_in(username).get(f"/console/case/{handled().number}/").content.decode()
    assert ("data-photos" in page, "/photos-" in page) == (is_loaded, is_loaded)


def answered() -> cases.CaseRow:
    return cases.answer_case(actor=county.post("hud1"), case_id=handled().id, text="坑已经补好。")


def test_not_solved_is_shown_with_photos_and_papers(client: Client) -> None:
    row = answered()
    form = client.get(receipt(row)).content.decode().partition('action="' + receipt(row) + "verdict/")[2]
    assert 'type="file"' in form.partition("</form>")[0]
    sent = {"solved": "no", "text": "又塌了，见照片", "photos": [jpeg(), paper("现场.pdf")]}
    assert client.post(f"{receipt(row)}verdict/", sent).status_code == 302
    assert cases.find(row.id).state == cases.State.HANDLING
    assert [each.name for each in Attachment.objects.order_by("id")] == ["", "现场.pdf"]
    assert len(links(signed_in("hud1").get(f"/console/case/{row.number}/"), "/file/")) == 2
    for address in links(client.get(receipt(row)), "/file/"):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        ({"text": "又塌了", "photos": 1}, ["宏.pdf：这个文件含有宏"]),
        ({"photos": 1, "text": ""}, ["宏.pdf：这个文件含有宏"]),
        ({"text": "", "photos": 0, "reason": "not_thorough"}, ["附件须和文字一起提交"]),
    ],
)
def test_a_verdict_that_cant_be_taken_keeps_words_choice_and_files(client: Client, sent: Any, names: list[str]) -> None:
    row = answered()
    bad = [paper("宏.pdf", papers.ooxml(word__vbaProject_bin=b"x"))] if sent["photos"] else []
    fields = {"solved": "no", "satisfied": "2", **sent, "photos": [jpeg(), *bad]}
    answer = client.post(f"{receipt(row)}verdict/", fields)
    page = html.fromstring(answer.content.decode())
    assert answer.status_code == 422
    assert all(name in answer.content.decode() for name in names)
    assert page.xpath("//*[@name='solved'][@checked]/@value") == ["no"]
    assert page.xpath("//*[@name='satisfied'][@checked]/@value") == ["2"]
    assert sent["text"] in page.xpath("string(//textarea[@name='text'])")
    (token,) = page.xpath("//*[@name='kept']/@value")
    assert (cases.find(row.id).state, Attachment.objects.count()) == (cases.State.ANSWERED, 0)
    again = {"solved": "no", "text": "又塌了", "kept": [token]}
    assert client.post(f"{receipt(row)}verdict/", again).status_code == 302
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("solved", [False, True])
def test_a_verdict_by_api_takes_tokens(solved: bool) -> None:
    row = answered()
    sent = {"text": "上报人发来照片", "files": [files.photo_token(photo())]}
    action = "judge_solved" if solved else "judge_unsolved"
    answer = signed_in("clerk").post(
        f"/api/v1/cases/{row.number}/{action}", json.dumps(sent), content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    assert Attachment.objects.get().case_id == row.id


def test_who_joined_judges_with_photos_too(client: Client) -> None:
    main, own = handled(), county.receive(text="同一个坑")
    cases.join_case(actor=county.post("clerk"), case_id=own.id, to=main.id)
    cases.answer_case(actor=county.post("hud1"), case_id=main.id, text="坑已经补好。")
    sent = {"solved": "no", "text": "没有补", "photos": [jpeg()]}
    assert client.post(f"{receipt(own)}verdict/", sent).status_code == 302
    assert Attachment.objects.get().case_id == own.id
    (shown, *_) = links(client.get(receipt(own)), "/file/")
    assert client.get(shown).status_code == 200


def kept_paper() -> files.DocumentRef:
    upload = paper()
    return files.keep_document(upload.file, upload.size or 0, upload.name or "")


def test_a_reporter_replies_with_a_photo_and_a_document(client: Client) -> None:
    row = handled()
    act(row, "ask", text="坑在哪一侧？请发照片。", photos=[jpeg()])
    page = client.get(receipt(row))
    assert 'enctype="multipart/form-data"' in page.content.decode()
    sent = client.post(
        f"{receipt(row)}reply/", {"text": "左侧", "photos": [jpeg("blue"), paper("情况.docx", papers.ooxml())]}
    )
    assert sent.status_code == 302
    assert [each.name for each in Attachment.objects.order_by("id")] == ["", "", "情况.docx"]
    assert len(links(client.get(receipt(row)), "/file/")) == 3
    assert len(links(signed_in("hud1").get(f"/console/case/{row.number}/"), "/file/")) == 3


@pytest.mark.parametrize("door", ["case", "receipt"])
def test_a_file_that_cant_be_taken_leaves_words_and_the_other_files_in_the_form(client: Client, door: str) -> None:
    row = handled()
    bad = paper("宏.docx", papers.ooxml(word__vbaProject_bin=b"x"))
    if door == "case":
        answer = act(row, "note", text="已到现场核实", photos=[paper(), bad])
    else:
        act(row, "ask", text="坑在哪一侧？")
        answer = client.post(f"{receipt(row)}reply/", {"text": "已到现场核实", "photos": [paper(), bad]})
    said = answer.content.decode()
    assert 400 <= answer.status_code < 500
    assert "宏.docx：这个文件含有宏" in said
    assert "已到现场核实" in said
    assert not Attachment.objects.exists()
    (token,) = re.findall(r'name="kept" value="([^"]+)"', said)
    if door == "case":
        assert act(row, "note", text="已到现场核实", kept=[token]).status_code == 302
    else:
        assert client.post(f"{receipt(row)}reply/", {"text": "已到现场核实", "kept": [token]}).status_code == 302
    assert Attachment.objects.get().name == "处置记录.pdf"


def test_a_refused_answer_keeps_its_files_in_the_form() -> None:
    row = handled()
    answer = act(row, "answer", text="", photos=[jpeg(), paper()])
    assert len(re.findall(r'name="kept"', answer.content.decode())) == 2
    assert not Attachment.objects.exists()


def test_what_a_post_may_not_do_keeps_no_row(client: Client) -> None:
    row = handled()
    assert act(row, "note", "leader", text="看看", photos=[paper()]).status_code == 403
    assert not Attachment.objects.exists()


def test_a_report_comes_with_documents_by_form_and_by_api(client: Client) -> None:
    with time.at(county.MONDAY):
        sent = client.post("/report/", report_fields(category_code=county.POTHOLE, photos=[jpeg(), paper("证据.pdf")]))
        assert sent.status_code == 302
        by_form = Document.objects.get()
        assert by_form.name == "证据.pdf"
        post = signed_in("clerk")
        token = post.post("/api/v1/documents", {"document": paper("合同.xlsx", papers.ooxml("xlsx"))}).json()
        assert (token["name"], token["media_type"].rpartition(".")[2]) == ("合同.xlsx", "sheet")
        report = {"text": "见合同", "address": "人民路1号", "documents": [token["token"]]}
        made = post.post("/api/v1/reports", json.dumps(report), content_type="application/json")
        assert made.status_code == 201, made.content
        wrong = post.post("/api/v1/reports", json.dumps(report | {"documents": ["x"]}), content_type="application/json")
        assert (wrong.status_code, wrong.json()["field"]) == (400, "documents")
    address = sent.headers["Location"].removesuffix("?new=1")
    (own,) = links(client.get(address), "/document/")
    assert body(client.get(own)).startswith(b"%PDF-")
    other = Document.objects.latest("id")
    assert client.get(own.replace(f"/{by_form.pk}", f"/{other.pk}")).status_code == 404
    number = made.json()["number"]
    assert links(signed_in("clerk").get(f"/console/case/{number}/"), "/desk/document/") == [
        f"/desk/document/{other.pk}"
    ]
    detail = signed_in("coordinator").get(f"/api/v1/cases/{number}").json()
    assert [each["name"] for each in detail["documents"]] == ["合同.xlsx"]


def test_the_same_key_with_another_document_is_another_report(client: Client) -> None:
    post = signed_in("clerk")

    def send(name: str, content: bytes) -> int:
        token = post.post("/api/v1/documents", {"document": paper(name, content)}).json()["token"]
        report = {"text": "见附件", "address": "人民路1号", "documents": [token]}
        return post.post(
            "/api/v1/reports", json.dumps(report), content_type="application/json", headers={"idempotency-key": "k1"}
        ).status_code

    assert [send("a.pdf", papers.pdf()), send("b.pdf", papers.pdf()), send("a.pdf", papers.pdf(2))] == [201, 200, 409]


def test_an_action_by_api_takes_tokens() -> None:
    row = handled()
    token = signed_in("hud1").post("/api/v1/documents", {"document": paper()}).json()
    sent = json.dumps({"text": "已核实", "files": [token.get("token", ""), files.photo_token(photo())]})
    answer = signed_in("hud1").post(f"/api/v1/cases/{row.number}/note", sent, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert Attachment.objects.count() == 2
    wrong = json.dumps({"text": "已核实", "files": ["x"]})
    refused = signed_in("hud1").post(f"/api/v1/cases/{row.number}/note", wrong, content_type="application/json")
    assert (refused.status_code, refused.json()["field"]) == (400, "files")


def photo() -> files.PhotoRef:
    upload = jpeg()
    return files.keep_photo(upload.file, upload.size or 0)
