"""Rehearsed on an installation of its own: three times as many reports as it can take, and a database that stands."""

import contextlib
import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings

from liandong.proof.house import House, Victim, children_of, opened

from . import session
from .crowd import Crowd, Sent, end_with_us, press, probe, send_again
from .figures import Figure, figure, line
from .ground import Ground

TIMES = 3
CONNECTIONS = 2000
CAPACITY_CLIENTS, CAPACITY_S = 32, 6.0
LIGHT_CLIENTS, LIGHT_PAUSE_S = 8, 0.2
BEFORE_S, AFTER_S = 4.0, 8.0
STALL_ANSWER_S = 5.0
LET_GO = Path(__file__).with_name("let_go.py")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a person asks for meanwhile."""

    name: str
    path: str
    cookie: str = ""


@dataclass(frozen=True, slots=True)
class Overload:
    """`lost` were acknowledged and aren't in the database, `doubled` are there twice."""

    capacity_per_s: float
    offered_per_s: float
    accepted: Figure
    refused: Figure
    statuses: Counter[int]
    late: Figure
    pages: list[Figure]
    lost: int
    doubled: int


@dataclass(frozen=True, slots=True)
class Stall:
    """`slowest_s`: the longest that any answer took; `unsettled`: refused ones that, sent again, aren't there once."""

    stopped_s: float
    statuses: Counter[int]
    slowest_s: float
    health_s: float
    refused: int
    found_already: int
    unsettled: int
    lost: int
    doubled: int


@dataclass(frozen=True, slots=True)
class _Stand:
    """The installation, and what its clients need."""

    house: House
    key: str
    points: list[tuple[float, float]]
    pages: list[Page]
    pool: ProcessPoolExecutor


@contextmanager
def stand(data: Path) -> Iterator[_Stand]:
    """`up` in a new folder, with the fictional county and no case."""
    context = multiprocessing.get_context("spawn")
    with opened(data) as house, ProcessPoolExecutor(8, context, end_with_us) as pool:
        ground = Ground(0, house.url, house.data)
        cookie = f"{settings.SESSION_COOKIE_NAME}={session.posts(ground).handler}"
        pages = [
            Page("home", "/"),
            Page("sign-in", "/accounts/login/"),
            Page("a handler's list", "/console/square/", cookie),
        ]
        yield _Stand(house, session.key(ground), session.points(ground), pages, pool)


def overload(
    here: _Stand, *, seconds: float, connections: int = CONNECTIONS, say: Say = lambda _line: None
) -> Overload:
    """Three times what it can take, without waiting for answers."""
    capacity = _capacity(here)
    rate = TIMES * capacity
    say(f"  容量 capacity {capacity:,.0f}/s · {rate:,.0f}/s × {seconds:g} s, {connections:,} 个连接 connections")
    probes = _probes(here, seconds)
    sent = here.pool.submit(
        press, Crowd(here.house.port, here.key, here.points, connections, seconds, rate=rate)
    ).result()
    taken = [each for each in sent if each.number]
    refused = [each.took_s for each in sent if each.status in (429, 503)]
    lost, doubled = _looked_up(here.house.url, taken)
    return Overload(
        capacity_per_s=capacity,
        offered_per_s=len(sent) / seconds,
        accepted=figure("accepted", [each.took_s for each in taken], elapsed_s=seconds),
        refused=figure("refused", refused, elapsed_s=seconds),
        statuses=Counter(each.status for each in sent),
        late=figure("the crowd itself was late", [each.late_s for each in sent]),
        pages=[_of_page(page, future) for page, future in probes],
        lost=lost,
        doubled=doubled,
    )


def stall(here: _Stand, *, seconds: float, say: Say = lambda _line: None) -> Stall:
    """PostgreSQL stopped by SIGSTOP in the middle of light work, then let go on."""
    whole_s = BEFORE_S + seconds + AFTER_S
    load = here.pool.submit(
        press,
        Crowd(here.house.port, here.key, here.points, LIGHT_CLIENTS, whole_s, pause_s=LIGHT_PAUSE_S, seed=2),
    )
    health = here.pool.submit(probe, here.house.port, "/healthz", "", whole_s)
    probes = _probes(here, whole_s)
    time.sleep(BEFORE_S)
    with _stopped(here.house):
        say(f"  SIGSTOP × {seconds:g} s")
        time.sleep(seconds)
    say("  SIGCONT")
    sent, asked = load.result(), health.result()
    answers = [(each.took_s, each.status) for each in sent]
    answers += [each for _, future in probes for each in future.result()]
    refused = [each for each in sent if not each.number]
    again = here.pool.submit(send_again, here.house.port, here.key, refused).result()
    lost, doubled = _looked_up(here.house.url, [each for each in sent if each.number])
    once, twice = _looked_up(here.house.url, again)
    return Stall(
        stopped_s=seconds,
        statuses=Counter(status for _, status in answers),
        slowest_s=max((took_s for took_s, _ in answers), default=0.0),
        health_s=max((took_s for took_s, _ in asked), default=0.0),
        refused=len(refused),
        found_already=sum(each.status == 200 for each in again),
        unsettled=sum(not each.number for each in again) + once + twice,
        lost=lost,
        doubled=doubled,
    )


