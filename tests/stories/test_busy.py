"""A busy installation keeps what a person wrote and sends it again by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from liandong.app import gate
from liandong.contexts.intake.models import Photo, Report
from liandong.foundation.access import busy
from liandong.kernel.errors import Busy
from tests import county
from tests.stories.people import PHONE, session_of
from tests.stories.test_resident_status import receipt_of
from tests.stories.test_sent_once import WORDS, fill_in, number_on, photo

__all__ = ["photo"]


@pytest.fixture
def page(browser: Browser, address: str, committed, monkeypatch) -> Iterator[Page]:
    """A resident's; the 503 that is meant here would be a fault in other stories."""
    monkeypatch.setattr(busy, "RETRY_AFTER_S", 1)
    with browser.new_context(base_url=address, locale="zh-CN", **PHONE) as context:
        yield context.new_page()


def refuse_once(monkeypatch, method: str, path: str = "/report/") -> list[str]:
    """The first request for the form, or of it, finds no place; gives the keys of all that were refused or came in."""
    keys: list[str] = []
    work = gate.Gate._worked_on

    def full(self: gate.Gate, request, lane, source):
        if request.method == method and request.path.endswith(path):
            keys.append(request.POST.get("idempotency_key", ""))
            if len(keys) == 1:
                raise Busy
        return work(self, request, lane, source)

    monkeypatch.setattr(gate.Gate, "_worked_on", full)
    return keys


def test_what_was_written_is_kept_and_sent_again_once(page: Page, monkeypatch) -> None:
    fill_in(page)
    keys = refuse_once(monkeypatch, "POST")
    monkeypatch.setattr(busy, "RETRY_AFTER_S", 2)
    with page.expect_response(lambda answer: answer.status == 503):
        page.locator("form[data-draft]").evaluate("form => form.requestSubmit()")
    expect(page.locator("body")).to_contain_text("您填写的内容都在这一页里")
    expect(page.locator("body")).to_contain_text("What you wrote is kept on this page")
    page.wait_for_url("**/r/**")
    assert number_on(page)
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert [row.text for row in Report.objects.all()] == [WORDS]
    page.goto("/report/")
    assert page.get_by_label("情况说明").input_value() == ""


def test_a_page_that_was_refused_comes_by_itself(page: Page, monkeypatch) -> None:
    refuse_once(monkeypatch, "GET")
    page.goto("/report/")
    expect(page.get_by_label("情况说明")).to_be_visible()


def test_a_button_that_was_refused_is_pressed_again_by_the_page(page: Page, monkeypatch) -> None:
    row = county.receive("路口有个大坑", may_publish=True)
    page.goto(receipt_of(row))
    pressed = refuse_once(monkeypatch, "POST", "/withhold/")
    page.get_by_role("button", name="不再公开").click()
    expect(page.get_by_text("系统正忙")).to_be_visible()
    expect(page.get_by_role("button", name="允许公开")).to_be_visible()
    assert len(pressed) == 2


def test_in_english_and_with_the_sign_in_ended_meanwhile_nothing_of_a_report_is_lost(
    browser: Browser, address: str, committed, monkeypatch
) -> None:
    monkeypatch.setattr(busy, "RETRY_AFTER_S", 1)
    with browser.new_context(base_url=address, locale="en-GB", **PHONE) as context:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of("clerk"), "url": address}])
        page = context.new_page()
        lon, lat = county.POINTS["A11"]
        page.goto("/report/")
        form = page.locator("form[data-draft]")
        form.locator("[name=text]").evaluate("(field, words) => field.value = words", WORDS)
        form.locator("[name=lon]").evaluate("(field, value) => field.value = value", str(lon))
        form.locator("[name=lat]").evaluate("(field, value) => field.value = value", str(lat))
        refuse_once(monkeypatch, "POST")
        with page.expect_response(lambda answer: answer.status == 503):
            form.evaluate("form => form.requestSubmit()")
        Session.objects.all().delete()
        page.wait_for_url("**/r/**")
    assert [row.text for row in Report.objects.all()] == [WORDS]


def test_photos_are_sent_again_with_the_words(page: Page, monkeypatch, photo: Path) -> None:
    fill_in(page)
    page.locator("input[type=file]").set_input_files(photo)
    expect(page.locator(".photo-picks li")).to_have_count(1)
    keys = refuse_once(monkeypatch, "POST")
    page.get_by_role("button", name="提交", exact=True).click()
    number_on(page)
    assert (len(keys), len(set(keys))) == (2, 1)
    assert (Report.objects.count(), Photo.objects.count()) == (1, 1)
