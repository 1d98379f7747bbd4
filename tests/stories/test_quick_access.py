"""Quick access by the keyboard: Ctrl K, a few signs, arrows, Enter; the forms of the case by name."""

import pytest
from playwright.sync_api import Page, expect

from liandong.contexts.cases import public as cases
from tests import county
from tests.foundation.ui.accessibility import violations
from tests.stories.people import DESKTOP, PHONE, Opener


@pytest.fixture
def row(committed) -> cases.CaseRow:
    return county.receive("路面有个大坑")


def options(page: Page) -> list[str]:
    return page.locator("#palette [role=option]").all_inner_texts()


def test_a_number_typed_anywhere_opens_the_case(open_as: Opener, row: cases.CaseRow) -> None:
    page = open_as("hud1", **DESKTOP)
    page.goto("/console/square/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="事件编号")
    expect(field).to_be_focused()
    field.press_sequentially(f"{row.number[:2]} {row.number[2:]}")
    expect(page.locator("#palette [role=option]")).to_have_count(1)
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_contain_text(row.title)
    page.keyboard.press("Enter")
    expect(page.locator(".case-line")).to_contain_text("待签收")


def test_arrows_choose_and_escape_closes_and_gives_the_place_back(open_as: Opener, row: cases.CaseRow) -> None:
    page = open_as("hud1", **DESKTOP)
    page.goto("/console/tasks/")
    page.locator("[data-palette]").focus()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="事件编号")
    expect(page.locator("#palette [aria-selected=true]")).to_have_count(1)
    first = field.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") != first
    page.keyboard.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") == first
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("[data-palette]")).to_be_focused()


def test_on_a_case_page_an_action_opens_its_form_and_does_nothing(open_as: Opener, row: cases.CaseRow) -> None:
    page = open_as("hud1", **DESKTOP)
    page.goto(f"/console/case/{row.number}/")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="事件编号").fill("退回")
    expect(page.locator("#palette [role=option]").first).to_have_text("退回")
    page.keyboard.press("Enter")
    expect(page.locator("#return")).to_have_attribute("open", "")
    expect(page.locator("#return textarea")).to_be_focused()
    assert cases.find(row.id).version == row.version


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_in_it(open_as: Opener, row: cases.CaseRow, language: str, look: dict[str, object]) -> None:
    page = open_as("coordinator", language=language, **look)
    page.goto("/console/")
    page.locator("[data-palette]").click()
    page.locator("#palette [role=combobox]").fill("坪")
    expect(page.locator("#palette [role=option]").last).to_contain_text("坪")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("#palette [role=combobox]").fill("13800000001")
    expect(page.locator("#palette .palette-note").first).to_be_visible()
    assert violations(page) == []
