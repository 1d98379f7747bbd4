"""`./liandong test`: the tools that read the code, and pytest on a PostgreSQL of its own that is removed again."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from liandong.launch import assets, processes
from liandong.launch.clone import Clone
from liandong.launch.locks import holding
from liandong.launch.progress import Progress
from liandong.operate.embedded_postgres import EmbeddedPostgres
from liandong.proof import changed

READERS = (
    ("ruff check", ("-m", "ruff", "check", ".", "liandong")),
    ("ruff format", ("-m", "ruff", "format", "--check", ".", "liandong")),
    ("lint-imports", ("-c", "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())")),
)
SLOW_READER = ("mypy", ("-m", "mypy"))
"""It uses one core for longer than a minute where nothing is left of an earlier run: it reads beside all the rest."""
CHANGED = "--changed"
QUICKLY = ("-q", "-m", "not takes_long", "-n", str(os.cpu_count() or 1))
ALL_TESTS = ("-n", str((os.cpu_count() or 1) + 1), "--maxschedchunk", "100")
"""Small portions, so that no process is left with many tests while the others have ended."""


def run(clone: Clone, pytest_arguments: list[str], progress: Progress) -> int:
    """The exit code: 0 only when all passed. With arguments only pytest runs."""
    if pytest_arguments[:1] == [CHANGED]:
        return _run_changed(clone, pytest_arguments[1:], progress)
    if pytest_arguments:
        _ensure(clone, progress)
        return _tested(clone, pytest_arguments, progress)
    with _beside(clone, *SLOW_READER) as slow_passes:
        _ensure(clone, progress)
        failed = [name for name, command in READERS if not _passes(clone, name, command)]
        if failed:
            progress.print(f"✗ {', '.join(failed)}")
        code = _tested(clone, list(ALL_TESTS), progress)
        failed += [] if slow_passes() else [SLOW_READER[0]]
    if failed:
        progress.print(f"✗ {', '.join(failed)}")
    return code or (1 if failed else 0)


def _run_changed(clone: Clone, arguments: list[str], progress: Progress) -> int:
    """Runs what the changed files ask for first; the word after `--changed` may name a commit to compare with."""
    since = arguments.pop(0) if arguments and not arguments[0].startswith("-") else "HEAD"
    try:
        names = changed.changed_files(clone.root, since)
    except changed.NoGit as error:
        progress.print(f"✗ 问不到改了什么 git doesn't say what has changed: {error}")
        return 2
    found = changed.select(clone.root, names)
    python = [name for name in names if name.endswith(".py")]
    readers = [(name, (*command[:-2], *python) if "ruff" in name else command) for name, command in READERS if python]
    _ensure(clone, progress)
    failed = [name for name, command in readers if not _passes(clone, name, command)]
    if not _passes(clone, "messages", ("tools/messages.py", "check")):
        failed.append("messages")
    code = _tested(clone, [*QUICKLY, *arguments, *found.tests], progress) if found.tests else 0
    if found.left:
        progress.print(f"· 未运行 not run, near too: {' '.join(found.left)}")
    if failed:
        progress.print(f"✗ {', '.join(failed)}")
    return code or (1 if failed else 0)


def _ensure(clone: Clone, progress: Progress) -> None:
    with holding(clone.lock_setup()):
        assets.ensure(clone, progress, checks=True)


def _tested(clone: Clone, arguments: list[str], progress: Progress) -> int:
    with own_database(progress) as env:
        return _pytest(clone, arguments, clone.environment() | env)


def _passes(clone: Clone, name: str, command: tuple[str, ...]) -> bool:
    """Its output goes straight to the terminal."""
    _say(f"── {name}")
    return _reads(clone, command).wait() == 0


@contextmanager
def _beside(clone: Clone, name: str, command: tuple[str, ...]) -> Iterator[Callable[[], bool]]:
    """Reads while what is inside goes on. What is handed in waits for it, tells what it said and whether it passed."""
    with tempfile.TemporaryFile() as said:
        reader = _reads(clone, command, said)

        def passes() -> bool:
            code = reader.wait()
            said.seek(0)
            _say(f"── {name}\n{said.read().decode(errors='replace').rstrip()}")
            return code == 0

        try:
            yield passes
        finally:
            if reader.poll() is None:
                reader.terminate()
                reader.wait()


def _reads(clone: Clone, command: tuple[str, ...], output: IO[bytes] | None = None) -> "subprocess.Popen[bytes]":
    """Starts a reader of the settings that makes no data folder in passing: `up` would take it for somebody else's."""
    env = clone.environment() | {"LIANDONG_TESTING": "1"}
    return processes.start(
        [clone.python, *command], env=env, folder=clone.root, stdout=output, stderr=output, own_session=False
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def own_database(progress: Progress) -> Iterator[dict[str, str]]:
    """Environment for the checks; folder and server are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="liandong-test-"))
    folder.chmod(0o711)
    embedded = EmbeddedPostgres(folder, folder, durable=False)
    try:
        with progress.step("启动测试数据库", "Starting a database for the checks") as step:
            embedded.start(say=step.say)
        yield {
            "LIANDONG_TESTING": "1",
            "LIANDONG_DATA": str(folder / "data"),
            "DATABASE_URL": embedded.url,
        }
    finally:
        embedded.stop()
        embedded.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _pytest(clone: Clone, arguments: list[str], env: dict[str, str]) -> int:
    """Ends with us; a signal to us is a wish to stop, which pytest hears first."""
    child = processes.start(
        [clone.python, "-m", "pytest", *arguments],
        env=env | {"PLAYWRIGHT_NODEJS_PATH": os.environ.get("PLAYWRIGHT_NODEJS_PATH", str(clone.node))},
        folder=clone.root,
        stdin=None,
        own_session=False,
    )
    try:
        return child.wait()
    except BaseException:
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
        raise
