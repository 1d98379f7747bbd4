"""A resident reports: on a phone, in a hurry, with and without scripts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from liandong.contexts.intake.models import Photo, Report
from tests import county
from tests.stories.people import BROWSERS_OWN, SMALL_PHONE, Opener, Slow, pick_category

SEND = {"zh": "提交", "en": "Send"}
PRESSED_AS_LONG_AS_IT_TAKES = """
const later = window.setTimeout;
window.setTimeout = (run, ms, ...more) => later.call(window, run, ms === 2000 ? 600_000 : ms, ...more);
"""
"""A press holds answers back for two seconds at most; a busy machine is slower than that."""
RECEIPT = "**/r/*/*/?new=1"


@pytest.fixture(autouse=True)
def blobs(settings: Any, tmp_path: Path) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "pothole.jpg"
    Image.effect_noise((800, 600), 60).convert("RGB").save(path)
    return path


@pytest.fixture
def page(open_as: Opener) -> Iterator[Page]:
    page = open_as()
    page.goto("/report/")
    return page


def send(page: Page, language: str = "zh") -> None:
    page.get_by_role("button", name=SEND[language], exact=True).click()


def pick_place(page: Page, typed: str = "东坪广") -> None:
    page.get_by_label("地址或地点").press_sequentially(typed, delay=20)
    page.get_by_role("button", name="东坪广场").click()
    expect(page.get_by_label("地址或地点")).to_have_value("东坪广场")


def test_place_photo_words_sent(page: Page, picture: Path) -> None:
    pick_place(page)
    expect(page.get_by_text("已选：东坪广场（东坪村人民路1号 · 青坪镇 · 东坪村）")).to_be_focused()
    page.get_by_label("照片").set_input_files(picture)
    page.get_by_label("情况说明").fill("厨房里燃气泄漏，味道很大")
    expect(page.get_by_text("会归为“燃气泄漏”")).to_be_visible()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(4)
    send(page)
    page.wait_for_url(RECEIPT)
    expect(page.get_by_role("heading", name="已收到，谢谢您")).to_be_visible()
    report = Report.objects.select_related("case").get()
    assert (report.address, report.case.category_code) == ("东坪广场", "030301")


def test_nothing_moves_under_a_finger_that_presses(page: Page) -> None:
    page.add_init_script(PRESSED_AS_LONG_AS_IT_TAKES)
    page.goto("/report/")
    pick_place(page)
    slow = Slow(page, "**/report/category/")
    with page.expect_request("**/report/category/"):
        page.get_by_label("情况说明").fill("厨房里燃气泄漏，味道很大")
    page.get_by_role("button", name=SEND["zh"], exact=True).hover()
    page.mouse.down()
    slow.let_go()
    expect(page.get_by_text("会归为“燃气泄漏”")).to_be_hidden()
    page.mouse.up()
    page.wait_for_url(RECEIPT)


def test_a_press_on_a_proposal_chooses_it_and_typing_on_leaves_it_chosen(page: Page) -> None:
    words = page.get_by_label("情况说明")
    words.press_sequentially("半夜还在吵", delay=20)
    proposal = page.locator("button.proposal").first
    code = proposal.get_attribute("value")
    proposal.click()
    picker = page.locator("[name=category_code]")
    expect(picker).to_have_value(code or "")
    with page.expect_response("**/report/category/"):
        words.press_sequentially("，厨房燃气泄漏", delay=20)
    expect(page.get_by_text("这不是报警渠道")).to_be_visible()
    expect(picker).to_have_value(code or "")


def test_a_complaint_about_an_office_asks_for_it_as_soon_as_it_is_chosen(page: Page) -> None:
    expect(page.get_by_label("反映的部门")).to_have_count(0)
    pick_category(page, "工作人员作风")
    page.get_by_label("反映的部门").select_option(label="县综合执法局")
    page.get_by_label("情况说明").fill("窗口态度不好")
    send(page)
    page.wait_for_url(RECEIPT)
    case = Report.objects.select_related("case").get().case
    assert (case.complained_office_id, case.office_id) == (county.office("LAW"), county.office("SUP"))


def test_neighbours_are_shown_before_sending(page: Page) -> None:
    county.receive("王某家门口的坑")
    pick_place(page)
    expect(page.get_by_role("group", name="附近 200 米内有 1 件事正在办理")).to_be_visible()
    assert "王某" not in page.content()


def test_a_fault_leads_to_its_field_and_words_and_photo_are_still_there(page: Page, picture: Path) -> None:
    page.get_by_label("照片").set_input_files(picture)
    page.get_by_label("情况说明").fill("路面有坑")
    send(page)
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.get_by_label("地址或地点")).to_be_focused()
    expect(page.get_by_label("情况说明")).to_have_value("路面有坑")
    expect(page.locator(".photo-picks li")).to_have_count(1)
    page.keyboard.type("村口桥头")
    send(page)
    page.wait_for_url(RECEIPT)
    assert Photo.objects.filter(report=Report.objects.get()).count() == 1


def test_two_presses_send_one_report(page: Page) -> None:
    page.get_by_label("地址或地点").fill("村口桥头")
    page.get_by_label("情况说明").fill("路面有坑")
    page.get_by_role("button", name="提交", exact=True).dblclick()
    page.wait_for_url(RECEIPT)
    assert Report.objects.count() == 1


def test_when_the_answer_got_lost_going_back_and_pressing_again_gives_the_same_receipt(page: Page) -> None:
    def lose_the_answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.fallback()

    page.route("**/report/", lose_the_answer)
    page.get_by_label("地址或地点").fill("村口桥头")
    page.get_by_label("情况说明").fill("路面有坑")
    send(page)
    expect(page).to_have_url(BROWSERS_OWN)
    page.unroute("**/report/")
    page.goto("/report/")
    expect(page.get_by_label("情况说明")).to_have_value("路面有坑")
    send(page)
    page.wait_for_url(RECEIPT)
    assert Report.objects.get().receipt_code in page.url


def test_what_was_typed_survives_a_closed_page_until_it_is_sent(page: Page) -> None:
    page.get_by_label("地址或地点").fill("村口桥头")
    page.get_by_label("情况说明").fill("路面有坑")
    page.wait_for_function("() => localStorage.getItem('liandong:draft:report')?.includes('路面有坑')")
    page.goto("/")
    page.goto("/report/")
    expect(page.get_by_label("情况说明")).to_have_value("路面有坑")
    send(page)
    page.wait_for_url(RECEIPT)
    page.goto("/report/")
    expect(page.get_by_label("情况说明")).to_have_value("")


def test_without_scripts_it_takes_one_look_more(open_as: Opener, picture: Path) -> None:
    county.receive()
    page = open_as(java_script_enabled=False)
    page.goto("/report/")
    page.get_by_label("地址或地点").fill("东坪广")
    page.get_by_label("情况说明").fill("厨房燃气泄漏")
    page.get_by_label("照片").set_input_files(picture)
    page.get_by_role("button", name="先看看附近和分类建议").click()
    expect(page.get_by_text("这不是报警渠道")).to_be_visible()
    page.get_by_role("button", name="东坪广场").click()
    expect(page.get_by_text("附近 200 米内有 1 件事正在办理")).to_be_visible()
    expect(page.get_by_role("img", name="第 1 张照片")).to_be_visible()
    send(page)
    page.wait_for_url(RECEIPT)
    report = Report.objects.select_related("case").latest("id")
    assert report.case.cell_id == county.division(county.CELLS["A11"])
    assert Photo.objects.filter(report=report).count() == 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/", "/report/", "/status/"])
def test_the_smallest_phone_shows_all_without_scrolling_sideways(open_as: Opener, path: str, language: str) -> None:
    page = open_as(language=language, **SMALL_PHONE)
    page.goto(path)
    if path == "/report/":
        page.locator("[name=text]").fill("厨房燃气泄漏 gas leak")
        expect(page.locator(".urgent")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_page_speaks_english_throughout(open_as: Opener) -> None:
    page = open_as(language="en")
    page.goto("/report/")
    page.get_by_label("What is the matter?").fill("gas leak in the kitchen")
    expect(page.get_by_text("This is not an emergency line")).to_be_visible()
    page.get_by_label("Address or place").fill("By the old bridge")
    send(page, "en")
    page.wait_for_url(RECEIPT)
    expect(page.get_by_role("heading", name="Received. Thank you")).to_be_visible()
    assert Report.objects.get().case.language == "en"


def test_every_field_is_reached_by_keys_in_reading_order(open_as: Opener) -> None:
    page = open_as(viewport={"width": 1366, "height": 768}, has_touch=False, is_mobile=False)
    page.goto("/report/")
    page.get_by_label("地址或地点").focus()
    reached: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))
    wanted = ["photos", "text", "自己找事项分类", "name", "phone", "email", "提交"]
    assert [each for each in reached if each in wanted][: len(wanted)] == wanted
