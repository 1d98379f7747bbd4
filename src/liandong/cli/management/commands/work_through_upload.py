from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from liandong.operate.importing import uploads


class Command(BaseCommand):
    help = "处理页面上选择的导入文件（后台运行） · works through a file brought in by the page (run by the worker)"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", type=UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        uploads.work_through(options["key"])
