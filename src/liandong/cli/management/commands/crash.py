import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from liandong.proof.crash.proof import Proof, prove
from liandong.proof.crash.steps import Walks, prove_steps
from liandong.proof.house import Victim, folder_of_its_own

WALKS = (
    (Victim.WEB_PROCESS,),
    (Victim.WORKER,),
    (Victim.EVENTS,),
    (Victim.POSTMASTER,),
    (Victim.WEB_SERVER, Victim.WORKER),
)
"""A case each, and whom to kill at its steps in turn."""


class Command(BaseCommand):
    help = "反复强行结束各进程，证明不丢不重 · kills its processes again and again: nothing is lost, nothing doubled"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=float, default=120)
        parser.add_argument("--kills", type=int, default=12)
        parser.add_argument("--seed", type=int, default=0, help="order and moments of the kills; 0: by chance")
        parser.add_argument(
            "--steps", action="store_true", help="one case through every step of its life, a kill in the middle of each"
        )
        parser.add_argument("--keep", action="store_true", help="leaves the folder behind")

    def handle(self, *args: Any, **options: Any) -> None:
        seed = options["seed"] or secrets.randbelow(10**6) + 1
        with folder_of_its_own("crash", keep=options["keep"]) as folder:
            self.stdout.write(f"--seed {seed} · {folder}")
            data = folder / "data"
            if options["steps"]:
                self._tell_steps(prove_steps(data, walks=WALKS, seed=seed, say=self._say))
            else:
                self._tell(prove(data, seconds=options["seconds"], kills=options["kills"], seed=seed, say=self._say))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _tell(self, proof: Proof) -> None:
        statuses = ", ".join(f"{name} × {count:,}" for name, count in proof.statuses.most_common())
        self._say(
            f"{len(proof.kills)} 次强行结束 kills · {proof.acknowledged:,} 件已确认 acknowledged"
            f"（{proof.lost_answers} 件重发后确认 answers were lost and given again）\n  {statuses}"
        )
        self._conclude(proof.findings)

    def _tell_steps(self, walks: Walks) -> None:
        again = sum(struck.sent > 1 for struck in walks.struck)
        self._say(f"{len(walks.struck)} 步，其中 {again} 步重发 · steps, {again} of them sent again")
        self._conclude(walks.findings)

    def _conclude(self, findings: tuple[str, ...]) -> None:
        if findings:
            raise CommandError("\n".join(("发现问题 · found:", *findings[:50])))
        self._say("不丢不重，留痕完整 · nothing lost, nothing doubled, the ledger is whole")
