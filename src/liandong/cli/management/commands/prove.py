import sys
from collections import Counter
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from liandong.launch import browser
from liandong.launch.clone import Clone
from liandong.launch.progress import Progress
from liandong.proof.house import folder_of_its_own
from liandong.proof.mutants import listed
from liandong.proof.mutants.copies import Outcome
from liandong.proof.mutants.proof import Told, try_all
from liandong.proof.upgrade.older import NotHere, known
from liandong.proof.upgrade.proof import MOST_SILENT_S, prove


class Command(BaseCommand):
    help = "证明可以边运行边升级；证明检查会说话 · proves that a county can be upgraded; that the checks speak"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="what", required=True)
        upgrade = parts.add_parser("upgrade", help="moves to this version while it works")
        upgrade.add_argument("--from", dest="name", choices=list(known()), default=list(known())[-1])
        upgrade.add_argument("--cases", type=int, default=100_000)
        upgrade.add_argument("--keep", action="store_true", help="leaves the folder behind")
        mutants = parts.add_parser("mutants", help="breaks listed lines one at a time and runs the tests of each")
        mutants.add_argument("--area", default="", help="of this area only")
        mutants.add_argument("--every", type=int, default=1, help="each so manieth only")
        mutants.add_argument("--jobs", type=int, default=2, help="so many at a time")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "mutants":
            self._mutants(options)
        else:
            self._upgrade(options)

    def _upgrade(self, options: dict[str, Any]) -> None:
        with folder_of_its_own("upgrade", keep=options["keep"]) as folder:
            self._say(str(folder))
            try:
                proof = prove(folder / "data", name=options["name"], cases=options["cases"], say=self._say)
            except NotHere as error:
                raise CommandError(str(error)) from error
        cases, reported, accepted = proof.cases, proof.acknowledged, proof.accepted
        self._say(f"{cases:,} 件 cases · {reported:,} 件新上报 reported · {accepted:,} 件签收 accepted")
        found = [*proof.findings]
        if proof.silent_s > MOST_SILENT_S:
            found.append(f"{proof.silent_s:.2f} s without intake, {MOST_SILENT_S:g} s are allowed")
        if found:
            raise CommandError("\n".join(("发现问题 · found:", *found[:50])))
        self._say("不丢不重，留痕完整，旧回执有效 · nothing lost, the ledger is whole, receipts verify")

    def _mutants(self, options: dict[str, Any]) -> None:
        clone = Clone.here()
        chosen = [each for each in listed.read(clone.root) if options["area"] in ("", each.area)]
        if not chosen:
            raise CommandError(f"{listed.LIST} has no area {options['area']}")
        if find_spec("pytest") is None:
            raise CommandError("先运行一次 ./liandong test · run ./liandong test once before: it installs the checks")
        program = browser.ensure(clone, Progress(sys.stderr))
        given = {"LIANDONG_CHROMIUM": str(program)}
        told = try_all(clone, chosen[:: options["every"]], given=given, jobs=options["jobs"], say=self._say)
        for area in listed.areas([each.mutant for each in told]):
            self._say(f"{area:12} {_share([each for each in told if each.mutant.area == area])}")
        self._say(f"共 total {_share(told)}")
        if found := [f"{each.outcome} · {each.mutant}" for each in told if each.is_finding]:
            raise CommandError("\n".join(("没有被发现，也没有写明理由 · unnoticed, without a reason:", *found)))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _share(told: list[Told]) -> str:
    noticed = Counter(each.outcome for each in told)[Outcome.NOTICED]
    return f"{noticed} / {len(told)} 被发现 noticed · {noticed / len(told):.0%}"
