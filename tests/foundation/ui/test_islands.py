"""What the islands do, seen in a real browser."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.foundation.ui import island_site
from tests.foundation.ui.accessibility import violations

CURRENT = "tr.is-current"
SOFTWARE_GL = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Maps are drawn without a graphics card."""
    return {**browser_type_launch_args, "args": [*browser_type_launch_args["args"], *SOFTWARE_GL]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    return {**browser_context_args, "locale": "zh-CN"}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with island_site.serving() as address:
        yield address


@pytest.fixture(autouse=True)
def _clean() -> None:
    island_site.received.clear()
    island_site.fresh.update(cursor="2", count=7, status=200)


@pytest.fixture
def at(site: str, page: Page) -> Iterator[Page]:
    """A page whose `goto` takes paths; scripts must not fail."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    go = page.goto
    page.goto = lambda where: go(site + where)  # type: ignore[method-assign]
    yield page
    assert errors == []


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    Image.effect_noise((3000, 2200), 60).convert("RGB").save(folder / "big.jpg", quality=92)
    Image.new("RGB", (300, 200), "red").save(folder / "small.png")
    (folder / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + b"x" * 500)
    (folder / "notes.txt").write_text("no picture")
    return folder


def test_keys_walk_through_rows_select_and_open(at: Page) -> None:
    at.goto("/list/")
    at.keyboard.press("j")
    at.keyboard.press("j")
    expect(at.locator(CURRENT)).to_have_attribute("data-id", "2")
    at.keyboard.press("x")
    expect(at.locator("[data-bulk-count]")).to_have_text("1")
    at.keyboard.press("Escape")
    expect(at.locator("[data-bulk]")).to_be_hidden()
    at.keyboard.press("k")
    at.keyboard.press("Enter")
    at.wait_for_url("**/row/1/")


def test_keys_are_letters_while_someone_types(at: Page) -> None:
    at.goto("/list/")
    at.keyboard.press("/")
    at.keyboard.type("jx?")
    expect(at.locator("[data-search]")).to_have_value("jx?")
    expect(at.locator("#keys")).to_be_hidden()


def test_a_question_mark_shows_the_keys(at: Page) -> None:
    at.goto("/list/")
    at.keyboard.press("?")
    expect(at.locator("#keys")).to_be_visible()
    at.keyboard.press("Escape")
    expect(at.locator("#keys")).to_be_hidden()


def test_news_wait_behind_a_bar_until_they_are_asked_for(at: Page) -> None:
    at.goto("/list/")
    bar = at.locator(".live-fresh")
    expect(bar).to_contain_text("7 条新事件")
    expect(at.locator("#list tr")).to_have_count(6)
    expect(at.locator("#list tr").first).to_have_attribute("data-id", "1")
    bar.click()
    expect(at.locator("#list tr").first).to_have_attribute("data-id", "3")
    expect(bar).to_be_hidden()


def test_a_list_that_cannot_be_renewed_says_so(at: Page) -> None:
    island_site.fresh["status"] = 503
    at.goto("/list/")
    expect(at.locator(".live-stale")).to_contain_text("可能不是最新的", timeout=20_000)
    island_site.fresh["status"] = 200
    expect(at.locator(".live-fresh")).to_contain_text("7 条新事件", timeout=30_000)


def test_a_list_that_cannot_be_renewed_is_tried_about_every_minute(at: Page) -> None:
    """Also after hours: a server that is back is found."""
    asked: list[str] = []
    at.on("request", lambda request: asked.append(request.url) if "/cursor/" in request.url else None)
    island_site.fresh["status"] = 503
    at.clock.install()
    at.goto("/list/")

    def pause() -> int:
        """Seconds until it asks again; a few are lost while an answer is on its way."""
        before, seconds = len(asked), 0
        while len(asked) == before and seconds < 200:
            at.clock.run_for(1000)
            seconds += 1
        return seconds

    pauses = [pause() for _ in range(9)]
    assert 50 < max(pauses) < 90
    island_site.fresh["status"] = 200
    assert pause() < 90
    expect(at.locator(".live-fresh")).to_contain_text("7 条新事件")


def test_a_form_with_a_question_is_sent_only_after_yes(at: Page) -> None:
    at.goto("/list/")
    at.locator("tr[data-id='4'] input").check()
    at.locator("[data-bulk] button").click()
    at.locator("#confirm [value=no]").click()
    assert island_site.received == []
    at.locator("[data-bulk] button").click()
    expect(at.locator("#confirm [value=yes]")).to_have_text("合并")
    at.locator("#confirm [value=yes]").click()
    at.wait_for_url("**/done/")
    assert island_site.received == [{"ids": ["4"]}]


def test_answers_of_the_server_are_shown_or_told(at: Page) -> None:
    at.goto("/ask/")
    answer, toasts = at.locator("#answer"), at.locator("#toasts")
    at.click("#broken")
    expect(toasts).to_contain_text("这是我们的问题")
    at.click("#conflict")
    expect(toasts).to_contain_text("已被他人更新")
    expect(answer).to_have_text("没动")
    at.click("#wrong")
    expect(answer).to_have_text("写错了")
    at.click("#token")
    expect(answer).to_have_text("有令牌")


def test_a_toast_offers_to_undo(at: Page) -> None:
    at.goto("/ask/")
    at.click("#good")
    expect(at.locator("#answer")).to_have_text("好了")
    at.locator("#toasts form button").click()
    at.wait_for_url("**/done/")
    expect(at.locator("#toasts")).to_contain_text("已撤销")


def test_what_a_toast_says_can_be_read_and_what_it_offers_be_taken(at: Page) -> None:
    """Eight seconds to read, twenty to undo; a failure stays until it is closed."""
    note = at.locator("#toasts [data-toast]")
    at.clock.install()
    at.goto("/ask/")
    at.click("#good")
    expect(note.locator("form")).to_have_count(1)
    at.clock.run_for(18_000)
    assert note.count() == 1
    note.locator("form button").click()
    at.wait_for_url("**/done/")
    expect(note).to_contain_text("已撤销")
    at.clock.run_for(6_000)
    assert note.count() == 1
    at.clock.run_for(3_000)
    expect(note).to_have_count(0)
    at.goto("/ask/")
    at.route("**/answer/**", lambda route: route.abort())
    at.click("#good")
    expect(note).to_contain_text("网络不通")
    at.clock.run_for(60_000)
    assert note.count() == 1
    note.locator("[data-toast-close]").click()
    expect(note).to_have_count(0)


def test_a_dropped_network_is_told(at: Page) -> None:
    at.goto("/ask/")
    at.route("**/answer/**", lambda route: route.abort())
    at.click("#good")
    expect(at.locator("#toasts [role=alert]")).to_contain_text("网络不通")


def test_typed_text_comes_back_but_private_fields_do_not(at: Page) -> None:
    at.goto("/form/")
    at.fill("#id_what", "路上有个坑")
    at.fill("#id_phone", "100-0000-0000")
    at.locator("#id_lon").focus()
    at.goto("/form/")
    expect(at.locator("#id_what")).to_have_value("路上有个坑")
    expect(at.locator("#id_phone")).to_have_value("")
    at.locator(".draft-note button").click()
    expect(at.locator("#id_what")).to_have_value("")
    at.goto("/form/")
    expect(at.locator(".draft-note")).to_have_count(0)


def test_changing_the_language_keeps_page_and_text(at: Page) -> None:
    at.goto("/form/")
    at.fill("#id_what", "路上有个坑")
    at.locator("#id_lon").focus()
    at.click("text=English")
    expect(at.locator("html")).to_have_attribute("lang", "en")
    assert at.url.endswith("/form/")
    expect(at.locator("#id_what")).to_have_value("路上有个坑")


def test_errors_take_the_focus_and_lead_to_the_field(at: Page) -> None:
    at.goto("/form/")
    at.click("#send")
    expect(at.locator("[data-error-summary]")).to_be_focused()
    at.locator("[data-error-summary] a").click()
    expect(at.locator("#id_what")).to_be_focused()


def test_pressing_twice_sends_once(at: Page) -> None:
    at.goto("/form/")
    at.fill("#id_what", "坑")
    at.evaluate("() => { const send = document.querySelector('#send'); send.click(); send.click(); send.click(); }")
    at.wait_for_url("**/done/")
    assert len(island_site.received) == 1


def test_a_form_whose_answer_is_slow_takes_no_second_press_for_twenty_seconds(at: Page) -> None:
    """Its answer goes into a frame that stays empty: what the page does meanwhile is seen."""
    at.clock.install()
    at.goto("/form/")
    at.fill("#id_what", "坑")
    at.evaluate("""() => {
        document.body.insertAdjacentHTML("beforeend", "<iframe name='elsewhere'></iframe>");
        const form = document.querySelector("#send").form;
        form.target = "elsewhere";
        window.sent = 0;
        document.addEventListener("submit", () => window.sent++);
    }""")
    for seconds, sent in ((0, 1), (1, 1), (18, 1), (2, 2)):
        at.clock.run_for(1000 * seconds)
        at.evaluate("() => document.querySelector('#send').click()")
        assert at.evaluate("() => window.sent") == sent, seconds


def test_another_matter_on_the_same_page_gets_another_id(at: Page) -> None:
    at.goto("/form/")
    at.fill("#id_what", "坑")
    at.click("#send")
    at.wait_for_url("**/done/")
    at.go_back()
    at.fill("#id_what", "灯")
    at.click("#send")
    at.wait_for_url("**/done/")
    assert [each["what"] for each in island_site.received] == ["坑", "灯"]
    assert len({str(each["key"]) for each in island_site.received}) == 2


def test_photos_are_shown_made_smaller_and_can_be_taken_out(at: Page, photos: Path) -> None:
    at.goto("/form/")
    at.set_input_files("#id_photos", [photos / "big.jpg", photos / "small.png"])
    expect(at.locator(".photo-picks li")).to_have_count(2)
    at.set_input_files("#id_photos", [photos / "IMG_1.HEIC", photos / "notes.txt"])
    expect(at.locator(".photo-picks li")).to_have_count(3)
    expect(at.locator(".photo-status")).to_contain_text("notes.txt 不是照片")
    at.locator(".photo-picks button").nth(1).click()
    expect(at.locator(".photo-picks li")).to_have_count(2)
    at.fill("#id_what", "坑")
    at.click("#send")
    at.wait_for_url("**/done/")
    expect(at.locator("#toasts")).to_contain_text("已登记")
    (big, size), heic = island_site.received[0]["files"]
    assert big == "big.jpg"
    assert size < (photos / "big.jpg").stat().st_size
    assert heic == ("IMG_1.HEIC", (photos / "IMG_1.HEIC").stat().st_size)


def test_photos_outlive_a_reload_and_a_form_with_errors_and_go_with_success(at: Page, photos: Path) -> None:
    at.goto("/form/")
    at.set_input_files("#id_photos", photos / "small.png")
    expect(at.locator(".photo-status")).to_contain_text("已选 1 个")
    expect_kept(at)
    at.goto("/form/")
    expect(at.locator(".photo-picks li")).to_have_count(1)
    at.click("#send")
    expect(at.locator("[data-error-summary]")).to_be_focused()
    expect(at.locator(".photo-picks li")).to_have_count(1)
    at.fill("#id_what", "坑")
    at.click("#send")
    at.wait_for_url("**/done/")
    assert [len(each["files"]) for each in island_site.received] == [1, 1]
    at.goto("/form/")
    expect(at.locator("#id_what")).to_have_value("")
    expect(at.locator(".photo-picks li")).to_have_count(0)


@pytest.mark.parametrize(("days", "is_there"), [(6.9, True), (7.1, False)])
def test_what_was_typed_and_chosen_waits_for_seven_days(at: Page, photos: Path, days: float, is_there: bool) -> None:
    at.goto("/form/")
    at.fill("#id_what", "路上有个坑")
    at.set_input_files("#id_photos", photos / "small.png")
    expect(at.locator(".photo-status")).to_contain_text("已选 1 个")
    expect_kept(at)
    at.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=days))
    at.goto("/form/")
    expect(at.locator(".photo-status")).to_be_attached()
    expect(at.locator("#id_what")).to_have_value("路上有个坑" if is_there else "")
    expect(at.locator(".photo-picks li")).to_have_count(1 if is_there else 0)


def expect_kept(at: Page) -> None:
    """The browser's own store has the photos."""
    at.wait_for_function(
        """() => new Promise((resolve) => {
            const open = indexedDB.open("liandong", 1);
            open.onsuccess = () => {
                const count = open.result.transaction("photos").objectStore("photos").count();
                count.onsuccess = () => { open.result.close(); resolve(count.result > 0); };
            };
        })"""
    )


def test_an_upload_waits_for_the_network_and_counts_once(at: Page, photos: Path) -> None:
    at.goto("/form/")
    at.fill("#id_what", "坑")
    at.set_input_files("#id_photos", photos / "small.png")
    expect(at.locator(".photo-picks li")).to_have_count(1)
    key = at.input_value("[name=idempotency_key]")
    at.route("**/form/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    at.click("#send")
    expect(at.locator(".photo-status")).to_contain_text("秒后自动重试")
    expect(at.locator(".photo-status ~ #send")).to_be_visible()
    at.unroute("**/form/")
    at.wait_for_url("**/done/")
    assert [each["key"] for each in island_site.received] == [key]


def ready(at: Page) -> Page:
    expect(at.locator("[data-map-ready]")).to_have_count(1, timeout=30_000)
    return at


def test_my_position_becomes_the_place(at: Page, context: BrowserContext) -> None:
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"longitude": 112.05, "latitude": 28.15, "accuracy": 12})
    at.goto("/place/")
    ready(at).click("[data-locate]")
    expect(at.locator("#id_lon")).to_have_value("112.050000")
    expect(at.locator("#id_lat")).to_have_value("28.150000")
    expect(at.locator(".map-status")).to_contain_text("误差约 12 米")


