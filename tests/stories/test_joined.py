"""The same pothole twice: said by a neighbour before sending, found by the desk, joined, undone, and judged by both."""

from playwright.sync_api import expect

from liandong.contexts.cases import public as cases
from liandong.kernel import ids
from tests import county
from tests.stories.people import ANSWER_FIELD, Opener, do, judge

WORDS = "东坪广场门口路面有个大坑，电动车差点摔倒"


def test_a_neighbour_says_it_is_the_same_and_hears_the_answer(open_as: Opener, committed) -> None:
    first = county.receive(WORDS)
    neighbour = open_as()
    neighbour.goto("/report/")
    neighbour.get_by_label("地址或地点").press_sequentially("东坪")
    neighbour.get_by_role("button", name="东坪广场").click()
    neighbour.get_by_role("button", name="就是这件").click()
    expect(neighbour.get_by_role("heading", level=1)).to_have_text("已收到，谢谢您")
    expect(neighbour.get_by_text("与别人上报的同一件事合并办理")).to_be_visible()
    address = neighbour.url.removesuffix("?new=1")

    handler = open_as("hud1")
    handler.goto(f"/console/case/{first.number}/")
    expect(handler.get_by_text("还有 1 人上报同一件事")).to_be_visible()
    do(handler, "签收")
    do(handler, "答复", "已用冷料填平。", ANSWER_FIELD)
    expect(handler.locator(".case-line")).to_contain_text("待评价")

    neighbour.goto(address)
    expect(neighbour.get_by_role("blockquote")).to_contain_text("已用冷料填平。")
    judge(neighbour, "没有解决", "提交评价", "旁边还有一个")
    expect(neighbour.get_by_text("已收到您的评价。")).to_be_visible()
    handler.reload()
    expect(handler.locator(".case-line")).to_contain_text("办理中")


def test_the_desk_joins_what_it_is_shown_and_takes_a_wrong_join_back(open_as: Opener, committed) -> None:
    first = county.receive(WORDS)
    second = county.receive("东坪广场的大坑还没修，请派人来")
    clerk = open_as("clerk", viewport={"width": 1366, "height": 768})
    clerk.goto(f"/console/case/{second.number}/")
    clerk.locator("#same summary").click()
    candidate = clerk.locator(".same-list li").filter(has_text=WORDS[:10])
    expect(candidate).to_contain_text("同类事项")
    expect(candidate).to_contain_text("都提到：")
    candidate.get_by_role("button", name="合并到").click()
    expect(clerk.get_by_text("已完成：合并。")).to_be_visible()
    expect(clerk.locator(".case-line")).to_contain_text("已合并")
    clerk.get_by_role("link", name=WORDS[:10]).click()
    expect(clerk.get_by_text("还有 1 人上报同一件事")).to_be_visible()
    assert ids.parse_case_number(clerk.url.rstrip("/").rsplit("/", 1)[-1]) == first.id

    clerk.goto(f"/console/case/{second.number}/")
    do(clerk, "撤销合并", "看照片不是同一处", "理由")
    expect(clerk.locator(".case-line")).to_contain_text("待签收")
    assert cases.find(first.id).report_count == 1


def test_in_english_the_desk_reads_why_two_cases_may_be_one(open_as: Opener, committed) -> None:
    county.receive(WORDS)
    second = county.receive("东坪广场的大坑还没修，请派人来")
    clerk = open_as("clerk", language="en")
    clerk.goto(f"/console/case/{second.number}/")
    clerk.locator("#same summary").click()
    candidate = clerk.locator(".same-list li").first
    expect(candidate).to_contain_text("same category")
    expect(candidate).to_contain_text("m apart")
    candidate.get_by_role("button", name="Join to").click()
    expect(clerk.locator(".case-line")).to_contain_text("Joined")
