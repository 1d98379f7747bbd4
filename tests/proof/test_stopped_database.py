"""The rehearsal with a stopped database leaves nothing stopped, however it ends itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from liandong.launch.processes import send, stat_fields
from liandong.proof.house import children_of

STOPS = """
import sys, time
import django
django.setup()
from liandong.proof.bench.overload import stopped
with stopped(int(sys.argv[1])):
    print("stopped", flush=True)
    time.sleep(600)
"""
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def state(pid: int) -> str:
    found = stat_fields(pid)
    return found.state if found else ""


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", PARENT]) as process:
        until(lambda: len(children_of(process.pid)) == 1)
        yield process
        send([*children_of(process.pid), process.pid], signal.SIGKILL)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_who_stops_processes_may_be_ended_and_they_go_on(parent: subprocess.Popen[bytes], end: signal.Signals) -> None:
    (child,) = children_of(parent.pid)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", STOPS, str(parent.pid)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as stopping:
        assert stopping.stdout is not None
        try:
            assert stopping.stdout.readline() == b"stopped\n"
            until(lambda: {state(parent.pid), state(child)} == {"T"})
            stopping.send_signal(end)
            stopping.wait(20)
        finally:
            stopping.kill()
    until(lambda: "T" not in (state(parent.pid), state(child)))
    assert "" not in (state(parent.pid), state(child))
