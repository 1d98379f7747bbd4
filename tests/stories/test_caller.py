"""Somebody calls: the clerk takes it down without the mouse, finds what the caller reported before only for what the
caller asks, and takes the verdict when the office has answered.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Call, ContactReading
from tests import county
from tests.stories.people import ANSWER_FIELD, DESKTOP, PHONE, Opener, do

CALLER = "13800000077"


def earlier() -> cases.CaseRow:
    contact = intake.ContactInput("来电人", "+86 138-0000-0077", "")
    return county.receive("老车站门口路灯不亮", channel="phone", contact=contact)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_caller_is_served_from_the_first_ring_to_the_verdict(open_as: Opener, size: dict[str, object]) -> None:
    before = earlier()
    page = open_as("clerk", **size)
    page.goto("/desk/phone/")
    expect(page.locator("#call-bar")).to_contain_text("没有通话")
    page.keyboard.type(CALLER)
    press(page, "Tab")
    expect(page.locator("#call-bar")).to_contain_text("通话中")
    expect(page.locator("#caller-cases li")).to_have_count(0)
    expect(page.get_by_role("button", name="查进度")).to_be_focused()
    press(page, "Enter")
    found = page.locator("#caller-cases li")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("待签收")

    page.get_by_label("情况说明").focus()
    page.keyboard.type("东坪广场边上的井盖松了，车过会响")
    page.get_by_label("地址或地点").focus()
    page.keyboard.type("东坪广场")
    offered = page.locator("#place-list .suggestion").first
    expect(offered).to_contain_text("完全相符")
    offered.focus()
    press(page, "Enter")
    expect(page.locator("#id_lon")).not_to_have_value("")
    page.get_by_role("button", name="保存并取得编号").focus()
    press(page, "Enter")
    expect(page.get_by_role("heading", name="已登记，请读给上报人")).to_be_visible()
    row = cases.find(cases.newest_id())
    expect(page.locator(".registered .receipt-code")).to_have_text(re.compile(r"^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$"))
    call = Call.objects.get()
    assert (call.kind, call.case_id) == ("request", row.id)
    assert [each.purpose for each in ContactReading.objects.all()] == ["own_progress"]
    page.get_by_role("button", name="结束通话").focus()
    press(page, "Enter")
    expect(page.locator("#call-bar")).to_contain_text("没有通话")
    assert intake.contact_masked(row.id)[0].phone.endswith("77")

    office = row if row.office_id == county.office("HUD") else before
    handler = open_as("hud1")
    handler.goto(f"/console/case/{office.number}/")
    do(handler, "签收")
    do(handler, "答复", "已修好", ANSWER_FIELD)
    expect(handler.locator(".case-line")).to_contain_text("待评价")
    expect(handler.get_by_text("评价：已解决", exact=True)).to_have_count(0)
    assert handler.goto(f"/desk/phone/case/{office.number}/").status == 403

    page.goto("/desk/callbacks/")
    page.get_by_role("link", name=re.compile(office.number[-4:])).first.click()
    page.get_by_role("button", name="未联系上").click()
    expect(page.get_by_text("已记：未联系上。")).to_be_visible()
    page.get_by_role("button", name="查看电话并回访").click()
    expect(page.get_by_role("heading", name="请拨打")).to_be_visible()
    expect(page.locator("#call-bar")).to_contain_text("通话中")
    page.get_by_label("已解决", exact=True).check()
    page.get_by_label("非常满意", exact=True).check()
    page.get_by_role("button", name="记下评价").click()
    expect(page.get_by_text("评价已记下。")).to_be_visible()
    after = cases.find(office.id)
    assert (after.state, after.solved, after.satisfied) == (cases.State.CLOSED, True, 5)


def test_a_number_typed_and_the_button_pressed_are_one_call_and_nothing_typed_is_lost(open_as: Opener) -> None:
    page = open_as("clerk")
    page.goto("/desk/phone/")
    page.get_by_label("来电号码").fill(CALLER)
    page.get_by_role("button", name="接听").click()
    expect(page.locator("#call-bar")).to_contain_text("通话中")
    page.get_by_label("情况说明").fill("老车站门口路灯不亮")
    page.get_by_role("button", name="结束通话").click()
    expect(page.locator("#call-bar")).to_contain_text("没有通话")
    expect(page.get_by_label("来电号码")).to_have_value(CALLER)
    expect(page.get_by_label("情况说明")).to_have_value("老车站门口路灯不亮")
    assert Call.objects.count() == 1
    page.get_by_role("button", name="接听").click()
    page.get_by_role("button", name="下一个来电").click()
    expect(page.get_by_label("来电号码")).to_have_value("")
    assert [call.ended_at is None for call in Call.objects.order_by("id")] == [False, False, True]


def test_the_log_counts_while_one_looks(open_as: Opener) -> None:
    page = open_as("coordinator")
    page.goto("/desk/calls/")
    expect(page.get_by_role("heading", name="0 个来电")).to_be_visible()
    clerk = open_as("clerk")
    clerk.goto("/desk/phone/")
    clerk.get_by_role("button", name="接听").click()
    expect(page.get_by_role("heading", name=re.compile("^1 个来电"))).to_be_visible()
    clerk.get_by_label("类型").select_option("advice")
    clerk.get_by_role("button", name="结束通话").click()
    expect(page.locator(".chip", has_text="咨询")).to_contain_text("1")
    page.get_by_role("link", name="列表之后又有 1 个，显示").click()
    expect(page.locator("tbody tr", has_text="咨询")).to_have_count(1)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/desk/phone/", "/desk/callbacks/", "/desk/calls/"])
@pytest.mark.parametrize("size", [DESKTOP, {"viewport": {"width": 320, "height": 640}}])
def test_nothing_of_the_desk_is_wider_than_its_window(
    open_as: Opener, path: str, language: str, size: dict[str, object]
) -> None:
    earlier()
    page = open_as("clerk", language=language, **size)
    page.goto(path)
    if path == "/desk/phone/":
        page.locator("#call-bar").get_by_role("button").click()
        expect(page.locator("#call-bar.is-open")).to_be_visible()
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1]
