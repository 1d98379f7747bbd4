"""Runs a version's commands, and its `up` until it is ready."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from liandong.launch.processes import start, stop_session
from liandong.operate.data_folder import DataFolder
from liandong.operate.embedded_postgres import EmbeddedPostgres
from liandong.operate.supervise import answers
from liandong.proof.house import House, bare_environment, commanded, stop

from .older import Version

PATIENCE_S = 600.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the county's data lie and where it answers."""

    folder: DataFolder
    port: int

    @contextlib.contextmanager
    def under(self, version: Version, *options: str) -> Iterator[House]:
        """Open in the hands of a version."""
        with _opened(version, self.folder, self.port, *options) as process:
            url = EmbeddedPostgres(self.folder.path, self.folder.logs).url
            yield House(version.clone, Path(self.folder.path), self.port, url, process, version.run)


def run(version: Version, data: Path, *words: str) -> None:
    """Raises RuntimeError."""
    done = commanded(version.clone, data, *words, command=version.run)
    if done.code:
        raise RuntimeError(f"{version.name} {words[0]}: {done.text}")


@contextlib.contextmanager
def _opened(version: Version, folder: DataFolder, port: int, *options: str) -> "Iterator[subprocess.Popen[bytes]]":
    """Open and ready; stopped at the end, unless another has taken over meanwhile."""
    output = folder.logs / f"up-{version.name}.log"
    with output.open("ab") as sink:
        process = start(
            version.command("up", "--data", folder.path, "--port", port, *options),
            env=bare_environment(version.clone),
            folder=version.clone.root,
            stdout=sink,
            stderr=sink,
        )
    try:
        _wait(version, folder, process, output)
        yield process
    except BaseException:
        stop_session(process)
        raise
    else:
        stop(process)


def _wait(version: Version, folder: DataFolder, process: "subprocess.Popen[bytes]", output: Path) -> None:
    """Until it is the owner and answers. Raises RuntimeError."""
    deadline = time.monotonic() + PATIENCE_S
    while not _is_ready(folder, process.pid):
        if process.poll() is not None or time.monotonic() > deadline:
            told = output.read_text("utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"{version.name} did not open: {told}")
        time.sleep(0.02)


def _is_ready(folder: DataFolder, pid: int) -> bool:
    announced = folder.announced()
    is_owner = announced.get("pid") == pid and bool(announced.get("ready"))
    return is_owner and answers(int(announced["port"]))
