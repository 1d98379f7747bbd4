"""The second half of `./liandong`, on the Python of the environment: `python -m liandong.cli.run NAME …`."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from liandong.launch import arguments, assets, names, processes, start_model
from liandong.launch.arguments import Arguments
from liandong.launch.clone import Clone
from liandong.launch.ending import guarded
from liandong.launch.locks import holding
from liandong.launch.progress import speak_any_terminal
from liandong.operate import archive, database, status
from liandong.operate.data_folder import MARK
from liandong.operate.site import Site, visiting
from liandong.operate.up import up
from liandong.proof import checks

PROPOSE = "propose"
WITHOUT_DATABASE = frozenset(
    (
        "help",
        "version",
        "--version",
        "diffsettings",
        "findstatic",
        "collectstatic",
        "startapp",
        "makemessages",
        "crash",
        "prove",
        arguments.SCREENSHOTS,
        PROPOSE,
    )
)
LEAVES_NO_TRACE = frozenset(
    [
        "backfill",
        "migrate",
        "makemigrations",
        "showmigrations",
        "sqlmigrate",
        "check",
        "worker",
        "welcome",
        "rooms",
        "ledger",
        "health",
        "bench",
        "crash",
        "prove",
    ]
)


def main(typed: Sequence[str]) -> int:
    """The exit code."""
    speak_any_terminal()
    clone = Clone.here()
    return guarded(lambda: _dispatch(clone, typed), lambda: _log(clone, typed))


def _log(clone: Clone, typed: Sequence[str]) -> Path:
    """The log lies beside the other logs when there is a data folder of ours, else in the clone."""
    data = arguments.parse(typed, clone.root / ".liandong").data
    return (data / "logs" if (data / MARK).exists() else clone.run) / "launcher.log"


def _dispatch(clone: Clone, typed: Sequence[str]) -> int:
    found = arguments.parse(typed, clone.root / ".liandong")
    progress = arguments.progress_of(found.name)
    if found.name == arguments.UP:
        return up(clone, found, progress)
    if found.name == arguments.TEST:
        return checks.run(clone, found.rest, progress)
    if found.name == arguments.BACKUP:
        return archive.backup(clone, found.data, Path(found.rest[0]), progress)
    if found.name == arguments.RESTORE:
        return archive.restore(clone, found.data, Path(found.rest[0]), progress)
    if found.name == arguments.STATUS:
        return status.tell(clone, found.data, as_json="--json" in found.rest)
    if found.name == PROPOSE:
        with holding(clone.lock_setup()), start_model.taught(clone, progress):
            pass
    if found.name in WITHOUT_DATABASE or {"-h", "--help"} & set(found.rest):
        return _foreground([clone.python, "-m", "liandong", found.name, *found.rest], _bare(clone, found))
    names.known(os.environ)
    with holding(clone.lock_setup()):
        assets.ensure(clone, progress)
    with visiting(clone, found.data, progress) as site:
        code = _foreground(site.command(found.name, *found.rest), site.environment())
        if site.embedded is not None:
            _remember(site, found.name, code)
    return code


def _bare(clone: Clone, found: Arguments) -> dict[str, str]:
    """For commands that need no database: nothing of the data folder is made."""
    return clone.environment() | {"LIANDONG_DATA": str(found.data), "LIANDONG_TESTING": "1", "LIANDONG_HTTPS": "0"}


def _foreground(command: list[str | Path], env: dict[str, str]) -> int:
    """The command with this terminal; Ctrl-C is for it, we only wait."""
    child = processes.start(command, env=env, stdin=None, own_session=False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
    return 128 - code if code < 0 else code


def _remember(site: Site, name: str, code: int) -> None:
    """A database that a command has written to is never filled with the fictional county, nor emptied for it."""
    state = database.read_state(site.url)
    if state.sample == "" and name not in LEAVES_NO_TRACE:
        database.write_state(site.url, state, sample="loaded" if name == "seed" and code == 0 else "used")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
