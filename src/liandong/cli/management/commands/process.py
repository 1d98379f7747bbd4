from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from liandong.contexts.process import public as process
from liandong.kernel.actor import SYSTEM


class Command(BaseCommand):
    help = "检查一张 BPMN 流程图，--load 装入为新版本 · checks a BPMN drawing, --load makes it the next version"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="流程图文件 · the drawing")
        parser.add_argument("--load", action="store_true", help="装入为新版本 · make it the next version")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"读不到文件 · cannot be read: {options['file']}") from error
        try:
            drawing = process.check(source)
            self.stdout.write(f"可以采用 · accepted: {drawing.process} {drawing.name} ({len(drawing.elements)})")
            if options["load"]:
                row = process.load_definition(actor=SYSTEM, source=source)
                self.stdout.write(f"已装入 · loaded: {row.key}，第 {row.version} 版 · version {row.version}")
        except process.DrawingRefused as error:
            for refusal in error.refusals:
                self.stdout.write(_told(refusal))
            count = len(error.refusals)
            raise CommandError(f"不能采用，共 {count} 处 · refused, {count} in all") from error


def _told(refusal: process.Refusal) -> str:
    """`办理 (userTask handling)：中文原因 · English reason`."""
    with translation.override("zh-hans"):
        zh = translation.gettext(refusal.reason)
    with translation.override("en"):
        en = translation.gettext(refusal.reason)
    name = " ".join(refusal.name.split())
    return f"  {name} ({' '.join(filter(None, (refusal.kind, refusal.id)))})：{zh} · {en}"
