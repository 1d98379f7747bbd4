"""Keeps services running: starts them again with back-off, keeps their output in logs, stops them in order."""

import contextlib
import http.client
import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from liandong.launch.private import open_private

FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0
STEADY_AFTER_S = 60.0
LOG_BYTES = 10 * 1024 * 1024
LOGS_KEPT = 3
QUIET_S = 10.0
ALARMING = re.compile(r"\b(ERROR|CRITICAL|FATAL|PANIC)\b|^Traceback |panicked at")


@dataclass(frozen=True, slots=True)
class Service:
    """`launch` starts one process; its stdout, where that is a pipe, becomes the service's log.

    Services of a higher `floor` stand on those of a lower one and stop before them. One with a `beat`, a file that it
    touches as long as it gets on, is ended and started again when it hasn't for `standstill_s`.
    """

    name: str
    launch: Callable[[], subprocess.Popen[bytes]]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_patience_s: float = 15.0
    floor: int = 1
    beat: Path | None = None
    standstill_s: float = 300.0


@dataclass(slots=True)
class _Running:
    service: Service
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    exits: int = 0
    delay_s: float = FIRST_DELAY_S
    due: float | None = None
    log: "RotatingLog | None" = None
    unfinished: bytes = b""
    mark: int = 0
    moved: float = 0.0


