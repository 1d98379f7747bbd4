"""The proof: each line of the list is broken in a copy, one at a time, and its tests run."""

import tempfile
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from liandong.launch.clone import Clone
from liandong.launch.progress import Progress
from liandong.proof import checks

from .copies import Outcome, copied
from .listed import Mutant

Say = Callable[[str], None]
KEPT = {"LIANDONG_KEPT_DATABASE": "test_liandong_kept"}


@dataclass(frozen=True, slots=True)
class Told:
    """The tests said this of one mutant."""

    mutant: Mutant
    outcome: Outcome

    @property
    def is_finding(self) -> bool:
        """Nobody noticed, and the list gives no reason; or a reason is given for what is noticed."""
        return (self.outcome == Outcome.NOTICED) == bool(self.mutant.reason)


def try_all(clone: Clone, mutants: Sequence[Mutant], *, given: Mapping[str, str], jobs: int, say: Say) -> list[Told]:
    """Every mutant, in the list's order; `jobs` at a time. `given`: environment of the tests. Raises ValueError where a
    test fails with nothing broken.
    """
    waiting = deque(enumerate(mutants))
    told: dict[int, Told] = {}

    def work(folder: Path) -> None:
        with checks.own_database(Progress(StringIO())) as database:
            copy = copied(clone, folder, database | KEPT | dict(given))
            whole: set[tuple[str, ...]] = set()
            while waiting:
                place, mutant = waiting.popleft()
                if mutant.tests not in whole and not copy.passes(mutant.tests):
                    raise ValueError(f"with nothing broken something fails in {' '.join(mutant.tests)}")
                whole.add(mutant.tests)
                told[place] = Told(mutant, copy.tried(mutant))
                say(f"{len(told)}/{len(mutants)} {told[place].outcome} · {mutant.area} · {mutant}")

    with tempfile.TemporaryDirectory(prefix="liandong-mutants-") as folder, ThreadPoolExecutor(jobs) as pool:
        Path(folder).chmod(0o711)
        for done in [pool.submit(work, Path(folder) / str(no)) for no in range(jobs)]:
            done.result()
    return [told[place] for place in sorted(told)]
