"""A county of the earlier version, with load on it, becomes one of this version: what is lost meanwhile, and for how
long nobody could report.
"""

import contextlib
import http.client
import itertools
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from liandong.foundation.ledger.standalone import verify_receipt
from liandong.kernel import ids
from liandong.launch.clone import Clone
from liandong.launch.processes import run_lines, start, stop_session
from liandong.operate.data_folder import DataFolder, open_data_folder
from liandong.operate.embedded_postgres import EmbeddedPostgres
from liandong.operate.supervise import answers
from liandong.proof.crash import findings
from liandong.proof.crash.house import House, bare_environment, free_port, stop
from liandong.proof.crash.senders import Book, Sender

from .handler import Handler
from .older import NOW, Version, older

CONNECTIONS = 8
RECEIPTS = 20
PATIENCE_S = 600.0
SEAL_PATIENCE_S = 90.0
LOOK_EVERY_S = 0.005
BEFORE_S, AFTER_S = 3.0, 4.0
MOST_SILENT_S = 2.0
SHOWN = 5
HANDLER = "handler-law-1"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Proof:
    """`silent_s`: the longest time without an acknowledged report. `took_s`: from the command to its being ready."""

    cases: int
    acknowledged: int
    accepted: int
    silent_s: float
    took_s: float
    findings: tuple[str, ...]


class Watch(threading.Thread):
    """Notes when reports are acknowledged. `silences`: between two of its moments."""

    def __init__(self, book: Book) -> None:
        super().__init__(name="watch", daemon=True)
        self._book, self._moments, self._ended = book, [time.monotonic()], threading.Event()

    def run(self) -> None:
        count = 0
        while not self._ended.is_set():
            if len(self._book.acknowledged) > count:
                count = len(self._book.acknowledged)
                self._moments.append(time.monotonic())
            time.sleep(LOOK_EVERY_S)

    def end(self) -> None:
        self._ended.set()
        self.join()

    def silences(self, since: float, until: float) -> list[tuple[float, float]]:
        """(how long, how many seconds after the first moment it began), the longest first."""
        moments = [since, *(each for each in self._moments if since < each < until), until]
        return sorted(((later - at, at - since) for at, later in itertools.pairwise(moments)), reverse=True)


def prove(data: Path, *, name: str, cases: int, say: Say = lambda _line: None) -> Proof:
    """Runs it all in `data`, a folder that is new or empty and that the embedded PostgreSQL can reach. Raises NotHere
    where the earlier version isn't in this clone, RuntimeError where an installation doesn't open.
    """
    before, ours = older(name), Version("now", Clone.here(), NOW)
    say(f"{name}: {cases:,} 件 · the fictional county with {cases:,} cases")
    _run(before, data, "seed", "--cases", str(cases))
    port, folder = free_port(), open_data_folder(data)
    with contextlib.ExitStack() as stack:
        process = stack.enter_context(_up(before, folder, port))
        house = House(ours.clone, data, port, EmbeddedPostgres(folder.path, folder.logs).url, process)
        receipts = _receipts(house, folder.run / "receipts")
        with _load(house) as load:
            time.sleep(BEFORE_S)
            say("升级 · upgrading")
            asked = time.monotonic()
            stack.enter_context(_up(ours, folder, port, "--take-over"))
            ready = time.monotonic()
            time.sleep(AFTER_S)
            silences = load.watch.silences(asked, time.monotonic())
            silent_s = silences[0][0]
            say(f"  {silent_s:.2f} s 无人能上报 without intake · {ready - asked:.1f} s 完成 until ready")
            for length_s, after_s in silences[:SHOWN]:
                say(f"    {length_s:.2f} s  (+{after_s:.1f} s)")
        found = [*_checked(house, load, receipts)]
        if found:
            say(house.log_tails())
    return Proof(cases, len(load.book.acknowledged), len(load.handler.done), silent_s, ready - asked, tuple(found))


