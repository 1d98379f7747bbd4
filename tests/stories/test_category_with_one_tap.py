"""The category with one tap on a phone, and by keys alone."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from liandong.contexts.intake.models import Report
from tests.stories.people import PHONE, Opener, Slow, session_of

UNSURE = "半夜还在吵"
NEIGHBOURS = "050302"
NOISE = "050301"
FINGER_PX = 44


@pytest.fixture(autouse=True)
def blobs(settings: Any, tmp_path: Path) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


@pytest.fixture
def page(open_as: Opener) -> Page:
    page = open_as(**PHONE)
    page.goto("/report/")
    page.get_by_label("地址或地点").fill("村口桥头")
    return page


def write(page: Page, text: str) -> None:
    with page.expect_response("**/category/"):
        page.get_by_label("情况说明").fill(text)


def send(page: Page, by: str = "提交") -> str:
    page.get_by_role("button", name=by, exact=True).click()
    page.wait_for_url("**/r/*/*/?new=1")
    return Report.objects.select_related("case").get().case.category_code


def test_one_tap_on_one_of_three_choices_and_the_report_has_it(page: Page) -> None:
    write(page, UNSURE)
    choices = page.locator(".proposals .proposal")
    expect(choices).to_have_count(3)
    for each in choices.all():
        box = each.bounding_box()
        assert box is not None
        assert box["height"] >= FINGER_PX
        assert box["width"] > 300
    choices.filter(has_text="社会生活噪声").tap()
    expect(page.locator(".picked")).to_be_focused()
    expect(page.locator(".picked")).to_contain_text("社会生活噪声")
    assert send(page) == NEIGHBOURS


def test_a_choice_is_taken_back_with_one_tap(page: Page) -> None:
    write(page, UNSURE)
    page.locator(".proposals .proposal").first.tap()
    page.get_by_role("button", name="不选，按写的内容归类").tap()
    expect(page.get_by_text("没有选定，按写的内容归类。")).to_be_focused()
    assert page.locator("[name=category_code]").input_value() == ""
    assert send(page) == ""


def test_the_question_is_answered_with_one_tap(page: Page) -> None:
    write(page, "小区物业不管事，楼道灯坏了没人来修")
    page.get_by_role("group", name="要部门去查处，还是要人来调解？").get_by_role("button", name="要人来调解").tap()
    chosen = page.get_by_role("button", name="要人来调解", pressed=True)
    expect(chosen).to_be_visible()
    assert send(page) == "100501"


def test_by_keys_alone_a_leaf_is_found_and_chosen_and_enter_sends_nothing(open_as: Opener) -> None:
    page = open_as(viewport={"width": 1366, "height": 768}, has_touch=False, is_mobile=False)
    page.goto("/report/")
    page.get_by_label("地址或地点").fill("村口桥头")
    write(page, "半夜还在吵")
    page.locator(".picker > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_response("**/report/category/"):
        page.keyboard.type("工地噪声 ")
    with page.expect_response("**/report/category/"):
        page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert not Report.objects.exists()
    expect(page.locator("#category-found button").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(f"#category-found button[value='{NOISE}']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".picked")).to_be_focused()
    expect(page.locator(".picker")).not_to_have_attribute("open", "")
    assert send(page) == NOISE


def test_a_choice_comes_back_with_the_draft(page: Page) -> None:
    write(page, UNSURE)
    page.locator(".proposals .proposal").filter(has_text="社会生活噪声").tap()
    expect(page.locator(".picked")).to_be_visible()
    write(page, UNSURE + "，三天了")
    page.wait_for_timeout(400)
    page.reload()
    expect(page.locator(".draft-note")).to_be_visible()
    expect(page.locator(".picked")).to_contain_text("社会生活噪声")
    expect(page.locator(".proposals .proposal").first).to_be_visible()
    assert send(page) == NEIGHBOURS


def test_when_the_words_become_another_danger_the_advice_is_that_of_the_new_words(page: Page) -> None:
    write(page, "厨房燃气泄漏")
    expect(page.get_by_text("会归为“燃气泄漏”")).to_be_visible()
    write(page, "电梯困人了，快来救人")
    expect(page.get_by_text("会归为“电梯困人或故障”")).to_be_visible()
    expect(page.get_by_text("会归为“燃气泄漏”")).to_have_count(0)
    write(page, "路灯坏了好几天，天黑看不见")
    expect(page.locator(".urgent")).to_have_count(0)
    write(page, "厨房燃气泄漏")
    page.locator(".picker > summary").tap()
    page.locator("#category-find").fill("燃气泄漏")
    page.locator("#category-found button[value='030301']").tap()
    expect(page.locator(".picked")).to_contain_text("燃气泄漏")
    write(page, "电梯困人了，快来救人")
    expect(page.get_by_text("现在写的更像另一类")).to_be_visible()
    page.locator(".proposals .proposal").filter(has_text="电梯困人").tap()
    expect(page.locator(".picked")).to_contain_text("电梯困人或故障")


def test_words_written_while_a_choice_is_on_its_way_decide_the_advice(page: Page) -> None:
    write(page, UNSURE)
    slow = Slow(page, "**/report/category/", first=1)
    with page.expect_request("**/report/category/"):
        page.locator(".proposals .proposal").filter(has_text="社会生活噪声").tap()
    write(page, "厨房燃气泄漏")
    slow.let_go()
    expect(page.locator(".picked")).to_contain_text("社会生活噪声")
    expect(page.locator(".urgent")).to_be_visible()
    expect(page.get_by_text("现在写的更像另一类")).to_be_visible()


def test_what_the_browser_put_back_after_back_has_its_advice_and_is_no_draft(page: Page) -> None:
    write(page, "厨房燃气泄漏，味道很大")
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/r/*/*/?new=1")
    expect(page.locator(".urgent")).to_be_visible()
    page.go_back()
    expect(page.locator("[name=text]")).to_have_value("厨房燃气泄漏，味道很大")
    expect(page.locator(".urgent")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('draft:'))") == []


def test_numbers_to_call_come_into_view_while_the_clerk_writes(open_as: Opener) -> None:
    page = open_as("clerk", viewport={"width": 1366, "height": 768})
    page.goto("/desk/phone/")
    write(page, "厨房燃气泄漏，味道很大")
    expect(page.locator(".urgent")).to_be_visible()
    bar, box = page.locator(".sticky-actions").bounding_box(), page.locator(".urgent").bounding_box()
    assert bar is not None
    assert box is not None
    assert box["y"] > 0
    assert box["y"] + box["height"] <= bar["y"]
    expect(page.locator("[name=text]")).to_be_in_viewport()


def test_who_is_signed_out_while_writing_signs_in_and_finds_every_word_and_the_choice(open_as: Opener) -> None:
    page = open_as("clerk")
    page.goto("/desk/register/")
    write(page, UNSURE)
    page.locator(".proposals .proposal").filter(has_text="社会生活噪声").click()
    expect(page.locator(".picked")).to_be_visible()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("[name=text]").fill(UNSURE + "，三天了")
    page.wait_for_url("**/accounts/login/?next=/desk/register/")
    cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": session_of("clerk"),
        "url": page.url.partition("/accounts/")[0],
    }
    page.context.add_cookies([cookie])
    page.goto("/desk/register/")
    expect(page.locator("[name=text]")).to_have_value(UNSURE + "，三天了")
    expect(page.locator(".picked")).to_contain_text("社会生活噪声")
