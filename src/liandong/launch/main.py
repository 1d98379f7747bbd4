"""`./liandong`: makes the environment ready on whatever Python runs this, then goes on inside it."""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from liandong.launch import arguments, assets, browser, environment, homes, space
from liandong.launch.clone import STARTED, Clone
from liandong.launch.ending import guarded
from liandong.launch.failure import Failure
from liandong.launch.locks import holding
from liandong.launch.progress import speak_any_terminal


def main(typed: Sequence[str], launcher: Path) -> int:
    """The exit code; does not return when the command goes on inside the environment."""
    speak_any_terminal()
    clone = Clone(launcher.resolve().parent)
    started = time.monotonic()
    return guarded(lambda: _begin(clone, typed, started), lambda: clone.run / "launcher.log")


def _begin(clone: Clone, typed: Sequence[str], started: float) -> int:  # noqa: RET503
    if sys.platform != "linux":
        raise Failure("联动目前只在 Linux 上运行。", "Liandong runs on Linux only for now.")
    found = arguments.parse(typed, default_data=clone.root / ".liandong")
    if found.name == arguments.HELP and not environment.is_ready(clone):
        sys.stdout.write(arguments.OVERVIEW)
        return 0
    clone.check_name()
    if found.name in arguments.WITH_CHECKS or (found.name == arguments.UP and not os.environ.get("DATABASE_URL")):
        homes.check_account()
    env = clone.environment() | {STARTED: str(started)}
    progress = arguments.progress_of(found.name)
    if found.name in arguments.WITH_CHECKS:
        with holding(clone.lock_setup()):
            environment.ensure(clone, progress, environment.TESTING, then=_after(clone, found))
            env["LIANDONG_CHROMIUM"] = str(browser.ensure(clone, progress))
    elif not environment.is_ready(clone):
        with holding(clone.lock_setup()):
            environment.ensure(clone, progress, then=_after(clone, found))
    sys.stdout.flush()
    os.execve(clone.python, [str(clone.python), "-m", "liandong.cli.run", *typed], env)  # noqa: S606


def _after(clone: Clone, found: arguments.Arguments) -> list[space.Need]:
    """Needs of the disks, once the environment is made."""
    if found.name in arguments.WITH_CHECKS:
        temporary = space.Need(Path(tempfile.gettempdir()), space.TEST_DATABASE_MB * space.MB)
        return [*assets.needs(clone, checks=True), *browser.needs(clone), temporary]
    return [*assets.needs(clone), *space.first_county(found.data, empty=found.empty)]
