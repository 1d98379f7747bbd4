"""“It is the same matter”: a report that names an open one near by, from the page to the receipt of both."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Action, State
from liandong.contexts.intake.models import Report
from liandong.contexts.intake.public import reports_to_reach
from liandong.contexts.intake.same_matter import id_named_by, token_of
from liandong.foundation.access.models import Staff
from liandong.kernel import ids, time
from tests import county
from tests.contexts.cases.acting import reporter, take
from tests.contexts.intake import pages
from tests.contexts.intake.pages import report_fields
from tests.plans import plans

pytestmark = pytest.mark.django_db
LON, LAT = county.POINTS["A11"]
AT = {"lon": str(LON), "lat": str(LAT)}


@pytest.fixture(autouse=True)
def blobs(settings: Any, tmp_path: Path) -> None:
    settings.BLOBS = tmp_path / "blobs"


def send(client: Client, **changed: Any) -> pages.Page:
    return pages.post(client, "/report/", report_fields(**changed))


def sent(page: pages.Page) -> Report:
    assert page.status == 302, page.summary
    number = page.response.headers["Location"].split("/")[2]
    return Report.objects.get(case_id=ids.parse_case_number(number))


def receipt(client: Client, report: Report) -> pages.Page:
    return pages.get(client, f"/r/{ids.case_number(report.case_id)}/{report.receipt_code}/")


def test_the_open_matters_near_by_can_be_chosen_and_their_words_are_not_told(client: Client) -> None:
    county.receive("张家门口的坑", lon=LON, lat=LAT)
    page = pages.post(client, "/report/near/", AT)
    (one,) = page.all("//button[@name='same_as']")
    assert (one.text, one.get("type")) == ("就是这件", "submit")
    assert one.get("value")
    assert not page.has("number")
    assert "张家" not in page.words


def test_whoever_says_it_is_the_same_needs_no_words_and_gets_a_receipt_of_the_same_progress(client: Client) -> None:
    first = county.receive(lon=LON, lat=LAT)
    report = sent(send(client, text="", lon="", lat="", same_as=token_of(first.id)))
    row = cases.find(report.case_id)
    assert (row.state, row.joined_to_id, row.category_code) == (State.JOINED, first.id, county.POTHOLE)
    assert (row.lon, row.lat) == (first.lon, first.lat)
    assert cases.find(first.id).report_count == 2
    page = receipt(client, report)
    assert "与别人上报的同一件事合并办理" in page.words
    assert "等待县住房建设局签收" in page.words


@pytest.mark.parametrize(("written", "told"), [("东坪广场，我家张家老屋门口", "东坪广场"), ("张家老屋后面", "")])
def test_of_the_others_address_only_the_place_that_all_know_is_taken(client: Client, written: str, told: str) -> None:
    first = county.receive(lon=LON, lat=LAT, address=written)
    report = sent(send(client, text="", lon="", lat="", address="", same_as=token_of(first.id)))
    row = cases.find(report.case_id)
    assert (report.address, row.address, row.joined_to_id) == (told, told, first.id)
    assert (row.lon, row.lat) == (LON, LAT)
    assert "张家" not in receipt(client, report).words


def test_their_own_words_stay_theirs_and_both_hear_the_answer(client: Client) -> None:
    first = county.receive("东坪广场的坑，我家车胎坏了", lon=LON, lat=LAT)
    report = sent(send(client, text="我也摔了一跤", same_as=token_of(first.id)))
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=first.id)
    cases.ask_reporter(actor=hud, case_id=first.id, text="车胎是哪天坏的？")
    assert "正在向另一位上报人核实" in receipt(client, report).words
    cases.record_reply(actor=reporter(first), case_id=first.id, text="星期天晚上")
    cases.answer_case(actor=hud, case_id=first.id, text="已填平，请放心通行。")
    mine, theirs = receipt(client, report).words, receipt(client, Report.objects.get(case_id=first.id)).words
    assert "已填平，请放心通行。" in mine
    assert "已填平，请放心通行。" in theirs
    for private in ("车胎", "星期天晚上"):
        assert private not in mine
    assert "我也摔了一跤" not in theirs


BETWEEN_THE_OFFICE_AND_ONE = {
    "a question": [Action.ASK],
    "a reply": [Action.ASK, Action.REPLY],
    "a question that lapsed": [Action.ASK, Action.LAPSE_QUESTION],
    "a late reply": [Action.ASK, Action.LAPSE_QUESTION, Action.SUPPLEMENT],
    "an urge": [Action.URGE_BY_REPORTER],
}


@pytest.mark.parametrize("what", BETWEEN_THE_OFFICE_AND_ONE)
def test_what_passes_between_the_office_and_one_reporter_is_no_step_of_another(client: Client, what: str) -> None:
    first = county.receive(lon=LON, lat=LAT)
    report = sent(send(client, same_as=token_of(first.id)))
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=first.id)
    carried = Report.objects.get(case_id=first.id)
    mine, theirs = steps_done(client, report), steps_done(client, carried)
    for action in BETWEEN_THE_OFFICE_AND_ONE[what]:
        take(action, hud if action is Action.ASK else reporter(first), first.id)
    assert steps_done(client, report) == mine
    assert len(steps_done(client, carried)) == len(theirs) + len(BETWEEN_THE_OFFICE_AND_ONE[what])


def steps_done(client: Client, report: Report) -> list[str]:
    return [title for state, title in receipt(client, report).steps if state == "done"]


def test_a_joined_reporter_judges_and_the_other_learns_that_somebody_did(client: Client) -> None:
    first = county.receive(lon=LON, lat=LAT)
    report = sent(send(client, same_as=token_of(first.id)))
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=first.id)
    cases.answer_case(actor=hud, case_id=first.id, text="已填平")
    address = f"/r/{ids.case_number(report.case_id)}/{report.receipt_code}/"
    page = pages.post(client, f"{address}verdict/", {"solved": "no", "satisfied": "2", "text": "边上又塌了"})
    assert page.status == 302
    assert cases.find(first.id).state == State.HANDLING
    assert "您的评价：没有解决" in receipt(client, report).words
    other = receipt(client, Report.objects.get(case_id=first.id)).words
    assert "有上报人说没有解决。重新办理" in other
    assert "边上又塌了" not in other
    again = pages.post(client, f"{address}verdict/", {"solved": "yes"})
    assert again.status == 409


def test_who_judged_is_not_told_that_no_verdict_came_when_the_time_of_the_others_is_over(client: Client) -> None:
    first = county.receive(lon=LON, lat=LAT)
    judged, silent = (sent(send(Client(), same_as=token_of(first.id))) for _ in range(2))
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=first.id)
    cases.answer_case(actor=hud, case_id=first.id, text="已填平")
    address = f"/r/{ids.case_number(judged.case_id)}/{judged.receipt_code}/"
    assert pages.post(client, f"{address}verdict/", {"solved": "yes"}).status == 302
    with time.at(time.now() + timedelta(days=30)):
        take(Action.LAPSE, hud, first.id)
    assert "没有收到您的评价" in receipt(client, silent).words
    assert "没有收到您的评价" in receipt(client, Report.objects.get(case_id=first.id)).words
    page = receipt(client, judged)
    assert "没有收到您的评价" not in page.words
    assert "您的评价：已解决" in page.words
    assert page.steps[-1] == ("done", "评价期已到，事件办结")


def test_a_verdict_taken_down_by_telephone_for_one_reporter_is_not_told_to_the_other_as_its_own(client: Client) -> None:
    first = county.receive(lon=LON, lat=LAT)
    report = sent(send(client, same_as=token_of(first.id)))
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=first.id)
    cases.answer_case(actor=hud, case_id=first.id, text="已填平")
    cases.judge_joined(actor=county.post("clerk"), case_id=report.case_id, solved=False)
    carried = Report.objects.get(case_id=first.id)
    other = receipt(client, carried).words
    assert "有上报人说没有解决。重新办理" in other
    assert "您的评价" not in other
    late = pages.post(client, f"/r/{first.number}/{carried.receipt_code}/verdict/", {"solved": "yes"})
    assert late.status == 409
    assert "您已经评价过了" not in late.words


def test_the_matter_that_was_chosen_stays_chosen_when_the_form_comes_back(client: Client) -> None:
    first = county.receive(lon=LON, lat=LAT)
    page = send(client, email="keine Adresse", same_as=token_of(first.id))
    assert page.status == 422
    (chosen,) = page.all("//input[@name='same_as']")
    (offered,) = page.all("//li[@class='is-chosen']//button[@name='same_as']")
    assert id_named_by(chosen.get("value")) == id_named_by(offered.get("value")) == first.id
    fields = report_fields(email="keine Adresse", same_as=token_of(first.id), look="apart")
    assert not pages.post(client, "/report/", fields).all("//input[@name='same_as']")


def test_a_choice_can_be_taken_back_and_the_desk_keeps_its_list_of_answers(client: Client) -> None:
    first = county.receive(lon=LON, lat=LAT)
    asked = {**AT, "same_as": token_of(first.id)}
    assert "已选上面标出的那件" in pages.post(client, "/report/near/", asked).words
    assert "已选上面标出的那件" not in pages.post(client, "/report/near/", asked | {"look": "apart"}).words
    client.force_login(Staff.objects.get(username="clerk"))
    desk = pages.post(client, "/desk/register/near/", asked)
    assert [each.get("checked") is not None for each in desk.all("//input[@name='same_as']")] == [False, True]


@pytest.mark.parametrize("token", ["", "x", "1:2:3"])
def test_a_token_that_names_nothing_asks_for_words_as_ever(client: Client, token: str) -> None:
    page = send(client, text="", same_as=token)
    assert page.status == 422
    assert "请写几句话说明情况" in page.error("text")


def test_a_matter_that_has_ended_meanwhile_leaves_the_report_a_case_of_its_own_and_says_so(client: Client) -> None:
    first = county.receive(lon=LON, lat=LAT)
    token = token_of(first.id)
    cases.close_case(actor=county.post("coordinator"), case_id=first.id, text="已随道路大修解决")
    page = send(client, text="还是有坑", same_as=token)
    row = cases.find(sent(page).case_id)
    assert row.joined_to_id is None
    told = pages.get(client, page.response.headers["Location"])
    assert "您选的那件事刚刚办结，您的上报已单独受理。" in str(told.response.content, "utf-8")


def test_a_matter_that_is_open_but_not_alike_is_not_said_to_have_ended(client: Client) -> None:
    first = county.receive(lon=LON, lat=LAT)
    page = send(client, text="楼上漏水", category_code=county.NEIGHBOURS, same_as=token_of(first.id))
    assert cases.find(sent(page).case_id).joined_to_id is None
    told = str(pages.get(client, page.response.headers["Location"]).response.content, "utf-8")
    assert "没能与那件事合并，已单独受理。" in told
    assert "办结，您的上报" not in told


def test_what_is_private_can_not_be_named(client: Client) -> None:
    hidden = county.receive(category_code=county.NEIGHBOURS, lon=LON, lat=LAT)
    row = cases.find(sent(send(client, text="楼上漏水", same_as=token_of(hidden.id))).case_id)
    assert row.joined_to_id is None


def test_the_same_form_sent_twice_is_joined_once(client: Client) -> None:
    first = county.receive(lon=LON, lat=LAT)
    fields = report_fields(same_as=token_of(first.id), idempotency_key=str(uuid4()))
    one, two = (sent(pages.post(client, "/report/", fields)) for _ in range(2))
    assert one.pk == two.pk
    assert cases.find(first.id).report_count == 2


def test_a_clerk_joins_what_is_told_on_the_phone(client: Client) -> None:
    first = county.receive(lon=LON, lat=LAT)
    client.force_login(Staff.objects.get(username="clerk"))
    fields = report_fields(channel="phone", text="广场那个坑我也要反映", same_as=token_of(first.id))
    assert pages.post(client, "/desk/register/", fields).status == 302
    assert cases.find(first.id).report_count == 2


def test_the_api_tells_of_a_joined_case_how_the_other_stands(client: Client) -> None:
    first = county.receive(lon=LON, lat=LAT)
    report = sent(send(client, same_as=token_of(first.id)))
    client.force_login(Staff.objects.get(username="clerk"))
    cases.accept_case(actor=county.post("hud1"), case_id=first.id)
    answer = client.get(f"/api/v1/receipts/{ids.case_number(report.case_id)}/{report.receipt_code}").json()
    assert (answer["is_joined"], answer["state"]) == (True, "handling")


@pytest.mark.parametrize("by_desk", [True, False])
def test_why_another_reporter_once_withdrew_is_told_to_no_joined_one(client: Client, by_desk: bool) -> None:
    coordinator = county.post("coordinator")
    first, between = county.receive(lon=LON, lat=LAT), county.receive(lon=LON, lat=LAT)
    with time.at(time.now() + timedelta(minutes=1)):
        report = sent(send(client, same_as=token_of(between.id)))
    with time.at(time.now() + timedelta(minutes=2)):
        actor = county.post("clerk") if by_desk else reporter(first)
        cases.withdraw_case(actor=actor, case_id=first.id, text="我儿子已经自己填了")
    with time.at(time.now() + timedelta(minutes=3)):
        cases.reopen_case(actor=coordinator, case_id=first.id, text="早先的理由")
    with time.at(time.now() + timedelta(minutes=4)):
        cases.join_case(actor=coordinator, case_id=between.id, to=first.id)
    late = sent(send(Client(), same_as=token_of(first.id)))
    for each in (report, late):
        assert "我儿子" not in str(told_by_api(each))
        assert "我儿子" not in receipt(client, each).words


def test_a_joined_reporter_is_told_the_reasons_since_then_and_the_answer_of_before(client: Client) -> None:
    hud, coordinator = county.post("hud1"), county.post("coordinator")
    first = county.receive(lon=LON, lat=LAT)
    cases.accept_case(actor=hud, case_id=first.id)
    cases.answer_case(actor=hud, case_id=first.id, text="已填平")
    cases.close_case(actor=coordinator, case_id=first.id, text="早先办结的理由")
    cases.reopen_case(actor=coordinator, case_id=first.id, text="早先重开的理由")
    with time.at(time.now() + timedelta(minutes=1)):
        report = sent(send(client, same_as=token_of(first.id)))
    with time.at(time.now() + timedelta(minutes=2)):
        cases.close_case(actor=coordinator, case_id=first.id, text="后来办结的理由")
    assert [each["text"] for each in told_by_api(report)] == ["已填平", "后来办结的理由"]


def told_by_api(report: Report) -> list[dict[str, Any]]:
    client = Client()
    client.force_login(Staff.objects.get(username="clerk"))
    address = f"/api/v1/receipts/{ids.case_number(report.case_id)}/{report.receipt_code}"
    return list(client.get(address).json()["messages"])


def test_who_is_to_be_told_of_a_matter_is_found_by_indexes(client: Client) -> None:
    first = county.receive(lon=LON, lat=LAT)
    report = sent(send(client, phone="13800000001", same_as=token_of(first.id)))
    assert [(each.case_id, each.main_id) for each in reports_to_reach({first.id})] == [(report.case_id, first.id)]
    of_cases, of_contacts = plans(lambda: reports_to_reach({first.id}))
    assert "case_joined_to" in of_cases
    assert "cases_case" not in of_contacts
