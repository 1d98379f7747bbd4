"""A new password by mail: to the account's own address, by the county's sender, with a link of ours; else silence."""

import re
import stat
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import send_mail
from django.test import Client, override_settings

from liandong.contexts.notifications.models import Delivery
from liandong.foundation.access.models import Staff
from liandong.foundation.events.models import Event
from liandong.ports.messages import NotSent
from tests import county
from tests.contexts.notifications.outside import give_mailbox, mail_server, send_due, sent_after, told

pytestmark = pytest.mark.usefixtures("small_county")
PATH = "/accounts/password/reset/"
NEW = "another long one 8"


@pytest.fixture
def mails():
    with mail_server() as sink:
        yield sink


def ask(email: str, **headers: str):
    return Client(headers=headers).post(PATH, {"email": email}, follow=True)


def without_token(response) -> str:
    return re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value)="\w+"', "", response.content.decode())


def worker() -> int:
    told()
    return send_due()


def test_the_link_sets_a_new_password(mails) -> None:
    address = give_mailbox("law1")
    ask(address)
    assert worker() == 1
    (mail,) = mails.mails
    assert (mail["To"], mail["From"]) == (address, "notify@county.example")
    text = mail.get_content()
    assert "law1" in text
    assert "设置新密码" in mail["Subject"]
    (link, english) = re.findall(r"https?://\S+", text)
    assert link == english
    assert link.startswith("https://county.example/accounts/password/reset/key/")
    client = Client()
    form = client.get(link.removeprefix("https://county.example"), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert Client().login(username="law1", password=NEW)


@pytest.mark.parametrize(
    "headers", [{"Host": "127.0.0.1"}, {"Host": "localhost:99"}, {"X-Forwarded-Host": "evil.example"}]
)
def test_the_link_has_our_name_whatever_the_request_says(mails, headers: dict[str, str]) -> None:
    ask(give_mailbox("law1"), **headers)
    worker()
    text = mails.mails[0].as_string() + mails.mails[0].get_content()
    assert "https://county.example/accounts/" in text
    assert not any(name in text for name in ("evil", "localhost:99", "http://127"))


def test_a_request_by_another_name_asks_for_nothing(mails) -> None:
    response = ask(give_mailbox("law1"), Host="evil.example")
    assert response.status_code == 400
    assert worker() == 0
    assert not Event.objects.exists()


def test_for_an_address_that_nobody_has_the_page_is_the_same_and_nobody_gets_mail(mails) -> None:
    known = ask(give_mailbox("law1"))
    unknown = ask("stranger@else.example")
    assert known.redirect_chain == unknown.redirect_chain
    assert without_token(known) == without_token(unknown)
    assert worker() == 1
    assert [mail["To"] for mail in mails.mails] == ["law1@county.example"]


def test_an_ended_account_gets_none(mails) -> None:
    ask(give_mailbox("law1"))
    Staff.objects.filter(username="law1").update(is_active=False)
    worker()
    ask("law1@county.example")
    worker()
    assert mails.mails == []


def test_nobodys_mailbox_is_flooded(mails) -> None:
    address = give_mailbox("law1")
    for _ in range(8):
        assert ask(address).status_code == 200
        worker()
    assert len(mails.mails) == 3


def test_one_address_asking_on_and_on_is_told_when_to_come_back() -> None:
    answers = [Client().post(PATH, {"email": f"{number}@else.example"}) for number in range(31)]
    assert {each.status_code for each in answers[:30]} == {302}
    assert answers[30].status_code == 429
    assert 0 < int(answers[30].headers["Retry-After"]) <= 600


def test_without_a_sender_it_becomes_a_file_of_the_owner_alone(tmp_path: Path) -> None:
    outbox = tmp_path / "data" / "outbox"
    with override_settings(OUTBOX=outbox, MAIL_SENDER="", DEFAULT_FROM_EMAIL="liandong@county.example"):
        ask(give_mailbox("law1"))
        assert worker() == 1
    (path,) = outbox.glob("*.eml")
    assert stat.S_IMODE(outbox.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (mail["From"], mail["To"]) == ("liandong@county.example", "law1@county.example")
    assert mail["Auto-Submitted"] == "auto-generated"


def test_without_a_sender_nothing_else_is_written_there(tmp_path: Path) -> None:
    with override_settings(OUTBOX=tmp_path / "outbox", MAIL_SENDER=""):
        county.receive()
        told()
        assert sent_after(60) == 0
    assert not (tmp_path / "outbox").exists()


def test_a_link_that_was_not_taken_is_tried_again(mails) -> None:
    mails.refuses = True
    ask(give_mailbox("law1"))
    assert worker() == 0
    assert Delivery.objects.get().state == "failed"
    mails.refuses = False
    assert sent_after(2) == 1


@override_settings(EMAIL_BACKEND="liandong.app.mail.OneSender")
def test_mail_of_the_framework_goes_out_by_the_same_sender(mails) -> None:
    assert send_mail("标题\u202e", "正文", None, ["admin@county.example"]) == 1
    (mail,) = mails.mails
    assert (mail["From"], mail["To"], mail["Subject"]) == ("notify@county.example", "admin@county.example", "标题")
    assert mail["Auto-Submitted"] == "auto-generated"


@override_settings(EMAIL_BACKEND="liandong.app.mail.OneSender")
def test_mail_of_the_framework_that_isnt_taken_is_told_unless_the_caller_wants_silence(mails) -> None:
    mails.refuses = True
    with pytest.raises(NotSent):
        send_mail("标题", "正文", None, ["admin@county.example"])
    assert send_mail("标题", "正文", None, ["admin@county.example"], fail_silently=True) == 0
    mails.refuses = False
    assert send_mail("标题", "正文", None, [], fail_silently=True) == 0