def findings(over: Overload | None, stood: Stall | None) -> list[str]:
    """Sentences about what isn't as promised."""
    found = []
    if over:
        found += [
            f"{each.name}: p95 {each.p95_ms:.0f} ms" for each in (over.accepted, *over.pages) if each.p95_ms > 1000
        ]
        found += [f"{page.name}: {page.failed} × no page" for page in over.pages if page.failed]
        found += [f"{over.lost} lost, {over.doubled} doubled"] if over.lost or over.doubled else []
        found += [f"{over.statuses[0]} without an answer"] if over.statuses[0] else []
    if stood:
        slow = max(stood.slowest_s, stood.health_s)
        found += [f"an answer took {slow:.1f} s"] if slow > STALL_ANSWER_S else []
        wrong = stood.lost + stood.doubled + stood.unsettled
        found += [f"{stood.lost} lost, {stood.doubled} doubled, {stood.unsettled} unsettled"] if wrong else []
    return found


def lines(over: Overload | None, stood: Stall | None) -> list[str]:
    rows = []
    if over:
        statuses = ", ".join(f"{status or 'none'} × {count:,}" for status, count in sorted(over.statuses.items()))
        rows = [
            f"容量 capacity {over.capacity_per_s:,.0f}/s, 提交 offered {over.offered_per_s:,.0f}/s: {statuses}",
            *(line(row) for row in (over.accepted, over.refused, over.late, *over.pages)),
            f"丢失 lost {over.lost} · 重复 doubled {over.doubled}",
        ]
    if stood:
        statuses = ", ".join(f"{status or 'none'} × {count:,}" for status, count in sorted(stood.statuses.items()))
        rows += [
            f"数据库停住 the database stood for {stood.stopped_s:g} s: {statuses}",
            f"最慢 slowest answer {stood.slowest_s:.2f} s · /healthz {stood.health_s:.2f} s",
            f"{stood.refused} 件重发 sent again, {stood.found_already} 件已在 were there already",
            f"丢失 lost {stood.lost} · 重复 doubled {stood.doubled} · 未定 unsettled {stood.unsettled}",
        ]
    return rows


def _capacity(here: _Stand) -> float:
    """Acknowledged a second by clients that wait for their answers; after a moment of warming up."""
    for seconds in (2.0, CAPACITY_S):
        crowd = Crowd(here.house.port, here.key, here.points, CAPACITY_CLIENTS, seconds, seed=3)
        taken = [each for each in here.pool.submit(press, crowd).result() if each.number]
    return len(taken) / CAPACITY_S


def _probes(here: _Stand, seconds: float) -> list[tuple[Page, "Future[list[tuple[float, int]]]"]]:
    port = here.house.port
    return [(page, here.pool.submit(probe, port, page.path, page.cookie, seconds)) for page in here.pages]


def _of_page(page: Page, future: "Future[list[tuple[float, int]]]") -> Figure:
    found = future.result()
    return figure(page.name, [took for took, _ in found], failed=sum(status != 200 for _, status in found))


def _looked_up(url: str, taken: Sequence[Sent]) -> tuple[int, int]:
    """(lost, doubled) of what was acknowledged."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT origin_key, count(*) FROM intake_report WHERE origin_key = ANY(%s) GROUP BY 1",
            [[each.key for each in taken]],
        ).fetchall()
    counted: dict[str, int] = dict(rows)
    return (
        sum(counted.get(each.key, 0) == 0 for each in taken),
        sum(counted.get(each.key, 0) > 1 for each in taken),
    )


@contextmanager
def _stopped(house: House) -> Iterator[None]:
    (postmaster,) = house.pids(Victim.POSTMASTER)
    with stopped(postmaster):
        yield


@contextmanager
def stopped(parent: int) -> Iterator[None]:
    """A process, first, so that no further one begins, and its children. They go on afterwards whatever becomes of us:
    a stopped one of PostgreSQL outlives its postmaster.
    """
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", "-S", str(LET_GO)], stdin=subprocess.PIPE, start_new_session=True
    ) as guard:
        assert guard.stdin is not None  # noqa: S101 (the type checker doesn't see PIPE)
        try:
            for pid in itertools.chain([parent], _after(parent)):
                guard.stdin.write(f"{pid}\n".encode())
                guard.stdin.flush()
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            guard.stdin.close()
            guard.wait()


def _after(parent: int) -> Iterator[int]:
    """Its children, looked for when it is stopped."""
    yield from children_of(parent)
