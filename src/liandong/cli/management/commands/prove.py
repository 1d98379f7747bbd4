import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from liandong.proof.upgrade.older import NotHere, known
from liandong.proof.upgrade.proof import MOST_SILENT_S, prove


class Command(BaseCommand):
    help = "证明可以边运行边升级 · proves that a county can move to this version while it works"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["upgrade"])
        parser.add_argument("--from", dest="name", choices=list(known()), default=list(known())[-1])
        parser.add_argument("--cases", type=int, default=100_000)
        parser.add_argument("--keep", action="store_true", help="leaves the folder behind")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(tempfile.mkdtemp(prefix="liandong-upgrade-"))
        folder.chmod(0o711)
        self._say(str(folder))
        try:
            proof = prove(folder / "data", name=options["name"], cases=options["cases"], say=self._say)
        except NotHere as error:
            raise CommandError(str(error)) from error
        finally:
            if not options["keep"]:
                shutil.rmtree(folder, ignore_errors=True)
        cases, reported, accepted = proof.cases, proof.acknowledged, proof.accepted
        self._say(f"{cases:,} 件 cases · {reported:,} 件新上报 reported · {accepted:,} 件签收 accepted")
        found = [*proof.findings]
        if proof.silent_s > MOST_SILENT_S:
            found.append(f"{proof.silent_s:.2f} s without intake, {MOST_SILENT_S:g} s are allowed")
        if found:
            raise CommandError("\n".join(("发现问题 · found:", *found[:50])))
        self._say("不丢不重，留痕完整，旧回执有效 · nothing lost, the ledger is whole, receipts verify")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
