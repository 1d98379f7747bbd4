"""The databases that are measured: the fictional county with so many cases through `receive`, made once and kept."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from liandong.app import database_url, groundwork, serving
from liandong.contexts.categories.public import shipped_taxonomy
from liandong.contexts.intake import public as intake
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time as clock
from liandong.kernel.actor import SYSTEM
from liandong.kernel.text import INDEX_SCHEME
from liandong.sample import seeding
from liandong.sample.county import build_county
from liandong.sample.history import history
from liandong.sample.rows import CaseSeed

CONNECTIONS = serving.WORKERS * serving.sizes({}).pool
"""Connections of the web server to the database: bare SQL is given no more."""
LIFE_CASES = 25_000
BURST_CATEGORY, BURST_TEXT = "010102", "垃圾桶满了没有人清运，气味很大。"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """A database of `cases` cases, with a burst so many besides, and the data folder beside it."""

    cases: int
    url: str
    data: Path
    burst: int = 0

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "LIANDONG_DATA": str(self.data),
            "LIANDONG_LOG": "WARNING",
            "DJANGO_SETTINGS_MODULE": "liandong.app.settings",
        }


@dataclass(frozen=True, slots=True)
class Web:
    """The server under measurement; `workers` are the process ids of the workers beside it."""

    port: int
    workers: tuple[int, ...] = ()

    @property
    def worker(self) -> int | None:
        """Where there is one alone."""
        return self.workers[0] if self.workers else None


def lay(cases: int, say: Say) -> Ground:
    """Makes the database unless it is there already."""
    ground = _ground(f"liandong_bench_{cases}", cases)
    is_filled = _is_filled(ground)
    if not is_filled:
        _recreate(_name(ground))
    for command in (["migrate", "-v0"], *([] if is_filled else [["bench", "--fill", str(cases)]])):
        _manage(ground, say, *command)
    (ground.data / "ready").touch()
    return ground


def lay_burst(under: Ground, fresh: int, say: Say) -> Ground:
    """A copy of a database in which so many fresh cases came down on one office; made unless it is there already."""
    ground = replace(_ground(f"{_name(under)}_burst_{fresh}", under.cases), burst=fresh)
    is_filled = _is_filled(ground)
    if not is_filled:
        _recreate(_name(ground), template=_name(under))
    for command in (["migrate", "-v0"], *([] if is_filled else [["bench", "--burst-here", str(fresh)]])):
        _manage(ground, say, *command)
    (ground.data / "ready").touch()
    return ground


def _ground(name: str, cases: int) -> Ground:
    data = settings.DATA / "bench" / name
    data.mkdir(parents=True, exist_ok=True)
    return Ground(cases, database_url.sibling(os.environ["DATABASE_URL"], name), data)


def _name(ground: Ground) -> str:
    return ground.data.name


def _is_filled(ground: Ground) -> bool:
    return (ground.data / "ready").exists() and _exists(_name(ground))


def _manage(ground: Ground, say: Say, *command: str) -> None:
    say(f"  {_name(ground)}: {command[0]}")
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "django", *command], env=ground.environment, check=True
    )


def fill(cases: int, progress: Callable[[int], None]) -> None:
    """In the process whose database it is: registers, then the history again and again, each time a little earlier."""
    groundwork.lay()
    county = build_county(1)
    seeding.load_registers(county)
    lives = list(history(county, shipped_taxonomy(), clock.now(), count=min(cases, LIFE_CASES), seed=1))
    with seeding.telling(lambda: (_earlier(lives[number % len(lives)], number) for number in range(cases))) as told:
        seeding.receive_all(told, progress)
    settle()


def fall(fresh: int, progress: Callable[[int], None]) -> None:
    """In the process whose database it is: so many fresh reports of one kind, all for the office that is measured."""
    now, chance = clock.now(), random.Random(1)  # noqa: S311
    cells = [row for row in orgs.organisation().by_code.values() if row.kind == "cell"]
    for done in range(0, fresh, seeding.BATCH):
        numbers = range(done, min(done + seeding.BATCH, fresh))
        answers = intake.receive(actor=SYSTEM, batch=[_fresh(number, chance.choice(cells), now) for number in numbers])
        refused = [answer for answer in answers if isinstance(answer, intake.Rejected)]
        if refused:
            raise refused[0].error
        progress(done + len(numbers))
    settle()


def _fresh(number: int, cell: orgs.DivisionRow, now: datetime) -> intake.Incoming:
    return intake.Incoming(
        text=f"{BURST_TEXT}{number}",
        channel="hotline",
        origin="bench",
        origin_key=f"burst-{number}",
        received_at=now - timedelta(milliseconds=max(1_800_000 - 18 * number, 1)),
        lon=cell.lon,
        lat=cell.lat,
        category_code=BURST_CATEGORY,
        contact=intake.ContactInput(phone="100-0000-0000"),
    )


def settle() -> None:
    """As a county stands in the morning: what happened is handed on, words are cut, the planner knows the tables."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("DELETE FROM events_event")
        connection.execute(_WORDS_ARE_CUT, [INDEX_SCHEME, ["cases", "places"]])
        connection.execute("VACUUM ANALYZE")


