"""The main way through the house, from a phone at the roadside to the verdict, as each of the people meets it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from liandong.foundation.access.models import Staff
from tests import county
from tests.stories.people import ANSWER_FIELD, Opener, do, judge

UNCLEAR = "这里有点不对劲，麻烦派人来看一下"


@pytest.fixture
def password(committed) -> Iterator[str]:
    """The clerk's, for as long as the test runs."""
    clerk = Staff.objects.get(username="clerk")
    clerk.set_password("correct-horse-battery")
    clerk.save()
    yield "correct-horse-battery"
    clerk.set_unusable_password()
    clerk.save()


def test_an_unclear_report_reaches_the_coordinator_after_two_answers_that_solve_nothing(
    open_as: Opener, password: str
) -> None:
    reporter = open_as()
    reporter.goto("/")
    reporter.get_by_role("link", name="上报问题").first.click()
    reporter.get_by_label("地址或地点").press_sequentially("东坪")
    reporter.get_by_role("button", name="东坪广场").click()
    expect(reporter.get_by_text("已选：东坪广场")).to_be_visible()
    reporter.get_by_label("情况说明").fill(UNCLEAR)
    reporter.get_by_label("电话").fill("100-0000-0000")
    reporter.get_by_role("button", name="提交", exact=True).click()
    expect(reporter.get_by_role("heading", level=1)).to_have_text("已收到，谢谢您")
    number = reporter.locator(".receipt-number").first.inner_text().replace(" ", "")
    code = reporter.locator(".receipt-code").first.inner_text()

    clerk = open_as(viewport={"width": 1366, "height": 768})
    clerk.goto("/console/")
    clerk.get_by_label("用户名").fill("clerk")
    clerk.get_by_label("密码").fill(password)
    clerk.get_by_role("button", name="登录").click()
    clerk.get_by_role("link", name="队列").click()
    clerk.get_by_role("link", name=UNCLEAR[:10]).click()
    clerk.get_by_label("事项分类").select_option(county.POTHOLE)
    do(clerk, "受理并派遣")
    expect(clerk.get_by_text("已完成：受理并派遣。")).to_be_visible()

    handler = open_as("hud1")
    handler.goto("/console/")
    handler.get_by_role("link", name=UNCLEAR[:10]).click()
    do(handler, "签收")
    expect(handler.locator(".case-line")).to_contain_text("办理中")
    do(handler, "请上报人补充", "坑在路的哪一侧？", "要问的问题（上报人可见）")
    expect(handler.locator(".case-line")).to_contain_text("待补充")

    reporter.goto("/status/")
    reporter.get_by_label("事件编号").fill(number)
    reporter.get_by_label("回执码").fill(code.lower())
    reporter.get_by_role("button", name="查看进度").click()
    expect(reporter.get_by_role("blockquote")).to_contain_text("坑在路的哪一侧？")
    reporter.get_by_label("您的补充").fill("在东侧，靠近公交站")
    reporter.get_by_role("button", name="提交补充").click()
    expect(reporter.get_by_text("已收到您的补充，并转给办理部门，时限继续计算。")).to_be_visible()

    handler.reload()
    expect(handler.get_by_text("在东侧，靠近公交站")).to_be_visible()
    do(handler, "答复", "已用冷料填平。", ANSWER_FIELD)
    judge(reporter, "没有解决", "提交评价", "下雨又塌了")
    expect(reporter.get_by_text("已收到您的评价。")).to_be_visible()

    handler.goto("/console/tasks/")
    handler.locator("section", has=handler.get_by_role("heading", name="我在办的")).get_by_role("link").first.click()
    expect(handler.get_by_text("下雨又塌了")).to_be_visible()
    do(handler, "答复", "已重新铺设。", ANSWER_FIELD)
    judge(reporter, "没有解决", "提交评价", "还是老样子")

    handler.reload()
    expect(handler.locator(".case-line")).to_contain_text("县级统筹")
    coordinator = open_as("coordinator")
    coordinator.goto("/console/tasks/")
    coordinator.get_by_role("link", name=UNCLEAR[:10]).click()
    do(coordinator, "答复", "已会同住建局彻底翻修。", ANSWER_FIELD)
    judge(reporter, "已解决", "提交评价")
    expect(reporter.get_by_role("heading", name="已办结")).to_be_visible()

    coordinator.reload()
    told = coordinator.locator(".timeline-head strong").all_inner_texts()
    assert told == [
        "收到上报", "受理并派遣", "签收", "请上报人补充", "上报人补充",
        "答复", "评价：未解决", "答复", "评价：未解决", "答复", "评价：已解决",
    ]  # fmt: skip


def test_the_main_way_in_english(open_as: Opener) -> None:
    reporter = open_as(language="en")
    reporter.goto("/")
    reporter.get_by_role("link", name="Report a problem").first.click()
    reporter.get_by_label("Address or place").press_sequentially("东坪")
    reporter.get_by_role("button", name="东坪广场").click()
    reporter.get_by_label("What is the matter?").fill("There is a deep pothole in the road")
    reporter.get_by_role("button", name="Send", exact=True).click()
    expect(reporter.get_by_role("heading", level=1)).to_have_text("Received. Thank you")

    handler = open_as("hud2", language="en")
    handler.goto("/console/")
    handler.get_by_role("link", name="There is a deep pothole").click()
    do(handler, "Take on")
    do(handler, "Answer", "Filled this morning.", "Answer (visible to the reporter)")
    expect(handler.locator(".case-line")).to_contain_text("Answered, awaiting verdict")

    judge(reporter, "Solved", "Send your verdict")
    expect(reporter.get_by_role("heading", name="Closed", exact=True)).to_be_visible()
    handler.reload()
    assert handler.locator(".timeline-head strong").all_inner_texts()[-1] == "Verdict: solved"
