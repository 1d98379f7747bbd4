"""Creating reports over HTTP, with and without the worker, beside the same rows by prepared SQL.

Every acknowledged report is looked for in the database afterwards: its case, and its words as they were sent.
"""

import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

import psycopg

from liandong.kernel import ids

from . import bare
from .client import Connection, press
from .figures import Figure, figure
from .ground import CONNECTIONS, Ground, cpu_s, served
from .session import key, points

SECONDS = 8.0
WARM_UP_S = 1.5
CLIENTS = (8, 32)
CHECKED = "each acknowledged number has its case and its report in the database, with the words that were sent"
_TEXTS = (
    "幸福路路灯不亮，晚上出行很不方便，希望尽快维修。",
    "小区门口垃圾桶满了好几天没有人清运，气味很大。",
    "学校旁边的人行道地砖松动，下雨天一踩一身水，老人小孩走路不安全。",
    "The street light near the bridge has been out since yesterday evening.",
)


def names() -> list[str]:
    return [_name(clients, worker=worker) for worker in (False, True) for clients in CLIENTS]


def _name(clients: int, *, worker: bool) -> str:
    return f"create, {clients} clients{', with the worker' if worker else ''}"


@dataclass(slots=True)
class Sent:
    """Acknowledged reports: case id → the words that were sent."""

    key: str
    points: list[tuple[float, float]]
    taken: dict[int, str] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def to(self, port: int) -> Callable[[int], Callable[[], bool]]:
        def start(client: int) -> Callable[[], bool]:
            connection = Connection(port, {"X-Api-Key": self.key, "Content-Type": "application/json"})
            chance = random.Random(client)  # noqa: S311

            def once() -> bool:
                lon, lat = chance.choice(self.points)
                report = {
                    "text": chance.choice(_TEXTS) + str(next(self._numbers)),
                    "lon": lon,
                    "lat": lat,
                    "category_code": "010102",
                    "contact": {"phone": "100-0000-0000"},
                }
                status, body = connection.request("POST", "/api/v1/reports", json.dumps(report).encode())
                if status == 201:
                    self.taken[ids.parse_case_number(json.loads(body)["number"])] = str(report["text"])
                return status == 201

            return once

        return start

    def wrong(self, ground: Ground) -> str:
        """The acknowledged reports that the database doesn't have as they were sent."""
        with psycopg.connect(ground.url, autocommit=True) as database:
            return not_kept(self.taken, database)


def not_kept(taken: Mapping[int, str], database: bare.Database) -> str:
    """Acknowledged reports, case id → words, that the database doesn't have as they were sent; "" where it has all."""
    found = database.execute(
        "SELECT c.id, r.text FROM cases_case c JOIN intake_report r ON r.case_id = c.id WHERE c.id = ANY(%s)",
        [list(taken)],
    ).fetchall()
    kept = {row[0]: row[1] for row in found}
    lost = [case_id for case_id, words in taken.items() if kept.get(case_id) != words]
    doubled = len(found) - len(kept)
    return f"{len(lost)} of {len(taken)} not as sent, {doubled} doubled" if lost or doubled else ""


def measure(ground: Ground) -> Iterator[tuple[Figure, Figure]]:
    """(over HTTP, bare SQL) at 8 and 32 clients, without the worker and with it."""
    found: dict[int, Figure] = {}
    for clients in CLIENTS:
        with served(ground) as web:
            over, last = _created(ground, web.port, clients, worker=None)
        found[clients] = _bare(ground, last, clients)
        yield over, found[clients]
    for clients in CLIENTS:
        _forget_events(ground)
        with served(ground, worker=True) as web:
            over, _ = _created(ground, web.port, clients, worker=web.worker)
        yield over, found[clients]


def _created(ground: Ground, port: int, clients: int, worker: int | None) -> tuple[Figure, int]:
    """The figure, and the case that was created last."""
    sent = Sent(key(ground), points(ground))
    press(sent.to(port), clients, WARM_UP_S)
    before = len(sent.taken)
    with _Watch(ground, worker) as watch:
        durations, elapsed, failed = press(sent.to(port), clients, SECONDS)
    remark = watch.told(len(sent.taken) - before) if worker is not None else ""
    name = _name(clients, worker=worker is not None)
    over = figure(name, durations, elapsed_s=elapsed, failed=failed, wrong=sent.wrong(ground), remark=remark)
    return over, max(sent.taken, default=0)


def _bare(ground: Ground, case_id: int, clients: int) -> Figure:
    with psycopg.connect(ground.url, autocommit=True) as database:
        writing = bare.written_by(database, case_id)
    at_once = min(clients, CONNECTIONS)
    press(bare.creating(ground, writing), at_once, WARM_UP_S)
    durations, elapsed, failed = press(bare.creating(ground, writing), at_once, SECONDS)
    return figure("bare SQL", durations, elapsed_s=elapsed, failed=failed)


def _forget_events(ground: Ground) -> None:
    """Forgets events of what was created without a worker: they are no work of the measured one."""
    with psycopg.connect(ground.url, autocommit=True) as database:
        database.execute("DELETE FROM events_event")


class _Watch:
    """While reports come in: how old the oldest event gets that nobody has handled, and what the worker takes."""

    def __init__(self, ground: Ground, worker: int | None) -> None:
        self._ground, self._worker = ground, worker
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look)
        self._oldest_s = 0.0
        self._cpu_s = 0.0
        self._waiting = 0

    def __enter__(self) -> Self:
        if self._worker is not None:
            self._cpu_s = cpu_s(self._worker)
            self._begun = time.perf_counter()
            self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._worker is not None:
            self._over.set()
            self._looking.join()
            self._cpu_s = cpu_s(self._worker) - self._cpu_s

    def _look(self) -> None:
        with psycopg.connect(self._ground.url, autocommit=True) as database:
            while not self._over.wait(0.25):
                age, self._waiting = database.execute(
                    "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0)::float8, count(*)"
                    " FROM events_event"
                ).fetchone() or (0.0, 0)
                self._oldest_s = max(self._oldest_s, age)

    def told(self, created: int) -> str:
        handled = created - self._waiting
        if handled <= 0:
            return f"oldest event {self._oldest_s:.1f} s, {self._waiting:,} waiting"
        return (
            f"oldest event {self._oldest_s:.1f} s, {self._waiting:,} waiting at the end,"
            f" worker {self._cpu_s / handled * 1000:.2f} ms a case"
        )
