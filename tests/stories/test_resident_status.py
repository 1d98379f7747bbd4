"""A reporter follows the receipt: reads, replies, judges, withdraws."""

import re

import pytest
from playwright.sync_api import Page, expect

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.models import Report
from tests import county
from tests.foundation.ui.accessibility import violations
from tests.stories.people import SMALL_PHONE, Opener


def receipt_of(row: cases.CaseRow) -> str:
    return f"/r/{row.number}/{Report.objects.get(case_id=row.id).receipt_code}/"


@pytest.fixture
def row(committed: None) -> cases.CaseRow:
    return county.receive("路口有个大坑，车辆绕行。已经三天了，请派人来补，谢谢。")


def hud(row: cases.CaseRow, *, ask: str = "", answer: str = "") -> None:
    actor = county.post("hud1")
    if cases.find(row.id).state == cases.State.DISPATCHED:
        cases.accept_case(actor=actor, case_id=row.id)
    if ask:
        cases.ask_reporter(actor=actor, case_id=row.id, text=ask)
    if answer:
        cases.answer_case(actor=actor, case_id=row.id, text=answer)


def test_number_and_code_typed_from_paper_lead_to_the_page(open_as: Opener, row: cases.CaseRow) -> None:
    page = open_as()
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="查询进度").click()
    code = Report.objects.get().receipt_code
    page.get_by_label("事件编号").fill(f"{row.number[:3]} {row.number[3:]}")
    page.get_by_label("回执码").fill("7K2M-9QXR-4TBD")
    page.get_by_role("button", name="查看进度").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("不匹配")
    page.get_by_label("回执码").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="查看进度").click()
    page.wait_for_url(f"**{receipt_of(row)}")
    expect(page.get_by_role("heading", name="承诺在此之前答复您")).to_be_visible()


def test_question_answer_and_verdict_on_one_page(open_as: Opener, row: cases.CaseRow) -> None:
    hud(row, ask="坑在哪一侧？")
    page = open_as()
    page.goto(receipt_of(row))
    expect(page.get_by_text("坑在哪一侧？").first).to_be_visible()
    page.get_by_label("您的补充").fill("左侧，靠近小学")
    page.get_by_role("button", name="提交补充").click()
    expect(page.get_by_text("已收到您的补充，并转给办理部门，时限继续计算。")).to_be_visible()
    hud(row, answer="已经补好")
    page.reload()
    page.get_by_label("已解决", exact=True).check()
    page.get_by_label("非常满意", exact=True).check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("已收到您的评价。")).to_be_visible()
    expect(page.locator(".stepper > li").last).to_contain_text("您的评价：已解决")
    judged = cases.find(row.id)
    assert (judged.state, judged.satisfied) == (cases.State.CLOSED, 5)


def test_words_added_unasked_are_told_once_and_stand_in_the_line_of_steps(open_as: Opener, row: cases.CaseRow) -> None:
    page = open_as()
    page.goto(receipt_of(row))
    page.get_by_text("补充文字、照片或文件").click()
    page.get_by_label("您的补充").fill("坑又大了一圈")
    page.get_by_role("button", name="提交补充").click()
    expect(page.locator("[data-said-here]")).to_have_text("已收到您的补充，并转给办理部门。")
    expect(page.locator("#toasts > *")).to_have_count(0)
    expect(page.locator(".stepper")).to_contain_text("坑又大了一圈")
    page.reload()
    expect(page.locator("[data-said-here]")).to_have_count(0)
    page.get_by_text("补充文字、照片或文件").click()
    expect(page.get_by_label("您的补充")).to_have_value("")


def test_what_is_missing_is_asked_only_where_it_is_not_solved(open_as: Opener, row: cases.CaseRow) -> None:
    hud(row, answer="已经补好")
    page = open_as()
    page.goto(receipt_of(row))
    reason = page.get_by_label("处理不彻底", exact=True)
    expect(reason).to_be_hidden()
    page.get_by_label("没有解决", exact=True).check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("请选一个原因")
    reason.check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("[data-said-here]")).to_have_text("已收到您的评价。")
    expect(page.locator(".stepper")).to_contain_text("处理不彻底")


