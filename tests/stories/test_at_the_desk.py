"""What posts meet at the desk: a colleague who is quicker, hands that stay on the keyboard, news that wait."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from liandong.contexts.cases import public as cases
from liandong.foundation.access.models import Staff
from tests import county
from tests.stories.people import ANSWER_FIELD, PHONE, Opener, do

CURRENT = "tr.is-current"
PASSWORD = "correct-horse-battery"
TYPED = "已经约好施工队，明天上午进场，预计三天完工。"


def work_on(row: cases.CaseRow) -> None:
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)


def open_case(open_as: Opener, username: str, row: cases.CaseRow) -> Page:
    page = open_as(username)
    page.goto(f"/console/case/{row.number}/")
    return page


def test_who_writes_on_what_a_colleague_changed_is_told_and_keeps_every_word(open_as: Opener) -> None:
    row = county.receive()
    work_on(row)
    first, second = (open_case(open_as, name, row) for name in ("hud1", "hud2"))
    second.get_by_label(ANSWER_FIELD).fill(TYPED)
    do(first, "备注", "已到现场看过", "说明")
    expect(first.get_by_text("已完成：备注。")).to_be_visible()
    do(second, "答复")
    expect(second.get_by_role("alert")).to_contain_text("您写的内容还在下面")
    expect(second.get_by_label(ANSWER_FIELD)).to_have_value(TYPED)
    expect(second.locator("#case-news")).to_contain_text("住建一岗 · 备注")
    expect(second.locator(".timeline")).to_contain_text("已到现场看过")
    second.get_by_role("button", name="仍要答复").click()
    expect(second.locator(".case-line")).to_contain_text("待评价")


def test_an_open_page_says_by_itself_what_a_colleague_did_and_leaves_what_is_being_written(open_as: Opener) -> None:
    row = county.receive()
    work_on(row)
    page = open_case(open_as, "hud1", row)
    page.get_by_label(ANSWER_FIELD).fill(TYPED)
    cases.urge_case(actor=county.post("coordinator"), case_id=row.id, text="请今天办")
    expect(page.locator("#case-news")).to_contain_text("统筹一岗 · 催办")
    expect(page.locator(".timeline")).to_contain_text("请今天办")
    expect(page.get_by_label(ANSWER_FIELD)).to_have_value(TYPED)
    cases.add_note(actor=county.post("hud2"), case_id=row.id, text="料已到")
    expect(page.locator("#case-news li")).to_have_count(2)


def test_who_answers_what_a_colleague_just_answered_reads_why_and_keeps_every_word(open_as: Opener) -> None:
    row = county.receive()
    work_on(row)
    first, second = (open_case(open_as, name, row) for name in ("hud1", "hud2"))
    second.get_by_label(ANSWER_FIELD).fill(TYPED)
    do(first, "答复", "已修好", ANSWER_FIELD)
    expect(first.locator(".case-line")).to_contain_text("待评价")
    do(second, "答复")
    expect(second.get_by_role("alert")).to_contain_text("事件目前为“待评价”，不能答复。")
    expect(second.get_by_role("textbox", name="您写的内容")).to_have_value(TYPED)
    assert [message.text for message in cases.messages(row.id)] == ["已修好"]


def test_who_writes_on_a_case_that_went_to_another_office_is_told_and_keeps_every_word(open_as: Opener) -> None:
    row = county.receive()
    work_on(row)
    page = open_case(open_as, "hud2", row)
    page.get_by_label(ANSWER_FIELD).fill(TYPED)
    law = county.office("LAW")
    cases.reassign_case(actor=county.post("coordinator"), case_id=row.id, office_id=law, text="职责在执法局")
    do(page, "答复")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("textbox", name="您写的内容")).to_have_value(TYPED)


def test_what_was_sent_is_not_offered_again_and_what_was_not_comes_back(open_as: Opener) -> None:
    row = county.receive()
    work_on(row)
    page = open_case(open_as, "hud1", row)
    page.get_by_label(ANSWER_FIELD).fill(TYPED)
    do(page, "备注", "已到现场看过", "说明")
    expect(page.get_by_text("已完成：备注。")).to_be_visible()
    page.locator("details.action", has_text="备注").locator("summary").click()
    expect(page.get_by_role("textbox", name="说明")).to_have_value("")
    expect(page.get_by_label(ANSWER_FIELD)).to_have_value(TYPED)
    expect(page.locator(".draft-note")).to_have_count(1)
    cases.add_note(actor=county.post("hud2"), case_id=row.id, text="也去看过")
    do(page, "答复")
    expect(page.get_by_role("alert")).to_contain_text("您写的内容还在下面")
    page.goto(f"/console/case/{row.number}/")
    expect(page.get_by_label(ANSWER_FIELD)).to_have_value(TYPED)


def test_a_session_that_ends_while_answering_costs_no_word(open_as: Opener) -> None:
    row = county.receive()
    work_on(row)
    post = Staff.objects.get(username="hud1")
    post.set_password(PASSWORD)
    post.save()
    page = open_case(open_as, "hud1", row)
    page.get_by_label(ANSWER_FIELD).fill(TYPED)
    Session.objects.all().delete()
    do(page, "答复")
    page.get_by_label("用户名").fill("hud1")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**/console/case/{row.number}/")
    expect(page.get_by_label(ANSWER_FIELD)).to_have_value(TYPED)
    do(page, "答复")
    expect(page.locator(".case-line")).to_contain_text("待评价")
    post.set_unusable_password()
    post.save()


def test_after_a_refusal_reload_and_back_lead_to_the_page_with_every_word(open_as: Opener) -> None:
    row = county.receive()
    work_on(row)
    page = open_case(open_as, "hud1", row)
    page.get_by_label(ANSWER_FIELD).fill("好")
    do(page, "答复")
    expect(page.get_by_role("alert")).to_contain_text("只写了一个字")
    for come in (lambda: page.goto(page.url), page.go_back):
        come()
        expect(page.get_by_label(ANSWER_FIELD)).to_have_value("好")


def test_a_refusal_is_seen_at_once_on_a_phone(open_as: Opener) -> None:
    row = county.receive()
    work_on(row)
    page = open_as("hud1", **PHONE)
    page.goto(f"/console/case/{row.number}/")
    fold = page.locator("details.action", has_text="申请延期")
    fold.locator("summary").click()
    fold.get_by_label("延长多少（个工作日）").fill("99")
    do(page, "申请延期", "等材料", "理由")
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("延期的长度应在 1 到")
    expect(refusal).to_be_in_viewport()
    expect(refusal).to_be_focused()


def test_a_case_is_not_offered_for_claiming_to_who_has_it(open_as: Opener) -> None:
    row = county.receive()
    work_on(row)
    mine, colleagues = (open_case(open_as, name, row) for name in ("hud1", "hud2"))
    expect(colleagues.get_by_role("button", name="认领")).to_be_visible()
    expect(mine.get_by_role("button", name="认领")).to_have_count(0)


def test_the_map_beside_the_list_is_hidden_and_stays_so(open_as: Opener) -> None:
    county.receive()
    page = open_as("coordinator")
    page.goto("/console/square/")
    expect(page.locator("[data-map-ready]")).to_be_visible()
    page.get_by_role("button", name="地图", exact=True).click()
    expect(page.locator("[data-map]")).to_be_hidden()
    page.reload()
    expect(page.locator("[data-map]")).to_be_hidden()
    page.get_by_role("button", name="地图", exact=True).click()
    expect(page.locator("[data-map-ready]")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_list_gets_a_name_on_a_phone_with_and_without_scripts(open_as: Opener, scripts: bool) -> None:
    county.receive()
    page = open_as("coordinator", java_script_enabled=scripts, **PHONE)
    page.goto("/console/square/?light=green")
    page.get_by_text("筛选", exact=True).first.click()
    page.locator("select[name=sort]").select_option("oldest")
    if not scripts:
        page.get_by_role("button", name="筛选", exact=True).click()
    page.wait_for_url("**sort=oldest**")
    page.locator("summary", has_text="我的视图").click()
    page.get_by_label("把现在的范围").fill("老的")
    page.get_by_role("button", name="保存").click()
    page.goto("/console/square/")
    page.get_by_role("link", name="老的").click()
    expect(page.locator("select[name=sort]")).to_have_value("oldest")


def test_hands_stay_on_the_keyboard_at_the_square(open_as: Opener) -> None:
    numbers = [county.receive(text).number for text in ("第一件：路面塌陷", "第二件：井盖松动", "第三件：路灯不亮")]
    page = open_as("coordinator")
    page.goto("/console/square/")
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    expect(page.locator(CURRENT)).to_contain_text("第二件")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘操作")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="键盘操作")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("第三件")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("请选择搜索的目的")
    page.get_by_label("搜索目的").select_option("handling")
    expect(page.locator("tr[data-href]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/case/{numbers[2]}/")


def test_a_bar_tells_of_a_new_case_and_nothing_jumps(open_as: Opener) -> None:
    for number in range(4):
        county.receive(f"老事件 {number}")
    page = open_as("coordinator")
    page.goto("/console/square/")
    page.keyboard.press("j")
    rows, before = page.locator("tr[data-href]"), page.locator(CURRENT).bounding_box()
    expect(rows).to_have_count(4)
    county.receive("新来的一件")
    bar = page.locator(".live-fresh")
    expect(bar).to_contain_text("1 条新事件")
    expect(rows).to_have_count(4)
    assert page.locator(CURRENT).bounding_box() == before
    bar.click()
    expect(rows.filter(has_text="新来的一件")).to_have_count(1)
    expect(bar).to_be_hidden()


@pytest.mark.parametrize(("language", "words"), [("zh", "1 条新事件"), ("en", "1 new case")])
def test_the_bar_speaks_the_language_of_the_page(open_as: Opener, language: str, words: str) -> None:
    page = open_as("coordinator", language=language)
    page.goto("/console/square/")
    county.receive()
    expect(page.locator(".live-fresh")).to_contain_text(words)
