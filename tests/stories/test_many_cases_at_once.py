"""Many cases at once: a coordinator hands three over, a colleague is quicker at one, and the batch is taken back."""

import pytest
from playwright.sync_api import expect

from liandong.contexts.cases import public as cases
from tests import county
from tests.stories.people import PHONE, Opener

REASON = "属执法范围，一并改派。"


def test_a_bulk_reassignment_from_the_square_with_a_colleague_in_between_and_its_undoing(open_as: Opener) -> None:
    rows = [county.receive(text) for text in ("第一件：路面塌陷", "第二件：井盖松动", "第三件：路灯不亮")]
    hud, law = county.office("HUD"), county.office("LAW")
    page = open_as("coordinator")
    page.goto("/console/square/")
    bar = page.locator("#bulk")
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="选中这一页").check()
    expect(bar).to_be_visible()
    expect(bar.locator("[data-bulk-count]")).to_have_text("3")
    bar.get_by_label("批量办理").select_option(label="改派到一个部门")
    bar.get_by_role("button", name="办理选中的").click()
    page.get_by_label("承办部门").select_option(label="县综合执法局")
    page.get_by_label("理由").fill(REASON)
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_role("button", name="确认办理 3 件")).to_be_visible()

    cases.accept_case(actor=county.post("hud1"), case_id=rows[1].id)

    page.get_by_role("button", name="确认办理 3 件").click()
    expect(page.get_by_text("已办理 2 · 未办理 1")).to_be_visible()
    expect(page.locator("tr", has_text="第二件")).to_contain_text("内容已被他人更新")
    assert [cases.find(row.id).office_id for row in rows] == [law, hud, law]

    page.locator("summary", has_text="整批撤销").click()
    page.get_by_label("理由").fill("选错了部门")
    page.get_by_role("button", name="整批撤销").click()
    expect(page.get_by_text("已撤销 2")).to_be_visible()
    assert [cases.find(row.id).office_id for row in rows] == [hud, hud, hud]


@pytest.mark.parametrize("scripts", [True, False])
def test_cases_are_urged_on_a_phone_with_and_without_scripts(open_as: Opener, scripts: bool) -> None:
    row = county.receive()
    page = open_as("coordinator", java_script_enabled=scripts, **PHONE)
    page.goto("/console/square/")
    page.get_by_role("checkbox", name=f"选中事件 {row.number}").check()
    page.get_by_label("批量办理", exact=True).select_option(label="催办")
    page.get_by_role("button", name="办理选中的").click()
    page.get_by_label("说明").fill("请尽快到现场")
    page.get_by_role("button", name="预览").click()
    page.get_by_role("button", name="确认办理 1 件").click()
    expect(page.get_by_text("已办理 1")).to_be_visible()
    page.goto("/console/square/")
    expect(page.locator("tr", has_text="催办 1 次")).to_be_visible()


def test_who_takes_up_what_waits_in_a_queue_is_seen_by_the_others(open_as: Opener) -> None:
    county.receive("门口有情况", category_code="")
    clerk, coordinator = open_as("clerk"), open_as("coordinator")
    clerk.goto("/console/queue/")
    expect(clerk.locator("tbody tr")).to_contain_text("无人认领")
    clerk.get_by_role("button", name="认领").click()
    expect(clerk.get_by_text("已认领。")).to_be_visible()
    coordinator.goto("/console/queue/")
    expect(coordinator.locator("tbody tr")).to_contain_text("受理一岗")
