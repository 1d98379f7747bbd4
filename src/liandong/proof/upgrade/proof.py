"""A county of the earlier version, with load on it, becomes one of this version: what is lost meanwhile, and for how
long nobody could report; and back again.
"""

import contextlib
import http.client
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from liandong.foundation.ledger.standalone import verify_receipt
from liandong.kernel import ids
from liandong.launch.clone import Clone
from liandong.operate.data_folder import open_data_folder
from liandong.proof.crash import findings
from liandong.proof.house import House, free_port

from .back import lived, there_and_again
from .load import Load, loaded
from .older import Version, older
from .running import Place, run

RECEIPTS = 20
SEAL_PATIENCE_S = 90.0
BEFORE_S, AFTER_S = 3.0, 4.0
MOST_SILENT_S = 2.0
SHOWN = 5
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


def prove(data: Path, *, name: str, cases: int, say: Say = lambda _line: None) -> Proof:
    """Runs it all in `data`, a folder that is new or empty and that the embedded PostgreSQL can reach. Raises NotHere
    where the earlier version isn't in this clone, RuntimeError where an installation doesn't open.
    """
    before, ours = older(name), Version("now", Clone.here())
    say(f"{name}: {cases:,} 件 · the fictional county with {cases:,} cases")
    run(before, data, "seed", "--cases", str(cases))
    port, folder = free_port(), open_data_folder(data)
    place = Place(folder, port)
    with contextlib.ExitStack() as stack:
        earlier = stack.enter_context(place.under(before))
        receipts = _receipts(earlier, folder.run / "receipts")
        with loaded(earlier) as load:
            time.sleep(BEFORE_S)
            say("升级 · upgrading")
            asked = time.monotonic()
            house = stack.enter_context(place.under(ours, "--take-over"))
            ready = time.monotonic()
            time.sleep(AFTER_S)
            silences = load.watch.silences(asked, time.monotonic())
            silent_s = silences[0][0]
            say(f"  {silent_s:.2f} s 无人能上报 without intake · {ready - asked:.1f} s 完成 until ready")
            for length_s, after_s in silences[:SHOWN]:
                say(f"    {length_s:.2f} s  (+{after_s:.1f} s)")
        found = [*_checked(house, load, receipts)]
        life = lived(house, say)
        found += life.findings
    found += there_and_again(before, ours, place, load.book, life, say)
    if found:
        say(house.log_tails())
    return Proof(cases, len(load.book.acknowledged), len(load.handler.done), silent_s, ready - asked, tuple(found))


def _checked(house: House, load: Load, receipts: Path) -> Iterator[str]:
    """A sentence for everything that is not as it must be."""
    yield from (f"never acknowledged: {key}" for key in load.book.unanswered)
    yield from load.book.refused
    yield from load.handler.refused
    yield from findings.drained(house)
    yield from findings.filled(house)
    with psycopg.connect(house.url, autocommit=True) as connection:
        yield from findings.kept(connection, load.book)
        yield from findings.files(connection, house, load.book)
        yield from findings.parts(connection)
        yield from _accepted(connection, load.handler.done)
    yield from findings.readable(house, load.book.acknowledged)
    yield from findings.verified(house)
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
