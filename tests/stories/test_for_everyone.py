"""Every page for every eye and hand: held to WCAG by axe, in both languages, and whole on the smallest phone."""

from dataclasses import dataclass

import pytest
from django.db import connection
from playwright.sync_api import Page

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from tests import county
from tests.foundation.ui.accessibility import violations
from tests.stories.people import DESKTOP, PHONE, SMALL_PHONE, Opener

LONG = "广场东侧路面塌陷约两米见方，雨天积水，老人小孩经过容易摔倒，附近商户已自行摆放锥桶，请尽快到现场查看并答复。"
UNBROKEN = "AVERYLONGWORDWITHOUTANYSPACEORHYPHEN" * 3

ZOOMED = {"viewport": {"width": 683, "height": 384}, "device_scale_factor": 2}
"""A window of 1366 × 768 px at 200 %."""
HEAD = "() => document.querySelector('header.site-header').clientHeight / innerHeight"
COVERED = """() => {
  const bars = [...document.querySelectorAll("body *")].filter((element) => {
    const position = getComputedStyle(element).position;
    return (position === "sticky" || position === "fixed") && element.localName !== "th" && element.checkVisibility();
  });
  const heights = bars.map((bar) => bar.getBoundingClientRect())
    .map((box) => Math.min(box.bottom, innerHeight) - Math.max(box.top, 0)).filter((height) => height > 0);
  return heights.reduce((sum, height) => sum + height, 0) / innerHeight;
}"""
"""The share of the window's height that bars cover which stay while one scrolls."""


@dataclass(frozen=True)
class Visit:
    """A page and who opens it; `who` empty is a resident."""

    name: str
    path: str
    who: str = ""


@pytest.fixture
def visits(committed) -> list[Visit]:
    """The pages with real amounts to show: late and ended cases, long words, a question, an answer, a contact."""
    contact = intake.ContactInput(name="某某", phone="100-0000-0000")
    hud = county.post("hud1")
    answered = county.receive(LONG, contact=contact, address="东坪村人民路1号旁")
    cases.accept_case(actor=hud, case_id=answered.id)
    cases.ask_reporter(actor=hud, case_id=answered.id, text=LONG)
    cases.record_reply(actor=county.post("clerk"), case_id=answered.id, text=UNBROKEN)
    cases.answer_case(actor=hud, case_id=answered.id, text=LONG)
    working = county.receive(UNBROKEN, contact=contact, address=UNBROKEN)
    cases.accept_case(actor=hud, case_id=working.id)
    asked = county.receive(LONG)
    cases.accept_case(actor=hud, case_id=asked.id)
    cases.ask_reporter(actor=hud, case_id=asked.id, text="在路的哪一侧？")
    county.receive("看看这个", category_code="")
    county.receive(LONG, category_code=county.MANHOLE)
    county.receive(LONG, category_code=county.NEIGHBOURS)
    return [
        Visit("home", "/"),
        Visit("report", "/report/"),
        Visit("status", "/status/"),
        Visit("receipt", receipt(answered) + "?new=1"),
        Visit("receipt of a question", receipt(asked)),
        Visit("login", "/accounts/login/"),
        Visit("home of a leader", "/console/", "leader"),
        Visit("home of a dispatcher", "/console/", "town_a"),
        Visit("home of a handler", "/console/", "hud1"),
        Visit("home of the desk", "/console/", "coordinator"),
        Visit("home of a grid worker", "/console/", "grid_a1"),
        Visit("home of the administrator", "/console/", "admin"),
        Visit("quick access", "/console/palette/?q=%E5%9D%AA", "coordinator"),
        Visit("square", "/console/square/", "coordinator"),
        Visit("empty square", "/console/square/?q=nothing", "coordinator"),
        Visit("tasks", "/console/tasks/", "hud1"),
        Visit("queue", "/console/queue/", "clerk"),
        Visit("case", f"/console/case/{working.number}/", "hud1"),
        Visit("case at the desk", f"/console/case/{answered.number}/", "coordinator"),
        Visit("register", "/desk/register/", "clerk"),
        Visit("phone desk", "/desk/phone/", "clerk"),
        Visit("calls", "/desk/calls/", "clerk"),
        Visit("callbacks", "/desk/callbacks/", "clerk"),
        Visit("unhappy verdicts", "/console/queue/?queue=unhappy", "coordinator"),
        Visit("batches", "/console/bulk/", "coordinator"),
        Visit("possibly the same", f"/console/case/{asked.number}/same/", "coordinator"),
        Visit("workload", "/console/workload/", "hud1"),
        Visit("workload of offices", "/console/workload/", "coordinator"),
        Visit("categories", "/console/categories/", "coordinator"),
        Visit("absences", "/console/absences/", "hud1"),
        Visit("hand-overs", "/console/handovers/", "hud1"),
        Visit("shifts", "/console/handovers/shifts/", "coordinator"),
        Visit("export", "/console/export/?list=square", "coordinator"),
        Visit("notifications", "/notifications/", "hud1"),
        Visit("notification settings", "/notifications/settings/", "hud1"),
        Visit("deliveries", "/notifications/deliveries/", "admin"),
        Visit("chat addresses", "/notifications/chat-addresses/", "admin"),
        Visit("dead letters", "/notifications/dead-letters/", "admin"),
        Visit("registers", "/admin/", "admin"),
        Visit("register of posts", "/admin/access/staff/", "admin"),
        Visit("a new post", "/admin/access/staff/add/", "admin"),
        Visit("the county's settings", "/admin/orgs/county/1/change/", "admin"),
        Visit("what is lacking", "/opening/", "admin"),
        Visit("files to bring in", "/opening/files/", "admin"),
        Visit("a file to bring in", "/opening/files/divisions/", "admin"),
        Visit("square of a grid worker", "/console/square/", "grid_a1"),
    ]


