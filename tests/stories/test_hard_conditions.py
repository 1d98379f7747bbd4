"""Pages under hard conditions: names as long as real ones get, and hands that have only a keyboard."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Value
from django.db.models.functions import Concat, Left
from playwright.sync_api import Page, expect

from liandong.contexts.cases import public as cases
from liandong.contexts.categories.models import Category
from liandong.contexts.intake import public as intake
from liandong.foundation.access.models import Staff
from liandong.foundation.orgs.models import Division, Office
from liandong.foundation.places.models import Place
from liandong.foundation.registers.public import Cached
from tests import county
from tests.stories.people import DESKTOP, SMALL_PHONE, Opener
from tests.stories.test_for_everyone import Tour, Visit, receipt

LONG_ZH = "综合行政执法与市容环境卫生和园林绿化及河道水务管理服务中心城区东片第一直属大队办公室"
LONG_EN = " Administration for Comprehensive Enforcement, Environmental Health and Waterways"
SIGNS_ZH, SIGNS_EN = 40, 80


@pytest.fixture
def long_names(committed) -> Iterator[None]:
    """Offices, posts, divisions, places and categories whose names have 40 Chinese signs and 80 Latin letters."""
    kept = [(model, model.objects.in_bulk()) for model in (Office, Staff, Division, Place, Category)]

    def long(name: str, signs: int, filling: str) -> Left:
        return Left(Concat(name, Value(filling)), signs)

    Office.objects.update(name=long("name", SIGNS_ZH, LONG_ZH), name_en=long("name_en", SIGNS_EN, LONG_EN))
    Staff.objects.update(
        post_name=long("post_name", SIGNS_ZH, LONG_ZH), post_name_en=long("post_name_en", SIGNS_EN, LONG_EN)
    )
    Division.objects.update(name=long("name", SIGNS_ZH, LONG_ZH), name_en=long("name_en", SIGNS_EN, LONG_EN))
    Place.objects.update(name=long("name", SIGNS_ZH, LONG_ZH))
    Category.objects.update(zh=long("zh", SIGNS_ZH, LONG_ZH), en=long("en", SIGNS_EN, LONG_EN))
    Cached.forget_all()
    yield
    for model, rows in kept:
        names = [each for each in ("name", "name_en", "post_name", "post_name_en", "zh", "en") if hasattr(model, each)]
        model.objects.bulk_update(rows.values(), names)
    Cached.forget_all()


@pytest.fixture
def long_visits(long_names) -> list[Visit]:
    """The pages on which names stand, with a case in each state that shows them."""
    title = LONG_ZH[:SIGNS_ZH]
    hud = county.post("hud1")
    contact = intake.ContactInput(name="某某", phone="100-0000-0000")
    working = county.receive(title, contact=contact, address=title)
    cases.accept_case(actor=hud, case_id=working.id)
    cases.reassign_case(
        actor=county.post("coordinator"), case_id=working.id, office_id=county.office("LAW"), text=title
    )
    cases.accept_case(actor=county.post("law1"), case_id=working.id)
    answered = county.receive(title, contact=contact)
    cases.accept_case(actor=hud, case_id=answered.id)
    cases.answer_case(actor=hud, case_id=answered.id, text=title)
    county.receive(title)
    county.receive(LONG_EN.strip())
    return [
        Visit("report", "/report/"),
        Visit("receipt", receipt(answered)),
        Visit("square", "/console/square/", "coordinator"),
        Visit("filtered square", f"/console/square/?office={county.office('HUD')}&category=0201", "coordinator"),
        Visit("case", f"/console/case/{working.number}/", "law1"),
        Visit("case at the desk", f"/console/case/{working.number}/", "coordinator"),
        Visit("tasks", "/console/tasks/", "hud1"),
        Visit("queue", "/console/queue/", "coordinator"),
        *(Visit(f"home of {who}", "/console/", who) for who in HOMES),
        Visit("workload", "/console/workload/", "coordinator"),
        Visit("categories", "/console/categories/", "coordinator"),
        Visit("phone desk", "/desk/phone/", "clerk"),
    ]


HOMES = ("clerk", "coordinator", "hud1", "town_a", "grid_a1", "leader", "admin")
UNFIT = """(width) => {
  const found = [];
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const name = (element) => element.localName + "." + element.className + " " + element.textContent.trim().slice(0, 30);
  if (document.documentElement.scrollWidth > width) found.push("sideways " + document.documentElement.scrollWidth);
  if (width > 1000 && document.querySelector("header.site-header").clientHeight > 70) found.push("header of two rows");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.data.trim(), parent = node.parentElement;
    if (words.length < 4 || !seen(parent) || parent.closest("svg, .visually-hidden, [data-map], select")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 1);
    const size = parseFloat(getComputedStyle(parent).fontSize);
    const widest = Math.max(...rects.map((rect) => rect.width));
    if (rects.length > 3 && widest < 3 * size) found.push("squeezed: " + name(parent));
  }
  for (const button of document.querySelectorAll("button, .btn, .chip, summary")) {
    if (!seen(button) || button.closest("[data-map]")) continue;
    const style = getComputedStyle(button);
    if (button.scrollWidth > button.clientWidth + 1 && style.overflowX !== "hidden" && button.clientWidth)
      found.push("button: " + name(button));
  }
  return found;
}"""
"""What does not fit: a page that scrolls sideways, words broken to a sign or two a line, words wider than a button."""


@pytest.mark.parametrize(("language", "look"), [("zh", DESKTOP), ("zh", SMALL_PHONE), ("en", SMALL_PHONE)])
def test_names_of_forty_signs_fit_everywhere(
    open_as: Opener, long_visits: list[Visit], language: str, look: dict[str, Any]
) -> None:
    tour, width = Tour(open_as, language, **look), look["viewport"]["width"]
    found = {visit.name: tour.at(visit).evaluate(UNFIT, width) for visit in long_visits}
    assert {name: unfit for name, unfit in found.items() if unfit} == {}


def keyed(page: Page, key: str, until: str, most: int = 60) -> None:
    """Presses a key until the focus is on an element of a selector; fails where it never comes there."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("(until) => document.activeElement.matches(until)", until):
            return
    raise AssertionError(f"{key} never reaches {until}")


