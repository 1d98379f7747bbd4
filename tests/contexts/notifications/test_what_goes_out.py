"""What goes out, when, to whom, in which words; and what becomes of it when it isn't taken."""

from types import SimpleNamespace

import pytest
from django.test import override_settings

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Action
from liandong.contexts.categories import public as categories
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.public import ContactInput
from liandong.contexts.notifications import jobs, outbox, senders, wording
from liandong.contexts.notifications import public as notifications
from liandong.contexts.notifications.models import Delivery, Notification
from liandong.foundation.jobs import turns
from liandong.foundation.jobs.timers import Holder
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from tests import county
from tests.contexts.cases.acting import take
from tests.contexts.notifications.outside import give_mailbox, mail_by, mail_server, send_due, sent_after, told
from tests.ports.sinks import HookSink, SmtpSink, running

pytestmark = pytest.mark.usefixtures("small_county")
HOME = "someone@home.example"
CONTACT = ContactInput(name="某人", phone="13900000000", email=HOME)


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


@pytest.fixture
def mails():
    with mail_server() as sink:
        yield sink


def wants_mail(username: str, **more: object) -> None:
    give_mailbox(username)
    chosen = notifications.PreferenceRow(tasks="mail", deadlines="mail", progress="mail", **more)
    notifications.save_preference(actor=county.post(username), chosen=chosen)


def texts(sink: SmtpSink) -> list[tuple[str, str, str]]:
    return [(mail["To"], mail["Subject"], mail.get_content()) for mail in sink.mails]


def states() -> list[tuple[str, int]]:
    return list(Delivery.objects.order_by("id").values_list("state", "attempts"))


def test_who_has_chosen_nothing_is_told_on_the_page_only(mails: SmtpSink) -> None:
    give_mailbox("hud1")
    county.receive()
    told()
    assert sent_after(60) == 0
    assert not Delivery.objects.exists()


def test_what_comes_within_the_interval_is_one_message_with_a_line_for_each(mails: SmtpSink) -> None:
    wants_mail("hud1", interval_min=15)
    rows = [county.receive() for _ in range(3)]
    told()
    assert sent_after(5) == 0
    assert sent_after(15) == 1
    ((to, subject, text),) = texts(mails)
    assert (to, subject) == ("hud1@county.example", "3 件新任务")
    for row in rows:
        assert row.number in text
        assert f"https://county.example/console/case/{row.number}/" in text
    assert "新任务" in text
    assert "2026-05-11 12:00 前" in text


@pytest.mark.parametrize("more", [0, 3])
def test_of_more_than_a_message_lists_it_says_how_many_there_are_and_where(mails: SmtpSink, more: int) -> None:
    wants_mail("hud1")
    rows = county.receive_all([county.report() for _ in range(wording.LINES + more)])
    told()
    assert sent_after(60) == 1
    ((_, subject, text),) = texts(mails)
    assert subject == f"{len(rows)} 件新任务"
    assert text.count("/console/case/") == wording.LINES
    end = f"还有 {more} 条，请在通知页查看：\nhttps://county.example/notifications/"
    assert text.rstrip().endswith(end) if more else "/notifications/" not in text


def test_a_message_holds_nothing_of_what_was_reported(mails: SmtpSink) -> None:
    wants_mail("hud1")
    county.receive("张三家门口东坪广场路面塌了", address="东坪广场", contact=CONTACT)
    told()
    sent_after(60)
    ((_, _, text),) = texts(mails)
    for private in ("张三", "东坪", "塌", "某人", "139", "home.example"):
        assert private not in text


def test_of_a_private_matter_not_even_the_kind_goes_out(mails: SmtpSink) -> None:
    wants_mail("jus1")
    row = county.receive("邻居吵架", category_code=county.NEIGHBOURS)
    told()
    sent_after(60)
    ((_, _, text),) = texts(mails)
    assert "不公开事项" in text
    assert categories.taxonomy().by_code[row.category_code].zh not in text


def test_a_post_is_written_to_in_the_language_it_chose(mails: SmtpSink) -> None:
    wants_mail("hud1", language="en")
    county.receive()
    told()
    sent_after(60)
    ((_, subject, text),) = texts(mails)
    assert subject == "New task: 1"
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in text)