def test_a_device_remembers_a_report_only_where_its_reporter_says_so(open_as: Opener, row: cases.CaseRow) -> None:
    page = open_as()
    page.goto(receipt_of(row))
    page.goto("/")
    mine = page.get_by_role("region", name="我的上报")
    expect(mine).to_be_hidden()
    page.goto(receipt_of(row))
    page.get_by_label("在这台设备上记住这件上报").check()
    page.goto("/status/")
    expect(mine).to_be_visible()
    assert violations(page) == []
    mine.get_by_role("link").click()
    page.wait_for_url(f"**{receipt_of(row)}")
    expect(page.get_by_label("在这台设备上记住这件上报")).to_be_checked()
    page.goto("/")
    mine.get_by_role("button", name="移除", exact=False).first.click()
    expect(mine).to_be_hidden()
    assert page.evaluate("localStorage.getItem('liandong:my-reports')") is None


def test_a_page_left_open_while_the_matter_moved_on_says_so(open_as: Opener, row: cases.CaseRow) -> None:
    hud(row)
    page = open_as()
    page.goto(receipt_of(row))
    hud(row, answer="已经补好")
    withdraw(page)
    expect(page.locator("[data-error-summary]")).to_have_text("部门已经答复，不能再撤回。请直接评价。")
    expect(page.get_by_role("button", name="提交评价")).to_be_visible()


def withdraw(page: Page, sure: str = "撤回") -> None:
    page.get_by_text("撤回这件事").click()
    page.get_by_role("button", name="确认撤回").click()
    page.get_by_role("dialog").get_by_role("button", name=sure).click()


def test_withdrawing_asks_once_more(open_as: Opener, row: cases.CaseRow) -> None:
    page = open_as()
    page.goto(receipt_of(row))
    withdraw(page, sure="取消")
    assert cases.find(row.id).state == cases.State.DISPATCHED
    page.reload()
    withdraw(page)
    expect(page.get_by_text("已撤回，不再办理。")).to_be_visible()
    assert cases.find(row.id).state == cases.State.WITHDRAWN


def test_without_scripts_reply_and_verdict_work_too(open_as: Opener, row: cases.CaseRow) -> None:
    hud(row, answer="已经补好")
    page = open_as(java_script_enabled=False)
    page.goto(receipt_of(row))
    page.get_by_label("没有解决", exact=True).check()
    page.get_by_label("没有来处理", exact=True).check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator(".stepper")).to_contain_text("您的评价：没有解决。重新办理")
    page.get_by_text("为什么是这一天").click()
    expect(page.get_by_text("起算，承诺时限 3 个工作日。")).to_be_visible()


def test_the_language_changes_and_the_receipt_stays(open_as: Opener, row: cases.CaseRow) -> None:
    page = open_as()
    page.goto(receipt_of(row))
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="We promise an answer by")).to_be_visible()
    assert page.url.endswith(receipt_of(row))


def test_link_and_print_are_at_hand(open_as: Opener, row: cases.CaseRow, settings) -> None:
    page = open_as(permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script("window.print = () => { window.printed = true; };")
    page.goto(receipt_of(row) + "?new=1")
    settings.SITE_URL = page.url.partition("/r/")[0]
    page.reload()
    page.get_by_role("button", name="复制进度链接").click()
    expect(page.get_by_text("已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url.removesuffix("?new=1")
    page.get_by_role("button", name="打印").click()
    assert page.evaluate("window.printed") is True


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_smallest_phone_shows_the_whole_receipt(open_as: Opener, row: cases.CaseRow, language: str) -> None:
    hud(row, answer="已经补好" * 30)
    page = open_as(language=language, **SMALL_PHONE)
    page.goto(receipt_of(row))
    for fold in page.locator("main details").all():
        fold.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_on_paper_stands_what_is_needed_to_come_back(open_as: Opener, row: cases.CaseRow) -> None:
    page = open_as()
    page.goto(receipt_of(row) + "?new=1")
    page.emulate_media(media="print")
    expect(page.get_by_text(re.compile(re.escape(receipt_of(row)))).first).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
