from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from liandong.foundation.access import public as access
from liandong.kernel.actor import SYSTEM


class Command(BaseCommand):
    help = "发给外部系统一个接口密钥 · issues an API key to a client system"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--channel", default="open311")

    def handle(self, *args: Any, **options: Any) -> None:
        key = access.create_api_key(actor=SYSTEM, name=options["name"], channel=options["channel"])
        self.stdout.write(f"API key（只显示一次 · shown once）: {key}")