def test_by_night_it_waits_for_the_morning(mails: SmtpSink) -> None:
    wants_mail("hud1")
    with time.at(county.local(11, 21, 50)):
        county.receive()
        told()
    for hour, sent in ((23, 0), (30, 0), (31, 1)):
        with time.at(county.local(11, 0) + county.hours(hour)):
            assert sent_after(0) == sent, hour


def test_what_is_most_urgent_goes_at_once_also_by_night(mails: SmtpSink) -> None:
    wants_mail("hud1", interval_min=1440)
    with time.at(county.local(11, 23)):
        county.receive("井盖没了", category_code=county.MANHOLE)
        told()
        assert sent_after(0) == 1


def test_what_was_read_on_the_page_meanwhile_isnt_sent(mails: SmtpSink) -> None:
    wants_mail("hud1")
    county.receive()
    told()
    notifications.mark_read(actor=county.post("hud1"))
    assert sent_after(60) == 0


def test_the_group_of_an_office_hears_once_what_two_posts_would(mails: SmtpSink) -> None:
    with running(HookSink()) as hook:
        notifications.set_chat_address(
            actor=county.post("admin"), url=f"json://127.0.0.1:{hook.port}/hud", office_id=county.office("HUD")
        )
        for username in ("hud1", "hud2"):
            chosen = notifications.PreferenceRow(tasks="chat")
            notifications.save_preference(actor=county.post(username), chosen=chosen)
        county.receive()
        told()
        assert sent_after(60) == 1
        ((path, post),) = hook.posts
        assert (path, post["title"]) == ("/hud", "1 件新任务")


def answered(**fields: object) -> cases.CaseRow:
    row = county.receive(contact=CONTACT, **fields)
    take(Action.ACCEPT, county.post("hud1"), row.id)
    take(Action.ANSWER, county.post("hud1"), row.id)
    told()
    return row


def test_a_reporter_gets_the_way_to_the_verdict_and_sees_what_was_sent(mails: SmtpSink) -> None:
    row = answered()
    assert sent_after(1) == 1
    ((to, subject, text),) = texts(mails)
    assert to == HOME
    assert row.number in subject
    assert f"https://county.example/r/{row.number}/" in text
    assert "请您评价" in text
    report = intake.reports_of(row.id)[0]
    (entry,) = ledger.entries(("contact", report.id))
    assert (entry.action, county.facts(entry)) == ("ContactUsed", {"means": "mail"})


def test_a_reporter_is_written_to_in_the_language_of_the_report(mails: SmtpSink) -> None:
    answered(language="en")
    sent_after(1)
    ((_, _, text),) = texts(mails)
    assert "please judge" in text.lower()
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in text)


def test_without_a_mail_sender_the_gateway_sends_it_as_sms() -> None:
    with running(HookSink()) as hook, override_settings(SMS_SENDER=f"json://127.0.0.1:{hook.port}/sms"):
        answered()
        assert sent_after(1) == 1
        ((_, post),) = hook.posts
        assert post["to"] == CONTACT.phone


def test_where_the_county_sends_nothing_a_contact_is_left_alone() -> None:
    answered()
    assert sent_after(1) == 0
    assert not Delivery.objects.exists()


def test_a_contact_that_was_erased_gets_nothing_any_more(mails: SmtpSink) -> None:
    row = answered()
    outbox.put_together()
    intake.erase_contact(actor=county.post("coordinator"), report_id=intake.reports_of(row.id)[0].id)
    assert sent_after(1) == 0
    assert states() == [("dropped", 1)]
    assert mails.mails == []


def test_a_message_whose_notifications_are_gone_is_dropped_and_the_log_says_why(mails: SmtpSink) -> None:
    wants_mail("hud1")
    answered()
    county.receive()
    told()
    with time.at(time.now() + county.hours(1)):
        assert outbox.put_together() == 2  # one to the post, one to the reporter
        Notification.objects.all().delete()
        assert send_due() == 0
    assert states() == [("dropped", 1)] * 2
    assert set(Delivery.objects.values_list("error", flat=True)) == {"没有可发的内容"}
    assert mails.mails == []


