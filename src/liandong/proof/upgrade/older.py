"""An earlier version of the product as its own commit has it, in a clone of its own, with its own command."""

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from liandong.launch import environment
from liandong.launch.clone import Clone
from liandong.launch.progress import Progress

NOW, SWEEPS = "liandong.cli.run", "liandong.foundation.files.sweeping"


@dataclass(frozen=True, slots=True)
class Version:
    """A clone of a version, the module that is its command, and the one that sweeps files which nothing names."""

    name: str
    clone: Clone
    run: str = NOW
    sweeps: str = SWEEPS

    def command(self, *words: object) -> list[str | Path]:
        return [self.clone.python, "-m", self.run, *map(str, words)]


class NotHere(RuntimeError):
    """The commit of the earlier version isn't in the clone."""


def known() -> dict[str, tuple[str, str, str]]:
    """Name of each version that can be upgraded from: its commit, the modules of its command and of its sweeping."""
    text = resources.files("liandong.proof.upgrade").joinpath("versions.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    return {name: (commit, run, sweeps) for name, commit, run, sweeps in rows}


def older(name: str) -> Version:
    """Made once and kept below `.run`. Raises NotHere where the clone is shallow or no clone at all."""
    commit, run, sweeps = known()[name]
    ours = Clone.here()
    root = ours.run / "older" / commit[:12]
    if not (root / ".complete").exists():
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        _unpack(ours, name, commit, root)
        _equip(ours, Clone(root))
        (root / ".complete").touch()
    return Version(name, Clone(root), run, sweeps)


def _unpack(ours: Clone, name: str, commit: str, root: Path) -> None:
    with tempfile.TemporaryFile() as packed:
        try:
            done = subprocess.run(  # noqa: S603
                ["git", "archive", "--format=tar", commit],  # noqa: S607
                cwd=ours.root,
                stdout=packed,
                stderr=subprocess.PIPE,
                check=False,
            )
        except FileNotFoundError as error:
            raise NotHere("git is not there, so no earlier version can be taken from this clone") from error
        if done.returncode:
            raise NotHere(
                f"this clone does not hold version {name} (commit {commit[:12]}): it is shallow, or a copy without its "
                "history. In a shallow clone `git fetch --unshallow` brings it."
            )
        packed.seek(0)
        with tarfile.open(fileobj=packed) as tar:
            tar.extractall(root)  # noqa: S202 (our own commit)


def _equip(ours: Clone, theirs: Clone) -> None:
    """Its own environment where its packages are others, else ours with its own source on the path."""
    if not _packages(theirs) <= _packages(ours):
        environment.ensure(theirs, Progress(sys.stderr, terse=True))
        return
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "venv", "--without-pip", "--symlinks", theirs.venv], check=True
    )
    for entry in ours.site_packages.iterdir():
        if entry.name != environment.PATH_FILE:
            (theirs.site_packages / entry.name).symlink_to(entry)
    (theirs.site_packages / environment.PATH_FILE).write_text(f"{theirs.src}\n", "utf-8")
    if _same(ours, theirs, "package-lock.json") and (ours.root / "node_modules").is_dir():
        (theirs.root / "node_modules").symlink_to(ours.root / "node_modules")


def _packages(clone: Clone) -> set[tuple[str, str]]:
    """Names and versions that are locked."""
    text = (clone.root / environment.RUNNING).read_text("utf-8")
    return set(re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE))


def _same(ours: Clone, theirs: Clone, name: str) -> bool:
    return (ours.root / name).read_bytes() == (theirs.root / name).read_bytes()
