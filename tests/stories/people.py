"""What people have in their hands, and the moves that several stories make."""

import re
from collections.abc import Callable

from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page

from liandong.foundation.access.models import Staff

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL_PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1366, "height": 768}}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
ANSWER_FIELD = "答复内容（上报人可见）"

Opener = Callable[..., Page]


def session_of(username: str) -> str:
    """A session as signing in makes it."""
    client = Client()
    client.force_login(Staff.objects.get(username=username))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def do(page: Page, action: str, text: str = "", field: str = "") -> None:
    """One action of the case page: unfold it where it is folded, write, press, and have the answer."""
    fold = page.locator("details.action").filter(has=page.locator("summary", has_text=re.compile(f"^{action}$")))
    button = page.get_by_role("button", name=action, exact=True)
    fold.or_(button).first.wait_for()
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
        page.locator("[name=text]").fill(words)
    _send(page, page.get_by_role("button", name=send))


def _send(page: Page, button: Locator) -> None:
    """A press comes back before the form was answered; what another person sees next needs the answer."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        button.click()
