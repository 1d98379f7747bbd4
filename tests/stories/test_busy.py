"""A busy installation keeps what a person wrote and sends it again by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from liandong.app import gate
from liandong.contexts.intake.models import Report
from liandong.foundation.access import busy
from liandong.kernel.errors import Busy
from tests.stories.people import PHONE
from tests.stories.test_sent_once import WORDS, fill_in, number_on


@pytest.fixture
def page(browser: Browser, address: str, committed, monkeypatch) -> Iterator[Page]:
    """A resident's; the 503 that is meant here would be a fault in other stories."""
    monkeypatch.setattr(busy, "RETRY_AFTER_S", 1)
    with browser.new_context(base_url=address, locale="zh-CN", **PHONE) as context:
        yield context.new_page()


def refuse_once(monkeypatch, method: str) -> list[str]:
    """The first request for the form, or of it, finds no place; gives the keys of all that were refused or came in."""
    keys: list[str] = []
    work = gate.Gate._worked_on

    def full(self: gate.Gate, request, lane, source):
        if request.method == method and request.path == "/report/":
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
