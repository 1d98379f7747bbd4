"""The real thing in a folder of its own: `./liandong up` with everything it starts, and who of it can be killed."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psycopg

from liandong.launch.clone import Clone
from liandong.launch.processes import PROC, Outcome, run_lines, running_pids, start, stop_session
from liandong.operate.data_folder import open_data_folder
from liandong.operate.embedded_postgres import EmbeddedPostgres
from liandong.operate.supervise import answers
from liandong.sample.seeding import DEMO_KEY_FILE

COMMAND = "liandong.cli.run"
START_PATIENCE_S = 180.0
STOP_PATIENCE_S = 60.0


class Victim(StrEnum):
    """Processes whose sudden end must cost nothing."""

    WEB_PROCESS = "web process"
    WORKER = "worker of timers and long work"
    POSTMASTER = "postmaster"
    WEB_SERVER = "web server"
    EVENTS = "worker of events"


@dataclass(frozen=True, slots=True)
class House:
    """A running installation. `url` is its database for those who check from outside; `command` the module that an
    administrator's words go to.
    """

    clone: Clone
    data: Path
    port: int
    url: str
    process: subprocess.Popen[bytes]
    command: str = COMMAND

    @property
    def api_key(self) -> str:
        return (self.data / DEMO_KEY_FILE).read_text().strip()

    @property
    def blobs(self) -> Path:
        return self.data / "blobs"

    def pids(self, victim: Victim) -> list[int]:
        """Empty while it is being started again."""
        ours = children_of(self.process.pid)
        servers = [pid for pid in ours if _runs(pid, "granian")]
        match victim:
            case Victim.WEB_SERVER:
                return servers
            case Victim.WEB_PROCESS:
                return [pid for server in servers for pid in children_of(server)]
            case Victim.WORKER:
                return [pid for pid in ours if _runs(pid, "liandong", "worker", "work")]
            case Victim.EVENTS:
                return [pid for pid in ours if _runs(pid, "liandong", "worker", "events")]
            case Victim.POSTMASTER:
                return [pid for pid in ours if _words(pid)[0].endswith("/postgres")]

    def points(self) -> list[tuple[float, float]]:
        """One in each grid cell."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute("SELECT lon, lat FROM orgs_division WHERE kind = 'cell' ORDER BY id").fetchall()

    def run(self, *words: str) -> Outcome:
        """A command of the product on this installation, as an administrator types it."""
        return commanded(self.clone, self.data, *words, command=self.command)

    def log_tails(self) -> str:
        """The last lines of every log, for a report of what went wrong."""
        parts = []
        for log in sorted((self.data / "logs").glob("*.log")):
            lines = log.read_text(errors="replace").splitlines()[-15:]
            parts += [f"── {log.name}", *lines]
        return "\n".join(parts)


@contextmanager
def folder_of_its_own(proof: str, *, keep: bool = False) -> Iterator[Path]:
    """A new folder that the embedded PostgreSQL can reach; removed at the end unless it is kept."""
    folder = Path(tempfile.mkdtemp(prefix=f"liandong-{proof}-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(data: Path, *, cases: int = 0) -> Iterator[House]:
    """The fictional county with so many cases, opened by `up` and stopped at the end. Raises RuntimeError."""
    clone = Clone.here()
    laid = commanded(clone, data, "seed", "--cases", str(cases))
    if laid.code:
        raise RuntimeError(f"the county could not be laid: {laid.text}")
    port = free_port()
    output = data / "logs" / "up.log"
    with output.open("ab") as sink:
        process = start(
            [clone.python, "-m", COMMAND, "up", "--data", data, "--port", str(port)],
            env=bare_environment(clone),
            folder=clone.root,
            stdout=sink,
            stderr=sink,
        )
    folder = open_data_folder(data)
    try:
        _wait(process, port, output)
        yield House(clone, data, port, EmbeddedPostgres(folder.path, folder.logs).url, process)
    finally:
        stop(process)
        EmbeddedPostgres(folder.path, folder.logs).end_leftovers()


def commanded(clone: Clone, data: Path, *words: str, command: str = COMMAND) -> Outcome:
    """A command on the installation in a folder, and what it said."""
    return run_lines(
        [clone.python, "-m", command, *words, "--data", data],
        lambda _line: None,
        env=bare_environment(clone),
        folder=clone.root,
    )


def bare_environment(clone: Clone) -> dict[str, str]:
    """Nothing of the installation that we were called from."""
    ours = clone.environment()
    return {
        name: value
        for name, value in ours.items()
        if not name.startswith("LIANDONG_") and name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    deadline = time.monotonic() + START_PATIENCE_S
    while not answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"up did not open: {output.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def stop(process: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C does; by force when that takes too long."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            stop_session(process)


def children_of(parent: int) -> list[int]:
    return [pid for pid in running_pids() if _parent(pid) == parent]


def _parent(pid: int) -> int:
    """0 when the process is gone or a zombie."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return 0
    return 0 if fields[0] in "ZX" else int(fields[1])


def _words(pid: int) -> list[str]:
    try:
        return os.fsdecode((PROC / str(pid) / "cmdline").read_bytes()).split("\0")
    except OSError:
        return [""]


def _runs(pid: int, *wanted: str) -> bool:
    return set(wanted) <= set(_words(pid))
