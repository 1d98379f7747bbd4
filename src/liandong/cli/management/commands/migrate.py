from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

from liandong.operate import new_database

_OTHER_WISHES = ("app_label", "plan", "check_unapplied", "fake", "fake_initial", "prune")


class Command(migrate.Command):
    help = "把数据库更新到这个版本 · brings the database to this version"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--adopt", action="store_true", help="接着执行 ledger adopt --begin")
        parser.add_argument("--step-by-step", action="store_true", help="空数据库也逐个执行迁移")

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        walks = options.pop("step_by_step") or any(options[name] for name in _OTHER_WISHES)
        if not walks and new_database.is_empty(connection):
            new_database.lay_out(connection)
        adopts = options.pop("adopt")
        super().handle(*args, **options)
        if adopts:
            call_command("ledger", "adopt", begin=True, stdout=self.stdout, stderr=self.stderr)