def test_a_position_outside_the_county_is_not_taken(at: Page, context: BrowserContext) -> None:
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"longitude": 10, "latitude": 50})
    at.goto("/place/")
    ready(at).click("[data-locate]")
    expect(at.locator(".map-status")).to_contain_text("不在本县")
    expect(at.locator("#id_lon")).to_have_value("")


def test_a_refused_position_names_the_other_ways(at: Page) -> None:
    at.goto("/place/")
    ready(at).click("[data-locate]")
    expect(at.locator(".map-status.is-problem")).to_contain_text("没有允许")


def test_a_click_and_the_keyboard_choose_a_place(at: Page) -> None:
    at.goto("/place/")
    ready(at).evaluate("() => document.addEventListener('liandong:place', (event) => { window.place = event.detail; })")
    box = at.locator(".map-canvas canvas").bounding_box()
    assert box
    at.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(at.locator(".map-status")).to_contain_text("已选")
    assert at.evaluate("window.place.source") == "map"
    assert abs(float(at.input_value("#id_lon")) - 112.2) < 0.01
    at.fill("#id_lon", "")
    at.fill("#id_lat", "")
    at.locator(".map-canvas canvas").focus()
    at.keyboard.press("Enter")
    assert at.evaluate("window.place.source") == "keys"
    assert at.input_value("#id_lon")


