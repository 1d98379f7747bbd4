"""One suite for every sender: e-mail by a real SMTP server, a real web hook, and the folder."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from liandong.adapters.messages_apprise import AppriseMessages
from liandong.app import wiring
from liandong.ports.messages import Messages, NotSent, Outgoing, Unusable
from tests.ports.sinks import HookSink, SmtpSink, running

SUBJECT, TEXT = "联动：3 件新任务", "20260511-0001 路面破损，5 月 13 日前\nhttps://county.example/n/1/\n.\n再见"
TO = "reporter@home.example"


@dataclass
class Sender:
    """`got()`: (subject, text) of what has arrived; `break_()`: from now on nothing does."""

    messages: Messages
    got: Callable[[], list[tuple[str, str]]]
    break_: Callable[[], object]


@pytest.fixture(params=["mail", "hook", "sms_gateway", "folder"])
def sender(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sender]:
    match request.param:
        case "mail":
            with running(SmtpSink()) as sink:
                url = f"mailto://127.0.0.1:{sink.port}?from=notify@county.example"
                got = lambda: [(mail["Subject"], _text(mail)) for mail in sink.mails]  # noqa: E731
                yield Sender(wiring.messages(url, "mail"), got, lambda: setattr(sink, "refuses", True))
        case "hook" | "sms_gateway":
            channel = "chat" if request.param == "hook" else "sms"
            with running(HookSink()) as hook:
                url = f"json://127.0.0.1:{hook.port}/room"
                got = lambda: [(post["title"], post["message"]) for _, post in hook.posts]  # noqa: E731
                yield Sender(wiring.messages(url, channel), got, lambda: setattr(hook, "status", 500))
        case _:
            folder = tmp_path / "outbox"
            folder.mkdir()
            yield Sender(
                wiring.messages(f"folder:{folder}", "mail"),
                lambda: [(mail["Subject"], _text(mail)) for mail in files(folder)],
                lambda: folder.rename(tmp_path / "away"),
            )


def _text(mail: EmailMessage) -> str:
    return mail.get_content().replace("\r\n", "\n").rstrip()


def files(folder: Path) -> list:
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]


def test_a_message_arrives_whole_in_the_words_it_was_written_in(sender: Sender) -> None:
    sender.messages.send(Outgoing(SUBJECT, TEXT, TO))
    assert sender.got() == [(SUBJECT, TEXT)]


def test_no_address_comes_into_the_log(sender: Sender, capfd) -> None:
    sender.messages.send(Outgoing(SUBJECT, TEXT, TO))
    sender.break_()
    with pytest.raises(NotSent):
        sender.messages.send(Outgoing(SUBJECT, TEXT, TO))
    assert TO not in "".join(capfd.readouterr())


def test_two_messages_are_two(sender: Sender) -> None:
    for number in (1, 2):
        sender.messages.send(Outgoing(f"{SUBJECT} {number}", TEXT, TO))
    assert sorted(subject for subject, _ in sender.got()) == [f"{SUBJECT} 1", f"{SUBJECT} 2"]


def test_what_isnt_taken_is_told_without_address_or_text(sender: Sender) -> None:
    sender.break_()
    with pytest.raises(NotSent) as refused:
        sender.messages.send(Outgoing(SUBJECT, TEXT, TO))
    assert str(refused.value)
    for private in (TO, "reporter", "127.0.0.1:", "路面破损", "20260511"):
        assert private not in str(refused.value)


def test_a_sender_that_is_away_is_told_and_serves_again_when_it_is_back() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    messages = wiring.messages(f"mailto://127.0.0.1:{port}?from=notify@county.example", "mail")
    with pytest.raises(NotSent):
        messages.send(Outgoing(SUBJECT, TEXT, TO))
    with running(SmtpSink(port)) as sink:
        messages.send(Outgoing(SUBJECT, TEXT, TO))
        assert [mail["To"] for mail in sink.mails] == [TO]


def test_a_mail_goes_to_the_one_it_is_for_and_not_to_whom_the_url_names() -> None:
    with running(SmtpSink()) as sink:
        url = f"mailto://127.0.0.1:{sink.port}?from=notify@county.example&to=somebody@else.example"
        wiring.messages(url, "mail").send(Outgoing(SUBJECT, TEXT, TO))
        assert [mail["To"] for mail in sink.mails] == [TO]


def test_the_gateway_of_a_county_gets_the_number_beside_the_text() -> None:
    with running(HookSink()) as hook:
        wiring.messages(f"json://127.0.0.1:{hook.port}/sms", "sms").send(Outgoing(SUBJECT, TEXT, "13900000000"))
        ((path, post),) = hook.posts
        assert (path, post["to"]) == ("/sms", "13900000000")


@pytest.mark.parametrize(
    ("url", "channel"),
    [
        ("", "chat"),
        ("https://oapi.example/robot", "chat"),
        ("syslog://", "chat"),
        ("dbus://", "chat"),
        ("windows://", "chat"),
        ("file:///etc/passwd", "chat"),
        ("folder:/tmp", "chat"),
        ("folder:outbox", "mail"),
        ("mailto://smtp.county.example", "chat"),
        ("dingtalk://", "chat"),
        ("dingtalk://abcdefgh12345678", "mail"),
        ("telegram", "chat"),
    ],
)
def test_what_is_no_sender_of_the_channel_is_refused_without_repeating_it(url: str, channel: str) -> None:
    with pytest.raises(Unusable) as refused:
        wiring.messages(url, channel)
    assert not url or url not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    ["dingtalk://abcdefgh12345678", "wecombot://693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa", "feishu://abcdefghijklmnop"],
)
def test_the_groups_that_offices_use_are_opened(url: str) -> None:
    assert isinstance(wiring.messages(url, "chat"), AppriseMessages)
    with pytest.raises(Unusable):
        wiring.messages(f"{url.split(':', maxsplit=1)[0]}://", "chat")


def test_a_mail_says_that_nobody_wrote_it_and_whom_it_is_from(tmp_path: Path) -> None:
    with running(SmtpSink()) as sink:
        url = f"mailto://127.0.0.1:{sink.port}?from=notify@county.example"
        wiring.messages(url, "mail").send(Outgoing(SUBJECT, TEXT, TO))
        wiring.messages(f"folder:{tmp_path}?from=notify@county.example", "mail").send(Outgoing(SUBJECT, TEXT, TO))
        for mail in (*sink.mails, *files(tmp_path)):
            assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
            assert mail["From"] == "notify@county.example"
            assert mail["Date"]
            assert mail["Message-ID"]


def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    wiring.messages(f"folder:{tmp_path}", "mail").send(Outgoing(SUBJECT, TEXT, TO))
    assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o600]


def test_a_subject_is_one_line_without_hidden_signs() -> None:
    assert Outgoing("3 件\r\nBcc: a@b\u202e新任务\u2066", TEXT).subject == "3 件 Bcc: a@b新任务"
