from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from liandong.contexts.intake import public as intake
from liandong.kernel import ids
from liandong.kernel.actor import SYSTEM


class Command(BaseCommand):
    help = "应本人要求删除一件事件的上报文字、照片、文件和联系方式 · erases what reporters wrote, sent and left"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="事件编号 · case number")

    def handle(self, *args: Any, **options: Any) -> None:
        count = intake.erase_words(actor=SYSTEM, case_id=ids.parse_case_number(options["number"]))
        self.stdout.write(f"已删除 {count} 次上报的内容 · erased the words of {count} reports")
