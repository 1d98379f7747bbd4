"""The network goes away while somebody reads, filters, writes or sends: nothing is lost, and the page stays."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.models import Photo, Report
from tests import county
from tests.stories.people import ANSWER_FIELD, Opener, do

WORDS = "人行道地砖翘起来了，雨天一踩一身水"
SAID = "现在没有网络：这一页留在原处"


@pytest.fixture(autouse=True)
def blobs(settings: Any, tmp_path: Path, committed: None) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


def goes_away(page: Page) -> None:
    page.context.set_offline(True)


def comes_back(page: Page) -> None:
    page.context.set_offline(False)


def test_who_filters_without_a_network_keeps_the_list(open_as: Opener) -> None:
    row = county.receive()
    page = open_as("hud1")
    page.goto("/console/square/")
    listed = page.locator("#square-list")
    expect(listed).to_contain_text(row.number)
    goes_away(page)
    page.locator("[data-loads] a.chip").first.click()
    expect(page.get_by_role("alert")).to_contain_text(SAID)
    expect(listed).to_contain_text(row.number)
    expect(listed).not_to_have_attribute("aria-busy", "true")
    comes_back(page)
    page.locator("[data-loads] a.chip").first.click()
    expect(page).not_to_have_url("**/console/square/")


def test_an_answer_that_is_sent_without_a_network_stands_where_it_was_and_goes_out_afterwards(open_as: Opener) -> None:
    row = county.receive()
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    page = open_as("hud1")
    page.goto(f"/console/case/{row.number}/")
    page.get_by_label(ANSWER_FIELD).fill("已经修补，请放心通行。")
    goes_away(page)
    page.get_by_role("button", name="答复", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(SAID)
    expect(page.get_by_label(ANSWER_FIELD)).to_have_value("已经修补，请放心通行。")
    comes_back(page)
    do(page, "答复")
    expect(page.locator(".case-line")).to_contain_text("待评价")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_that_loses_the_network_while_it_sends_photos_sends_them_by_itself_later(
    open_as: Opener, tmp_path: Path, language: str
) -> None:
    picture = tmp_path / "hole.jpg"
    Image.effect_noise((1200, 900), 90).convert("RGB").save(picture, quality=95)
    page = open_as(language=language)
    page.goto("/report/")
    page.locator("[name=address]").fill("人民路1号门前")
    page.locator("[name=text]").fill(WORDS)
    page.locator("input[type=file]").first.set_input_files(picture)
    expect(page.locator(".photo-picks li")).to_have_count(1)
    page.route("**/report/", lambda route: route.abort("internetdisconnected"))
    page.locator("form[data-draft] button.btn-primary").last.click()
    expect(page.locator(".photo-status.is-problem")).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value(WORDS)
    assert not Report.objects.exists()
    page.unroute("**/report/")
    expect(page.locator(".receipt-number").first).to_be_visible()
    assert [report.text for report in Report.objects.all()] == [WORDS]
    assert Photo.objects.count() == 1
