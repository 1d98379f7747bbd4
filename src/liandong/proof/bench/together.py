"""Everything at once: reports come in at half of what the machine can take, while due times are recomputed, a batch of
a thousand is done, a mail server takes eight seconds a message and the category proposal learns.

Measured is how long events wait for their subscribers meanwhile, and what the workers take of the memory.
"""

import re
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import time as day_time
from pathlib import Path
from typing import Self

import psycopg
from django.contrib.auth import get_user_model
from django.db import connection

from liandong.contexts.batches import public as batches
from liandong.contexts.cases import public as cases
from liandong.contexts.notifications import public as notifications
from liandong.foundation.access import public as access
from liandong.foundation.calendar import public as calendar
from liandong.kernel.actor import SYSTEM

from .client import press
from .ground import Ground, Say, inside, running, served
from .intake import WARM_UP_S, Sent
from .session import COORDINATOR, actor_named, key, points

CLIENTS, CAPACITY_S, SECONDS = 8, 8.0, 60.0
MAIL_S = 8.0
MAILS, CASES_OF_A_BATCH = 200, 1000
APART = (("--only", "events"), ("--only", "work"))
TOGETHER = ((),)
PATIENCE_S = 120.0

_WORKED_ON = """
SELECT id, version FROM cases_case WHERE state IN ('dispatched', 'handling') ORDER BY urge_count, id LIMIT %s
"""
_FAR = """
SELECT (SELECT count(*) FROM notifications_delivery WHERE state = 'sent' AND sent_at > %(since)s),
       (SELECT count(*) FROM console_batch_item WHERE outcome <> 'waiting'
            AND batch_id = (SELECT max(id) FROM console_batch)),
       (SELECT count(*) FROM ledger_entry WHERE action = 'DueTimesMoved' AND at > %(since)s)
"""


@dataclass(frozen=True, slots=True)
class Together:
    """`ages_s`: of the oldest event, four times a second. `per_s`: reports that came in; `mb`: of each worker."""

    capacity: float
    per_s: float
    ages_s: tuple[float, ...]
    waiting: int
    mb: tuple[int, ...]
    sent: int
    of_batch: int
    moved: int

    @property
    def oldest_s(self) -> float:
        return max(self.ages_s, default=0.0)

    def at(self, share: float) -> float:
        ages = sorted(self.ages_s)
        return ages[min(int(len(ages) * share), len(ages) - 1)] if ages else 0.0


def measure(ground: Ground, *, seconds: float, apart: bool, say: Say) -> Together:
    """In a county whose worker is in processes of their own (`apart`), or in one."""
    with slow_mail(MAIL_S) as port, ExitStack() as stack:
        mail = f"mailto://127.0.0.1:{port}?from=notify@county.example"
        web = stack.enter_context(served(ground, workers=APART if apart else TOGETHER, LIANDONG_MAIL=mail))
        capacity = _capacity(ground, web.port)
        _wait_until_handed_on(ground)
        say(f"  {capacity:.0f}/s")
        begun = _now(ground)
        inside(ground, begin, LIANDONG_MAIL=mail)
        stack.enter_context(_learning(ground))
        sent = Sent(key(ground), points(ground))
        with _Ages(ground) as ages:
            took, elapsed, _ = press(paced(sent.to(web.port), CLIENTS / (capacity / 2)), CLIENTS, seconds)
        wrong = sent.wrong(ground)
        if wrong:
            raise RuntimeError(wrong)
        with psycopg.connect(ground.url, autocommit=True) as database:
            far = database.execute(_FAR, {"since": begun}).fetchone() or (0, 0, 0)
        mb = tuple(memory_mb(pid) for pid in web.workers)
        return Together(capacity, len(took) / elapsed, tuple(ages.seen), ages.waiting, mb, *far)


