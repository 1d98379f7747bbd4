"""`./liandong test`: the tools that read the code, then pytest on a PostgreSQL of its own that is removed again."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from liandong.app.embedded_postgres import EmbeddedPostgres
from liandong.app.launch import assets, processes
from liandong.app.launch.clone import Clone
from liandong.app.launch.locks import holding
from liandong.app.launch.progress import Progress

READERS = (
    ("ruff check", ("-m", "ruff", "check", ".", "liandong")),
    ("ruff format", ("-m", "ruff", "format", "--check", ".", "liandong")),
    ("lint-imports", ("-c", "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())")),
    ("mypy", ("-m", "mypy")),
)


def run(clone: Clone, pytest_arguments: list[str], progress: Progress) -> int:
    """The exit code: 0 only when all passed. With arguments only pytest runs."""
    with holding(clone.lock_setup()):
        assets.ensure(clone, progress, checks=True)
    failed = [] if pytest_arguments else [name for name, command in READERS if not _passes(clone, name, command)]
    if failed:
        progress.print(f"✗ {', '.join(failed)}")
    with _own_database(progress) as env:
        code = _pytest(clone, pytest_arguments or ["-n", str((os.cpu_count() or 1) + 1)], clone.environment() | env)
    return code or (1 if failed else 0)


def _passes(clone: Clone, name: str, command: tuple[str, ...]) -> bool:
    """Its output goes straight to the terminal. Who reads the settings makes no data folder in passing: `up` would take
    it for somebody else's.
    """
    sys.stdout.write(f"── {name}\n")
    sys.stdout.flush()
    env = clone.environment() | {"LIANDONG_TESTING": "1"}
    child = processes.start([clone.python, *command], env=env, folder=clone.root, own_session=False)
    return child.wait() == 0


@contextmanager
def _own_database(progress: Progress) -> Iterator[dict[str, str]]:
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
