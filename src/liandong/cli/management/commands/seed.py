from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from liandong.operate import database
from liandong.sample import seeding


class Command(BaseCommand):
    help = "装入虚构的示例县 · loads the fictional county"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, default=25_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--from-nothing", action="store_true", help="先执行 migrate --adopt")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["from_nothing"]:
            call_command("migrate", interactive=False, adopt=True, stdout=self.stdout, stderr=self.stderr)
            self.stdout.write(database.LAID_OUT)
            self.stdout.flush()

        def say(done: int, of: int) -> None:
            if done % 2500 < seeding.BATCH:
                self.stdout.write(f"{done:,} / {of:,}")
                self.stdout.flush()

        key = seeding.seed(count=options["cases"], county_seed=options["seed"], progress=say)
        path = settings.DATA / seeding.DEMO_KEY_FILE
        path.write_text(key)
        path.chmod(0o600)
