"""Time limits that move for a reason, from the office over the county to the reporter; and what comes back from an
office that isn't competent.
"""

from datetime import timedelta

from playwright.sync_api import Page, expect

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import State
from liandong.contexts.intake.models import Report
from liandong.kernel import time
from tests import county
from tests.stories.people import Opener, do


def open_case(open_as: Opener, username: str, row: cases.CaseRow, **options: str) -> Page:
    page = open_as(username, **options)
    page.goto(f"/console/case/{row.number}/")
    return page


def receipt(row: cases.CaseRow) -> str:
    return f"/r/{row.number}/{Report.objects.get(case_id=row.id).receipt_code}/"


def fold(page: Page, action: str) -> None:
    summary = page.locator("details.action > summary").get_by_text(action, exact=True)
    more = page.locator("details.action-more:not([open])").filter(has=summary)
    if more.count():
        more.locator("> summary").click()
    summary.click()


def test_an_extension_is_asked_for_granted_and_told(open_as: Opener) -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    handler = open_case(open_as, "hud1", row)
    fold(handler, "申请延期")
    handler.get_by_label("延长多少（个工作日）").fill("9")
    do(handler, "申请延期", "管材还没有到货", "理由")
    expect(handler.get_by_role("alert")).to_contain_text("延期的长度应在 1 到 3 之间")
    expect(handler.get_by_label("延长多少（个工作日）")).to_have_value("9")
    handler.get_by_label("延长多少（个工作日）").fill("2")
    do(handler, "申请延期")
    expect(handler.get_by_text("已完成：申请延期。")).to_be_visible()

    coordinator = open_as("coordinator", language="en")
    coordinator.goto("/console/queue/?queue=extension")
    coordinator.locator("a.case-title").click()
    expect(coordinator.get_by_text("The office asks for 2 working days more.")).to_be_visible()
    do(coordinator, "Grant the extension", "管材周五到货，到货后当天修好", "Reason (the reporter sees it)")
    expect(coordinator.locator(".timeline")).to_contain_text("Grant the extension")

    reporter = open_as()
    reporter.goto(receipt(row))
    expect(reporter.get_by_text("批准延长办理时间")).to_be_visible()
    expect(reporter.get_by_text("管材周五到货，到货后当天修好")).to_be_visible()
    reporter.get_by_text("为什么是这一天").click()
    expect(reporter.get_by_text("合计 5 个工作日。")).to_be_visible()


def test_what_is_not_its_duty_comes_back_from_an_office_and_stays_with_the_next(open_as: Opener) -> None:
    row = county.receive()
    handler = open_case(open_as, "hud1", row)
    do(handler, "退回", "路灯由执法局管护", "理由")
    coordinator = open_as("coordinator")
    coordinator.goto("/console/queue/?queue=duty")
    coordinator.locator("a.case-title").click()
    expect(coordinator.locator(".timeline")).to_contain_text("路灯由执法局管护")
    fold(coordinator, "改派")
    coordinator.locator("#office_id-reassign").select_option(label="县综合执法局")
    do(coordinator, "改派", "请执法局承办", "理由")
    expect(coordinator.get_by_text("已完成：改派。")).to_be_visible()
    other = open_case(open_as, "law1", row)
    expect(other.get_by_role("button", name="签收")).to_be_visible()
    expect(other.locator("summary", has_text="退回")).to_have_count(0)


def test_a_case_is_parked_until_a_day_that_the_reporter_knows(open_as: Opener) -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    day = (time.now() + timedelta(days=60)).date()
    coordinator = open_case(open_as, "coordinator", row)
    fold(coordinator, "挂账")
    coordinator.get_by_label("挂账原因").select_option(label="等待季节")
    coordinator.get_by_label("复核日").fill(day.isoformat())
    do(coordinator, "挂账", "入冬后不能铺沥青，开春即修", "理由（上报人可见）")
    expect(coordinator.locator(".case-line")).to_contain_text("挂账中")
    assert cases.find(row.id).state == State.PARKED
    reporter = open_as()
    reporter.goto(receipt(row))
    expect(reporter.get_by_text("入冬后不能铺沥青，开春即修")).to_be_visible()
    expect(reporter.get_by_text(f"{day.month}月{day.day}日").filter(visible=True).first).to_be_visible()
