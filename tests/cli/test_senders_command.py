"""`./liandong senders`: whether the senders of an installation are set, usable, and take a message."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from tests.ports.sinks import HookSink, running


def said(**options: str) -> str:
    out = StringIO()
    call_command("senders", stdout=out, **options)
    return out.getvalue()


def test_what_is_not_set_is_told() -> None:
    assert said().count("未设置 not set") == 2


def test_a_message_is_tried(tmp_path: Path) -> None:
    with running(HookSink()) as hook:
        senders = {"MAIL_SENDER": f"folder:{tmp_path}", "SMS_SENDER": f"json://127.0.0.1:{hook.port}"}
        with override_settings(**senders):
            assert said(mail="office@county.example", sms="13900000000").count("已发送 sent") == 2
        assert len(hook.posts) == 1
    assert len(list(tmp_path.glob("*.eml"))) == 1


@pytest.mark.parametrize("url", ["smtp.county.example", "folder:/nowhere/at/all", "dingtalk://abcdefgh12345678"])
def test_a_sender_that_doesnt_serve_is_an_error_in_both_languages(url: str) -> None:
    with override_settings(MAIL_SENDER=url), pytest.raises(CommandError, match=" · "):
        said(mail="office@county.example")
