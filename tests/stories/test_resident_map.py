"""The place of a report on the map: a tap, the phone's position, the keys."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from liandong.contexts.intake.models import Report
from tests import county
from tests.stories.people import Opener

SOFTWARE_GL = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
MAPS_OWN = re.compile(r"/static/built/assets/(open|maplibre)-")
HERE = dict(zip(("longitude", "latitude"), county.POINTS["B12"], strict=True))
ELSEWHERE = dict(zip(("longitude", "latitude"), county.OUTSIDE, strict=True))


@pytest.fixture(scope="module")
def browser(browser_type: BrowserType, browser_type_launch_args: dict[str, list[str]]) -> Iterator[Browser]:
    """Maps are drawn without a graphics card."""
    options = {**browser_type_launch_args, "args": [*browser_type_launch_args["args"], *SOFTWARE_GL]}
    browser = browser_type.launch(**options)
    yield browser
    browser.close()


def opened(page: Page) -> Page:
    """The report form with its map open."""
    page.goto("/report/")
    page.get_by_role("button", name="打开地图").click()
    expect(page.locator("[data-map-ready]")).to_be_visible()
    return page


@pytest.fixture
def page(open_as: Opener) -> Page:
    return opened(open_as(geolocation=HERE, permissions=["geolocation"]))


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
    page = opened(open_as(geolocation=ELSEWHERE, permissions=["geolocation"]))
    page.get_by_role("button", name="使用我的位置").click()
    expect(page.locator(".map-status")).to_contain_text("不在本县范围内")
    expect(page.locator("#id_lon")).to_have_value("")


def test_a_refused_position_leaves_map_and_address(open_as: Opener) -> None:
    page = opened(open_as(permissions=[]))
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


def fetches(page: Page) -> list[str]:
    """Addresses that a page asks for from here on, of the map's own only."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url) if MAPS_OWN.search(request.url) else None)
    return seen


def test_the_map_is_fetched_only_when_it_is_wanted(open_as: Opener) -> None:
    page = open_as()
    seen = fetches(page)
    page.goto("/report/", wait_until="networkidle")
    assert seen == []
    opener = page.get_by_role("button", name="打开地图")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-map-ready]")).to_be_visible()
    assert seen
    expect(opener).to_have_count(0)
    expect(page.locator(".map-canvas canvas")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".map-status")).to_contain_text("已选：北纬 35.1")


def test_the_position_is_taken_where_the_map_never_comes(open_as: Opener) -> None:
    page = open_as(geolocation=HERE, permissions=["geolocation"])
    page.route(MAPS_OWN, lambda route: route.abort())
    county.receive(at="B12")
    page.goto("/report/")
    page.get_by_role("button", name="使用我的位置", exact=True).click()
    expect(page.locator("#id_lon")).to_have_value(f"{HERE['longitude']:.6f}")
    expect(page.get_by_text("附近 200 米内有 1 件事正在办理")).to_be_visible()
    page.get_by_label("情况说明").fill("路面有坑")
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/r/*/*/?new=1")
    assert Report.objects.latest("id").case.cell_id == county.division(county.CELLS["B12"])


def test_a_map_that_does_not_come_can_be_asked_for_again(open_as: Opener) -> None:
    page = open_as(language="en")
    page.route(MAPS_OWN, lambda route: route.abort())
    page.goto("/report/")
    page.get_by_role("button", name="Open the map").click()
    expect(page.locator(".map-status.is-problem")).to_contain_text("The map did not open")
    page.unroute(MAPS_OWN)
    page.get_by_role("button", name="Open the map").click()
    expect(page.locator("[data-map-ready]")).to_be_visible()


def test_a_map_that_was_opened_stays_open_when_its_part_of_the_page_is_renewed(page: Page) -> None:
    page.get_by_label("地址或地点").press_sequentially("南沟水", delay=20)
    page.get_by_role("button", name="南沟水库").click()
    expect(page.locator(".picked")).to_be_visible()
    expect(page.locator("[data-map-ready]")).to_be_visible()
    expect(page.locator(".maplibregl-marker")).to_have_count(1)


def test_the_square_fetches_its_map_on_a_phone_when_its_drawer_is_opened(open_as: Opener) -> None:
    for _ in range(30):
        county.receive(at="B12")
    page = open_as("clerk", viewport={"width": 390, "height": 640})
    seen = fetches(page)
    page.goto("/console/square/", wait_until="load")
    expect(page.locator("tr[data-point-id]")).to_have_count(30)
    assert seen == []
    toggle = page.get_by_role("button", name="地图", exact=True)
    toggle.click()
    expect(page.locator("[data-map-ready]")).to_be_visible()
    expect(page.get_by_role("button", name="这里有 30 件事件")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-map]")).to_be_hidden()
    expect(toggle).to_be_focused()


def test_the_place_is_told_in_words_and_one_press_joins_the_open_matter_there(page: Page) -> None:
    first = county.receive(at="B12")
    page.get_by_role("button", name="使用我的位置").click()
    expect(page.locator("#place-words")).to_have_text("白沟镇 南沟村 第2网格")
    expect(page.locator("#near-part")).to_contain_text("城乡道路坑洞破损")
    page.get_by_label("地址或地点").press_sequentially("东坪广场")
    page.get_by_role("button", name="就是这件").click()
    page.wait_for_url("**/r/*/*/?new=1")
    expect(page.get_by_text("与别人上报的同一件事合并办理")).to_be_visible()
    assert Report.objects.latest("id").case.joined_to_id == first.id


def test_an_address_is_told_in_words_while_it_is_typed(open_as: Opener) -> None:
    page = open_as()
    page.goto("/report/")
    page.get_by_label("地址或地点").press_sequentially("南沟村桥头")
    expect(page.locator("#place-words")).to_have_text("白沟镇 南沟村")
    page.get_by_label("地址或地点").fill("")
    expect(page.locator("#place-words")).to_have_text("")
