from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from liandong.foundation.jobs import public as jobs
from liandong.operate import database, new_database, stepping

_OTHER_WISHES = ("app_label", "plan", "check_unapplied", "fake", "fake_initial", "prune")


class Command(migrate.Command):
    help = "把数据库更新到这个版本 · brings the database to this version"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--adopt", action="store_true", help="接着执行 ledger adopt --begin")
        parser.add_argument("--step-by-step", action="store_true", help="空数据库也逐个执行迁移")
        parser.add_argument(
            "--enforce-later",
            action="store_true",
            help="强制约束的迁移只说明可否执行 · only tells which steps may be enforced",
        )
        parser.add_argument(
            "--fill-within",
            type=float,
            metavar="SECONDS",
            help="先补写旧行再强制约束，超时留待以后 · fills what rows lack, then enforces it, or leaves it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        wishes = options.pop("step_by_step") or any(options[name] for name in _OTHER_WISHES)
        if not wishes and new_database.is_empty(connection):
            new_database.lay_out(connection)
        adopts, within_s, later = (options.pop(name) for name in ("adopt", "fill_within", "enforce_later"))
        if within_s is None:
            self._apply(*args, **options)
        else:
            self._in_steps(connection, within_s, later, *args, **options)
        if adopts:
            call_command("ledger", "adopt", begin=True, stdout=self.stdout, stderr=self.stderr)

    def _in_steps(
        self, connection: BaseDatabaseWrapper, within_s: float, later: bool, *args: Any, **options: Any
    ) -> None:
        adding, held = stepping.plan(connection)
        if not held:
            self._apply(*args, **options)
            return
        for app, name in stepping.last_of_each(adding):
            self._apply(*args, **options | {"app_label": app, "migration_name": name})
        waits_for = stepping.backfills_of(connection, held)
        stepping.fill(sorted({each for names in waits_for.values() for each in names}), within_s, self._say)
        for app, name in held:
            if jobs.is_lacking(waits_for[app, name]):
                self._say(f"{database.WAITS} {app}.{name}: {', '.join(waits_for[app, name])}")
            elif later:
                self._say(f"{database.ENFORCEABLE} {app}.{name}")
            else:
                self._apply(*args, **options | {"app_label": app, "migration_name": name})

    def _apply(self, *args: Any, **options: Any) -> None:
        stepping.patiently(lambda: super(Command, self).handle(*args, **options), self._say)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
