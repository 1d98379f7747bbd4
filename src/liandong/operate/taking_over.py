"""`./liandong up --take-over`: this version takes the place of one that runs, with nobody turned away for long
(docs/decisions/upgrade-under-load.md).

While the earlier version serves, this one changes the database beside it and starts its web server on the same port,
where it waits. Then the earlier one is asked to stop, the database starts under this one, and the web goes on.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from liandong.app import serving
from liandong.launch import processes
from liandong.launch.failure import Failure, last_words, tail
from liandong.launch.processes import PROC, alive, running_pids
from liandong.launch.progress import Progress
from liandong.operate.data_folder import DataFolder
from liandong.operate.site import Site

WARM_PATIENCE_S = 120.0
TURN_PATIENCE_S = 5.0
STOP_PATIENCE_S = 90.0
_LOOK_EVERY_S = 0.01


@dataclass(slots=True)
class Relay:
    """A web server that is ready and waits. `go()` lets it serve."""

    process: subprocess.Popen[bytes]
    mark: Path
    site: Site

    def go(self) -> None:
        self.mark.touch()

    def end(self) -> None:
        """Removes its marks; ends it where it never got its turn."""
        if not self.mark.exists():
            processes.stop_session(self.process)
        for left in self.mark.parent.glob(f"{self.mark.name}*"):
            left.unlink(missing_ok=True)


def running(data: DataFolder) -> int:
    """The process number of the `up` that serves this data folder; 0 where none does."""
    announced = data.announced()
    pid = int(announced.get("pid") or 0)
    is_serving = pid and alive(pid) and announced.get("ready") and announced.get("port")
    return pid if is_serving and data.owner_lock.held_by_someone() else 0


def ready_web(site: Site, host: str, environ: dict[str, str]) -> Relay:
    """The web server, loaded, on a port that another one still serves. Raises Failure where it doesn't get ready."""
    mark = site.data.run / f"go-{os.getpid()}"
    for left in mark.parent.glob("go-*"):
        left.unlink()
    log = site.data.logs / "web.log"
    env = site.environment(**serving.environment(environ), **{serving.GO: str(mark)})
    command = serving.command(site.clone.python, host=host, port=site.port, environ=environ)
    serving.allow_open_files()
    process = processes.start(
        command, env=env, folder=site.clone.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    waiting = Relay(process, mark, site)
    deadline = time.monotonic() + WARM_PATIENCE_S
    while len(list(mark.parent.glob(f"{mark.name}.*"))) < serving.WORKERS:
        if process.poll() is not None or time.monotonic() > deadline:
            waiting.end()
            words = last_words(tail(log))
            raise Failure(
                f"新版本的网页服务没有启动（{words}）：原来的版本继续运行。",
                f"The web server of this version did not start ({words}): the earlier version goes on.",
            )
        time.sleep(0.05)
    return waiting


def turn_over(waiting: Relay, up: int, progress: Progress) -> None:
    """The earlier version's workers end after the turn in hand; then its web and ours serve side by side until it has
    stopped, all but for as long as an embedded database is started anew. Raises Failure where it doesn't end.
    """
    site = waiting.site
    with progress.step("原来的版本的后台正在停止", "The workers of the earlier version are stopping"):
        _write_down(site.url)
        _end_workers(up)
    with progress.step("原来的版本正在停止", "The earlier version is stopping"):
        processes.send([up], signal.SIGTERM)
        if site.embedded is None:
            waiting.go()
        else:
            _until(lambda: not alive(up) or site.embedded is None or site.embedded.is_stopped(), up)
            site.embedded.start()
            waiting.go()
        _until(lambda: not alive(up), up)


def _until(is_so: Callable[[], bool], up: int) -> None:
    deadline = time.monotonic() + STOP_PATIENCE_S
    while not is_so():
        if time.monotonic() > deadline:
            raise Failure(
                f"原来的版本（进程 {up}）没有停下：请结束它，再运行 ./liandong up。",
                f"The earlier version (process {up}) does not stop: end it, then run ./liandong up.",
            )
        time.sleep(_LOOK_EVERY_S)


def _end_workers(up: int) -> None:
    """A worker that knows only earlier names of events must not see those of this version. One whose turn takes longer
    is cut off in it, as by a failure of power: whoever looks next goes on from there.
    """
    workers = [pid for pid in running_pids() if _parent(pid) == up and {"liandong", "worker"} <= set(_words(pid))]
    processes.send(workers, signal.SIGTERM)
    deadline = time.monotonic() + TURN_PATIENCE_S
    while any(alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_S)
    processes.send([pid for pid in workers if alive(pid)], signal.SIGKILL)


def _write_down(url: str) -> None:
    """So little is left to be written when the database stops; a user who may not ask for it waits longer then."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            connection.execute("CHECKPOINT")
    except psycopg.Error:
        return


def _parent(pid: int) -> int:
    try:
        return int((PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return 0


def _words(pid: int) -> list[str]:
    try:
        return os.fsdecode((PROC / str(pid) / "cmdline").read_bytes()).split("\0")
    except OSError:
        return []
