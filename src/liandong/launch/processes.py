"""Child processes that die with us, and finding those of an earlier start that did not."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from liandong.launch.private import open_private

BOUND = Path(__file__).with_name("bound.py")
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Account:
    """Another account to run as; only root can ask for one."""

    uid: int
    gid: int


class ChildRecord:
    """Which sessions we have started, kept on disk so that the next start can end what a `kill -9` left behind.

    Every child leads a session of its own, so all that it starts in turn is found by the session's number. A record
    of an earlier boot, or of a number that now belongs to another process, is passed over.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, pid: int) -> None:
        """Note a session leader."""
        entry = {"pid": pid, "started": process_started(pid), "boot": boot_id()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open_private(self.path, "a") as file:
            file.write(json.dumps(entry) + "\n")

    def clear(self) -> None:
        """All of them have ended."""
        self.path.unlink(missing_ok=True)

    def end_orphans(self, patience_s: float = 5.0) -> int:
        """End what earlier sessions still run; the number of processes ended. Call only with the folder's lock held."""
        leaders = {entry["pid"]: entry["started"] for entry in self._entries()}
        found = self._members(leaders)
        _end(found, patience_s, lambda: self._members(leaders))
        self.clear()
        return len(found)

    def _entries(self) -> list[dict[str, Any]]:
        try:
            lines = self.path.read_text().splitlines()
        except FileNotFoundError:
            return []
        entries = []
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if entry.get("boot") == boot_id() and entry.get("started") is not None:
                entries.append(entry)
        return entries

    @staticmethod
    def _members(leaders: Mapping[int, int]) -> list[int]:
        members = []
        for pid in running_pids():
            fields = stat_fields(pid)
            if fields is None or fields.state in "ZX" or fields.session not in leaders:
                continue
            leader_started = process_started(fields.session)
            if leader_started in (None, leaders[fields.session]) and fields.started >= leaders[fields.session]:
                members.append(pid)
        return members


@dataclass(frozen=True, slots=True)
class StatFields:
    """Fields of /proc/PID/stat: state letter, session, start in clock ticks since boot."""

    state: str
    session: int
    started: int


def stat_fields(pid: int) -> StatFields | None:
    """None when there is no such process."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None
    return StatFields(state=fields[0], session=int(fields[3]), started=int(fields[19]))


def process_started(pid: int) -> int | None:
    """Clock ticks since boot; None when there is no such process."""
    fields = stat_fields(pid)
    return fields.started if fields else None


def alive(pid: int) -> bool:
    """Whether it runs; a zombie that nobody reaps does not."""
    fields = stat_fields(pid)
    return fields is not None and fields.state not in "ZX"


def boot_id() -> str:
    """Differs after every boot; empty where the kernel does not say."""
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def running_pids() -> list[int]:
    """All processes that /proc shows."""
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]


def processes_in(folder: Path) -> list[int]:
    """Processes whose working directory is `folder`, zombies left out (they have none)."""
    found = []
    for pid in running_pids():
        try:
            if (PROC / str(pid) / "cwd").readlink() == folder:
                found.append(pid)
        except OSError:
            continue
    return found


def _end(pids: Sequence[int], patience_s: float, still: Callable[[], Sequence[int]]) -> None:
    """SIGTERM, then SIGKILL for those who stay."""
    send(pids, signal.SIGTERM)
    deadline = time.monotonic() + patience_s
    while left := still():
        if time.monotonic() > deadline:
            send(left, signal.SIGKILL)
        time.sleep(0.05)


def send(pids: Sequence[int], number: signal.Signals) -> None:
    """A signal to each that still exists."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def start(
    command: Sequence[str | Path],
    *,
    record: ChildRecord | None = None,
    env: Mapping[str, str] | None = None,
    folder: Path | None = None,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    stdin: int | IO[bytes] | None = subprocess.DEVNULL,
    stdout: int | IO[bytes] | None = None,
    stderr: int | IO[bytes] | None = None,
    own_session: bool = True,
) -> subprocess.Popen[bytes]:
    """Start a child that gets `death_signal` when the calling thread ends; noted in `record` when it has a session."""
    program, *arguments = (str(part) for part in command)
    prefix = [
        sys.executable,
        "-I",
        "-S",
        str(BOUND),
        str(int(death_signal)),
        str(os.getpid()),
        f"{account.uid}:{account.gid}" if account else "-",
        str(folder) if folder else "-",
    ]
    child = subprocess.Popen(  # noqa: S603
        [*prefix, shutil.which(program) or program, *arguments],
        env=dict(env) if env is not None else None,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=own_session,
    )
    if record is not None and own_session:
        record.add(child.pid)
    return child


def stop_session(child: subprocess.Popen[bytes], patience_s: float = 5.0) -> None:
    """End a child and all of its session: SIGTERM, then SIGKILL."""
    if child.poll() is None:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience_s)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended: its exit code and the last lines of what it said."""

    code: int
    text: str


def run_lines(
    command: Sequence[str | Path],
    on_line: Callable[[str], None],
    *,
    log: Path | None = None,
    record: ChildRecord | None = None,
    env: Mapping[str, str] | None = None,
    folder: Path | None = None,
    account: Account | None = None,
    keep_lines: int = 200,
) -> Outcome:
    """Run to the end, handing over each line of output as it comes; ended with us, and on any exception here."""
    kept: deque[str] = deque(maxlen=keep_lines)
    child = start(
        command,
        record=record,
        env=env,
        folder=folder,
        account=account,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    sink = _open_log(log)
    try:
        if sink:
            sink.write(f"$ {' '.join(str(part) for part in command)}\n".encode())
        for raw in child.stdout or ():
            if sink:
                sink.write(raw)
            line = raw.decode(errors="replace").rstrip()
            kept.append(line)
            on_line(line)
        return Outcome(child.wait(), "\n".join(kept))
    finally:
        stop_session(child)
        if child.stdout:
            child.stdout.close()
        if sink:
            sink.close()


def _open_log(path: Path | None) -> IO[bytes] | None:
    if path is None:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    opened: IO[bytes] = open_private(path, "ab", buffering=0)
    return opened
