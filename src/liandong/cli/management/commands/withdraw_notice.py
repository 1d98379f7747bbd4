from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from liandong.foundation.calendar import public as calendar
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import NotFound


class Command(BaseCommand):
    help = "撤回一份放假通知，恢复此前通知的安排 · withdraws a holiday notice; those before it speak again"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="通知名称，即导入时的 --source · its name, as it was imported")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            calendar.withdraw_notice(actor=SYSTEM, source=options["source"])
        except NotFound as error:
            raise CommandError("没有这份放假通知。 · There is no such holiday notice.") from error
        self.stdout.write(f"已撤回 · withdrawn: {options['source']}")
