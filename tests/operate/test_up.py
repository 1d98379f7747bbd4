"""`./liandong up` as a person runs it: real processes, real signals, a real `kill -9`."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from liandong.launch.clone import Clone
from liandong.launch.processes import processes_in, running_pids, stat_fields
from liandong.operate import database
from liandong.operate.embedded_postgres import EmbeddedPostgres

LEFT_OUT = ("DATABASE_URL", "LIANDONG_TESTING", "LIANDONG_DATA", "LIANDONG_PORT")
PATIENCE_S = 240.0


class Running:
    """One `up` with what it has printed so far."""

    def __init__(self, *arguments: object, **env: str) -> None:
        environment = {key: value for key, value in os.environ.items() if key not in LEFT_OUT} | env
        self.process = subprocess.Popen(
            [sys.executable, "-m", "liandong.cli.run", "up", *map(str, arguments)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def until(self, words: str) -> "Running":
        assert wait(lambda: words in self.text or self.process.poll() is not None), self.text
        assert words in self.text, self.text
        return self

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        self._reader.join()
        return code


def wait(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def session_members(data: Path) -> list[int]:
    """Processes of the sessions that an `up` has recorded."""
    try:
        record = (data / "run" / "children").read_text()
    except FileNotFoundError:
        return []
    leaders = {int(pid) for pid in re.findall(r'"pid": (\d+)', record)}
    found = {pid: stat_fields(pid) for pid in running_pids()}
    return [pid for pid, fields in found.items() if fields and fields.session in leaders and fields.state not in "ZX"]


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def data() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="liandong-test-"))
    place.chmod(0o755)
    yield place / "data"
    if (place / "data" / "liandong.json").exists():
        embedded = EmbeddedPostgres(place / "data", place)
        embedded.end_leftovers()
        embedded.remove()
    shutil.rmtree(place)


@pytest.mark.takes_long
def test_an_empty_county_from_the_first_start_through_a_kill_to_the_last_stop(data: Path, port: int) -> None:
    first = Running("--empty", "--port", port, "--data", data).until("Ctrl-C")
    assert answers(port)
    assert "password, shown once" in first.text
    assert "Open311 API key" not in first.text
    assert "password, shown once" not in (data / "logs" / "setup.log").read_text()

    second = Running("--empty", "--port", port + 1, "--data", data).until("in use by another Liandong")
    assert second.process.wait() == 1
    assert str(first.process.pid) in second.text

    cluster = EmbeddedPostgres(data, data / "logs").files
    first.end(signal.SIGKILL)
    third = Running("--empty", "--port", port, "--data", data).until("Ctrl-C")
    assert answers(port)
    assert "password, shown once" not in third.text
    assert "Updating the database" not in third.text

    assert third.end(signal.SIGINT) == 0
    assert wait(lambda: not session_members(data))
    assert processes_in(cluster) == []
    assert not answers(port)


@pytest.mark.takes_long
def test_with_an_external_database_nothing_is_embedded_and_nothing_fictional_loaded(data: Path, port: int) -> None:
    main = os.environ["DATABASE_URL"]
    name = f"external_{os.getpid()}"
    database.recreate(main, name)
    url = main.replace("/liandong?", f"/{name}?")
    running = Running("--port", port, "--data", data, DATABASE_URL=url).until("Ctrl-C")
    assert "password, shown once" in running.text
    assert "Open311 API key" not in running.text
    assert not (data / "postgres").exists()
    assert running.end(signal.SIGTERM) == 0
    database.recreate(main, name)


def test_a_port_that_is_taken_is_said_at_once(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        running = Running("--port", port, "--data", data)
        assert running.process.wait(PATIENCE_S) == 1
        running.until(f"Port {port} is taken by another program")
    assert not (data / "postgres").exists()


def test_a_folder_of_someone_else_is_refused_without_a_traceback(data: Path, port: int) -> None:
    data.mkdir()
    (data / "letter.txt").write_text("mine")
    running = Running("--port", port, "--data", data)
    assert running.process.wait(PATIENCE_S) == 1
    running.until("holds other files")
    assert "Traceback" not in running.text
    assert [path.name for path in data.iterdir()] == ["letter.txt"]
    shutil.rmtree(data)


def test_the_clone_is_found_from_the_installed_package() -> None:
    assert (Clone.here().root / "liandong").is_file()
