import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from liandong.app.proposing import proposed


class Command(BaseCommand):
    help = "对文件的每行给出归类，不需要县和数据库 · proposes categories for each line of a file, without a county"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lines", type=Path, required=True, help="每行一段文字，UTF-8 · a text a line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = options["lines"].read_text("utf-8-sig").split("\n")
        except (OSError, ValueError) as error:
            raise CommandError(f"读不到文件 · cannot be read: {options['lines']}") from error
        for text in lines[:-1] if lines and not lines[-1] else lines:
            self.stdout.write(json.dumps(proposed(text.rstrip("\r")), ensure_ascii=False))
