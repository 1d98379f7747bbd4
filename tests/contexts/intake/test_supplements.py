"""The reporter adds words, pictures and documents unasked, at any time until the case ends."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Attachment, Case
from liandong.contexts.intake.receipts import ADDED_AT_MOST
from liandong.foundation.access.models import Staff
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from tests import county
from tests.contexts.cases.acting import reporter
from tests.contexts.intake import pages
from tests.contexts.intake.pages import jpeg
from tests.contexts.intake.test_own_reports import kept_photo
from tests.contexts.intake.test_status_page import Matter
from tests.contexts.notifications.test_who_is_told import told, who_was_told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def blobs(settings: Any, tmp_path: Path) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


@pytest.fixture
def matter(client: Client) -> Matter:
    return Matter(client)


@pytest.mark.parametrize("state", ["dispatched", "handling", "answered"])
def test_it_is_added_without_a_change_of_state_or_clock_and_stands_in_both_timelines(
    matter: Matter, state: str
) -> None:
    if state != "dispatched":
        matter.accept()
    if state == "answered":
        matter.answer()
    before = cases.find(matter.id)
    done = matter.do("supplement", text="坑又大了", photos=jpeg())
    assert done.status == 302
    after = cases.find(matter.id)
    clocks = ("state", "accept_due_at", "due_at", "yellow_at", "red_at", "verdict_due_at")
    assert [getattr(after, name) for name in clocks] == [getattr(before, name) for name in clocks]
    page = matter.page()
    assert ("done", "您补充了情况") in page.steps
    assert "坑又大了" in page.words
    (photo,) = page.all("//ol[@class='stepper']//a[@data-photo]/@href")
    assert matter.client.get(photo).status_code == 200
    happened = cases.timeline(after)[-1]
    assert (happened.what, happened.text, len(happened.files)) == ("上报人补充", "坑又大了", 1)


def test_the_page_says_once_that_it_came_and_in_no_toast(matter: Matter) -> None:
    matter.do("supplement", text="坑又大了")
    first, again = matter.page(), matter.page()
    assert [each.text_content() for each in first.all("//*[@data-said-here]")] == ["已收到您的补充，并转给办理部门。"]
    assert not first.all("//*[@data-toast]")
    assert not again.all("//*[@data-said-here]")


def test_the_handler_is_told(matter: Matter) -> None:
    matter.accept()
    told()
    matter.do("supplement", text="坑又大了")
    told()
    assert ("hud1", "replied") in who_was_told()


def test_a_picture_alone_is_enough_and_nothing_at_all_is_not(matter: Matter) -> None:
    page = matter.do("supplement", text="  ")
    assert (page.status, page.error("text-supplement")) == (422, "请写几句话，或附上照片、文件。")
    assert matter.do("supplement", photos=jpeg()).status == 302
    assert cases.messages(matter.id)[-1].text == "补充了照片或文件。"
    assert Attachment.objects.count() == 1


def test_what_comes_twice_is_kept_once(matter: Matter) -> None:
    for _ in range(2):
        assert matter.do("supplement", text="坑又大了", photos=jpeg()).status == 302
    assert len(cases.messages(matter.id)) == 1
    matter.do("supplement", text="坑又大了", photos=jpeg("blue"))
    assert len(cases.messages(matter.id)) == 2


def test_words_that_come_after_the_office_has_asked_stand_below_its_question(matter: Matter) -> None:
    matter.ask()
    assert not matter.page().all("//form[contains(@action,'supplement')]")
    page = matter.do("supplement", text="坑在左侧", photos=jpeg())
    assert page.status == 409
    assert page.value("text") == "坑在左侧"
    (kept,) = page.all("//input[@name='kept']/@value")
    assert matter.state == cases.State.ASKED
    assert matter.do("reply", text="坑在左侧", kept=kept).status == 302
    assert matter.state == cases.State.HANDLING
    assert Attachment.objects.count() == 1


def test_once_it_has_ended_nothing_is_added(matter: Matter) -> None:
    matter.do("withdraw")
    assert not matter.page().all("//form[contains(@action,'supplement')]")
    page = matter.do("supplement", text="坑又大了")
    assert (page.status, page.summary) == (409, "这件事已经撤回。")
    assert cases.messages(matter.id) == []


def test_too_many_within_an_hour_are_refused_with_all_that_was_written(matter: Matter) -> None:
    for number in range(ADDED_AT_MOST):
        matter.do("supplement", text=f"第{number}次")
    page = matter.do("supplement", text="还有一句")
    assert page.status == 429
    assert page.all("//textarea[@id='id_text-supplement']")[0].text.strip() == "还有一句"
    with time.at(time.now() + timedelta(hours=1)):
        assert matter.do("supplement", text="还有一句").status == 302


@pytest.mark.usefixtures("small_county")
def test_what_a_joined_reporter_adds_stays_its_own_and_the_office_that_has_the_matter_is_told() -> None:
    main = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    joined = county.receive()
    cases.join_case(actor=county.post("coordinator"), case_id=joined.id, to=main.id)
    told()
    cases.add_supplement(actor=reporter(joined), case_id=joined.id, text="边上还有一处")
    told()
    assert who_was_told().count(("hud1", "replied")) == 1
    assert cases.messages(main.id) == []
    cases.answer_case(actor=county.post("hud1"), case_id=main.id, text="已修补")
    cases.record_verdict(actor=reporter(main), case_id=main.id, solved=True)
    assert cases.Action.SUPPLEMENT not in cases.possible_actions(cases.find(joined.id), reporter(joined))


@pytest.mark.usefixtures("small_county")
def test_who_handles_the_matter_reads_on_its_page_what_a_joined_reporter_added(client: Client) -> None:
    main, joined = county.receive(), county.receive()
    cases.join_case(actor=county.post("coordinator"), case_id=joined.id, to=main.id)
    photo = kept_photo()
    cases.add_supplement(actor=reporter(joined), case_id=joined.id, text="边上还有一处", files=[photo])
    client.force_login(Staff.objects.get(username="hud1"))
    page = pages.get(client, f"/console/case/{main.number}/")
    (said,) = page.all("//ol[@class='timeline']/li[contains(., '边上还有一处')]")
    assert "合并上报人补充" in said.text_content()
    assert joined.number in said.text_content()
    assert client.get(said.xpath(".//a[@data-photo]/@href")[0]).status_code == 200
    assert "边上还有一处" not in "".join(each.text for each in cases.timeline(main, reader=cases.THE_REPORTER))


@pytest.mark.usefixtures("small_county")
def test_who_is_complained_of_in_a_joined_case_reads_nothing_of_it(client: Client) -> None:
    main, joined = county.receive(), county.receive()
    cases.join_case(actor=county.post("coordinator"), case_id=joined.id, to=main.id)
    cases.add_supplement(actor=reporter(joined), case_id=joined.id, text="就是他们挖的")
    Case.objects.filter(pk=joined.id).update(complained_office=main.office_id)
    client.force_login(Staff.objects.get(username="hud1"))
    assert "就是他们挖的" not in pages.get(client, f"/console/case/{main.number}/").words


def test_not_solved_asks_why_and_the_office_reads_the_reason(matter: Matter) -> None:
    matter.answer()
    page = matter.do("verdict", solved="no")
    assert (page.status, page.error("reason")) == (422, "请选一个原因，或在下面写几句话，部门才知道还差什么。")
    page = matter.do("verdict", solved="no", reason="other")
    assert (page.status, page.error("text")) == (422, "选了“其他”，请写几句话。")
    assert matter.state == cases.State.ANSWERED
    assert matter.do("verdict", solved="no", reason="not_thorough").status == 302
    assert matter.state == cases.State.HANDLING
    assert cases.timeline(cases.find(matter.id))[-1].detail.startswith("处理不彻底")
    assert "处理不彻底" in matter.page().words


def test_solved_needs_no_words_and_no_reason_counts_there(matter: Matter) -> None:
    matter.answer()
    assert matter.do("verdict", solved="yes", reason="nobody_came").status == 302
    assert matter.state == cases.State.CLOSED
    facts = ledger.entries(("case", matter.id))[-1].facts
    assert isinstance(facts, cases.VerdictFacts)
    assert facts.reason == ""


def test_the_picture_of_the_report_stands_beside_that_of_the_answer(client: Client) -> None:
    matter = Matter(client, photos=jpeg())
    matter.accept()
    assert not matter.page().all("//div[@class='before-after']")
    cases.answer_case(actor=county.post("hud1"), case_id=matter.id, text="已经补好。", files=[kept_photo("green")])
    (pair,) = matter.page().all("//div[@class='before-after']")
    captions = [each.text_content().split()[0] for each in pair.xpath(".//figcaption")]
    assert captions == ["上报时", "处理后"]
    for address in pair.xpath(".//a/@href | .//img/@src"):
        assert client.get(address).status_code == 200


def test_the_receipt_carries_its_address_as_a_code_and_a_slip_for_paper(matter: Matter) -> None:
    page = matter.page()
    assert page.all("//figure[@class='receipt-qr']/*[name()='svg'][@role='img']")
    slip = " ".join(page.all("//section[contains(@class,'slip')]")[0].text_content().split())
    case = cases.find(matter.id)
    assert matter.report.receipt_code in slip
    assert "5月14日 星期四 17:30" in slip or case.due_at is None
    assert matter.address in slip


def test_the_box_of_this_device_names_the_receipt_and_nothing_is_kept_by_the_server(matter: Matter) -> None:
    response = matter.page().response
    (box,) = pages.read(response).all("//*[@data-remember]")
    assert box.get("data-path") == matter.address
    assert not box.xpath(".//*[@name]")
