from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from liandong.foundation.jobs import public as jobs
from liandong.operate import stepping

DAYS_S = 7 * 86400.0


class Command(BaseCommand):
    help = "补写旧行缺少的内容 · fills what rows of an earlier version lack"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help="只补这些 · these only, else all")
        parser.add_argument("--list", action="store_true", help="只列出 · only tells which there are")

    def handle(self, *args: Any, **options: Any) -> None:
        lacking = jobs.lacking()
        names = options["names"] or lacking
        if options["list"]:
            for name in lacking:
                self._say(name)
            return
        if not stepping.fill([name for name in names if name in lacking], DAYS_S, self._say):
            raise CommandError("没有补完 · not finished")
        self._say("没有缺少的内容 · nothing lacks any more")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