def test_typed_coordinates_move_the_marker(at: Page) -> None:
    at.goto("/place/")
    ready(at).fill("#id_lon", "112.3")
    at.fill("#id_lat", "28.3")
    at.locator("#id_lat").blur()
    expect(at.locator(".maplibregl-marker")).to_have_count(1)
    expect(at.locator(".map-status")).to_contain_text("28.30000")


def test_list_and_map_point_at_each_other(at: Page) -> None:
    at.goto("/list/?map")
    ready(at)
    at.locator("tr[data-id='2']").hover()
    expect(at.locator("tr[data-id='2']")).to_have_class("is-linked")
    box = at.locator(".map-canvas canvas").bounding_box()
    assert box
    at.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(at.locator(".map-popup a")).to_have_attribute("href", "/row/2/")
    expect(at.locator(".map-popup")).to_contain_text("已超期")


def test_a_map_without_outlines_goes_to_where_the_cases_are(at: Page) -> None:
    at.route("**/ground/", lambda route: route.fulfill(json={"type": "FeatureCollection", "features": []}))
    at.goto("/list/?map")
    ready(at)
    box = at.locator(".map-canvas canvas").bounding_box()
    assert box
    at.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(at.locator(".map-popup a")).to_have_attribute("href", "/row/2/")


def test_a_device_without_webgl_keeps_the_form(at: Page) -> None:
    at.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    at.goto("/place/")
    expect(at.locator(".map-status")).to_contain_text("不能显示地图")
    expect(at.locator("#id_lon")).to_be_visible()


@pytest.mark.parametrize("where", ["/list/?map", "/form/", "/place/", "/ask/"])
def test_pages_fit_a_phone_of_320_pixels(at: Page, where: str) -> None:
    at.set_viewport_size({"width": 320, "height": 640})
    at.goto(where)
    assert at.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("where", ["/list/?map", "/form/", "/place/", "/ask/", "/done/", "/nowhere/"])
def test_axe_finds_nothing_wrong(at: Page, where: str) -> None:
    at.goto(where)
    if "map" in where or "place" in where:
        ready(at)
    if where == "/form/":
        at.click("#send")
        expect(at.locator("[data-error-summary]")).to_be_focused()
    assert violations(at) == []


def test_a_dialog_is_well_formed(at: Page) -> None:
    at.goto("/list/")
    at.keyboard.press("?")
    expect(at.locator("#keys")).to_be_visible()
    assert violations(at) == []
