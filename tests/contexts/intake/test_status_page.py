"""The receipt and its status page: what the reporter sees and can do, and what nobody else does."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.jobs import go_on_without_reply
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Report
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import signed_in
from tests.contexts.intake import pages
from tests.contexts.intake.pages import jpeg, report_fields

pytestmark = pytest.mark.django_db
Act = Callable[..., cases.CaseRow]


@pytest.fixture(autouse=True)
def blobs(settings: Any, tmp_path: Path) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


class Matter:
    """One report, its receipt, and the hands that work on it."""

    def __init__(self, client: Client, **fields: Any) -> None:
        self.client = client
        with time.at(county.MONDAY):
            page = pages.post(client, "/report/", report_fields(**{"category_code": county.POTHOLE, **fields}))
        assert page.status == 302, page.summary
        self.address = page.response.headers["Location"].removesuffix("?new=1")
        self.report = Report.objects.latest("id")
        self.id = self.report.case_id

    def page(self, query: str = "", **extra: Any) -> pages.Page:
        return pages.get(self.client, self.address + query, **extra)

    def do(self, what: str, **fields: Any) -> pages.Page:
        return pages.post(self.client, f"{self.address}{what}/", fields)

    def accept(self) -> None:
        cases.accept_case(actor=county.post("hud1"), case_id=self.id)

    def ask(self, text: str = "坑在哪一侧？") -> None:
        self.accept()
        cases.ask_reporter(actor=county.post("hud1"), case_id=self.id, text=text)

    def answer(self, text: str = "已经补好，请您看看。") -> None:
        if cases.find(self.id).state == cases.State.DISPATCHED:
            self.accept()
        cases.answer_case(actor=county.post("hud1"), case_id=self.id, text=text)

    @property
    def state(self) -> str:
        return cases.find(self.id).state


@pytest.fixture
def matter(client: Client) -> Matter:
    return Matter(client)


def test_right_after_sending_number_and_code_stand_large_and_the_draft_is_forgotten(matter: Matter) -> None:
    page = matter.page("?new=1")
    number = cases.find(matter.id).number
    assert "".join(page.all("//dd[contains(@class,'receipt-number')]")[0].text_content().split()) == number
    assert matter.report.receipt_code in page.words
    assert page.all("//*[@data-draft-clear='report']")
    assert page.all("//button[@data-copy]")[0].get("data-copy") == settings.SITE_URL + matter.address
    assert not matter.page().all("//*[@data-draft-clear]")


def test_an_emergency_is_told_to_call_before_anything_else(client: Client) -> None:
    words = Matter(client, category_code="030301").page("?new=1").words
    assert words.index("这不是报警渠道") < words.index("请存好这两行")


def test_the_promised_date_stands_in_words_with_what_is_left_of_it(matter: Matter) -> None:
    with time.at(county.MONDAY + timedelta(days=1)):
        page = matter.page()
    assert "承诺在此之前答复您 5月14日 星期四 17:30 还剩 2 个工作日" in page.words


def test_why_this_day_is_told_day_by_day(client: Client) -> None:
    matter = Matter(client, category_code=county.CONDUCT, complained_office_id="0")
    with time.at(county.MONDAY):
        page = matter.page()
    reasons = [each.text_content() for each in page.all("//ol[@class='reasons']/li")]
    assert reasons[0] == "5月11日 星期一 10:00 起算，承诺时限 15 个工作日。"
    assert reasons[1] == "5月11日 星期一：起算当天不计入（民法典第二百零一条）。"
    assert "5月16日 星期六至5月17日 星期日：休息日，不计。" in reasons
    assert reasons[-2] == "6月1日 星期一：第 15 个工作日。"
    assert reasons[-1] == "所以承诺在 6月1日 星期一 17:30 前答复。"


def test_why_this_day_names_the_holiday(client: Client) -> None:
    with time.at(county.local(30, 9, month=4)):
        page = pages.post(client, "/report/", report_fields(category_code=county.POTHOLE))
    reasons = pages.get(client, page.response.headers["Location"]).words
    assert "劳动节，不计。" in reasons
    english = pages.get(client, page.response.headers["Location"], headers={"accept-language": "en"}).words
    assert "Labour Day, not counted." in english


def test_why_this_day_tells_of_the_time_that_the_office_waited_for_the_reporter(matter: Matter) -> None:
    with time.at(county.local(12, 10)):
        matter.ask()
    with time.at(county.local(13, 10)):
        matter.do("reply", text="左侧")
        page = matter.page()
    assert "等您补充，时限暂停，顺延 9 小时" in page.words
    assert "5月15日 星期五" in page.words


def test_the_line_of_steps_follows_the_case(matter: Matter) -> None:
    assert matter.page().steps[:2] == [("done", "已收到您的上报"), ("late", "等待县住房建设局签收")]
    with time.at(county.MONDAY + timedelta(minutes=5)):
        assert matter.page().steps[1] == ("current", "等待县住房建设局签收")
        matter.accept()
        assert matter.page().steps[1:3] == [("done", "县住房建设局已签收"), ("current", "县住房建设局正在办理")]
    matter.answer()
    assert matter.page().steps[-2:] == [("current", "等您评价"), ("todo", "事件办结")]
    matter.do("verdict", solved="yes")
    assert matter.page().steps[-1] == ("done", "您的评价：已解决。事件办结")


def test_a_case_that_came_from_elsewhere_shows_what_its_row_knows(client: Client) -> None:
    life = cases.Life(
        state=cases.State.CLOSED,
        accepted_at=county.local(11, 11),
        answered_at=county.local(12, 9),
        closed_at=county.local(13, 9),
        solved=True,
    )
    case = county.receive(received_at=county.MONDAY, past=intake.Past(life, "修好了"))
    report = Report.objects.get(case_id=case.id)
    page = pages.get(client, f"/r/{case.number}/{report.receipt_code}/")
    titles = ["已收到您的上报", "县住房建设局已签收", "县住房建设局已答复", "事件办结"]
    assert page.steps == [("done", title) for title in titles]
    assert "修好了" in page.words


def test_the_office_in_charge_stands_there_with_its_public_phone(matter: Matter) -> None:
    page = matter.page()
    assert "县住房建设局 · 000-1002" in page.text("main")
    assert page.all("//a[@href='tel:000-1002']")


def test_a_question_is_answered_on_the_page_and_the_clock_runs_again(matter: Matter) -> None:
    with time.at(county.local(12, 10)):
        matter.ask()
        page = matter.page()
    assert "县住房建设局想请您补充 坑在哪一侧？" in page.words
    assert "时限暂停；原定 5月14日 星期四 17:30" in page.words
    done = matter.do("reply", text="左侧")
    assert (done.status, matter.state) == (302, cases.State.HANDLING)
    assert "左侧" in matter.page().words
    assert not matter.page().all("//form[contains(@action,'reply')]")


def test_a_question_that_lapsed_may_still_be_answered(matter: Matter) -> None:
    with time.at(county.local(12, 10)):
        matter.ask()
        assert "请尽量在 5月19日 星期二 17:30 前补充" in matter.page().words
    with time.at(county.local(20, 10)):
        go_on_without_reply()
        page = matter.page()
        assert matter.state == cases.State.HANDLING
        assert "没有等到您的补充，县住房建设局按已有情况继续办理" in page.words
        assert "您现在补充也不晚" in page.words
        assert matter.do("reply", text="左侧").status == 302
        page = matter.page()
    assert "左侧" in page.words
    assert "您现在补充也不晚" not in page.words
    assert not page.all("//form[contains(@action,'reply')]")


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001])
def test_a_reply_that_cannot_be_taken_stays_on_the_page(matter: Matter, text: str) -> None:
    matter.ask()
    page = matter.do("reply", text=text)
    assert (page.status, matter.state) == (422, cases.State.ASKED)
    assert page.error("text")


def test_the_answer_is_judged_on_the_page(matter: Matter) -> None:
    matter.answer()
    page = matter.page()
    assert "县住房建设局的答复 已经补好，请您看看。" in page.words
    done = matter.do("verdict", solved="yes", satisfied="4", text="谢谢")
    assert done.status == 302
    case = cases.find(matter.id)
    assert (case.state, case.solved, case.satisfied) == (cases.State.CLOSED, True, 4)
    assert not matter.page().all("//form[contains(@action,'verdict')]")


def test_not_solved_brings_it_back_to_the_office_with_a_new_date(matter: Matter) -> None:
    matter.answer()
    with time.at(county.local(18, 10)):
        matter.do("verdict", solved="no", text="又塌了")
        page = matter.page()
    assert ("done", "您的评价：没有解决。重新办理") in page.steps
    assert page.steps[-4] == ("current", "县住房建设局正在办理")
    assert "5月21日 星期四 17:30" in page.words
    assert page.words.count("又塌了") == 1


@pytest.mark.parametrize("fields", [{}, {"solved": "no"}, {"solved": "maybe"}, {"solved": "yes", "satisfied": "6"}])
def test_a_verdict_that_says_nothing_is_told_so(matter: Matter, fields: dict[str, str]) -> None:
    matter.answer()
    page = matter.do("verdict", **fields)
    assert (page.status, matter.state) == (422, cases.State.ANSWERED)
    assert page.summary


@pytest.mark.parametrize(
    ("first", "says"), [("yes", "您已经评价过了，事件已办结。"), ("no", "您已经评价过了，部门正在重新办理。")]
)
def test_a_second_verdict_is_told_that_there_was_one(matter: Matter, first: str, says: str) -> None:
    matter.answer()
    matter.do("verdict", solved=first, text="又塌了")
    page = matter.do("verdict", solved="no", reason="not_thorough")
    assert (page.status, page.summary) == (409, says)
    assert cases.find(matter.id).rework_count == (0 if first == "yes" else 1)


def test_a_verdict_time_that_lapsed_is_told(matter: Matter) -> None:
    matter.answer()
    with time.at(time.now() + timedelta(days=8)):
        cases.lapse_verdict(case_id=matter.id)
    page = matter.page()
    assert "评价期内没有收到您的评价，已自动办结。" in page.words
    late = matter.do("verdict", solved="yes")
    assert (late.status, late.summary) == (409, "评价期已过，事件已自动办结，不能再评价。")


def test_a_matter_can_be_withdrawn_after_being_asked_once_more(matter: Matter) -> None:
    (form,) = matter.page().all("//form[contains(@action,'withdraw')]")
    assert form.get("data-confirm")
    assert matter.do("withdraw").status == 302
    assert matter.state == cases.State.WITHDRAWN
    assert not matter.page().all("//form[contains(@action,'withdraw')]")
    again = matter.do("withdraw")
    assert (again.status, again.summary) == (409, "这件事已经撤回。")


def test_after_the_answer_withdrawing_is_refused_with_the_way_on(matter: Matter) -> None:
    matter.answer()
    assert not matter.page().all("//form[contains(@action,'withdraw')]")
    page = matter.do("withdraw")
    assert (page.status, page.summary) == (409, "部门已经答复，不能再撤回。请直接评价。")
    assert page.all("//form[contains(@action,'verdict')]")


def test_an_overdue_promise_is_owned_up_to(matter: Matter) -> None:
    with time.at(county.local(20, 10)):
        page = matter.page()
    assert "原承诺答复时间 5月14日 星期四 17:30 已超期" in page.words
    assert "对不起" in page.words


def test_internal_notes_and_reasons_are_never_shown(matter: Matter) -> None:
    matter.accept()
    cases.add_note(actor=county.post("hud1"), case_id=matter.id, text="内部：先放一放")
    cases.reassign_case(
        actor=county.post("coordinator"), case_id=matter.id, office_id=county.office("LAW"), text="内部：不归住建"
    )
    page = matter.page()
    assert "内部" not in page.words
    assert ("done", "改由县综合执法局办理") in page.steps


def test_a_town_that_was_only_asked_is_not_taken_for_the_office(matter: Matter) -> None:
    matter.accept()
    town = county.office("TWN-A")
    cases.reassign_case(actor=county.post("coordinator"), case_id=matter.id, office_id=town, text="在村道上")
    cases.decline_consent(actor=county.post("town_a"), case_id=matter.id, text="人手不足")
    matter.answer()
    assert ("done", "县住房建设局已答复") in matter.page().steps


def test_who_read_the_contact_data_is_shown_with_post_purpose_and_time(client: Client) -> None:
    matter = Matter(client, name="王先生", phone="000-123456", email="w@example.org")
    page = matter.page()
    assert "还没有人看过" in page.words
    assert "000-123456" not in page.words
    assert "王* ********56 w***@example.org" in page.words
    cases.accept_case(actor=county.post("hud1"), case_id=matter.report.case_id)
    intake.read_contact(actor=county.post("hud1"), report_id=matter.report.id, purpose="visit")
    assert "住建一岗 · 约定上门或现场核查" in matter.page().words


def test_photos_are_shown_by_the_receipt_only(client: Client) -> None:
    matter = Matter(client, photos=[jpeg()])
    (link,) = matter.page().all("//ul[@class='photo-strip']//a")
    for address in (link.get("href"), link.find("img").get("src")):
        shown = client.get(address)
        assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.headers["Cache-Control"].startswith("private")
    other = Matter(client, text="别的事", photos=[jpeg("blue")])
    foreign = link.get("href").rsplit("/", 1)[1]
    assert client.get(f"{other.address}photo/{foreign}").status_code == 404
    assert client.get(f"{other.address}photo/{'0' * 64}").status_code == 404


def test_the_downloaded_receipt_proves_the_report(matter: Matter) -> None:
    response = matter.client.get(matter.address + "receipt.json")
    assert response.headers["Content-Disposition"].startswith("attachment")
    document = response.json()
    canonical = json.dumps(document["committed"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(bytes.fromhex(document["salt"]) + canonical.encode()).hexdigest()
    assert digest == document["commitment"] == document["entry"]["payload"]["commitment"]
    assert document["proof"] is None
    page = matter.page()
    assert document["commitment"] in page.words
    assert document["entry"]["hash"] in page.words


def test_the_downloaded_receipt_holds_no_contact_data_but_what_stands_for_it(client: Client) -> None:
    matter = Matter(client, name="王先生", phone="000-123456")
    response = client.get(matter.address + "receipt.json")
    assert "000-123456" not in response.content.decode()
    document = response.json()
    salt = bytes.fromhex(document["salt"])
    assert ledger.commitment(salt, document["committed"]).hex() == document["commitment"]
    assert len(document["committed"]["contact"]) == 64


def test_the_status_form_leads_to_the_receipt_however_it_is_typed(matter: Matter, client: Client) -> None:
    number, code = cases.find(matter.id).number, matter.report.receipt_code
    for typed in ((number, code), (f" {number[:3]} {number[3:]} ", code.lower().replace("-", " "))):
        page = pages.post(client, "/status/", {"number": typed[0], "code": typed[1]})
        assert page.response.headers["Location"] == matter.address


@pytest.mark.parametrize(
    ("number", "code", "field"),
    [
        ("", "", "number"),
        ("12", "7K2M-9QXR-4TBD", "number"),
        ("000012375", "7K2M-9QXR-4TBD", "number"),
        (None, "abc", "code"),
    ],
)
def test_a_misspelt_number_or_code_is_told_beside_its_field(
    matter: Matter, client: Client, number: str | None, code: str, field: str
) -> None:
    given = {"number": cases.find(matter.id).number if number is None else number, "code": code}
    page = pages.post(client, "/status/", given)
    assert page.status == 422
    assert page.error(field)
    assert page.value("code") == code


@pytest.mark.parametrize("blank", ["", "  ", "\u3000"])
def test_where_number_and_code_are_both_missing_both_are_asked_for_at_once(client: Client, blank: str) -> None:
    page = pages.post(client, "/status/", {"number": blank, "code": blank})
    assert page.status == 422
    assert page.error("number")
    assert page.error("code")


def test_what_is_typed_is_checked_by_the_house_in_its_own_words_and_never_by_the_browser(matter: Matter) -> None:
    clerk = signed_in("clerk")
    own = f"/desk/phone/case/{cases.find(matter.id).number}/"
    matter.ask()
    shown = [matter.page(), pages.get(clerk, own)]
    matter.do("reply", text="左侧")
    matter.answer()
    shown += [matter.page(), pages.get(clerk, own)]
    shown += [pages.get(matter.client, path) for path in ("/status/", "/report/")]
    shown += [pages.get(clerk, path) for path in ("/desk/register/", "/desk/phone/")]
    for page in shown:
        typed = page.all("//form[.//textarea or .//input[@name='code']]")
        assert typed
        assert all("novalidate" in form.attrib for form in typed)
        assert not page.all("//form[@novalidate]//*[@required]")


def test_number_and_code_that_do_not_belong_together_are_told_so_ten_times(matter: Matter, client: Client) -> None:
    given = {"number": cases.find(matter.id).number, "code": "7K2M-9QXR-4TBD"}
    for _ in range(10):
        page = pages.post(client, "/status/", given)
        assert (page.status, "编号与回执码不匹配" in page.summary) == (404, True)
    page = pages.post(client, "/status/", given)
    assert (page.status, "请过十分钟再试" in page.summary) == (429, True)


def test_a_wrong_link_leads_to_the_form_to_try_again(matter: Matter, client: Client) -> None:
    number = cases.find(matter.id).number
    for address in (f"/r/{number}/7K2M-9QXR-4TBD/", f"/r/{number}/x/", "/r/x/y/", f"/r/{number}/%00/"):
        page = pages.get(client, address)
        assert page.status == 404
        assert page.has("code")
    assert client.get(f"/r/{number}/7K2M-9QXR-4TBD/receipt.json").status_code == 404
    assert client.post(f"/r/{number}/7K2M-9QXR-4TBD/withdraw/").status_code == 404
    assert matter.state == cases.State.DISPATCHED


def test_a_link_typed_in_small_letters_leads_to_the_printed_one(matter: Matter, client: Client) -> None:
    assert client.get(matter.address.lower()).headers["Location"] == matter.address


def test_a_receipt_is_neither_indexed_nor_cached_nor_passed_on(matter: Matter) -> None:
    for response in (matter.page().response, matter.client.get("/status/")):
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cache-Control"] == "private, no-store"


def test_an_act_from_another_site_is_refused(matter: Matter) -> None:
    assert Client(enforce_csrf_checks=True).post(f"{matter.address}withdraw/").status_code == 403
    assert matter.state == cases.State.DISPATCHED


def test_the_whole_page_is_in_english_too(client: Client) -> None:
    matter = Matter(client, text="Pothole")
    with time.at(county.MONDAY + timedelta(days=1)):
        page = matter.page(headers={"accept-language": "en"})
    assert "We promise an answer by Thursday 14 May 17:30 2 working days left" in page.words
    assert ("done", "We have received your report") in page.steps
    assert "Housing Office" in page.words


def test_the_page_costs_the_same_whatever_has_happened(matter: Matter, django_assert_num_queries: Any) -> None:
    """And one statement more for the files of messages, once there is one."""
    matter.page()
    with django_assert_num_queries(10):
        matter.page()
    matter.ask()
    matter.do("reply", text="左侧")
    matter.answer()
    with django_assert_num_queries(11):
        matter.page()


def test_a_reporter_asks_what_is_happening_once_a_day_after_the_promised_date(matter: Matter) -> None:
    due = cases.find(matter.id).due_at
    with time.at(due - timedelta(minutes=1)):
        assert "催一催" not in matter.page().words
        assert matter.do("urge").status == 409
    with time.at(due):
        assert "催一催" in matter.page().words
        assert matter.do("urge").status == 302
        page = matter.page()
        assert "今天已经催过" in page.words
        assert "您催了一次，已转告县住房建设局" in page.words
        refused = matter.do("urge")
        assert (refused.status, "今天已经催过了" in refused.words) == (409, True)
    with time.at(due + timedelta(days=1)):
        assert matter.do("urge").status == 302
    assert cases.find(matter.id).urge_count == 2


def test_a_reporter_hears_nothing_of_what_the_county_urges(matter: Matter) -> None:
    with time.at(county.MONDAY):
        cases.urge_case(actor=county.post("coordinator"), case_id=matter.id, text="请抓紧办理")
        assert "催" not in matter.page().words


@pytest.mark.parametrize(("hours", "says"), [(1, "工作小时"), (24 * 30, "个工作日")])
def test_the_step_that_the_case_stands_at_counts_as_its_clock_counts(matter: Matter, hours: int, says: str) -> None:
    with time.at(county.MONDAY + timedelta(hours=hours)):
        (signing,) = matter.page().all("//li[@aria-current='step']//time[contains(@class, 'due')]")
    assert says in signing.text_content()
    with time.at(county.MONDAY):
        matter.ask()
    with time.at(county.MONDAY + timedelta(hours=hours)):
        (reply,) = matter.page().all("//li[@aria-current='step']//time[contains(@class, 'due')]")
    assert "工作日" in reply.text_content()


def test_what_the_office_and_the_reporter_wrote_is_text_on_the_receipt(matter: Matter) -> None:
    tag = "<b id=wrote>粗</b>"
    matter.ask(tag)
    assert not matter.page().all("//*[@id='wrote']")
    assert matter.do("reply", text=tag).status == 302
    matter.answer(tag)
    page = matter.page()
    assert not page.all("//*[@id='wrote']")
    assert page.words.count(tag) >= 3
