"""The phone desk: calls, a caller's earlier cases after a purpose, callbacks, and the log."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Attachment
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.calls import commands, queries
from liandong.contexts.intake.models import Call, Callback, Contact, ContactReading, Report
from liandong.foundation.jobs import public as jobs
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.kernel import telephone, time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooMany
from tests import county
from tests.contexts.console.reading import chinese, signed_in
from tests.contexts.intake import pages
from tests.contexts.intake.pages import jpeg, report_fields
from tests.foundation.files import papers
from tests.plans import plans

pytestmark = pytest.mark.usefixtures("small_county")
DESK, PHONE = "/desk/phone/", "13800000001"


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def paper(name: str, content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or papers.pdf(), "application/pdf")


@pytest.fixture
def clerk() -> Client:
    return signed_in("clerk")


def reported(phone: str = PHONE, **fields: Any) -> cases.CaseRow:
    fields = {"channel": "phone"} | fields
    return county.receive(contact=intake.ContactInput("来电人", phone, ""), **fields)


def answered(**fields: Any) -> cases.CaseRow:
    row = reported(**fields)
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    return cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已修补平整")


def looked_up(phone: str = PHONE, purpose: str = "own_progress", username: str = "clerk") -> list[int]:
    actor = county.post(username)
    if queries.open_call(actor) is None:
        commands.begin_call(actor=actor)
    return [row.id for row, _ in commands.look_up(actor=actor, phone=phone, purpose=purpose).found]


SAME = [
    "13800000001",
    "+86 138-0000-0001",
    "0086 13800000001",
    "013800000001",
    "１３８０００００００１",
    "(86)138 0000 0001",
]


@pytest.mark.parametrize("stored", SAME)
@pytest.mark.parametrize("asked", SAME[:3])
def test_a_number_is_found_however_either_was_written(stored: str, asked: str) -> None:
    row = reported(stored)
    assert looked_up(asked) == [row.id]


@pytest.mark.parametrize("asked", ["13800000002", "1380000000", "138000000012", "3800000001"])
def test_only_the_very_number_is_found(asked: str) -> None:
    reported()
    assert looked_up(asked) == []


def test_what_is_found_comes_newest_first() -> None:
    first, second = reported(), reported(text="还有一处大坑")
    assert looked_up() == [second.id, first.id]


@pytest.mark.parametrize("purpose", ["", "clarify", "browse"])
def test_without_a_purpose_of_the_caller_nothing_is_found_or_recorded(purpose: str) -> None:
    reported()
    with pytest.raises(InvalidInput) as refused:
        looked_up(purpose=purpose)
    assert refused.value.field == "purpose"
    assert not ContactReading.objects.exists()


def test_a_look_up_belongs_to_a_call() -> None:
    with pytest.raises(NotFound):
        commands.look_up(actor=county.post("clerk"), phone=PHONE, purpose="own_progress")


def test_the_reporter_reads_on_the_status_page_who_looked_and_why(client: Client) -> None:
    row = reported()
    looked_up(purpose="own_supplement")
    report = intake.reports_of(row.id)[0]
    code = report_code(report.id)
    page = pages.get(client, f"/r/{row.number}/{code}/")
    assert "受理一岗 · 来电补充本人事件" in page.words
    entry = ledger.entries(("contact", report.id))[-1]
    call = Call.objects.get()
    assert (entry.action, county.facts(entry)) == ("ContactRead", {"purpose": "own_supplement", "call": call.pk})
    last = ledger.entries(("call", call.pk))[-1]
    assert (last.action, county.facts(last)) == ("CallerLookedUp", {"purpose": "own_supplement", "found": 1})


def report_code(report_id: int) -> str:
    return str(Report.objects.get(pk=report_id).receipt_code)


def test_a_case_that_complains_of_the_desk_is_not_found_by_it_and_nothing_is_recorded() -> None:
    reported(category_code=county.CONDUCT, complained_office_id=county.office("SGC"))
    assert looked_up() == []
    assert not ContactReading.objects.exists()


def test_private_and_confidential_cases_are_found_by_the_desk() -> None:
    rows = [reported(category_code=code) for code in (county.NEIGHBOURS, county.EMISSION)]
    assert looked_up() == [row.id for row in reversed(rows)]


def test_an_erased_contact_is_not_found() -> None:
    row = reported()
    intake.erase_contact(actor=county.post("coordinator"), report_id=intake.reports_of(row.id)[0].id)
    assert looked_up() == []


@pytest.mark.parametrize("username", ["hud1", "town_a", "grid_a1", "leader", "admin"])
def test_other_posts_have_no_desk(username: str) -> None:
    with pytest.raises(NotAllowed):
        looked_up(username=username)
    client = signed_in(username)
    for path in (DESK, "/desk/calls/", "/desk/callbacks/", f"/desk/phone/case/{county.number_of_nothing()}/"):
        assert client.get(path).status_code == 403
    for path in ("begin/", "end/", "look-up/"):
        assert client.post(DESK + path).status_code == 403


def test_looking_up_again_and_again_ends() -> None:
    for _ in range(commands.LOOKED_UP_AT_MOST):
        looked_up()
    with pytest.raises(TooMany):
        looked_up()


def test_the_number_is_found_by_indexes() -> None:
    (number,) = telephone.read(PHONE)
    clerk = county.post("clerk")
    keyed, waiting, *_ = plans(lambda: queries.cases_of_number(clerk, number))
    assert "contact_phone_keys" in keyed
    assert "contact_phone_key" in waiting or "contact_without_keys" in waiting


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("0571-88110106", "+86 (0)571 88110106"),
        ("13911110010", "17951 13911110010"),
        ("0571-88110106/13911110010", "13911110010"),
        ("0571-88110106/13911110010", "0571 8811 0106"),
        ("0571-88110106转801", "057188110106"),
        ("+852 9123 4567", "00852 91234567"),
    ],
)
def test_numbers_of_every_kind_are_found(stored: str, asked: str) -> None:
    row = reported(stored)
    reported("0571-88110107")
    assert looked_up(asked) == [row.id]


def test_a_number_without_area_code_is_found_as_the_county_s() -> None:
    row = reported("88110106")
    assert looked_up("0571-88110106") == []
    orgs.set_up_county(actor=SYSTEM, area_code="0571")
    assert looked_up("0571-88110106") == [row.id]
    assert looked_up("0572-88110106") == []


@pytest.mark.parametrize("area_code", ["571", "86", "01", "abcd", "0571-"])
def test_an_area_code_that_is_none_is_refused(area_code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        orgs.set_up_county(actor=SYSTEM, area_code=area_code)
    assert refused.value.field == "area_code"


def test_one_number_is_looked_up_at_a_time() -> None:
    reported()
    with pytest.raises(InvalidInput) as refused:
        looked_up("13800000001/13800000002")
    assert refused.value.field == "phone"
    assert not ContactReading.objects.exists()


def test_contacts_from_before_are_found_by_their_digits_until_they_are_keyed() -> None:
    row = reported("0571-88110106")
    Contact.objects.update(phone_keys=None)
    assert looked_up("0571 88110106") == [row.id]
    assert looked_up("17951 0571 88110106") == [row.id]
    assert jobs.order_backfills() == ["intake.phone_keys"]
    jobs.work_off()
    assert Contact.objects.get().phone_keys == ["+8657188110106"]
    assert looked_up("+86 (0)571 88110106") == [row.id]


def test_only_contacts_with_a_number_are_keyed() -> None:
    for n in range(3):
        reported(f"1380000000{n}")
    reported("")
    county.receive(contact=intake.ContactInput("无电话", "", "a@example.org"))
    Contact.objects.update(phone_keys=None)
    jobs.order_backfills()
    jobs.work_off()
    assert Contact.objects.filter(phone_keys=None).exclude(phone="").count() == 0


def test_the_true_number_of_cases_is_said_and_the_newest_are_listed(clerk: Client) -> None:
    rows = county.receive_all(
        [county.report(channel="phone", contact=intake.ContactInput("来电人", PHONE, "")) for _ in range(23)]
    )
    page = pages.post(clerk, DESK + "look-up/", {"phone": PHONE, "look_up": "own_progress"})
    assert "这个号码有 23 件事件" in page.words
    assert "列出最近的 20 件" in page.words
    assert len(page.all("//ul[@class='caller-list']/li")) == 20
    assert rows[-1].number in page.words.replace(" ", "")
    assert ContactReading.objects.count() == 20
    english = pages.post(signed_in("clerk", "en"), DESK + "look-up/", {"phone": PHONE, "look_up": "own_progress"})
    assert "23 cases" in english.words


def test_of_very_many_cases_it_is_said_that_there_are_more(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_COUNTED", 21)
    contact = intake.ContactInput("来电人", PHONE, "")
    county.receive_all([county.report(channel="phone", contact=contact) for _ in range(22)])
    page = pages.post(clerk, DESK + "look-up/", {"phone": PHONE, "look_up": "own_progress"})
    assert "这个号码有 21 件以上的事件" in page.words


def test_cases_that_the_post_may_not_see_are_not_counted(clerk: Client) -> None:
    reported()
    reported(category_code=county.CONDUCT, complained_office_id=county.office("SGC"))
    page = pages.post(clerk, DESK + "look-up/", {"phone": PHONE, "look_up": "own_progress"})
    assert "这个号码有 1 件事件" in page.words


def test_the_next_call_ends_the_one_before() -> None:
    clerk = county.post("clerk")
    first = commands.begin_call(actor=clerk)
    second = commands.begin_call(actor=clerk)
    assert queries.open_call(clerk) == second
    ended = Call.objects.get(pk=first.id)
    assert (ended.kind, ended.ended_at) == ("other", county.MONDAY)


@pytest.mark.usefixtures("committed")
def test_a_typed_number_and_the_look_up_right_after_it_are_one_call() -> None:
    actor = county.post("clerk")
    calls = county.together(*(lambda: commands.call_in_hand(actor=actor) for _ in range(4)))
    assert {call.id for call in calls} == {Call.objects.get().pk}


def test_two_posts_have_each_their_own_call() -> None:
    clerk, other = county.post("clerk"), county.post("coordinator")
    calls = [commands.begin_call(actor=actor) for actor in (clerk, other)]
    assert [queries.open_call(actor) for actor in (clerk, other)] == calls
    commands.end_call(actor=clerk, kind="advice")
    assert (queries.open_call(clerk), queries.open_call(other)) == (None, calls[1])


def test_a_call_keeps_neither_number_nor_words(clerk: Client) -> None:
    clerk.post(DESK + "begin/")
    pages.post(clerk, DESK, report_fields(channel="phone", phone=PHONE))
    call = Call.objects.get()
    kept = [str(getattr(call, field.name)) for field in Call._meta.get_fields()]
    told = [str(entry.payload) for entry in ledger.entries(("call", call.pk))]
    assert not [each for each in kept + told if PHONE in each]
    assert PHONE not in str(dict(clerk.session.items()))


KINDS = [({}, "request"), ({"handed_to": "119"}, "emergency"), ({"complained_office_id": "LAW"}, "complaint")]


@pytest.mark.parametrize(("fields", "kind"), KINDS)
def test_a_saved_matter_names_its_call(clerk: Client, fields: dict[str, str], kind: str) -> None:
    if code := fields.get("complained_office_id"):
        fields = {"complained_office_id": str(county.office(code))}
    clerk.post(DESK + "begin/")
    page = pages.post(clerk, DESK, report_fields(channel="phone", phone=PHONE, category_code=county.POTHOLE, **fields))
    assert (page.status, page.response.headers["Location"]) == (302, DESK)
    call = Call.objects.get()
    assert (call.kind, call.case_id, call.ended_at) == (kind, cases.newest_id(), None)
    shown = pages.get(clerk, DESK)
    assert "已登记，请读给上报人" in shown.words
    assert "通话中" in shown.words
    clerk.post(DESK + "end/", {"kind": ""})
    assert Call.objects.get().kind == kind


def test_a_matter_is_taken_down_also_where_no_call_was_begun(clerk: Client) -> None:
    assert pages.post(clerk, DESK, report_fields(channel="visit")).status == 302
    assert not Call.objects.exists()


def test_a_faulty_form_keeps_what_was_typed_and_the_call(clerk: Client) -> None:
    clerk.post(DESK + "begin/")
    page = pages.post(clerk, DESK, report_fields(channel="phone", phone=PHONE, text=""))
    assert (page.status, page.value("phone")) == (422, PHONE)
    assert "通话中" in page.words


def test_a_typed_number_begins_a_call_once(clerk: Client) -> None:
    for _ in range(2):
        bar = pages.post(clerk, DESK + "begin/", {}, headers={"HX-Request": "true"})
        assert "通话中" in bar.words
    assert Call.objects.count() == 1


def test_without_scripts_the_cases_stand_on_the_page_with_what_was_typed(clerk: Client) -> None:
    row = reported()
    page = pages.post(clerk, DESK, {"phone": PHONE, "text": "又坏了", "look_up": "own_progress", "channel": "phone"})
    assert page.all(f"//section[@id='caller-cases']//a[@href='/desk/phone/case/{row.number}/']")
    assert (page.value("text"), page.value("phone")) == ("又坏了", PHONE)


def test_a_number_with_no_cases_says_so_and_a_half_one_is_asked_for(clerk: Client) -> None:
    none = pages.post(clerk, DESK + "look-up/", {"phone": PHONE, "look_up": "own_progress"})
    assert (none.status, "没有留在任何事件上" in none.words) == (200, True)
    half = pages.post(clerk, DESK + "look-up/", {"phone": "138", "look_up": "own_progress"})
    assert (half.status, "请填写完整的电话号码" in half.words) == (422, True)


def case_page(row: cases.CaseRow) -> str:
    return f"/desk/phone/case/{row.number}/"


def test_state_promise_and_reason_are_there_to_be_read(clerk: Client) -> None:
    row = reported()
    page = pages.get(clerk, case_page(row))
    assert "承诺在此之前答复您" in page.words
    assert "县住房建设局" in page.words
    assert page.all("//ol[@class='reasons']/li")


def test_what_a_caller_adds_stands_on_the_case(clerk: Client) -> None:
    row = reported()
    clerk.post(DESK + "begin/")
    assert pages.post(clerk, case_page(row), {"act": "supplement", "text": "坑更深了"}).status == 302
    assert cases.messages(row.id)[-1].text == "上报人来电补充：坑更深了"
    call = Call.objects.get()
    assert (call.kind, call.case_id) == ("progress", row.id)


def test_what_the_page_says_itself_takes_nothing_from_what_a_caller_may_add(clerk: Client) -> None:
    row = reported()
    text = "坑更深了\n" * 799 + "坑更深了。"
    assert pages.post(clerk, case_page(row), {"act": "supplement", "text": text.replace("\n", "\r\n")}).status == 302
    assert cases.messages(row.id)[-1].text == f"上报人来电补充：{text}"


def test_a_caller_who_sends_pictures_meanwhile_has_them_on_the_case(clerk: Client, settings, tmp_path) -> None:
    settings.BLOBS = tmp_path / "blobs"
    row = reported()
    page = pages.get(clerk, case_page(row))
    (form,) = page.all("//form[.//*[@name='act'][@value='supplement']]")
    assert (form.get("enctype"), len(form.xpath(".//input[@type='file']"))) == ("multipart/form-data", 1)
    told = {"act": "supplement", "text": "坑更深了", "photos": [jpeg(), paper("证明.pdf")]}
    assert pages.post(clerk, case_page(row), told).status == 302
    assert [each.name for each in Attachment.objects.order_by("id")] == ["", "证明.pdf"]
    asked = reported()
    cases.accept_case(actor=county.post("hud1"), case_id=asked.id)
    cases.ask_reporter(actor=county.post("hud1"), case_id=asked.id, text="坑在哪一侧？")
    told = {"act": "reply", "text": "左侧", "photos": [jpeg("blue")]}
    assert pages.post(clerk, case_page(asked), told).status == 302
    judged = answered()
    told = {"act": "judge", "solved": "no", "text": "又塌了", "photos": [jpeg("green"), paper("记录.pdf")]}
    assert pages.post(clerk, case_page(judged), told).status == 302
    count = {each.id: Attachment.objects.filter(case=each.id).count() for each in (asked, judged)}
    assert count == {asked.id: 1, judged.id: 2}


@pytest.mark.parametrize(
    ("language", "why"), [("zh-hans", "宏.pdf：这个文件含有宏"), ("en", "宏.pdf: This file has macros")]
)
@pytest.mark.parametrize("act", ["supplement", "reply", "judge"])
def test_a_file_that_cant_be_taken_leaves_the_callers_words_and_the_other_files(
    act: str, language: str, why: str, settings, tmp_path
) -> None:
    settings.BLOBS = tmp_path / "blobs"
    desk = signed_in("clerk", language)
    row = answered() if act == "judge" else reported()
    if act == "reply":
        cases.accept_case(actor=county.post("hud1"), case_id=row.id)
        cases.ask_reporter(actor=county.post("hud1"), case_id=row.id, text="坑在哪一侧？")
    told = {"act": act, "text": "坑更深了", "solved": "no"}
    macros = paper("宏.pdf", papers.ooxml(word__vbaProject_bin=b"x"))
    page = pages.post(desk, case_page(row), told | {"photos": [macros, jpeg()]})
    assert page.status == 422
    assert why in page.text(f"id_photos-{act}_error")
    (form,) = page.all(f"//form[.//*[@name='act'][@value='{act}']]")
    assert "坑更深了" in form.xpath("string(.//textarea)")
    (token,) = form.xpath(".//*[@name='kept']/@value")
    assert len(page.all("//*[@name='kept']")) == 1
    assert not Attachment.objects.exists()
    assert pages.post(desk, case_page(row), told | {"kept": [token]}).status == 302
    assert Attachment.objects.get().media_type == "image/jpeg"


def test_what_was_said_to_a_question_that_is_over_stands_where_it_can_still_be_said(
    clerk: Client, settings, tmp_path
) -> None:
    settings.BLOBS = tmp_path / "blobs"
    row = reported()
    page = pages.post(clerk, case_page(row), {"act": "reply", "text": "在左侧", "photos": [jpeg()]})
    assert page.status == 409
    (form,) = page.all("//form[.//*[@name='act'][@value='supplement']]")
    assert form.xpath("string(.//textarea)").strip() == "在左侧"
    assert len(form.xpath(".//*[@name='kept']")) == 1


def test_no_two_parts_of_the_page_have_one_name(clerk: Client) -> None:
    found = [each.get("id") for each in pages.get(clerk, case_page(answered())).all("//main//*[@id]")]
    assert sorted(found) == sorted(set(found))


def test_where_nothing_can_be_added_the_page_says_why(clerk: Client) -> None:
    carrier, row = county.receive("别人报的坑"), reported()
    cases.join_case(actor=county.post("clerk"), case_id=row.id, to=carrier.id)
    page = pages.get(clerk, case_page(row))
    assert "来电补充请记在主事件的备注里" in page.words
    assert page.all(f"//a[contains(@href, '{carrier.number}')]")
    ended = reported()
    cases.withdraw_case(actor=county.post("clerk"), case_id=ended.id)
    assert "请登记一件新的事" in pages.get(clerk, case_page(ended)).words


def test_what_a_caller_added_is_erased_with_the_words_of_the_report(clerk: Client) -> None:
    row = reported()
    pages.post(clerk, case_page(row), {"act": "supplement", "text": "我住三单元"})
    intake.erase_words(actor=county.post("coordinator"), case_id=row.id)
    assert [message.text for message in cases.messages(row.id)] == [""]


def test_the_page_for_callers_shows_no_words_of_the_report(clerk: Client) -> None:
    row = reported(text="张家老屋后面的坑", category_code="")
    for path in (case_page(row), DESK):
        assert "张家老屋" not in pages.get(clerk, path).words
    found = pages.post(clerk, DESK + "look-up/", {"phone": PHONE, "look_up": "own_progress"})
    assert row.number in found.words.replace(" ", "")
    assert "张家老屋" not in found.words


def test_a_new_matter_is_what_a_call_led_to_whatever_else_was_asked(clerk: Client) -> None:
    first, second = reported(), reported()
    clerk.post(DESK + "begin/")
    for row in (first, second):
        pages.post(clerk, case_page(row), {"act": "supplement", "text": "还没修"})
    assert Call.objects.get().case_id == first.id
    pages.post(clerk, DESK, report_fields(channel="phone", category_code=county.POTHOLE))
    call = Call.objects.get()
    assert (call.case_id, call.kind) == (cases.newest_id(), "request")


def test_a_question_is_answered_by_telephone(clerk: Client) -> None:
    row = reported()
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=row.id)
    cases.ask_reporter(actor=hud, case_id=row.id, text="在哪个路口？")
    assert "在哪个路口？" in pages.get(clerk, case_page(row)).words
    pages.post(clerk, case_page(row), {"act": "reply", "text": "人民路口"})
    assert (cases.find(row.id).state, cases.messages(row.id)[-1].text) == ("handling", "人民路口")


def test_an_empty_word_comes_back_with_the_page(clerk: Client) -> None:
    row = reported()
    for text in (" ", "\u200b\u2060", "👍"):
        page = pages.post(clerk, case_page(row), {"act": "supplement", "text": text})
        assert (page.status, bool(page.error("text-supplement"))) == (422, True)
    assert pages.post(clerk, case_page(row), {"act": "fly"}).status == 404


def test_the_clerk_takes_the_verdict_down(clerk: Client) -> None:
    row = answered()
    page = pages.post(clerk, case_page(row), {"act": "judge", "solved": "yes", "satisfied": "5", "text": "修得好"})
    assert page.status == 302
    after = cases.find(row.id)
    assert (after.state, after.solved, after.satisfied) == ("closed", True, 5)
    assert [each.outcome for each in queries.attempts(row.id)] == ["judged"]


def test_the_number_to_ring_is_read_with_a_purpose_and_begins_a_call(clerk: Client) -> None:
    row = answered()
    assert PHONE not in pages.get(clerk, case_page(row)).words
    assert PHONE in pages.post(clerk, case_page(row), {"act": "ring"}).words
    assert ContactReading.objects.get().purpose == "callback"
    call = Call.objects.get()
    assert (call.kind, call.case_id, call.ended_at) == ("callback", row.id, None)


def test_who_is_not_reached_is_an_attempt_three_times_and_then_counted_apart(clerk: Client) -> None:
    row = answered()
    for tried in range(3):
        assert [each.missed for each in queries.list_callbacks(actor=county.post("clerk")).rows] == [tried]
        assert pages.post(clerk, case_page(row), {"act": "missed"}).status == 302
    assert queries.list_callbacks(actor=county.post("clerk")).rows == []
    assert queries.out_of_reach() == 1
    assert "另有 1 件三次未联系上" in pages.get(clerk, "/desk/callbacks/").words
    assert pages.post(clerk, case_page(row), {"act": "missed"}).status == 409
    assert (cases.find(row.id).state, cases.find(row.id).solved) == ("answered", None)
    assert Callback.objects.count() == 3


def test_a_new_answer_is_asked_after_anew() -> None:
    row = answered()
    clerk = county.post("clerk")
    for _ in range(3):
        commands.try_callback(actor=clerk, case_id=row.id, reached=False)
    with time.at(county.MONDAY + timedelta(hours=1)):
        commands.take_verdict(actor=clerk, case_id=row.id, solved=False, satisfied=None, text="还没好")
        cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="再次修补")
        (listed,) = queries.list_callbacks(actor=clerk).rows
    assert (listed.matter.own.id, listed.missed) == (row.id, 0)


def test_an_ended_case_is_not_rung_for() -> None:
    row = answered()
    cases.close_case(actor=county.post("coordinator"), case_id=row.id, text="依法办结")
    with pytest.raises(Conflict):
        commands.try_callback(actor=county.post("clerk"), case_id=row.id, reached=False)


def test_those_are_rung_who_left_a_telephone_and_hold_no_link_the_nearest_end_first() -> None:
    with time.at(county.MONDAY + timedelta(hours=2)):
        late = answered(channel="visit")
    early = answered()
    answered(channel="web")
    reported()
    row = county.receive(channel="phone")
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已办好")
    assert [each.matter.own.id for each in queries.list_callbacks(actor=county.post("clerk")).rows] == [
        early.id,
        late.id,
    ]


def test_callbacks_begin_with_the_answered_cases_by_their_index() -> None:
    row = answered()
    joined = reported()
    cases.join_case(actor=county.post("clerk"), case_id=joined.id, to=row.id)
    clerk = county.post("clerk")
    assert [each.matter.own.id for each in queries.list_callbacks(actor=clerk).rows] == [row.id, joined.id]
    for asks in (lambda: queries.list_callbacks(actor=clerk), queries.out_of_reach):
        first, *_ = plans(asks)
        assert "case_verdict_due" in first
        assert "case_joined_to" in first
        assert "intake_contact" not in first


def test_callbacks_are_paged_by_key() -> None:
    rows = [answered() for _ in range(5)]
    clerk, seen, cursor = county.post("clerk"), [], ""
    for _ in range(3):
        page = queries.list_callbacks(actor=clerk, cursor=cursor, rows=2)
        seen += [each.matter.own.id for each in page.rows]
        cursor = page.next
    assert (seen, cursor) == ([row.id for row in rows], "")


def answered_by_the_desk() -> cases.CaseRow:
    row = reported(category_code=county.WATER, office_code="SGC")
    desk = county.post("desk")
    cases.accept_case(actor=desk, case_id=row.id)
    return cases.answer_case(actor=desk, case_id=row.id, text="已处理")


def test_of_what_the_desk_leads_its_clerk_takes_the_verdict_its_coordinator_does_not() -> None:
    row = answered_by_the_desk()
    with pytest.raises(NotAllowed):
        cases.record_verdict(actor=county.post("coordinator"), case_id=row.id, solved=True)
    assert cases.Action.JUDGE_SOLVED not in cases.possible_actions(row, county.post("coordinator"))
    assert [each.matter.own.id for each in queries.list_callbacks(actor=county.post("coordinator")).rows] == []
    page = pages.get(signed_in("coordinator"), case_page(row))
    assert not page.all("//input[@name='solved']")
    assert cases.record_verdict(actor=county.post("clerk"), case_id=row.id, solved=True).state == "closed"


def test_of_a_joined_case_the_office_that_answered_the_other_counts(clerk: Client) -> None:
    joined = reported(category_code=county.WATER, office_code="SGC")
    cases.join_case(actor=county.post("clerk"), case_id=joined.id, to=answered().id)
    coordinator = county.post("coordinator")
    assert joined.id in [each.matter.own.id for each in queries.list_callbacks(actor=coordinator).rows]
    page = pages.get(clerk, "/desk/callbacks/")
    assert len(page.all("//tbody/tr[td[text()='县住房建设局']]")) == 2
    assert len(page.all("//tbody/tr/td[4]/time")) == 2
    assert commands.try_callback(actor=coordinator, case_id=joined.id, reached=True).id == joined.id


def test_who_may_not_take_the_verdict_on_the_answer_is_not_offered_the_callback_of_a_joined_case() -> None:
    joined = reported(phone="13800000002")
    cases.join_case(actor=county.post("clerk"), case_id=joined.id, to=answered_by_the_desk().id)
    assert queries.list_callbacks(actor=county.post("coordinator")).rows == []
    page = pages.get(signed_in("coordinator"), case_page(joined))
    assert not page.all("//input[@name='solved']")
    assert not page.all("//input[@name='act'][@value='ring']")
    with pytest.raises(NotAllowed):
        commands.try_callback(actor=county.post("coordinator"), case_id=joined.id, reached=False)


@pytest.mark.parametrize("username", ["hud1", "hud2"])
def test_no_post_of_the_office_that_answered_takes_the_verdict(username: str) -> None:
    row = answered()
    with pytest.raises(NotAllowed):
        cases.record_verdict(actor=county.post(username), case_id=row.id, solved=True)


def log_of(client: Client, **query: str) -> pages.Page:
    return pages.read(client.get("/desk/calls/", query))


def called(kind: str, hours: float = 0) -> None:
    with time.at(county.MONDAY + timedelta(hours=hours)):
        commands.begin_call(actor=county.post("clerk"))
    with time.at(county.MONDAY + timedelta(hours=hours, minutes=2)):
        commands.end_call(actor=county.post("clerk"), kind=kind)


def test_the_log_counts_the_day_by_kind_and_hour(clerk: Client) -> None:
    for kind, hours in (("request", 0), ("request", 1), ("advice", 1), ("nuisance", 24)):
        called(kind, hours)
    figures = queries.figures(county.MONDAY.date())
    assert (figures.total, figures.by_kind) == (3, {"request": 2, "advice": 1})
    assert {hour: number for hour, number in enumerate(figures.by_hour) if number} == {10: 1, 11: 2}
    page = log_of(clerk)
    assert "3 个来电" in page.words
    assert len(page.all("//tbody//td[contains(text(), '分')]")) == 3
    assert len(log_of(clerk, kind="advice").all("//tbody//td[contains(text(), '分')]")) == 1
    assert "这一天没有来电" in log_of(clerk, day="2026-05-01").words
    for day in ("never", "9999-12-31", "0001-01-01"):
        assert log_of(clerk, day=day).status == 400
    assert log_of(clerk, kind="x").status == 400


def test_the_log_names_no_post_and_no_number(clerk: Client) -> None:
    row = reported()
    looked_up()
    commands.end_call(actor=county.post("clerk"), case_id=row.id)
    table = html.tostring(log_of(clerk).all("//main")[0], encoding="unicode")
    assert row.number in table.replace(" ", "")
    assert not [word for word in (PHONE, "受理一岗", "clerk") if word in table]


def test_figures_are_sent_again_only_when_they_changed(clerk: Client) -> None:
    called("request")
    cursor = queries.figures(county.MONDAY.date()).cursor
    assert clerk.get("/desk/calls/figures/", {"cursor": cursor, "shown": "1"}).status_code == 204
    called("advice", 1)
    answer = clerk.get("/desk/calls/figures/", {"cursor": cursor, "shown": "1"})
    assert "2 个来电" in answer.content.decode()
    assert "又有 1 个" in answer.content.decode()


def test_the_log_is_paged_by_key_both_ways() -> None:
    for hour in range(5):
        called("request", hour)
    day = county.MONDAY.date()
    first = queries.list_calls(day=day, rows=2)
    second = queries.list_calls(day=day, rows=2, cursor=first.next)
    third = queries.list_calls(day=day, rows=2, cursor=second.next)
    assert (first.previous, third.next) == ("", "")
    numbers = [row.id for page in (first, second, third) for row in page.rows]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 5
    assert queries.list_calls(day=day, rows=2, cursor=third.previous).rows == second.rows
    with pytest.raises(InvalidInput):
        queries.list_calls(day=day, cursor="%%")


PATHS = [(DESK, 4), ("/desk/calls/", 6), ("/desk/callbacks/", 8)]


@pytest.mark.parametrize(("path", "statements"), PATHS)
def test_the_pages_cost_a_fixed_number_of_statements(
    clerk: Client, path: str, statements: int, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        answered()
        looked_up()
        commands.end_call(actor=county.post("clerk"), case_id=cases.newest_id())
    clerk.get(path)
    with django_assert_num_queries(statements):
        clerk.get(path)


@pytest.mark.parametrize("path", [DESK, "/desk/calls/", "/desk/callbacks/", "case"])
def test_the_pages_are_complete_in_english(path: str) -> None:
    row = answered()
    looked_up()
    client = signed_in("clerk", "en")
    answer = client.get(case_page(row) if path == "case" else path)
    texts = [text for text in chinese(html.document_fromstring(answer.content.decode())) if text not in KNOWN]
    assert texts == []


KNOWN = {"已修补平整", "示例数据"}