def test_who_has_opted_out_gets_nothing_any_more(mails: SmtpSink) -> None:
    row = answered()
    outbox.put_together()
    report_id = intake.reports_of(row.id)[0].id
    notifications.opt_out(actor=county.SYSTEM, report_id=report_id)
    assert sent_after(1) == 0
    take(Action.JUDGE_UNSOLVED, county.post("clerk"), row.id)
    take(Action.ANSWER, county.post("hud1"), row.id)
    told()
    assert sent_after(2) == 0
    assert [state for state, _ in states()] == ["dropped"]


def test_what_fails_is_tried_later_and_later_and_is_dead_at_last(mails: SmtpSink) -> None:
    mails.refuses = True
    answered()
    outbox.put_together()
    after, tries = 0, []
    for minutes in (0, 1, 5, 30, 120, 720, 2000):
        after += minutes
        sent_after(after)
        tries += states()
    assert [state for state, _ in tries] == ["failed"] * 5 + ["dead"] * 2
    assert [attempts for _, attempts in tries] == [1, 2, 3, 4, 5, 6, 6]
    delivery = Delivery.objects.get()
    assert delivery.error
    assert "home.example" not in delivery.error


def test_not_before_its_time_is_it_tried_again(mails: SmtpSink) -> None:
    mails.refuses = True
    answered()
    sent_after(0)
    sent_after(0.5)
    assert states() == [("failed", 1)]


def test_a_dead_one_is_sent_again_when_asked_and_that_is_recorded(mails: SmtpSink) -> None:
    mails.refuses = True
    answered()
    outbox.put_together()
    Delivery.objects.update(state="dead", attempts=6)
    assert sent_after(0) == 0
    mails.refuses = False
    delivery = Delivery.objects.get()
    notifications.retry_delivery(actor=county.post("coordinator"), delivery_id=delivery.pk)
    assert sent_after(0) == 1
    assert states() == [("sent", 1)]
    assert [entry.action for entry in ledger.entries(("delivery", delivery.pk))] == ["DeliveryRetried"]


def test_a_gateway_that_is_away_holds_the_worker_up_once_a_minute(mails: SmtpSink) -> None:
    mails.refuses = True
    for _ in range(3):
        answered()
    outbox.put_together()
    send_due()
    assert sorted(states()) == [("failed", 1), ("waiting", 0), ("waiting", 0)]


def test_a_message_that_a_dead_worker_had_claimed_goes_out_after_the_lease(mails: SmtpSink) -> None:
    answered()
    outbox.put_together()
    assert turns._claim([outbox.KIND], Holder("killed", 15), lambda: True)
    assert sent_after(0.2) == 0
    assert sent_after(0.3) == 1


@pytest.mark.usefixtures("committed")
def test_two_workers_send_no_message_twice() -> None:
    with mail_server() as sink, time.at(county.MONDAY):
        for _ in range(4):
            answered()
        outbox.put_together()
        county.together(send_due, send_due)
        assert len(sink.mails) == 4


def test_what_was_told_and_sent_is_forgotten_after_90_days_read_or_not(mails: SmtpSink) -> None:
    wants_mail("hud1")
    county.receive()
    told()
    sent_after(60)
    notifications.mark_read(actor=county.post("hud1"))
    for days, left in ((89, (2, 1)), (91, (0, 0))):
        with time.at(county.MONDAY + county.days(days)):
            jobs.forget_old()
        assert (Notification.objects.count(), Delivery.objects.count()) == left, days


def test_a_trial_goes_to_whoever_asks_for_it(mails: SmtpSink) -> None:
    give_mailbox("hud1")
    notifications.send_trial(actor=county.post("hud1"), means="mail")
    assert sent_after(0) == 1
    assert mails.mails[0]["To"] == "hud1@county.example"


def test_a_sender_that_is_no_sender_is_a_failure_in_words() -> None:
    with mail_by(1), override_settings(MAIL_SENDER="smtp.county.example"):
        answered()
        sent_after(1)
    assert states() == [("failed", 1)]
    assert "不支持" in Delivery.objects.get().error


def test_a_message_that_its_sender_stumbles_over_is_a_failure_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(*_: object) -> None:
        raise ValueError(HOME)

    monkeypatch.setattr(senders, "_openers", [lambda url, means: SimpleNamespace(send=stumbles)])
    senders._open.cache_clear()
    with override_settings(MAIL_SENDER="mailto://stumbling.example"):
        answered()
        sent_after(1)
    assert states() == [("failed", 1)]
    assert Delivery.objects.get().error == "ValueError"
