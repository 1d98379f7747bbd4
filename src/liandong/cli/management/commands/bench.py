import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from liandong.proof.bench import (
    duplicates,
    export,
    ground,
    intake,
    learning,
    lists,
    overload,
    pages,
    places,
    together,
    written,
)
from liandong.proof.bench.figures import Figure, line

_WRITTEN = {"intake", "lists", "pages"}


class Command(BaseCommand):
    help = "测量上报、列表、事件页、归类学习和地址拆分 · intake, lists, the case page, learning and addresses, measured"

    def add_arguments(self, parser: CommandParser) -> None:
        known = "intake lists pages export learn duplicates places overload together"
        parser.add_argument("what", nargs="*", default=["intake", "lists", "pages"], help=known)
        parser.add_argument("--rows", default="10000", help="10000,100000,1000000")
        parser.add_argument("--burst", type=int, default=0, help="lists and pages also after so many fresh cases")
        parser.add_argument("--times", type=int, default=60, help="how often a list or page is asked for")
        parser.add_argument("--write", action="store_true", help="writes docs/performance.md")
        parser.add_argument("--fill", type=int, default=0, help="only fills this database with so many cases")
        parser.add_argument("--seconds", type=float, default=20, help="overload: of each of the two rehearsals")
        parser.add_argument("--one-worker", action="store_true", help="together: one process for events and work")
        parser.add_argument("--burst-here", type=int, default=0, help="only brings so many fresh cases into it")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fill"]:
            ground.fill(options["fill"], self._progress)
            return
        if options["burst_here"]:
            ground.fall(options["burst_here"], self._progress)
            return
        if "learn" in options["what"]:
            self._learn()
        if "duplicates" in options["what"]:
            for row in duplicates.lines(duplicates.measure(_real_data(duplicates.MESSAGES))):
                self.stdout.write(row)
        if "places" in options["what"]:
            self._places()
        if "overload" in options["what"]:
            self._overload(options["seconds"])
        if "together" in options["what"]:
            self._together(options)
        if set(options["what"]) <= {"learn", "duplicates", "places", "overload", "together"}:
            return
        self._measure_all(options)

    def _measure_all(self, options: Mapping[str, Any]) -> None:
        what, fresh = options["what"], options["burst"]
        if options["write"] and not (set(what) >= _WRITTEN and fresh):
            raise CommandError(
                "--write 需要 intake lists pages 和 --burst。 · --write needs intake, lists, pages and --burst."
            )
        grounds: list[ground.Ground] = []
        sections: list[written.Section] = []
        for rows in (int(part) for part in options["rows"].split(",")):
            grounds.append(ground.lay(rows, self.stdout.write))
            if fresh:
                grounds.append(ground.lay_burst(grounds[-1], fresh, self.stdout.write))
        for each in grounds:
            sections += self._measure(
                each, options["times"], [part for part in what if part != "intake" or not each.burst]
            )
        wrong = [row for section in sections for row, _ in section.measured if not row.is_right]
        if wrong:
            raise CommandError("回答有误 · wrong answers: " + "; ".join(line(row) for row in wrong))
        if options["write"]:
            typed = f"{' '.join(what)} --rows {options['rows']} --burst {fresh} --times {options['times']} --write"
            written.write(typed, sections, grounds)
            self.stdout.write(f"\n{written.PAGE}")

    def _measure(self, measured: ground.Ground, times: int, what: list[str]) -> list[written.Section]:
        title = written.title(measured)
        self.stdout.write(f"\n{title:<52} p50         p95")
        found: list[tuple[Figure, Figure | None]] = []
        for part in (lists, pages):
            if part.__name__.rpartition(".")[2] in what:
                for row, beside in part.measure(measured, times):
                    self.stdout.write(line(row, beside))
                    found.append((row, beside))
        if "export" in what:
            self.stdout.write(export.line(export.measure(measured)))
        created: list[tuple[Figure, Figure | None]] = []
        if "intake" in what:
            for row, beside in intake.measure(measured):
                self.stdout.write(line(row, beside))
                created.append((row, beside))
        return [written.Section(title, [*created, *found])]

    def _learn(self) -> None:
        for row in learning.lines(learning.measure(_real_data(learning.LETTERS))):
            self.stdout.write(row)

    def _places(self) -> None:
        reached, per_s = places.measure(places.addresses(_real_data(places.ADDRESSES)))
        self.stdout.write(f"地址拆分 · cutting addresses{'':<12}{per_s:>10,.0f} 条 · texts/s")
        for row in reached:
            self.stdout.write(
                f"  {row.part.value:<10}{row.told:>8,}   precision {row.precision:.3f}   recall {row.recall:.3f}"
            )

    def _overload(self, seconds: float) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _end)
        folder = Path(tempfile.mkdtemp(prefix="liandong-overload-"))
        folder.chmod(0o711)
        try:
            with overload.stand(folder / "data") as here:
                over = overload.overload(here, seconds=seconds, say=self._say)
                stood = overload.stall(here, seconds=seconds, say=self._say)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        for row in overload.lines(over, stood):
            self._say(row)
        if found := overload.findings(over, stood):
            raise CommandError("\n".join(("发现问题 · found:", *found)))

    def _together(self, options: Mapping[str, Any]) -> None:
        here, apart = ground.lay(int(options["rows"].split(",")[0]), self._say), not options["one_worker"]
        for row in together.lines(
            together.measure(here, seconds=options["seconds"], apart=apart, say=self._say), apart=apart
        ):
            self._say(row)

    def _say(self, row: str) -> None:
        self.stdout.write(row)
        self.stdout.flush()

    def _progress(self, done: int) -> None:
        if done % 50_000 < 500 or "LIANDONG_BENCH_QUIET" in os.environ:
            self.stdout.write(f"  {done:,}")
            self.stdout.flush()


def _end(number: int, _frame: FrameType | None) -> None:
    """Lets a bench that is ended clear up: an installation runs, and a database may be stopped."""
    raise SystemExit(128 + number)


def _real_data(name: Path) -> Path:
    """The folder of LIANDONG_REAL_DATA that has this file."""
    folder = Path(os.environ.get("LIANDONG_REAL_DATA", ""))
    if not (folder / name).is_file():
        raise CommandError(
            f"请让 LIANDONG_REAL_DATA 指向含 {name} 的文件夹。 · Let LIANDONG_REAL_DATA name a folder with {name}."
        )
    return folder
