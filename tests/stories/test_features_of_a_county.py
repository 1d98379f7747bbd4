"""The administrator, on a phone, does without hand-overs for a while; a clerk at the desk meets it at once."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from liandong.foundation.orgs.models import County
from liandong.foundation.registers.public import Cached
from tests.stories.people import PHONE, SMALL_PHONE, Opener


@pytest.fixture(autouse=True)
def everything_is_on_again(committed: None) -> Iterator[None]:
    yield
    County.objects.update(rooms_off=[])
    Cached.forget_all("county")


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("phone", [PHONE, SMALL_PHONE], ids=["390", "320"])
def test_a_feature_is_switched_off_after_a_question_and_comes_back(open_as: Opener, phone: dict[str, Any]) -> None:
    clerk, page = open_as("clerk"), open_as("admin", **phone)
    clerk.goto("/console/tasks/")
    expect(clerk.get_by_role("link", name="值班交接")).to_be_visible()
    page.goto("/console/square/")
    page.locator("details.menu summary", has_text="系统管理岗").click()
    page.get_by_role("link", name="功能开关").click()
    expect(page.get_by_role("heading", name="功能开关")).to_be_visible()
    fits(page)

    page.get_by_role("button", name="停用交接").click()
    expect(page.get_by_role("dialog")).to_contain_text("停用“交接”？")
    page.get_by_role("dialog").get_by_role("button", name="停用", exact=True).click()
    expect(page.get_by_text("已停用：交接")).to_be_visible()
    expect(page.get_by_role("button", name="启用交接")).to_be_visible()
    fits(page)
    clerk.get_by_role("link", name="值班交接").click()
    expect(clerk.get_by_role("heading", level=1)).to_contain_text("没有找到")
    clerk.goto("/console/tasks/")
    expect(clerk.get_by_role("link", name="我的工作量")).to_be_visible()
    expect(clerk.get_by_role("link", name="值班交接")).to_have_count(0)

    page.get_by_role("button", name="启用交接").click()
    expect(page.get_by_text("已启用：交接")).to_be_visible()
    clerk.goto("/console/handovers/shifts/")
    expect(clerk.get_by_role("heading", level=1)).to_contain_text("值班交接")
