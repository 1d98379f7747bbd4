"""The pages: bell, list, settings for posts; log, dead letters, chat addresses for the administrator; the stop link."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.cases.public import Action, CaseRow
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.public import ContactInput
from liandong.contexts.notifications import outbox, wording
from liandong.contexts.notifications import public as notifications
from liandong.contexts.notifications.models import ChatAddress, Delivery, Notification, OptOut
from liandong.foundation.events.models import DeadLetter, Event
from liandong.foundation.jobs.models import Job
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from tests import county
from tests.contexts.cases.acting import take
from tests.contexts.console.reading import chinese, signed_in, words
from tests.contexts.notifications.outside import give_mailbox, mail_by, mail_server, sent_after, told

pytestmark = pytest.mark.usefixtures("small_county")
PAGES = ("", "settings/", "deliveries/", "dead-letters/", "chat-addresses/")
NOTE = "//li[contains(@class, 'note')]"
TOKEN = "dingtalk://abcdefgh12345678"


def tree(client: Client, path: str, status: int = 200) -> html.HtmlElement:
    response = client.get(f"/notifications/{path}")
    assert response.status_code == status
    return html.fromstring(response.content.decode())


def new_task() -> CaseRow:
    row = county.receive()
    told()
    return row


def a_delivery(state: str = "dead", **fields: object) -> Delivery:
    now = time.now()
    plain = {"staff_id": county.post("hud1").id, "means": "mail", "state": state, "created_at": now, "next_at": now}
    return Delivery.objects.create(**plain | {"notifications": [1], "attempts": 6, "error": "没有送达"} | fields)


def test_the_bell_counts_what_is_unread_with_one_statement_beside_signing_in(django_assert_num_queries) -> None:
    client = signed_in("hud1")
    assert client.get("/notifications/bell/").content.decode().strip() == ""
    for _ in range(3):
        new_task()
    with django_assert_num_queries(3):  # session, account, count
        page = client.get("/notifications/bell/").content.decode()
    assert "3 条未读" in page


def test_the_bell_of_who_has_signed_out_says_nothing_and_sends_nobody_away() -> None:
    response = Client().get("/notifications/bell/")
    assert (response.status_code, response.content) == (204, b"")


def test_every_page_of_the_desk_has_the_bell_and_pays_nothing_for_it(django_assert_max_num_queries) -> None:
    row = new_task()
    client = signed_in("hud1")
    client.get(f"/console/case/{row.number}/")
    with django_assert_max_num_queries(13):
        page = html.fromstring(client.get(f"/console/case/{row.number}/").content.decode())
    (bell,) = page.xpath("//details[contains(@class, 'bell')]")
    assert bell.xpath(".//*[@hx-get='/notifications/bell/']")
    assert [link.get("href") for link in bell.xpath(".//a")] == ["/notifications/"]


def test_opening_a_notification_leads_to_the_case_and_marks_it_read() -> None:
    row = new_task()
    client = signed_in("hud1")
    (link,) = tree(client, "panel/").xpath(f"{NOTE}/a")
    assert client.get(link.get("href")).headers["Location"] == f"/console/case/{row.number}/"
    assert notifications.count_unread(county.post("hud1")) == 0
    assert notifications.count_unread(county.post("hud2")) == 1


def test_what_belongs_to_another_post_is_not_there() -> None:
    new_task()
    theirs = Notification.objects.filter(staff_id=county.post("hud1").id).get()
    client = signed_in("hud2")
    assert client.get(f"/notifications/{theirs.pk}/open/").status_code == 404
    client.post(f"/notifications/{theirs.pk}/read/")
    assert notifications.count_unread(county.post("hud1")) == 1


def test_one_or_all_are_marked_as_read() -> None:
    for _ in range(3):
        new_task()
    client = signed_in("hud1")
    first = tree(client, "?unread=1").xpath(f"{NOTE}/form")[0]
    client.post(first.get("action"))
    assert len(tree(client, "?unread=1").xpath(NOTE)) == 2
    client.post("/notifications/read/")
    assert "没有通知" in words(tree(client, "?unread=1"))
    assert len(tree(client, "").xpath(NOTE)) == 3


def test_the_list_turns_its_pages_without_losing_or_repeating_one(django_assert_max_num_queries) -> None:
    rows = county.receive_all([county.report() for _ in range(120)])
    told()
    client = signed_in("hud1")
    seen, path = [], ""
    for _ in range(3):
        with django_assert_max_num_queries(6):
            page = tree(client, path)
        seen += [each.text.replace(" ", "") for each in page.xpath(f"{NOTE}/a/span[@class='num']")]
        path = next((link.get("href").removeprefix("/notifications/") for link in page.xpath("//a[@rel='next']")), "")
    assert path == ""
    assert sorted(seen) == sorted(row.number for row in rows)


@pytest.mark.parametrize("cursor", ["x", "2026-05-11~", "2026-05-11T00:00:00~1", "~", "2026-05-11T00:00:00+00:00~x"])
def test_a_cursor_that_is_none_begins_at_the_top(cursor: str) -> None:
    new_task()
    assert len(tree(signed_in("hud1"), f"?cursor={cursor}").xpath(NOTE)) == 1


def test_of_a_private_matter_the_list_names_number_and_time_only() -> None:
    county.receive("邻居吵架", category_code=county.NEIGHBOURS)
    told()
    page = words(tree(signed_in("jus1"), ""))
    assert "不公开事项" in page
    assert "吵架" not in page


CHOSEN = {
    "tasks": "page",
    "deadlines": "mail",
    "progress": "page",
    "interval_min": "60",
    "quiet_from": "21",
    "quiet_until": "8",
    "language": "en",
}


def test_what_a_post_chooses_is_kept() -> None:
    give_mailbox("hud1")
    client = signed_in("hud1")
    with mail_by(1):
        assert client.post("/notifications/settings/", CHOSEN).status_code == 302
    staff_id = county.post("hud1").id
    kept = notifications.preferences([staff_id])[staff_id]
    assert kept == notifications.PreferenceRow("page", "mail", "page", 60, 21, 8, "en")
    page = tree(client, "settings/")
    assert [each.get("value") for each in page.xpath("//input[@name='deadlines'][@checked]")] == ["mail"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, "没有设置发件邮箱"),
        ({"deadlines": "chat"}, "还没有群聊地址"),
        ({"deadlines": "page", "quiet_from": "24"}, "请选择一个整点"),
        ({"deadlines": "page", "interval_min": "7"}, "请选择多久发一次"),
        ({"deadlines": "page", "language": "fr"}, "请选择语言"),
        ({"deadlines": "pigeon"}, "请选择一种方式"),
        ({"deadlines": "page", "quiet_until": "midnight"}, "数值无效"),
    ],
)
def test_a_way_that_doesnt_reach_the_post_is_refused_in_words(wrong: dict[str, str], sentence: str) -> None:
    response = signed_in("hud1").post("/notifications/settings/", CHOSEN | wrong)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    staff_id = county.post("hud1").id
    assert notifications.preferences([staff_id])[staff_id] == notifications.PreferenceRow()


def test_a_trial_tells_how_it_went() -> None:
    give_mailbox("hud1")
    client = signed_in("hud1")
    with mail_server() as sink:
        client.post("/notifications/settings/trial/", {"means": "mail"})
        assert "等待发送" in words(tree(client, "settings/trial/"))
        sink.refuses = True
        sent_after(0)
        assert "失败，将重试" in words(tree(client, "settings/trial/"))
        client.post("/notifications/settings/trial/", {"means": "mail"})
        sink.refuses = False
        sent_after(0)
        assert "已发送" in words(tree(client, "settings/trial/"))


def test_the_log_shows_to_whom_and_why_not_and_never_an_address() -> None:
    give_mailbox("hud1")
    a_delivery()
    page = words(tree(signed_in("admin"), "deliveries/"))
    for shown in ("住建一岗", "邮件", "未送达", "没有送达"):
        assert shown in page
    assert "county.example" not in page


@pytest.mark.parametrize("state", ["waiting", "failed", "dead", "sent", "dropped"])
def test_the_log_costs_the_same_for_one_line_and_for_many(state: str, django_assert_max_num_queries) -> None:
    client = signed_in("coordinator")
    for count in (1, 60):
        for _ in range(count):
            a_delivery(state)
        with django_assert_max_num_queries(6):
            page = tree(client, f"deliveries/?state={state}")
    assert len(page.xpath("//tbody/tr")) == 50
    (following,) = page.xpath("//a[@rel='next']")
    assert len(tree(client, following.get("href").removeprefix("/notifications/")).xpath("//tbody/tr")) == 11


def test_a_dead_one_is_queued_again_once() -> None:
    delivery = a_delivery()
    client = signed_in("admin")
    assert client.post(f"/notifications/deliveries/{delivery.pk}/retry/").status_code == 302
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("waiting", 0)
    assert client.post(f"/notifications/deliveries/{delivery.pk}/retry/").status_code == 404


def test_a_dead_event_is_shown_and_handed_over_again() -> None:
    letter = DeadLetter.objects.create(
        event_id=7, subscriber="liandong.contexts.process.jobs.follow_cases", type="CaseReceived", stream_kind="case",
        stream_id=1, payload={}, at=time.now(), attempts=8, error="ValueError: no", died_at=time.now(),
    )  # fmt: skip
    client = signed_in("admin")
    assert "ValueError: no" in words(tree(client, "dead-letters/"))
    client.post(f"/notifications/dead-letters/{letter.pk}/revive/")
    assert not DeadLetter.objects.exists()
    assert Event.objects.count() == 0
    assert [each.action for each in ledger.entries(("dead_letter", letter.pk))] == ["DeadLetterRevived"]


def test_long_work_that_was_given_up_is_shown_and_goes_on() -> None:
    now = time.now()
    job = Job.objects.create(
        kind="batches.go_on", key="7", progress={"n": 3}, attempts=8, error="ValueError: no", created_at=now,
        next_at=now, died_at=now,
    )  # fmt: skip
    client = signed_in("admin")
    assert "死信 1" in words(tree(client, "deliveries/"))
    page = words(tree(client, "dead-letters/"))
    assert "batches.go_on" in page
    assert "ValueError: no" in page
    path = f"/notifications/dead-letters/jobs/{job.pk}/revive/"
    assert signed_in("coordinator").post(path).status_code == 403
    assert client.post(path).status_code == 302
    job.refresh_from_db()
    assert (job.died_at, job.attempts, job.progress) == (None, 0, {"n": 3})
    assert [each.action for each in ledger.entries(("job", job.pk))] == ["JobRevived"]
    assert client.post(path).status_code == 404


def test_a_chat_address_is_kept_and_never_shown_in_full_again() -> None:
    client = signed_in("admin")
    sent = {"whose": f"office:{county.office('HUD')}", "url": TOKEN}
    assert client.post("/notifications/chat-addresses/", sent).status_code == 302
    assert ChatAddress.objects.get().url == TOKEN
    page = client.get("/notifications/chat-addresses/").content.decode()
    assert "dingtalk://…678" in page
    assert "abcdefgh" not in page
    entries = ledger.entries(("chat_address", ChatAddress.objects.get().pk))
    assert "abcdefgh" not in str([entry.payload for entry in entries])
    client.post(f"/notifications/chat-addresses/{ChatAddress.objects.get().pk}/remove/")
    assert not ChatAddress.objects.exists()


@pytest.mark.parametrize("url", ["", "dingtalk://", "file:///etc/passwd", "syslog://", "https://oapi.example/x"])
def test_a_chat_address_that_is_none_is_refused_and_what_was_typed_stays(url: str) -> None:
    sent = {"whose": f"staff:{county.post('hud1').id}", "url": url}
    response = signed_in("admin").post("/notifications/chat-addresses/", sent)
    assert response.status_code == 422
    page = html.fromstring(response.content.decode())
    assert page.xpath("//*[@role='alert']")
    assert page.xpath("//input[@id='url']")[0].get("value") == url
    assert not ChatAddress.objects.exists()


@pytest.mark.parametrize("whose", ["", "staff:0", "office:0", "staff:999999", "office:999999", "county:1", "staff:x"])
def test_a_chat_address_is_kept_for_a_post_or_an_office_that_there_is_and_for_nobody_else(whose: str) -> None:
    response = signed_in("admin").post("/notifications/chat-addresses/", {"whose": whose, "url": TOKEN})
    assert response.status_code == 422
    assert html.fromstring(response.content.decode()).xpath("//*[@role='alert']")
    assert not ChatAddress.objects.exists()


@pytest.mark.parametrize(("signs", "shown"), [(1, ""), (12, ""), (13, "xyz"), (40, "xyz")])
def test_of_a_chat_address_the_last_three_signs_are_shown_where_they_are_less_than_a_quarter_of_it(
    signs: int, shown: str
) -> None:
    url = f"dingtalk://{'abcdefghijklmnopqrstuvwxyz'.rjust(signs, 'a')[-signs:]}"
    office_id = county.office("HUD")
    ChatAddress.objects.create(office_id=office_id, url=url, set_at=time.now())
    page = words(tree(signed_in("admin"), "chat-addresses/"))
    assert re.findall(r"dingtalk://…(\w*)", page) == [shown]


@pytest.mark.parametrize("path", ["deliveries/", "dead-letters/", "chat-addresses/"])
@pytest.mark.parametrize("username", ["hud1", "clerk", "leader"])
def test_what_is_the_administrators_is_nobody_elses(path: str, username: str) -> None:
    assert signed_in(username).get(f"/notifications/{path}").status_code == 403


def test_a_coordinator_sees_the_log_but_neither_keys_nor_dead_events() -> None:
    client = signed_in("coordinator")
    assert client.get("/notifications/deliveries/").status_code == 200
    for path in ("dead-letters/", "chat-addresses/"):
        assert client.get(f"/notifications/{path}").status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_complete_in_english(path: str) -> None:
    new_task()
    a_delivery(office_id=county.office("HUD"))
    assert chinese(tree(signed_in("admin", "en"), path)) == []


def test_the_link_in_a_message_asks_first_and_then_stops_all_others() -> None:
    row = county.receive(contact=ContactInput(email="someone@home.example"))
    report_id = intake.reports_of(row.id)[0].id
    address = f"/notifications/stop/{wording.stop_token(report_id)}/"
    resident = Client()
    assert resident.get(address).status_code == 200
    assert not OptOut.objects.exists()
    assert "不会再发通知了" in resident.post(address).content.decode()
    assert OptOut.objects.get().pk == report_id
    take(Action.ACCEPT, county.post("hud1"), row.id)
    take(Action.ANSWER, county.post("hud1"), row.id)
    told()
    with mail_by(1):
        assert outbox.put_together() == 0


@pytest.mark.parametrize("token", ["1", "1:forged", "x:y"])
def test_a_link_that_isnt_ours_stops_nothing(token: str) -> None:
    assert Client().post(f"/notifications/stop/{token}/").status_code == 404
    assert not OptOut.objects.exists()


def test_the_status_page_says_when_the_system_wrote_and_how_but_not_where() -> None:
    row = county.receive(contact=ContactInput(email="someone@home.example"))
    report_id = intake.reports_of(row.id)[0].id
    intake.record_sent(report_id=report_id, means="mail")
    path = intake.reachable([report_id])[report_id].path
    page = words(html.fromstring(Client().get(path).content.decode()))
    assert "系统发送了通知： 邮件" in page
    assert "someone@home" not in page


def left_in(page: html.HtmlElement) -> set[str]:
    """How the page counts what is left of a clock, or by how much it is over."""
    return {" ".join(each.text_content().split()) for each in page.xpath("//time[contains(@class, 'due')]")}


@pytest.mark.parametrize("days", [0, 1, 30, 200])
def test_list_case_page_and_notifications_count_a_clock_alike(days: int) -> None:
    with time.at(county.MONDAY):
        row = take(Action.ACCEPT, county.post("hud1"), new_task().id)
    client = signed_in("hud1")
    with time.at(county.MONDAY + timedelta(days=days)):
        own = {left_in(tree(client, path)).pop() for path in ("", "panel/")}
        for path in ("/console/tasks/", "/console/square/", f"/console/case/{row.number}/"):
            own |= left_in(html.fromstring(client.get(path).content.decode()))
    assert len(own) == 1
    assert "工作" in own.pop()
