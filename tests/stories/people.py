"""What people have in their hands, and the moves that several stories make."""

import contextlib
import re
from collections.abc import Callable

from django.conf import settings
from django.test import Client
from playwright.sync_api import Error, Locator, Page, Route, expect

from liandong.foundation.access.models import Staff

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL_PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1366, "height": 768}}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
BROWSERS_OWN = re.compile("^chrome-error:")
"""Where a browser stands when it got no page; what it says there is its own affair, the headless one says nothing."""
ANSWER_FIELD = "答复内容（上报人可见）"

Opener = Callable[..., Page]


def session_of(username: str) -> str:
    """A session as signing in makes it."""
    client = Client()
    client.force_login(Staff.objects.get(username=username))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def do(page: Page, action: str, text: str = "", field: str = "") -> None:
    """One action of the case page: unfold it where it is folded, write, press, and have the answer."""
    fold = page.locator("details.action").filter(has=page.locator(".action-name", has_text=re.compile(f"^{action}$")))
    button = page.get_by_role("button", name=action, exact=True)
    fold.or_(button).first.wait_for(state="attached")
    more = page.locator("details.action-more")
    if more.filter(has=fold).count() and more.get_attribute("open") is None:
        more.locator("> summary").click()
    if not fold.count():
        _send(page, button)
        return
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    if text:
        fold.get_by_label(field).fill(text)
    _send(page, fold.get_by_role("button", name=action, exact=True))


def judge(page: Page, verdict: str, send: str, words: str = "") -> None:
    """The reporter's verdict on the page of the receipt."""
    page.reload()
    page.get_by_label(verdict, exact=True).check()
    if words:
        page.locator("form.judged [name=text]").fill(words)
    _send(page, page.get_by_role("button", name=send))


def _send(page: Page, button: Locator) -> None:
    """A press comes back before the form was answered; what another person sees next needs the answer."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        button.click()


def pick_category(page: Page, asked: str) -> None:
    """The first that a search of the picker finds, and the answer to it."""
    page.locator(".picker > summary").click()
    page.locator("#category-find").fill(asked)
    found = page.locator("#category-found button")
    expect(found.first).to_be_visible()
    found.first.click()
    expect(page.locator(".picked-category")).to_be_visible()


class Slow:
    """Answers to POSTs of an address are held back until they are let go."""

    def __init__(self, page: Page, address: str, *, first: int = 0) -> None:
        """`first`: so many are held, 0 for all; later ones pass."""
        self.page = page
        self.held: list[Route] = []
        self._most = first
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method != "POST" or (self._most and len(self.held) >= self._most):
            route.fallback()
        else:
            self.held.append(route)

    def let_go(self) -> None:
        """Each is answered now; a question that the page has given up needs no answer. Comes back when the page has
        done with them.
        """
        for route in self.held:
            with contextlib.suppress(Error):
                answer = route.fetch()
                route.fulfill(response=answer)
        self._most = -1
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
