import os
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandParser

from liandong.app.bench import ground, intake, lists
from liandong.app.bench.figures import line
from liandong.app.bench.session import cases_of, key, points, sign_in


class Command(BaseCommand):
    help = "测量上报、列表和事件页 · measures intake, lists and the case page beside bare SQL"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="*", default=["intake", "lists"], help="intake lists")
        parser.add_argument("--rows", default="10000", help="10000,100000,1000000")
        parser.add_argument("--fill", type=int, default=0, help="only fills this database with so many cases")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fill"]:
            ground.fill(options["fill"], self._progress)
            return
        for rows in (int(part) for part in options["rows"].split(",")):
            measured = ground.lay(rows, self.stdout.write)
            self.stdout.write(f"\n{rows:,} 件 · cases{'':<32}     p50         p95")
            if "lists" in options["what"]:
                self._lists(measured)
            if "intake" in options["what"]:
                for over, bare in intake.measure(measured, key(measured), points(measured)):
                    self.stdout.write(line(over, bare))

    def _lists(self, measured: ground.Ground) -> None:
        with psycopg.connect(measured.url, autocommit=True) as connection:
            connection.execute("ANALYZE cases_case")
        session, office, town = sign_in(measured)
        for over, bare in lists.measure(measured, session, office, town, cases_of(measured, office)):
            self.stdout.write(line(over, bare))

    def _progress(self, done: int) -> None:
        if done % 50_000 < 500 or "LIANDONG_BENCH_QUIET" in os.environ:
            self.stdout.write(f"  {done:,}")
            self.stdout.flush()