class RotatingLog:
    """Appends bytes; at ten megabytes the file is put aside, three of those are kept."""

    def __init__(self, path: Path, *, largest_bytes: int = LOG_BYTES) -> None:
        self.path = path
        self._largest = largest_bytes
        self._file: IO[bytes] = open_private(path, "ab", buffering=0)

    def write(self, data: bytes) -> None:
        """A full disk loses log lines, never the service."""
        try:
            if self._file.tell() + len(data) > self._largest:
                self._turn()
            self._file.write(data)
        except OSError:
            return

    def close(self) -> None:
        self._file.close()

    def _turn(self) -> None:
        self._file.close()
        for number in range(LOGS_KEPT - 1, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            if older.exists():
                older.replace(self.path.with_name(f"{self.path.name}.{number + 1}"))
        self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        self._file = open_private(self.path, "ab", buffering=0)


@dataclass(slots=True)
class Supervisor:
    """`say` gets each line for the terminal. For the main thread only: a child dies with the thread that started it."""

    logs: Path
    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    _services: list[_Running] = field(default_factory=list)
    _selector: selectors.DefaultSelector = field(default_factory=selectors.DefaultSelector)
    _said: dict[str, float] = field(default_factory=dict)

    def add(self, service: Service, process: subprocess.Popen[bytes] | None = None) -> None:
        """Start a service, or take over a process that runs already."""
        running = _Running(service)
        self._services.append(running)
        if process is None:
            self._launch(running)
        else:
            running.process, running.since = process, self.clock()
            self._listen(running)

    def pump(self, patience_s: float = 0.3) -> None:
        """One turn: move output into the logs, see who ended, start again who is due."""
        self._move_output(patience_s)
        for running in self._services:
            self._look_after(running)

    def exits_of(self, name: str) -> int:
        """How often a service has ended by itself since it was added."""
        return next(running.exits for running in self._services if running.service.name == name)

    def stop(self) -> None:
        """Floor by floor from the top: each gets its signal and its patience, then SIGKILL for its whole session."""
        for floor in sorted({running.service.floor for running in self._services}, reverse=True):
            self._stop_floor([running for running in self._services if running.service.floor == floor])
        self._services.clear()

    def _stop_floor(self, floor: list[_Running]) -> None:
        stopping = [(running, running.process) for running in floor if running.process is not None]
        for running, process in stopping:
            if process.poll() is None:
                process.send_signal(running.service.stop_signal)
        deadline = self.clock() + max((running.service.stop_patience_s for running in floor), default=0)
        while any(process.poll() is None for _, process in stopping) and self.clock() < deadline:
            self._move_output(0.05)
        for running, process in stopping:
            process.kill()
            process.wait()
            self._forget(running)

    def _launch(self, running: _Running) -> None:
        running.due = None
        running.since = self.clock()
        try:
            running.process = running.service.launch()
        except OSError as error:
            self._ended(running, f"{error}", f"{error}")
            return
        self._listen(running)

    def _listen(self, running: _Running) -> None:
        if running.process is not None and running.process.stdout is not None:
            running.log = RotatingLog(self.logs / f"{running.service.name}.log")
            running.unfinished = b""
            os.set_blocking(running.process.stdout.fileno(), False)
            self._selector.register(running.process.stdout, selectors.EVENT_READ, (running, running.process.stdout))

    def _look_after(self, running: _Running) -> None:
        if running.process is not None and running.process.poll() is not None:
            code = running.process.returncode
            self._forget(running)
            how = ("信号", "signal") if code < 0 else ("退出码", "exit code")
            self._ended(running, *(f"{word} {abs(code)}" for word in how))
        elif running.process is not None and self._stands_still(running):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait()
            self._forget(running)
            after_s = f"{running.service.standstill_s:g}"
            self._ended(running, f"{after_s} 秒没有动静", f"it stood still for {after_s} s")
        elif running.due is not None and self.clock() >= running.due:
            self._launch(running)

    def _stands_still(self, running: _Running) -> bool:
        """By our own clock and the change of the file's time: a clock that is set anew doesn't matter."""
        beat = running.service.beat
        if beat is None:
            return False
        try:
            mark = beat.stat().st_mtime_ns
        except OSError:
            mark = 0
        if mark != running.mark:
            running.mark, running.moved = mark, self.clock()
        return self.clock() - max(running.moved, running.since) >= running.service.standstill_s

    def _ended(self, running: _Running, zh: str, en: str) -> None:
        running.exits += 1
        if self.clock() - running.since > STEADY_AFTER_S:
            running.delay_s = FIRST_DELAY_S
        running.due = self.clock() + running.delay_s
        name, delay_s = running.service.name, running.delay_s
        self.say(
            f"! {name} 意外结束（{zh}），{delay_s:g} 秒后重新启动；日志 {self.logs / name}.log\n"
            f"  {name} ended unexpectedly ({en}), it is started again in {delay_s:g} s"
        )
        running.delay_s = min(LONGEST_DELAY_S, running.delay_s * 2)

    def _move_output(self, patience_s: float) -> None:
        """Waits that long at most, also when no service has a pipe."""
        for key, _ in self._selector.select(patience_s):
            self._read(*key.data)

    def _forget(self, running: _Running) -> None:
        """Forgets a process after its leader's end, and what is left of its session and its output."""
        process, running.process = running.process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        if process.stdout is not None:
            self._read(running, process.stdout)
            self._close(process.stdout)
        if running.log is not None:
            running.log.close()
            running.log = None

    def _close(self, pipe: IO[bytes]) -> None:
        if not pipe.closed:
            self._selector.unregister(pipe)
            pipe.close()

    def _read(self, running: _Running, pipe: IO[bytes]) -> None:
        """All that waits in the pipe, into the log; a pipe that came to its end is closed."""
        while not pipe.closed and running.log is not None:
            try:
                data = os.read(pipe.fileno(), 65536)
            except BlockingIOError:
                return
            if not data:
                self._close(pipe)
            running.log.write(data)
            *lines, running.unfinished = (running.unfinished + data).split(b"\n")
            for line in lines:
                self._show_alarm(running.service.name, line.decode(errors="replace").rstrip())

    def _show_alarm(self, name: str, line: str) -> None:
        """An alarming line on the terminal; the same one not again for ten seconds, numbers set aside."""
        if not ALARMING.search(line):
            return
        kind = re.sub(r"\d+", "", line)
        now = self.clock()
        if now - self._said.get(kind, -QUIET_S) >= QUIET_S:
            if len(self._said) > 1000:
                self._said.clear()
            self._said[kind] = now
            self.say(f"! [{name}] {line[:300]}")


def answers(port: int, timeout_s: float = 5.0) -> bool:
    """Whether an HTTP server on this machine answers anything at all."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
