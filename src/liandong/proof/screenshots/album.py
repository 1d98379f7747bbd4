"""Pages of an open county as pictures: in each language, on a phone, a laptop and a wall."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import psycopg
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from liandong.kernel import ids
from liandong.sample.seeding import DEMO_PASSWORD

from .pages import CASES, PAGES, RESIDENT, Shown

SIZES: Mapping[str, tuple[int, int]] = {"phone": (390, 844), "laptop": (1366, 768), "wall": (1920, 1080)}
LOCALES: Mapping[str, str] = {"zh": "zh-CN", "en": "en-GB"}
PATIENCE_MS = 15_000
LONG = 1.1
"""A page that is so many times as high as its screen is pictured whole besides."""
SIZE = "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight, innerHeight]"
MAPS_DRAWN = """() => [...document.querySelectorAll("[data-map]")].every((map) => {
  const box = map.getBoundingClientRect();
  const opens = box.width > 0 && box.top < innerHeight && !map.matches(".is-waiting");
  return !opens || "mapReady" in map.dataset;
})"""
FIRST_REPORT = "SELECT case_id, receipt_code FROM intake_report WHERE case_id = ({sql}) ORDER BY id LIMIT 1"


@dataclass(frozen=True, slots=True)
class Place:
    """An open county: the port of its pages, and its database."""

    port: int
    url: str

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A choice of pages. `names`: expressions; none: every page."""

    names: tuple[re.Pattern[str], ...]
    languages: tuple[str, ...]
    sizes: tuple[str, ...]

    def pages(self) -> list[Shown]:
        return [page for page in PAGES if not self.names or any(name.search(page.name) for name in self.names)]


def take(place: Place, folder: Path, wanted: Wanted, program: Path) -> Iterator[str]:
    """Writes `LANGUAGE/SIZE/NAME.png`, and `NAME-whole.png` of a long page. A sentence for everything that is not as it
    must be: a page that answers with an error, a script that fails, a page wider than its screen.
    """
    known = _known(place)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=["--no-sandbox"])
        signed_in = {who: _signed_in(browser, place, who) for who in {page.who for page in wanted.pages()} - {RESIDENT}}
        for language, size in product(wanted.languages, wanted.sizes):
            for page in wanted.pages():
                context = _context(browser, place, language, size)
                if page.who:
                    context.add_cookies([{"name": "sessionid", "value": signed_in[page.who], "url": place.address}])
                yield from _pictured(context.new_page(), folder / language / size, known, page)
                context.close()
        browser.close()


def _context(browser: Browser, place: Place, language: str, size: str) -> BrowserContext:
    width, height = SIZES[size]
    is_phone = size == "phone"
    context = browser.new_context(
        base_url=place.address,
        locale=LOCALES[language],
        viewport={"width": width, "height": height},
        has_touch=is_phone,
        is_mobile=is_phone,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def _signed_in(browser: Browser, place: Place, who: str) -> str:
    """The session of a post that signs in by the login page."""
    context = _context(browser, place, "zh", "laptop")
    view = context.new_page()
    view.goto("/accounts/login/")
    view.fill("input[name=login]", who)
    view.fill("input[name=password]", DEMO_PASSWORD)
    view.press("input[name=password]", "Enter")
    view.wait_for_url(lambda address: "/accounts/login" not in address)
    session = next(each["value"] for each in context.cookies() if each.get("name") == "sessionid")
    context.close()
    return str(session)


def _pictured(view: Page, folder: Path, known: Mapping[str, str], page: Shown) -> Iterator[str]:
    where = f"{folder.parent.name}/{folder.name}/{page.name}"
    faults: list[str] = []
    view.on("pageerror", lambda error: faults.append(str(error)))
    try:
        answer = view.goto(page.path.format_map(known))
        for selector, text in page.typed.items():
            view.fill(selector, text)
        for selector in page.pressed:
            view.click(selector)
        view.wait_for_load_state("networkidle")
        view.wait_for_function(MAPS_DRAWN)
    except (KeyError, Error) as error:
        yield f"{where}: {error!r}"
        return
    folder.mkdir(parents=True, exist_ok=True)
    view.screenshot(path=folder / f"{page.name}.png")
    wide, high, height = view.evaluate(SIZE)
    width = SIZES[folder.name][0]
    if high > height * LONG:
        view.screenshot(path=folder / f"{page.name}-whole.png", full_page=True)
    if answer is None or answer.status != page.status:
        yield f"{where}: {answer and answer.status}"
    if wide > width:
        yield f"{where}: {wide} px wide on {width}"
    yield from (f"{where}: {fault}" for fault in faults)


def _known(place: Place) -> dict[str, str]:
    """Numbers of the cases that pages show, and addresses of their receipts."""
    found: dict[str, str] = {}
    with psycopg.connect(place.url, autocommit=True) as connection:
        for name, sql in CASES.items():
            for case_id, code in connection.execute(FIRST_REPORT.format(sql=sql)).fetchall():
                found |= {name: ids.case_number(case_id), f"receipt_{name}": f"/r/{ids.case_number(case_id)}/{code}/"}
    return found
