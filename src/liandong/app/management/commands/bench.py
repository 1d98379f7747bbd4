import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from liandong.app.bench import duplicates, export, ground, intake, learning, lists, overload, places
from liandong.app.bench.figures import line
from liandong.app.bench.session import cases_of, key, points, sign_in
from liandong.app.learning import told


class Command(BaseCommand):
    help = "测量上报、列表、事件页、归类学习和地址拆分 · intake, lists, the case page, learning and addresses, measured"

    def add_arguments(self, parser: CommandParser) -> None:
        known = "intake lists export learn duplicates places overload"
        parser.add_argument("what", nargs="*", default=["intake", "lists"], help=known)
        parser.add_argument("--rows", default="10000", help="10000,100000,1000000")
        parser.add_argument("--fill", type=int, default=0, help="only fills this database with so many cases")
        parser.add_argument("--seconds", type=float, default=20, help="overload: of each of the two rehearsals")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fill"]:
            ground.fill(options["fill"], self._progress)
            return
        if "learn" in options["what"]:
            self._learn()
        if "duplicates" in options["what"]:
            for row in duplicates.told(duplicates.measure(_real_data(duplicates.MESSAGES))):
                self.stdout.write(row)
        if "places" in options["what"]:
            self._places()
        if "overload" in options["what"]:
            self._overload(options["seconds"])
        if set(options["what"]) <= {"learn", "duplicates", "places", "overload"}:
            return
        for rows in (int(part) for part in options["rows"].split(",")):
            self._measure(rows, options["what"])

    def _measure(self, rows: int, what: list[str]) -> None:
        measured = ground.lay(rows, self.stdout.write)
        self.stdout.write(f"\n{rows:,} 件 · cases{'':<32}     p50         p95")
        if "lists" in what:
            self._lists(measured)
        if "export" in what:
            self.stdout.write(export.line(export.measure(measured)))
        if "intake" in what:
            for over, bare in intake.measure(measured, key(measured), points(measured)):
                self.stdout.write(line(over, bare))

    def _learn(self) -> None:
        """The plot lies beside the data of this installation."""
        folder = _real_data(learning.MESSAGES)
        lesson, trained_per_s, proposed_per_s = learning.measure(learning.messages(folder))
        for row in told(lesson.figures):
            self.stdout.write(row)
        self.stdout.write(f"训练 · training, 5 folds and all          {trained_per_s:>8,.0f} 条 · texts/s")
        self.stdout.write(f"归类并给出依据 · proposing with reasons {proposed_per_s:>8,.0f} 条 · texts/s")
        path = Path(settings.DATA) / "bench" / "calibration.svg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(learning.plot(lesson.bins), "utf-8")
        self.stdout.write(f"校准图 · calibration plot: {path}")

    def _places(self) -> None:
        reached, per_s = places.measure(places.addresses(_real_data(places.ADDRESSES)))
        self.stdout.write(f"地址拆分 · cutting addresses{'':<12}{per_s:>10,.0f} 条 · texts/s")
        for row in reached:
            self.stdout.write(
                f"  {row.part.value:<10}{row.told:>8,}   precision {row.precision:.3f}   recall {row.recall:.3f}"
            )

    def _overload(self, seconds: float) -> None:
        folder = Path(tempfile.mkdtemp(prefix="liandong-overload-"))
        folder.chmod(0o711)
        try:
            with overload.stand(folder / "data") as here:
                over = overload.overload(here, seconds=seconds, say=self._say)
                stood = overload.stall(here, seconds=seconds, say=self._say)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        for row in overload.told(over, stood):
            self._say(row)
        if found := overload.findings(over, stood):
            raise CommandError("\n".join(("发现问题 · found:", *found)))

    def _lists(self, measured: ground.Ground) -> None:
        with psycopg.connect(measured.url, autocommit=True) as connection:
            connection.execute("ANALYZE cases_case")
        session, office, town = sign_in(measured)
        for over, bare in lists.measure(measured, session, office, town, cases_of(measured, office)):
            self.stdout.write(line(over, bare))

    def _say(self, row: str) -> None:
        self.stdout.write(row)
        self.stdout.flush()

    def _progress(self, done: int) -> None:
        if done % 50_000 < 500 or "LIANDONG_BENCH_QUIET" in os.environ:
            self.stdout.write(f"  {done:,}")
            self.stdout.flush()


def _real_data(name: Path) -> Path:
    """The folder of LIANDONG_REAL_DATA that has this file."""
    folder = Path(os.environ.get("LIANDONG_REAL_DATA", ""))
    if not (folder / name).is_file():
        raise CommandError(
            f"请让 LIANDONG_REAL_DATA 指向含 {name} 的文件夹。 · Let LIANDONG_REAL_DATA name a folder with {name}."
        )
    return folder