class Load:
    """Clients that report and an officer who accepts what they reported."""

    def __init__(self, house: House) -> None:
        self.book, self._stop = Book(), threading.Event()
        with psycopg.connect(house.url, autocommit=True) as connection:
            points = connection.execute("SELECT lon, lat FROM orgs_division WHERE kind = 'cell' ORDER BY id").fetchall()
        self.senders = [Sender(number, house, points, self.book, self._stop) for number in range(1, CONNECTIONS + 1)]
        self.handler, self.watch = Handler(house, HANDLER, self.book, self._stop), Watch(self.book)

    def begin(self) -> None:
        for each in (*self.senders, self.handler, self.watch):
            each.start()

    def end(self) -> None:
        self._stop.set()
        for each in (*self.senders, self.handler):
            each.join()
        self.watch.end()


@contextlib.contextmanager
def _load(house: House) -> Iterator[Load]:
    load = Load(house)
    load.begin()
    try:
        yield load
    finally:
        load.end()


def _checked(house: House, load: Load, receipts: Path) -> Iterator[str]:
    """A sentence for everything that is not as it must be."""
    yield from (f"never acknowledged: {key}" for key in load.book.unanswered)
    yield from load.book.refused
    yield from load.handler.refused
    yield from findings.drained(house)
    with psycopg.connect(house.url, autocommit=True) as connection:
        yield from findings.kept(connection, load.book)
        yield from findings.photos(connection, house, load.book)
        yield from _accepted(connection, load.handler.done)
    yield from findings.readable(house, load.book.acknowledged)
    verified = house.run("ledger", "verify", "--all")
    if verified.code:
        yield f"ledger verify: {verified.text}"
    yield from _still_verify(receipts)


def _accepted(connection: "psycopg.Connection[tuple[object, ...]]", numbers: Sequence[str]) -> Iterator[str]:
    """Each acceptance that was confirmed is there once."""
    wanted = {ids.parse_case_number(number) for number in numbers}
    rows = connection.execute(
        "SELECT stream_id, count(*) FROM ledger_entry WHERE stream_kind = 'case' AND action = 'CaseAccepted' "
        "AND stream_id = ANY(%s) GROUP BY stream_id",
        [list(wanted)],
    ).fetchall()
    counted = {int(str(pk)): int(str(count)) for pk, count in rows}
    yield from (f"case {pk} was accepted {counted.get(pk, 0)} times" for pk in wanted if counted.get(pk) != 1)


def _receipts(house: House, folder: Path) -> Path:
    """Receipts of the earlier version with their proofs, and its key, as somebody keeps them."""
    folder.mkdir(parents=True, exist_ok=True)
    with psycopg.connect(house.url, autocommit=True) as connection:
        rows = connection.execute("SELECT case_id, receipt_code FROM intake_report ORDER BY id").fetchall()
    chosen = random.Random(1).sample(rows, min(RECEIPTS, len(rows)))  # noqa: S311
    _keep(house, "/verify/ledger.pub.pem", folder / "ledger.pub.pem")
    for case_id, code in chosen:
        number = ids.case_number(case_id)
        _keep(house, f"/r/{number}/{code}/receipt.json", folder / f"{number}.json")
    return folder


def _keep(house: House, path: str, file: Path) -> None:
    """Waits for the first seal. Raises RuntimeError."""
    deadline = time.monotonic() + SEAL_PATIENCE_S
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status == 200 and (file.suffix == ".pem" or json.loads(content).get("proof")):
            file.write_bytes(content)
            return
        if time.monotonic() > deadline:
            raise RuntimeError(f"{path} answers {answer.status}: {content[:200]!r}")
        time.sleep(0.5)


def _still_verify(folder: Path) -> Iterator[str]:
    """The script of this version on receipts of the earlier one."""
    for receipt in sorted(folder.glob("*.json")):
        done = subprocess.run(  # noqa: S603
            [sys.executable, verify_receipt.__file__, receipt, "--key", folder / "ledger.pub.pem"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            yield f"the receipt of {receipt.stem} no longer holds: {done.stdout[-300:]}"


def _run(version: Version, data: Path, *words: str) -> None:
    """Raises RuntimeError."""
    done = run_lines(
        version.command(*words, "--data", data),
        lambda _line: None,
        env=bare_environment(version.clone),
        folder=version.clone.root,
    )
    if done.code:
        raise RuntimeError(f"{version.name} {words[0]}: {done.text}")


@contextlib.contextmanager
def _up(version: Version, folder: DataFolder, port: int, *options: str) -> "Iterator[subprocess.Popen[bytes]]":
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
