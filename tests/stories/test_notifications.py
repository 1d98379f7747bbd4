"""What posts are told without looking for it, and what an administrator sees of what didn't arrive."""

from playwright.sync_api import Locator, Page, expect

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.public import ContactInput
from liandong.contexts.notifications import public as notifications
from liandong.contexts.notifications.models import Delivery
from tests import county
from tests.contexts.notifications.outside import give_mailbox, mail_by, mail_server, sent_after, told
from tests.ports.sinks import SmtpSink
from tests.stories.people import SMALL_PHONE, Opener, do


def bell(page: Page) -> Locator:
    return page.locator("details.bell")


def test_a_handler_sees_the_bell_opens_it_and_goes_to_the_case(open_as: Opener) -> None:
    row = county.receive()
    told()
    page = open_as("hud1")
    page.goto("/console/tasks/")
    expect(bell(page).locator(".bell-number")).to_have_text("1")
    bell(page).locator("summary").focus()
    page.keyboard.press("Enter")
    note = bell(page).locator(".note a")
    expect(note).to_contain_text("新任务")
    note.click()
    expect(page.locator(".case-line")).to_contain_text("待签收")
    assert page.url.endswith(f"/console/case/{row.number}/")
    expect(bell(page).locator("summary")).to_be_visible()
    expect(bell(page).locator(".bell-number")).to_have_count(0)


def test_without_scripts_the_bell_leads_to_the_list(open_as: Opener) -> None:
    county.receive()
    told()
    page = open_as("hud1", java_script_enabled=False, language="en")
    page.goto("/console/tasks/")
    bell(page).locator("summary").click()
    bell(page).get_by_role("link", name="All notifications").click()
    page.get_by_role("button", name="Mark as read").click()
    expect(page.get_by_role("button", name="Mark as read")).to_have_count(0)
    assert notifications.count_unread(county.post("hud1")) == 0


def test_a_post_chooses_mail_tries_it_and_gets_the_next_task_by_it(open_as: Opener) -> None:
    give_mailbox("hud1")
    with mail_server() as sink:
        page = open_as("hud1", **SMALL_PHONE)
        page.goto("/notifications/settings/")
        page.get_by_role("group", name="新任务和指派").get_by_label("发邮件").check()
        page.get_by_label("多久发一次").select_option(label="来一条发一条")
        page.get_by_label("夜间不打扰，从").select_option("0")
        page.get_by_label("到", exact=True).select_option("0")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_text("通知设置已保存。")).to_be_visible()
        page.get_by_role("button", name="试发邮件").click()
        expect(page.locator("#trial-result")).to_contain_text("等待发送")
        assert sent_after(0) == 1
        expect(page.locator("#trial-result")).to_contain_text("已发送")
        row = county.receive()
        told()
        assert sent_after(0) == 1
        assert row.number in sink.mails[-1].get_content()
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) == 0


def test_an_administrator_sees_what_failed_and_sends_it_when_the_server_is_back(open_as: Opener) -> None:
    away = SmtpSink()
    away.start()
    away.stop()
    row = county.receive(contact=ContactInput(email="someone@home.example"))
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已修好")
    told()
    with mail_by(away.port):
        assert sent_after(0) == 0
    page = open_as("admin")
    page.goto("/notifications/deliveries/?state=failed")
    line = page.locator("tbody tr")
    expect(line).to_contain_text("上报人")
    expect(line).not_to_contain_text("home.example")
    line.get_by_role("button", name="重发").click()
    expect(page.get_by_text("已排队重发。")).to_be_visible()
    with mail_server(away.port) as sink:
        assert sent_after(0) == 1
        assert sink.mails[0]["To"] == "someone@home.example"
    page.goto("/notifications/deliveries/?state=sent")
    expect(page.locator("tbody tr")).to_contain_text("已发送")
    assert Delivery.objects.get().state == "sent"


def test_the_desk_records_whom_a_danger_was_handed_over_to(open_as: Opener) -> None:
    row = county.receive("闻到很重的煤气味", category_code=county.GAS)
    page = open_as("clerk")
    page.goto(f"/console/case/{row.number}/")
    page.get_by_role("radio", name="119").check()
    do(page, "已转 110/119/120/122", "消防已派车，请上报人撤到上风处", "说了什么，对方怎样接手")
    expect(page.get_by_text("已完成：已转 110/119/120/122。")).to_be_visible()
    timeline = page.locator(".timeline")
    for words in ("已电话移交", "119", "消防已派车，请上报人撤到上风处"):
        expect(timeline).to_contain_text(words)