def receipt(row: cases.CaseRow) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT receipt_code FROM intake_report WHERE case_id = %s", [row.id])
        return f"/r/{row.number}/{cursor.fetchone()[0]}/"


class Tour:
    """Goes from page to page, in one browser for each who opens them."""

    def __init__(self, open_as: Opener, language: str, **look: object) -> None:
        self._open_as, self._language, self._look = open_as, language, look
        self._pages: dict[str, Page] = {}

    def at(self, visit: Visit) -> Page:
        if visit.who not in self._pages:
            self._pages[visit.who] = self._open_as(visit.who, language=self._language, **self._look)
        page = self._pages[visit.who]
        page.goto(visit.path)
        return page


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("path", "who"), [("/report/", ""), ("/desk/register/", "clerk")])
def test_axe_finds_nothing_in_the_choices_of_a_category(open_as: Opener, path: str, who: str, language: str) -> None:
    page = open_as(who, language=language)
    page.goto(path)
    page.locator("[name=text]").fill("小区物业不管事，半夜还在吵")
    page.locator(".picker > summary").click()
    page.locator("#category-find").fill("噪声")
    page.locator("#category-found button").first.wait_for()
    page.locator(".picker-group > summary").nth(6).click()
    assert [each for each in violations(page) if "map-open" not in each] == []
    page.locator(".picker-group button").locator("visible=true").first.click()
    page.locator(".picked-category").wait_for()
    assert [each for each in violations(page) if "map-open" not in each] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_on_any_page(open_as: Opener, visits: list[Visit], language: str) -> None:
    on_phone, at_desk = Tour(open_as, language, **PHONE), Tour(open_as, language, **DESKTOP)
    found = {visit.name: violations((at_desk if visit.who else on_phone).at(visit)) for visit in visits}
    assert {name: broken for name, broken in found.items() if broken} == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_smallest_phone_shows_every_page_without_scrolling_sideways(
    open_as: Opener, visits: list[Visit], language: str
) -> None:
    tour = Tour(open_as, language, **SMALL_PHONE)
    widths = {visit.name: tour.at(visit).evaluate("document.documentElement.scrollWidth") for visit in visits}
    assert {name: width for name, width in widths.items() if width > 320} == {}


def test_a_small_window_at_twice_its_size_shows_every_page(open_as: Opener, visits: list[Visit]) -> None:
    tour, found = Tour(open_as, "en", **ZOOMED), {}
    for visit in (each for each in visits if each.who):
        page = tour.at(visit)
        page.evaluate("scrollTo(0, 500)")
        width, head, bars = page.evaluate(f"[document.documentElement.scrollWidth, ({HEAD})(), ({COVERED})()]")
        if width > 683 or max(head, bars) > 1 / 3:
            found[visit.name] = (width, head, bars)
    assert found == {}
