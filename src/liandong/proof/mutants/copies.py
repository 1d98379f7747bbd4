"""Copies of the clone in which a line is broken and tests run: the clone itself is never touched."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from pathlib import Path

from liandong.launch import assets
from liandong.launch.clone import Clone
from liandong.launch.failure import Failure
from liandong.launch.progress import Progress

from .listed import Mutant

PATIENCE_S = 600
"""A test that never ends notices too."""
KEPT_OUT = (".git", ".venv", "node_modules", ".liandong", ".mypy_cache", ".ruff_cache", ".pytest_cache")
BUILT = (".ts", ".css")


class Outcome(StrEnum):
    """NOTICED: a test failed, or the code couldn't be loaded. EMPTY: the row's tests aren't there."""

    NOTICED = "noticed"
    UNNOTICED = "unnoticed"
    EMPTY = "no tests"


_OUTCOMES = {0: Outcome.UNNOTICED, 4: Outcome.EMPTY, 5: Outcome.EMPTY}
"""Exit codes of pytest; every other one is a failure."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a clone with a database server of its own, named by `database`."""

    root: Path
    clone: Clone
    database: dict[str, str]

    def tried(self, mutant: Mutant) -> Outcome:
        """Runs the mutant's tests. The file is whole again afterwards."""
        with self._broken(mutant):
            return self._told(mutant.tests)

    def passes(self, tests: tuple[str, ...]) -> bool:
        """Whether tests pass with nothing broken."""
        return self._told(tests) == Outcome.UNNOTICED

    def _told(self, tests: tuple[str, ...]) -> Outcome:
        command = [str(self.clone.python), "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
        env = {
            **self.clone.environment(),
            **self.database,
            "PYTHONPATH": str(self.root / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PLAYWRIGHT_NODEJS_PATH": str(self.clone.node),
        }
        try:
            done = subprocess.run(  # noqa: S603
                command, cwd=self.root, env=env, capture_output=True, timeout=PATIENCE_S, check=False
            )
        except subprocess.TimeoutExpired:
            return Outcome.NOTICED
        return _OUTCOMES.get(done.returncode, Outcome.NOTICED)

    @contextmanager
    def _broken(self, mutant: Mutant) -> Iterator[None]:
        path = self.root / mutant.file
        whole, was = path.read_text("utf-8"), path.stat()
        path.write_text(mutant.applied(whole), "utf-8")
        builds = path.suffix in BUILT
        try:
            if builds:
                self._build()
            yield
        finally:
            path.write_text(whole, "utf-8")
            os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
            if builds:
                self._build()

    def _build(self) -> None:
        """Builds what the pages of this copy load. A line that can't be built leaves what was built before."""
        with suppress(Failure):
            assets.ensure(Clone(self.root), Progress(StringIO()), checks=True)


def copied(clone: Clone, folder: Path, database: dict[str, str]) -> Copy:
    """The clone's files below `folder`, with its environment and its packages for pages by a link."""
    shutil.copytree(clone.root, folder, ignore=shutil.ignore_patterns(*KEPT_OUT), symlinks=True)
    for name in (".venv", "node_modules"):
        (folder / name).symlink_to(clone.root / name)
    return Copy(folder, clone, database)