_WORDS_ARE_CUT = """
INSERT INTO registers_word_index (name, scheme, done_until, rows, begun_at, finished_at)
SELECT name, %s, 0, 0, now(), now() FROM unnest(%s::text[]) AS name
ON CONFLICT (name) DO UPDATE SET scheme = excluded.scheme, finished_at = now()
"""
"""The worker looks at each word of a new database once, a second in five: no work of the cases that are measured."""


def _earlier(row: CaseSeed, number: int) -> CaseSeed:
    """The same life some minutes earlier, under another number."""
    by = timedelta(minutes=number // LIFE_CASES * 13)
    moments: dict[str, Any] = {
        name: value - by
        for name in ("received_at", "accepted_at", "answered_at", "closed_at")
        if isinstance(value := getattr(row, name), datetime)
    }
    pauses = tuple(
        replace(pause, since=pause.since - by, until=pause.until and pause.until - by) for pause in row.pauses
    )
    return replace(row, number=number + 1, pauses=pauses, **moments)


@contextmanager
def served(
    ground: Ground, *, worker: bool = False, workers: Sequence[Sequence[str]] = (), **more: str
) -> Iterator[Web]:
    """The web server as `up` starts it, and beside it the worker where one is wanted, or several with their options."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    serving.allow_open_files()
    command = [str(each) for each in serving.command(sys.executable, host="127.0.0.1", port=port, environ=os.environ)]
    environment = ground.environment | serving.environment(os.environ)
    with ExitStack() as stack:
        wanted = [[*_WORKER, *options] for options in (workers or ([()] if worker else []))]
        beside = [stack.enter_context(running(each, ground.environment | more)).pid for each in wanted]
        for pid in beside:
            _wait_until_idle(pid)
        server = stack.enter_context(running(command, environment | more))
        _wait_for(port, server)
        yield Web(port, tuple(beside))


_WORKER = [sys.executable, "-m", "liandong", "worker"]


_CALL = (
    "import sys, django; django.setup(); from django.utils.module_loading import import_string as found; "
    "found(sys.argv[1])(*sys.argv[2:])"
)


def inside(ground: Ground, function: Callable[..., None], *arguments: object, **more: str) -> str:
    """Calls a function, with its arguments as text, in a process whose database it is, since this one has another.
    Returns what it printed. `more`: variables for its environment. Raises CalledProcessError where it failed.
    """
    name = f"{function.__module__}.{function.__qualname__}"
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", _CALL, name, *map(str, arguments)],
        env=ground.environment | more,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a process; its words stand in a log beside its data."""
    with (Path(environment["LIANDONG_DATA"]) / "bench.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603
            command, env=environment, start_new_session=True, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def cpu_s(process: int) -> float:
    """Seconds of processor time that a process of this machine has taken; 0 where the system doesn't tell."""
    try:
        told = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0.0
    user, system = told.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _wait_until_idle(process: int) -> None:
    """Waits until the worker has done what it does at its start, such as sealing: that is no measured work."""
    for _ in range(60):
        before = cpu_s(process)
        time.sleep(2)
        if before and cpu_s(process) - before < 0.3:
            return


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError("the web server did not start")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the web server does not answer")


def _exists(name: str) -> bool:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _recreate(name: str, template: str = "template1") -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
