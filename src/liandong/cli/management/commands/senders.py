from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from liandong.contexts.notifications import public as notifications
from liandong.ports.messages import NotSent, Outgoing, Unusable

MEANS = {"mail": "邮件 e-mail", "sms": "短信 SMS"}


class Command(BaseCommand):
    help = "检查已设置的发送方式，--mail、--sms 试发一条 · checks the senders that are set, tries one message"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mail", metavar="ADDRESS", default="", help="试发到这个邮箱 · try this e-mail address")
        parser.add_argument("--sms", metavar="NUMBER", default="", help="试发到这个手机 · try this mobile number")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"网址 address: {settings.SITE_URL}")
        for means, name in MEANS.items():
            if not notifications.available(means):
                self.stdout.write(f"{name}: 未设置 not set")
                if options[means]:
                    raise CommandError(f"{name}：没有设置发送方式 · no sender is set")
                continue
            try:
                self._look(means, name, options[means])
            except (Unusable, NotSent) as error:
                with translation.override("en"):
                    english = translation.gettext(str(error))
                raise CommandError(f"{name}：{error} · {english}") from error

    def _look(self, means: str, name: str, to: str) -> None:
        sender = notifications.sender(means)
        if to:
            sender.send(Outgoing(*notifications.trial(), to))
        self.stdout.write(f"{name}: {'已发送 sent' if to else '可用 usable'}")