def begin() -> None:
    """Orders mails, a batch and new due times, in the process whose database it is."""
    accounts = get_user_model().objects.filter(is_active=True).order_by("id")
    accounts.filter(email="").update(email="post@county.example")
    posts = [access.actor_of(account) for account in accounts]
    for number in range(MAILS):
        notifications.send_trial(actor=posts[number % len(posts)], means="mail")
    with connection.cursor() as cursor:
        cursor.execute(_WORKED_ON, [CASES_OF_A_BATCH])
        seen = cursor.fetchall()
    actor, bulk = actor_named(COORDINATOR), cases.BulkAction(cases.Action.URGE)
    batch = batches.begin(actor=actor, action=bulk.action, versions=seen)
    batches.plan(actor=actor, batch_id=batch, bulk=bulk, text="请尽快办理")
    batches.confirm(actor=actor, batch_id=batch)
    until = day_time(16, int(time.monotonic()) // 60 % 60)
    calendar.set_office_hours(actor=SYSTEM, spans=[(day_time(9), until)], weekdays=range(5))


def lines(found: Together, *, apart: bool) -> list[str]:
    """In lines for a terminal."""
    layout = "两个进程 · two processes" if apart else "一个进程 · one process"
    done = f"{found.sent} mails of {MAIL_S:.0f} s, {found.of_batch} of the batch, {found.moved:,} dates moved"
    ages = f"p50 {found.at(0.5):.1f} s   p95 {found.at(0.95):.1f} s   max {found.oldest_s:.1f} s"
    return [
        f"{layout}   {found.per_s:.0f}/s of {found.capacity:.0f}/s",
        f"  最早的消息事件 · oldest event   {ages}   {found.waiting:,} waiting at the end",
        f"  同时办完 · done meanwhile   {done}",
        f"  内存 · memory   {' + '.join(str(each) for each in found.mb)} MB",
    ]


def paced(work: Callable[[int], Callable[[], bool]], every_s: float) -> Callable[[int], Callable[[], bool]]:
    """Not more often than that by each client, whatever an answer takes."""

    def start(client: int) -> Callable[[], bool]:
        once, due = work(client), time.perf_counter() + client * every_s / CLIENTS

        def later() -> bool:
            nonlocal due
            time.sleep(max(0.0, due - time.perf_counter()))
            due += every_s
            return once()

        return later

    return start


def _capacity(ground: Ground, port: int) -> float:
    sent = Sent(key(ground), points(ground))
    press(sent.to(port), CLIENTS, WARM_UP_S)
    took, elapsed, _ = press(sent.to(port), CLIENTS, CAPACITY_S)
    return len(took) / elapsed


def _wait_until_handed_on(ground: Ground) -> None:
    end = time.monotonic() + PATIENCE_S
    with psycopg.connect(ground.url, autocommit=True) as database:
        while time.monotonic() < end:
            if database.execute("SELECT NOT EXISTS (SELECT FROM events_event)").fetchone() == (True,):
                return
            time.sleep(0.5)
    raise RuntimeError("the worker does not come to an end")


def _now(ground: Ground) -> object:
    with psycopg.connect(ground.url, autocommit=True) as database:
        return (database.execute("SELECT now()").fetchone() or (None,))[0]


class _Ages:
    """How long the oldest event has waited, looked at four times a second."""

    def __init__(self, ground: Ground) -> None:
        self.seen: list[float] = []
        self.waiting = 0
        self._ground, self._over = ground, threading.Event()
        self._looking = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._looking.join()

    def _look(self) -> None:
        with psycopg.connect(self._ground.url, autocommit=True) as database:
            while not self._over.wait(0.25):
                age, self.waiting = database.execute(
                    "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0)::float8, count(*)"
                    " FROM events_event"
                ).fetchone() or (0.0, 0)
                self.seen.append(age)


@contextmanager
def _learning(ground: Ground) -> Iterator[None]:
    """Again and again, as gently as by night."""
    again = "import subprocess, sys\nwhile True: subprocess.run(['nice', sys.executable, '-m', 'liandong', 'learn'])"
    with running([sys.executable, "-c", again], ground.environment):
        yield


@contextmanager
def slow_mail(seconds: float) -> Iterator[int]:
    """A mail server on this machine that takes its time over each message, a quarter of it at each step; its port."""

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 slow")
            while line := self.rfile.readline().strip().upper():
                if line.startswith((b"MAIL", b"RCPT", b"DATA")):
                    time.sleep(seconds / 4)
                if line.startswith(b"DATA"):
                    self._say("354 go on")
                    while self.rfile.readline().rstrip(b"\r\n") != b".":
                        pass
                    time.sleep(seconds / 4)
                self._say("221 bye" if line.startswith(b"QUIT") else "250 ok")
                if line.startswith(b"QUIT"):
                    return

        def _say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads, allow_reuse_address = True, True

    with Server(("127.0.0.1", 0), Talk) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def memory_mb(process: int) -> int:
    """Memory that a process takes, its part of the shared included; 0 where the system doesn't tell."""
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"(?m)^Pss:\s+(\d+) kB", told)
    return int(found[1]) // 1024 if found else 0
