# ruff: noqa: N999 (the command is called import)
import argparse
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from liandong.contexts.intake import importing
from liandong.kernel import geo
from liandong.kernel.actor import SYSTEM
from liandong.operate.importing import registers, reports
from liandong.operate.importing.sheet import FileRefused, Outcome

MOST_FAULTS = 20
NAMES = {
    "divisions": ("区划", "Divisions"),
    "offices": ("部门", "Offices"),
    "staff": ("人员岗位", "Posts"),
    "duties": ("权责清单", "Duties"),
    "taxonomy": ("事项分类", "Taxonomy"),
    "calendar": ("工作日历", "Calendar"),
    "places": ("地点", "Places"),
    "roads": ("道路", "Roads"),
    "waters": ("水系", "Waters"),
}


class Command(BaseCommand):
    help = "导入登记册和历史上报（docs/importing.md）· imports registers and reports from files"

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True, metavar=" | ".join((*NAMES, "reports")))
        for name, (zh, en) in NAMES.items():
            _OPTIONS[name](_with_file(what.add_parser(name, help=f"{zh} · {en.lower()}")))
        _report_options(_with_file(what.add_parser("reports", help="历史上报 · reports")))

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"没有这个文件：{path} · There is no such file: {path}")
        if options["what"] == "reports":
            self._import_reports(path, options)
            return
        try:
            outcome = registers.LOADERS[options["what"]](SYSTEM, path, options)
        except FileRefused as refused:
            self._tell_faults(refused)
            count = len(refused.faults)
            raise CommandError(
                f"文件有 {count} 处错误，没有导入任何内容。 Nothing was imported; faults in the file: {count}."
            ) from refused
        self._tell(options["what"], outcome)

    def _tell(self, what: str, outcome: Outcome) -> None:
        zh, en = NAMES[what]
        added, changed, same, ended = outcome.added, outcome.changed, outcome.unchanged, outcome.ended
        self.stdout.write(f"{zh}：新增 {added:,}，变更 {changed:,}，未变 {same:,}，终止 {ended:,}。")
        self.stdout.write(f"{en}: {added:,} added, {changed:,} changed, {same:,} unchanged, {ended:,} ended.")
        for said_zh, said_en in outcome.remarks:
            self.stdout.write(f"  {said_zh} · {said_en}")

    def _tell_faults(self, refused: FileRefused) -> None:
        for number, error in refused.faults[:MOST_FAULTS]:
            zh, en = importing.in_both(error.message, error.context)
            self.stderr.write(f"  第 {number} 行 line {number}: {zh} {en}")
        if len(refused.faults) > MOST_FAULTS:
            self.stderr.write(f"  … {len(refused.faults) - MOST_FAULTS}")

    def _import_reports(self, path: Path, options: Mapping[str, Any]) -> None:
        mapping = importing.load_mapping(options["source"])
        rejected = options["rejected"] or Path(f"rejected-{path.stem}.csv")
        tally, progress = importing.Tally(), reports.Progress(self.stdout)
        try:
            importing.import_reports(
                actor=SYSTEM,
                path=path,
                mapping=mapping,
                rejected=rejected,
                dry_run=options["dry_run"],
                progress=progress,
                tally=tally,
            )
        except BaseException:
            progress.end()
            self._summarise(tally, rejected, options)
            if not options["dry_run"]:
                self.stdout.write(
                    "再次运行同一命令即从中断处继续。 Run the same command again to go on where it stopped."
                )
            raise
        progress.end()
        self._summarise(tally, rejected, options)
        if options["strict"] and tally.rejected:
            raise CommandError(f"{tally.rejected:,} 行被拒收。 {tally.rejected:,} rows were rejected.")

    def _summarise(self, tally: importing.Tally, rejected: Path, options: Mapping[str, Any]) -> None:
        for line in reports.summary(tally, rejected=rejected, dry_run=options["dry_run"]):
            self.stdout.write(line)


def _with_file(parser: CommandParser) -> CommandParser:
    parser.add_argument("file", type=Path, metavar="FILE")
    return parser


def _crs_option(parser: CommandParser) -> None:
    parser.add_argument("--crs", type=geo.Crs, choices=list(geo.Crs), help="文件的坐标系 · coordinates of the file")


def _division_options(parser: CommandParser) -> None:
    _crs_option(parser)
    parser.add_argument("--valid-from", type=_day, metavar="YYYY-MM-DD", help="生效日期 · valid from")
    parser.add_argument("--end-missing", action="store_true", help="终止文件中没有的同类区划 · end those it lacks")
    parser.add_argument("--county", default="", help="清单不含县本级时的县名 · name of the county, if not in the file")
    parser.add_argument("--area-code", default="", metavar="0571", help="本县电话区号 · telephone area code")


def _calendar_options(parser: CommandParser) -> None:
    parser.add_argument("--source", default="", help="通知名称 · name of the notice")
    parser.add_argument("--covers-until", type=_day, metavar="YYYY-MM-DD", help="安排到哪一天 · its last day")


def _place_options(parser: CommandParser) -> None:
    _crs_option(parser)
    parser.add_argument("--source", default="", help="来源名称 · name of the source")


def _ground_options(parser: CommandParser) -> None:
    _place_options(parser)
    parser.add_argument("--end-missing", action="store_true", help="停用此来源中文件没有的 · end those it lacks")


def _taxonomy_options(parser: CommandParser) -> None:
    parser.add_argument("--retire-missing", action="store_true", help="停用文件中没有的分类 · retire those it lacks")


def _no_options(_parser: CommandParser) -> None:
    return


def _report_options(parser: CommandParser) -> None:
    shipped = "、".join(importing.shipped_mappings())
    parser.add_argument("--source", required=True, metavar="MAP", help=f"映射文件 .toml，或内置 · mapping: {shipped}")
    parser.add_argument("--dry-run", action="store_true", help="只检查，不写入 · check only")
    parser.add_argument("--strict", action="store_true", help="有拒收的行时以 1 退出 · exit 1 when rows are rejected")
    parser.add_argument("--rejected", type=Path, metavar="CSV", help="拒收行的文件 · where rejected rows go")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: YYYY-MM-DD") from error


_OPTIONS: Mapping[str, Callable[[CommandParser], None]] = {
    "divisions": _division_options,
    "offices": _no_options,
    "staff": _no_options,
    "duties": _no_options,
    "taxonomy": _taxonomy_options,
    "calendar": _calendar_options,
    "places": _place_options,
    "roads": _ground_options,
    "waters": _ground_options,
}
