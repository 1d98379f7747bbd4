"""The commands that a page tells people to type, and a terminal that types them."""

import os
import re
import shlex
import signal
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY = "Ctrl-C 停止 stops"
PATIENCE_S = 240
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


def commands_of(page: str) -> list[str]:
    """Lines of the `sh` blocks in order, without their comments."""
    lines = "".join(_BLOCK.findall((ROOT / page).read_text("utf-8"))).splitlines()
    return [line for line in (re.sub(r"\s+#.*", "", each).strip() for each in lines) if line]


class Terminal:
    """Types commands in `<home>/app`, where `./liandong` is this clone's; `/srv/liandong` is `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "app"
        self.folder.mkdir()
        (self.folder / "liandong").symlink_to(ROOT / "liandong")

    def type(self, command: str) -> str:
        """What it said on stdout; fails when the command does."""
        done = subprocess.run(
            self._words(command),
            cwd=self.folder,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @contextmanager
    def opened(self, command: str) -> Iterator[str]:
        """`up` until its site answers; what it said so far. Afterwards Ctrl-C, which must end it in good order."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        running = subprocess.Popen(
            [*self._words(command), "--port", str(port)],
            cwd=self.folder,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        watch = threading.Timer(PATIENCE_S, running.kill)
        watch.start()
        try:
            said = _until_ready(running)
            watch.cancel()  # of the start alone: what is typed now has a patience of its own
            assert urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30).status == 200
            yield said
            running.send_signal(signal.SIGINT)
            rest = running.communicate(timeout=PATIENCE_S)[0]
            assert running.returncode == 0, rest
        finally:
            watch.cancel()
            if running.poll() is None:
                running.terminate()
                running.wait(60)

    def _words(self, command: str) -> list[str]:
        return shlex.split(command.replace("/srv/liandong", str(self.home)))


def _until_ready(running: subprocess.Popen[str]) -> str:
    said = ""
    for line in running.stdout or ():
        said += line
        if READY in line:
            return said
    raise AssertionError(f"up ended by itself:\n{said}")


def _environment() -> dict[str, str]:
    """A shell that knows nothing of the checks it was opened in."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LIANDONG_", "DJANGO_", "PYTEST_")) and name != "DATABASE_URL"
    }
