"""However often the same report is sent, it is one case with one receipt."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, Route, expect

from liandong.foundation.access import public as access
from liandong.foundation.access.models import ApiKey
from liandong.kernel.actor import SYSTEM
from tests import county
from tests.stories.people import BROWSERS_OWN, Opener

WORDS = "人行道地砖翘起来了，雨天一踩一身水"


def fill_in(page: Page) -> None:
    page.goto("/report/")
    lon, lat = county.POINTS["A11"]
    page.get_by_text("直接填写经纬度").click()
    page.get_by_label("经度").fill(str(lon))
    page.get_by_label("纬度").fill(str(lat))
    page.get_by_label("情况说明").fill(WORDS)


def send(page: Page) -> str:
    """The number on the receipt."""
    page.get_by_role("button", name="提交", exact=True).click()
    return number_on(page)


def number_on(page: Page) -> str:
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到，谢谢您")
    return page.locator(".receipt-number").first.inner_text()


def reports() -> list[tuple[int, str]]:
    """(case, words) of every report that is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id, text FROM intake_report ORDER BY id")
        return list(cursor.fetchall())


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        return int(cursor.fetchone()[0])


def test_a_double_press_sends_once(open_as: Opener) -> None:
    page = open_as()
    fill_in(page)
    page.get_by_role("button", name="提交", exact=True).dblclick(no_wait_after=True)
    first = number_on(page)
    page.reload()
    assert number_on(page) == first
    assert [words for _, words in reports()] == [WORDS]


def lose_first_answer(page: Page) -> None:
    """The report comes in, its network breaks before the answer comes."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.request.url)
            route.fetch(max_redirects=0)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/report/", lose)


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "hole.jpg"
    Image.new("RGB", (320, 240), "grey").save(path)
    return path


def test_who_comes_back_to_the_page_after_a_lost_answer_and_sends_again_gets_the_same_receipt(open_as: Opener) -> None:
    page = open_as()
    fill_in(page)
    lose_first_answer(page)
    page.get_by_role("button", name="提交", exact=True).click(no_wait_after=True)
    expect(page).to_have_url(BROWSERS_OWN)
    page.goto("/report/")
    expect(page.get_by_label("情况说明")).to_have_value(WORDS)
    send(page)
    assert [words for _, words in reports()] == [WORDS]


def test_a_photo_and_words_outlast_a_lost_answer_and_are_sent_again_by_the_page_itself(
    open_as: Opener, photo: Path
) -> None:
    page = open_as()
    fill_in(page)
    page.locator("input[type=file]").set_input_files(photo)
    expect(page.locator(".photo-picks li")).to_have_count(1)
    lose_first_answer(page)
    send(page)
    assert [words for _, words in reports()] == [WORDS]
    assert count("intake_photo") == 1


def test_what_the_page_asks_meanwhile_takes_neither_words_nor_photos(open_as: Opener, photo: Path) -> None:
    page = open_as()
    page.goto("/report/")
    page.locator("input[type=file]").set_input_files(photo)
    expect(page.locator(".photo-picks li")).to_have_count(1)
    with page.expect_response("**/report/category/"):
        page.get_by_label("情况说明").press_sequentially("路面有坑，请修补")
    expect(page.locator(".category-advice")).to_contain_text("看您写的")
    expect(page.locator(".photo-picks li")).to_have_count(1)
    page.reload()
    expect(page.get_by_label("情况说明")).to_have_value("路面有坑，请修补")
    expect(page.locator(".photo-picks li")).to_have_count(1)


def test_a_second_matter_from_the_same_page_is_a_second_case(open_as: Opener) -> None:
    page = open_as()
    fill_in(page)
    first = send(page)
    fill_in(page)
    page.get_by_label("情况说明").fill("旁边的路灯也不亮")
    assert send(page) != first
    assert len(reports()) == 2


@pytest.fixture
def api_key(committed) -> Iterator[str]:
    yield access.create_api_key(actor=SYSTEM, name="partner")
    ApiKey.objects.all().delete()


def test_a_client_system_that_repeats_its_key_gets_the_same_receipt(api_key: str) -> None:
    report = {"text": WORDS, "lon": county.POINTS["A11"][0], "lat": county.POINTS["A11"][1]}
    sent = [
        Client().post(
            "/api/v1/reports",
            report,
            content_type="application/json",
            headers={"X-Api-Key": api_key, "Idempotency-Key": "42"},
        )
        for _ in range(3)
    ]
    assert [answer.status_code for answer in sent] == [201, 200, 200]
    assert len({answer.json()["receipt_code"] for answer in sent}) == 1
    assert len(reports()) == 1
