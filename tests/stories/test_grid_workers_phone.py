"""A grid worker with a phone in one hand: takes a matter down in the own cell, sees it, claims it, answers it."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.models import Photo
from tests import county
from tests.contexts.intake.pages import jpeg
from tests.stories.people import ANSWER_FIELD, PHONE, SMALL_PHONE, Opener, do, pick_category

HERE = {"longitude": county.POINTS["A11"][0], "latitude": county.POINTS["A11"][1], "accuracy": 8}
THUMB_PX = 44
TOO_SMALL = f"""
[...document.querySelectorAll("main a.btn, main button, main summary, main select, main .chip, main .case-title")]
  .filter((each) => each.offsetParent && each.getBoundingClientRect().height < {THUMB_PX} - 0.5)
  .map((each) => each.outerHTML.slice(0, 90))
"""


@pytest.fixture
def picture(settings: Any, tmp_path: Path) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    path = tmp_path / "field.jpg"
    path.write_bytes(jpeg(size=(640, 480)).read())
    return path


def fits_a_thumb(page: Page) -> None:
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("phone", [PHONE, SMALL_PHONE], ids=["390", "320"])
def test_from_the_field_to_the_answer(open_as: Opener, picture: Path, phone: dict[str, Any]) -> None:
    county.receive(at="B11", title="别的网格的事")
    page = open_as("grid_a1", geolocation=HERE, permissions=["geolocation"], **phone)
    page.goto("/console/")
    fits_a_thumb(page)
    page.get_by_role("link", name="登记").click()
    expect(page.locator("#id_lon")).to_have_value(f"{HERE['longitude']:.6f}")
    fits_a_thumb(page)
    page.get_by_label("照片").set_input_files(picture)
    page.get_by_label("情况说明").fill("田边有人焚烧秸秆，烟很大")
    pick_category(page, "露天焚烧")
    page.get_by_role("button", name="保存并取得编号").click()
    page.get_by_role("link", name="打开事件").click()
    expect(page.locator(".case-line")).to_contain_text("待签收")
    row = cases.find(Photo.objects.get().report.case_id)
    assert (row.cell_id, row.channel) == (county.division(county.CELLS["A11"]), "grid")

    page.goto("/console/square/")
    page.get_by_role("button", name="地图", exact=True).click()
    expect(page.locator("[data-map-ready]")).to_be_visible()
    fits_a_thumb(page)
    page.get_by_role("button", name="关闭").click()
    fits_a_thumb(page)
    expect(page.locator("tr[data-point-id]")).to_have_count(1)
    page.locator("a.case-title").click()
    expect(page.locator(".case-line")).to_contain_text("待签收")
    expect(page.locator("[data-map-ready]")).to_be_visible()
    fits_a_thumb(page)
    do(page, "认领")
    expect(page.locator(".case-line")).to_contain_text("办理中")
    page.goto("/console/tasks/")
    page.locator("a.case-title").click()
    expect(page.locator(".case-line")).to_contain_text("办理中")
    do(page, "答复", "已劝止，火已熄灭。", ANSWER_FIELD)
    expect(page.locator(".case-line")).to_contain_text("待评价")
    assert cases.find(row.id).assignee_id == county.post("grid_a1").id


def test_who_stands_where_a_matter_is_known_opens_that_one(open_as: Opener) -> None:
    row = county.receive(at="A11", category_code=county.BURNING)
    page = open_as("grid_a1", geolocation=HERE, permissions=["geolocation"], **PHONE)
    page.goto("/desk/register/")
    page.get_by_role("link", name="打开", exact=True).click()
    expect(page).to_have_url(re.compile(row.number))
