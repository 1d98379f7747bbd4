import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from liandong.operate.data_folder import open_data_folder
from liandong.operate.embedded_postgres import EmbeddedPostgres
from liandong.operate.supervise import answers
from liandong.proof.house import folder_of_its_own, opened
from liandong.proof.screenshots.album import LOCALES, SIZES, Place, Wanted, take


class Command(BaseCommand):
    help = "把每个页面按语言和屏幕大小存成图片 · every page as a picture, in both languages and three sizes"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=Path("screenshots"))
        parser.add_argument("--page", action="append", type=re.compile, default=[], help="names, as expressions")
        parser.add_argument("--language", action="append", choices=list(LOCALES))
        parser.add_argument("--size", action="append", choices=list(SIZES))
        parser.add_argument("--cases", type=int, default=2000, help="of the county that is made for it")
        parser.add_argument("--county", type=Path, help="data folder of a sample county that is open, instead")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = Wanted(tuple(options["page"]), tuple(options["language"] or LOCALES), tuple(options["size"] or SIZES))
        program = Path(os.environ["LIANDONG_CHROMIUM"])
        with _place(options["county"], options["cases"]) as place:
            found = list(take(place, options["folder"], wanted, program))
        if found:
            raise CommandError("\n".join(("发现问题 · found:", *found)))
        self.stdout.write(str(options["folder"]))


@contextmanager
def _place(county: Path | None, cases: int) -> Iterator[Place]:
    """An open county, or one that is made and removed."""
    if county is not None:
        folder = open_data_folder(county)
        told = folder.announced()
        if not told.get("ready") or not answers(int(told["port"])):
            raise CommandError(f"{county} 没有打开 · is not open: ./liandong up --data {county}")
        yield Place(int(told["port"]), EmbeddedPostgres(folder.path, folder.logs).url)
        return
    with folder_of_its_own("screenshots") as made, opened(made / "data", cases=cases) as house:
        yield Place(house.port, house.url)
