"""A slow network: what the server answers late takes nothing back that a person chose or wrote meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from tests import county
from tests.stories.people import Opener, Slow, pick_category


@pytest.fixture(autouse=True)
def blobs(settings: Any, tmp_path: Path) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


@pytest.fixture
def page(open_as: Opener) -> Iterator[Page]:
    page = open_as()
    page.goto("/report/")
    return page


def pick_place(page: Page) -> None:
    page.get_by_label("地址或地点").press_sequentially("东坪")
    page.get_by_role("button", name="东坪广场").click()
    expect(page.get_by_label("地址或地点")).to_have_value("东坪广场")


def test_a_late_list_of_neighbours_keeps_the_matter_that_the_clerk_chose(open_as: Opener) -> None:
    first = county.receive()
    page = open_as("clerk", viewport={"width": 1366, "height": 768})
    page.goto("/desk/register/")
    pick_place(page)
    same = page.get_by_role("radio", name="城乡道路坑洞破损")
    expect(same).to_be_visible()
    slow = Slow(page, "**/desk/register/near/")
    with page.expect_request("**/desk/register/near/"):
        page.get_by_label("地址或地点").dispatch_event("change")
    same.check()
    before = same.element_handle()
    slow.let_go()
    page.wait_for_function("(before) => !before.isConnected", arg=before)
    expect(same).to_be_checked()
    page.get_by_role("button", name="保存并取得编号").click()
    expect(page.get_by_role("heading", name="已登记，请读给上报人")).to_be_visible()
    assert cases.find(first.id).report_count == 2


def test_a_list_of_neighbours_that_comes_late_is_that_of_the_newest_place(page: Page) -> None:
    county.receive()
    pick_place(page)
    offered = page.locator("#near-part").get_by_text("城乡道路坑洞破损")
    expect(offered).to_be_visible()
    slow = Slow(page, "**/report/near/", first=1)
    address = page.get_by_label("地址或地点")
    with page.expect_request("**/report/near/"):
        address.dispatch_event("change")
    page.get_by_text("直接填写经纬度").click()
    for label, value in (("经度", county.POINTS["B21"][0]), ("纬度", county.POINTS["B21"][1])):
        page.get_by_label(label).fill(str(value))
    with page.expect_response("**/report/near/"):
        address.dispatch_event("change")
    expect(offered).to_have_count(0)
    slow.let_go()
    expect(offered).to_have_count(0)


def test_a_late_proposal_for_the_words_leaves_category_and_office_as_chosen(page: Page) -> None:
    slow = Slow(page, "**/report/category/", first=1)
    with page.expect_request("**/report/category/"):
        page.get_by_label("情况说明").fill("路灯坏了，没人来修")
    pick_category(page, "工作人员作风")
    office = page.locator("#id_complained_office_id")
    office.select_option(str(county.office("LAW")))
    slow.let_go()
    expect(page.locator("[name=category_code]")).to_have_value(county.CONDUCT)
    expect(page.locator(".picked")).to_contain_text("工作人员作风与履职投诉")
    expect(office).to_have_value(str(county.office("LAW")))


def test_words_written_while_a_proposal_is_taken_over_do_not_undo_it(page: Page) -> None:
    words = page.get_by_label("情况说明")
    words.press_sequentially("半夜还在吵", delay=20)
    proposal = page.locator("button.proposal").first
    code = proposal.get_attribute("value") or ""
    slow = Slow(page, "**/report/category/", first=1)
    with page.expect_request("**/report/category/"):
        proposal.click()
    with page.expect_response("**/report/category/"):
        words.press_sequentially("，天黑看不见")
    with page.expect_response("**/report/category/"):
        slow.let_go()
    expect(page.locator("[name=category_code]")).to_have_value(code)


def test_of_two_questions_about_a_caller_the_newer_one_is_shown(open_as: Opener) -> None:
    def contact(phone: str) -> intake.ContactInput:
        return intake.ContactInput("来电人", phone, "")

    county.receive("老车站门口路灯不亮", channel="phone", contact=contact("13800000077"))
    clerk = open_as("clerk")
    clerk.goto("/desk/phone/")
    number = clerk.get_by_label("来电号码")
    number.fill("13800000077")
    slow = Slow(clerk, "**/desk/phone/look-up/", first=1)
    look = clerk.locator("button[name=look_up]")
    with clerk.expect_request("**/desk/phone/look-up/"):
        look.nth(0).click()
    number.fill("13800000078")
    with clerk.expect_response("**/desk/phone/look-up/"):
        look.nth(1).click()
    expect(clerk.locator("#caller-cases")).to_contain_text("这个号码没有留在任何事件上")
    slow.let_go()
    expect(clerk.locator("#caller-cases")).to_contain_text("这个号码没有留在任何事件上")


def test_when_the_older_answer_comes_first_the_newer_one_still_shows(open_as: Opener) -> None:
    contact = intake.ContactInput("来电人", "13800000077", "")
    county.receive("老车站门口路灯不亮", channel="phone", contact=contact)
    clerk = open_as("clerk")
    clerk.goto("/desk/phone/")
    number, look = clerk.get_by_label("来电号码"), clerk.locator("button[name=look_up]")
    slow = Slow(clerk, "**/desk/phone/look-up/", first=2)
    for index, phone in enumerate(("13800000078", "13800000077")):
        number.fill(phone)
        with clerk.expect_request("**/desk/phone/look-up/"):
            look.nth(index).click()
    slow.let_go()
    expect(clerk.locator("#caller-cases li")).to_have_count(1)
