"""The process of a case: its fold loads nothing before it is opened, then draws, marks and says where it stands."""

from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, Request, expect

from liandong.contexts.cases import public as cases
from liandong.contexts.process import public as process
from tests import county
from tests.foundation.ui.accessibility import violations
from tests.stories.people import ANSWER_FIELD, SMALL_PHONE, Opener, do

LIVE = ".bpmn-canvas .is-live"


def opened(page: Page, number: str, summary: str) -> list[str]:
    """Opens the fold; the addresses that were asked for only then."""
    page.goto(f"/console/case/{number}/")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.locator("#process > summary", has_text=summary).click()
    expect(page.locator("[data-bpmn-ready]")).to_be_visible()
    return asked


@pytest.mark.parametrize(
    ("language", "summary", "now", "next_step", "drawn"),
    [
        ("zh", "流程", "办理中", "答复 → 待评价", "县级统筹"),
        ("en", "Process", "In progress", "Answer → Answered, awaiting verdict", "Parked"),
    ],
)
def test_the_fold_draws_the_process_marks_the_place_and_says_it_in_words(
    open_as: Opener, language: str, summary: str, now: str, next_step: str, drawn: str
) -> None:
    row = county.receive()
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    page = open_as("hud1", language=language)
    asked = opened(page, row.number, summary)
    assert any(url.endswith(f"/case/{row.number}/process/") for url in asked)
    assert any("/bpmn-" in url for url in asked)
    fold = page.locator("#process")
    expect(fold).to_contain_text(now)
    expect(fold.get_by_role("listitem").filter(has_text=next_step)).to_be_visible()
    expect(page.locator(LIVE)).to_have_attribute("data-element-id", "handling")
    expect(page.locator(".bpmn-canvas svg").first).to_contain_text(drawn)
    assert violations(page) == []


def test_on_a_phone_the_words_stand_above_the_drawing_and_nothing_sticks_out(open_as: Opener) -> None:
    row = county.receive()
    page = open_as("hud1", **SMALL_PHONE)
    opened(page, row.number, "流程")
    words, canvas = page.locator(".process-next").bounding_box(), page.locator(".bpmn-canvas").bounding_box()
    assert words is not None
    assert canvas is not None
    assert words["y"] + words["height"] <= canvas["y"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_the_process_is_a_page_of_its_own(open_as: Opener) -> None:
    row = county.receive()
    page = open_as("hud1", java_script_enabled=False)
    page.goto(f"/console/case/{row.number}/")
    page.locator("#process > summary").click()
    page.get_by_role("link", name="查看流程").click()
    expect(page.locator("main")).to_contain_text("签收 → 办理中")


def test_a_process_changed_while_cases_run_is_that_of_new_cases_only(open_as: Opener, tmp_path: Path) -> None:
    drawing = tmp_path / "own.bpmn"
    drawing.write_text(
        process.shipped(process.Variant.DEFAULT).decode().replace("回访 · 评价", "回访并请评价"), "utf-8"
    )
    old, office = county.receive(), open_as("hud1")
    opened(office, old.number, "流程")
    call_command("process", str(drawing), "--load")
    new = county.receive("另一件：路面塌陷")
    for row, version, step in ((old, 1, "回访 · 评价"), (new, 2, "回访并请评价")):
        office.goto(f"/console/case/{row.number}/")
        do(office, "签收")
        do(office, "答复", "已修补平整", ANSWER_FIELD)
        opened(office, row.number, "流程")
        fold = office.locator("#process")
        expect(fold).to_contain_text(f"第 {version} 版")
        expect(fold).to_contain_text(f"目前 待评价 · {step}")
        expect(office.locator(LIVE)).to_have_attribute("data-element-id", "answered")
        cases.record_verdict(actor=county.post("clerk"), case_id=row.id, solved=True)
        opened(office, row.number, "流程")
        expect(fold).to_contain_text(f"第 {version} 版")
        expect(office.locator(LIVE)).to_have_attribute("data-element-id", "closed")
