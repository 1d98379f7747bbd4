"""The place of a report on the map: a tap, the phone's position, the keys."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from liandong.contexts.intake.models import Report
from tests import county
from tests.stories.people import Opener

SOFTWARE_GL = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
HERE = dict(zip(("longitude", "latitude"), county.POINTS["B12"], strict=True))
ELSEWHERE = dict(zip(("longitude", "latitude"), county.OUTSIDE, strict=True))


@pytest.fixture(scope="module")
def browser(browser_type: BrowserType, browser_type_launch_args: dict[str, list[str]]) -> Iterator[Browser]:
    """Maps are drawn without a graphics card."""
    options = {**browser_type_launch_args, "args": [*browser_type_launch_args["args"], *SOFTWARE_GL]}
    browser = browser_type.launch(**options)
    yield browser
    browser.close()


@pytest.fixture
def page(open_as: Opener) -> Page:
    page = open_as(geolocation=HERE, permissions=["geolocation"])
    page.goto("/report/")
    expect(page.locator("[data-map-ready]")).to_be_visible()
    return page


def send(page: Page) -> Report:
    page.get_by_label("情况说明").fill("路面有坑")
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/r/*/*/?new=1")
    return Report.objects.select_related("case").get()


def test_a_tap_in_the_middle_of_the_map_is_the_middle_of_the_county(page: Page) -> None:
    page.locator(".map-canvas canvas").click()
    expect(page.locator(".map-status")).to_contain_text("已选：北纬 35.1")
    case = send(page).case
    assert (round(case.lon, 1), round(case.lat, 1)) == (105.2, 35.1)


def test_the_position_of_the_phone_is_taken_and_its_neighbours_are_shown(page: Page) -> None:
    county.receive(at="B12")
    page.get_by_role("button", name="使用我的位置").click()
    expect(page.locator(".map-status")).to_contain_text("已定位")
    expect(page.get_by_text("附近 200 米内有 1 件事正在办理")).to_be_visible()
    page.get_by_label("情况说明").fill("路面有坑")
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/r/*/*/?new=1")
    assert Report.objects.latest("id").case.cell_id == county.division(county.CELLS["B12"])


def test_a_position_outside_the_county_is_told_and_not_taken(open_as: Opener) -> None:
    page = open_as(geolocation=ELSEWHERE, permissions=["geolocation"])
    page.goto("/report/")
    expect(page.locator("[data-map-ready]")).to_be_visible()
    page.get_by_role("button", name="使用我的位置").click()
    expect(page.locator(".map-status")).to_contain_text("不在本县范围内")
    expect(page.locator("#id_lon")).to_have_value("")


def test_a_refused_position_leaves_map_and_address(open_as: Opener) -> None:
    page = open_as(permissions=[])
    page.goto("/report/")
    expect(page.locator("[data-map-ready]")).to_be_visible()
    page.get_by_role("button", name="使用我的位置").click()
    expect(page.locator(".map-status")).to_contain_text("您没有允许使用位置")


def test_a_place_from_the_list_moves_the_map_there(page: Page) -> None:
    page.get_by_label("地址或地点").press_sequentially("南沟水", delay=20)
    page.get_by_role("button", name="南沟水库").click()
    lon, lat = county.POINTS["B11"]
    expect(page.locator(".map-status")).to_contain_text(f"已选：北纬 {lat:.5f}，东经 {lon:.5f}")


def test_keys_alone_choose_a_place(page: Page) -> None:
    page.locator(".map-canvas canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-status")).to_contain_text("已选：北纬 35.1")
