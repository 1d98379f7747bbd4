"""Whole flows in a real browser, on the small county and a server of its own. Every page's scripts must run without
error and no answer may be a 5xx.
"""

from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect
from pytest_django.live_server_helper import LiveServer

from tests.stories.people import DESKTOP, LOCALES, PHONE, Opener, session_of

PATIENCE_MS = 15_000
OPENED = pytest.StashKey[list[Page]]()
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def address(django_db_setup) -> Iterator[str]:
    """The product on a port of this machine, on the test's database."""
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


@pytest.fixture
def open_as(request: pytest.FixtureRequest, browser: Browser, address: str, committed) -> Iterator[Opener]:
    """`open_as("clerk")`: a page in a browser of its own where that post is signed in; `open_as()`: a resident's.

    `language` zh or en, and what else Playwright's contexts take; `goto` takes paths of the product.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    opened = request.node.stash[OPENED] = []

    def watch(page: Page) -> None:
        opened.append(page)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("response", lambda response: faults.extend(_fault_of(response)))

    def open_page(username: str = "", *, language: str = "zh", **options: object) -> Page:
        look = {**(DESKTOP if username else PHONE), **options}
        context = browser.new_context(base_url=address, locale=LOCALES[language], reduced_motion="reduce", **look)
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", watch)
        if username:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(username), "url": address}
            context.add_cookies([cookie])
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """A story that fails tells what its pages showed."""
    report = yield
    if call.when == "call" and report.failed:
        for page in item.stash.get(OPENED, []):
            report.sections.append((page.url, page.locator("body").inner_text()))
    return report


def _fault_of(response: Response) -> list[str]:
    return [f"{response.status} {response.url}"] if response.status >= 500 else []
