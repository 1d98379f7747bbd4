import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from liandong.launch.processes import alive, start
from liandong.operate.supervise import RotatingLog, Service, Supervisor


def program(body: str) -> Callable[[], subprocess.Popen[bytes]]:
    return lambda: start([sys.executable, "-u", "-c", body], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class Said(list[str]):
    def has(self, words: str) -> bool:
        return any(words in line for line in self)


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def supervisor(tmp_path: Path, said: Said) -> Supervisor:
    return Supervisor(tmp_path, said.append)


def pump_until(supervisor: Supervisor, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            return False
        supervisor.pump(0.05)
    return True


def test_output_goes_into_the_log_of_the_service(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.add(Service("web", program("print('hello'); import time; time.sleep(600)")))
    log = tmp_path / "web.log"
    assert pump_until(supervisor, lambda: log.read_text() == "hello\n")
    supervisor.stop()


def test_errors_are_shown_on_the_terminal_and_repetitions_are_not(supervisor: Supervisor, said: Said) -> None:
    body = "print('fine'); print('1 ERROR x'); print('2 ERROR x'); print('CRITICAL y'); import time; time.sleep(600)"
    supervisor.add(Service("web", program(body)))
    assert pump_until(supervisor, lambda: said.has("CRITICAL y"))
    assert list(said) == ["! [web] 1 ERROR x", "! [web] CRITICAL y"]
    supervisor.stop()


def test_a_service_that_dies_is_started_again_later_each_time(tmp_path: Path, said: Said) -> None:
    now = [0.0]
    supervisor = Supervisor(tmp_path, said.append, clock=lambda: now[0])
    supervisor.add(Service("web", program("raise SystemExit(3)")))
    delays = []
    for exits in range(1, 10):
        assert pump_until(supervisor, lambda exits=exits: supervisor.exits_of("web") == exits)  # type: ignore[misc]
        delay_s = float(said[-1].rsplit(" in ", 1)[1].removesuffix(" s"))
        delays.append(delay_s)
        now[0] += delay_s
    assert delays == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert said.has("exit code 3")
    supervisor.stop()


def test_after_a_steady_minute_the_delay_is_short_again(tmp_path: Path, said: Said) -> None:
    now = [0.0]
    supervisor = Supervisor(tmp_path, said.append, clock=lambda: now[0])
    processes: list[subprocess.Popen[bytes]] = []

    def launch() -> subprocess.Popen[bytes]:
        processes.append(program("import time; time.sleep(600)")())
        return processes[-1]

    supervisor.add(Service("web", launch))
    for lasted_s in (1, 1, 61):
        now[0] += lasted_s
        processes[-1].kill()
        count = len(said)
        assert pump_until(supervisor, lambda count=count: len(said) > count)  # type: ignore[misc]
        now[0] += 30
        assert pump_until(supervisor, lambda: processes[-1].poll() is None)
    assert [line.rsplit(" in ", 1)[1] for line in said] == ["0.5 s", "1 s", "0.5 s"]
    supervisor.stop()


def test_what_a_dead_service_had_started_is_ended_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    body = """
import subprocess, sys, os, signal
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid)
os.kill(os.getpid(), signal.SIGKILL)
"""
    supervisor.add(Service("web", program(body)))
    assert pump_until(supervisor, lambda: supervisor.exits_of("web") == 1)
    grandchild = int((tmp_path / "web.log").read_text().split()[0])
    assert pump_until(supervisor, lambda: not alive(grandchild))
    supervisor.stop()


def test_services_stop_before_what_they_stand_on(supervisor: Supervisor, tmp_path: Path) -> None:
    body = """
import signal, sys, time
def end(*_):
    open({path!r}, "a").write({name!r} + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("ready")
time.sleep(600)
"""
    order = tmp_path / "order"
    for name, floor in (("database", 0), ("web", 1)):
        supervisor.add(Service(name, program(body.format(path=str(order), name=name)), floor=floor))
    logs = [tmp_path / "database.log", tmp_path / "web.log"]
    assert pump_until(supervisor, lambda: all(log.read_text() == "ready\n" for log in logs))
    supervisor.stop()
    assert order.read_text().split() == ["web", "database"]


def test_a_service_that_does_not_listen_is_killed_after_its_patience(supervisor: Supervisor, tmp_path: Path) -> None:
    body = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1); time.sleep(600)"
    service = Service("web", program(body), stop_patience_s=0.2)
    supervisor.add(service)
    assert pump_until(supervisor, lambda: (tmp_path / "web.log").read_text() == "1\n")
    supervisor.stop()


def test_a_log_is_turned_at_its_size_and_three_are_kept(tmp_path: Path) -> None:
    log = RotatingLog(tmp_path / "web.log", largest_bytes=10)
    for number in range(6):
        log.write(f"{number}-------\n".encode())
    log.close()
    kept = {path.name: path.read_text()[0] for path in tmp_path.iterdir()}
    assert kept == {"web.log": "5", "web.log.1": "4", "web.log.2": "3", "web.log.3": "2"}


def test_a_service_that_touches_its_beat_goes_on_and_one_that_stops_doing_so_is_started_again(
    tmp_path: Path, said: Said
) -> None:
    now, beat = [0.0], tmp_path / "beat"
    supervisor = Supervisor(tmp_path, said.append, clock=lambda: now[0])
    supervisor.add(Service("worker", program("import time; time.sleep(600)"), beat=beat, standstill_s=300))
    first = supervisor._services[0].process
    assert first is not None
    for turn in range(1, 5):
        now[0] += 299
        beat.write_text("")
        os.utime(beat, ns=(turn, turn))
        supervisor.pump(0)
        assert supervisor.exits_of("worker") == 0
    os.kill(first.pid, signal.SIGSTOP)
    now[0] += 299
    supervisor.pump(0)
    assert supervisor.exits_of("worker") == 0
    now[0] += 2
    supervisor.pump(0)
    assert supervisor.exits_of("worker") == 1
    assert not alive(first.pid)
    assert said.has("300 秒没有动静")
    now[0] += 1
    supervisor.pump(0)
    assert supervisor._services[0].process is not None
    now[0] += 299
    supervisor.pump(0)
    assert supervisor.exits_of("worker") == 1
    supervisor.stop()


def test_a_service_without_a_beat_may_be_silent(tmp_path: Path, said: Said) -> None:
    now = [0.0]
    supervisor = Supervisor(tmp_path, said.append, clock=lambda: now[0])
    supervisor.add(Service("web", program("import time; time.sleep(600)")))
    now[0] = 10_000
    supervisor.pump(0)
    assert supervisor.exits_of("web") == 0
    supervisor.stop()


def test_a_log_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        log = RotatingLog(tmp_path / "x.log", largest_bytes=3)
        log.write(b"1234")
        log.write(b"1234")
        log.close()
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