def test_a_resident_reports_by_keyboard_alone(open_as: Opener) -> None:
    page = open_as(**DESKTOP)
    page.goto("/report/")
    keyed(page, "Tab", "[name=address]")
    page.keyboard.type("东坪村人民路1号")
    keyed(page, "Tab", "[name=text]")
    page.keyboard.type("路灯不亮")
    keyed(page, "Tab", ".picker > summary")
    page.keyboard.press("Enter")
    keyed(page, "Tab", "#category-find")
    page.keyboard.type("路灯")
    page.locator("#category-found button").first.wait_for()
    keyed(page, "Tab", "#category-found button")
    page.keyboard.press("Enter")
    expect(page.locator(".picked-category")).to_be_visible()
    assert page.evaluate("document.activeElement !== document.body")
    keyed(page, "Tab", ".sticky-actions button, form button.btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/r/**")


def test_hands_on_the_keyboard_keep_their_place_after_each_action(open_as: Opener) -> None:
    row = county.receive()
    page = open_as("hud1")
    page.goto("/console/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type(row.number)
    expect(page.get_by_role("dialog").get_by_text(row.title)).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/case/{row.number}/")
    keyed(page, "Tab", "form#accept button")
    page.keyboard.press("Enter")
    expect(page.locator("#task-title")).to_be_focused()
    keyed(page, "Tab", "#answer [name=text]", most=8)
    page.keyboard.type("已换好灯泡，现在亮了。")
    keyed(page, "Tab", "#answer button[type=submit]:not([data-insert])")
    page.keyboard.press("Enter")
    expect(page.locator(".case-line")).to_contain_text("待评价")
    expect(page.locator("#task-title")).to_be_focused()


def test_escape_closes_a_menu_and_the_focus_is_where_it_was_opened(open_as: Opener) -> None:
    page = open_as("coordinator")
    page.goto("/console/square/")
    menu = page.locator("details.menu:has(.menu-name)")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu.locator("summary")).to_be_focused()
    assert menu.get_attribute("open") is None
    page.locator("select[name=sort]").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_url("**sort=newest**")
    expect(page.locator("select[name=sort]")).to_be_focused()
