"""The databases that are measured: the fictional county with so many cases through `receive`, made once and kept."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from liandong.app import database_url, groundwork, seeding, serving
from liandong.app.sample.county import build_county
from liandong.app.sample.history import history
from liandong.app.sample.rows import CaseSeed
from liandong.kernel import time as clock

LIFE_CASES = 25_000
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """A database of `cases` cases and the data folder beside it."""

    cases: int
    url: str
    data: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "LIANDONG_DATA": str(self.data),
            "LIANDONG_LOG": "WARNING",
            "DJANGO_SETTINGS_MODULE": "liandong.app.settings",
        }


def lay(cases: int, say: Say) -> Ground:
    """Makes the database unless it is there already."""
    name = f"liandong_bench_{cases}"
    data = settings.DATA / "bench" / name
    data.mkdir(parents=True, exist_ok=True)
    ground = Ground(cases, database_url.sibling(os.environ["DATABASE_URL"], name), data)
    is_filled = (data / "ready").exists() and _exists(name)
    if not is_filled:
        _recreate(name)
    for command in (["migrate", "-v0"], *([] if is_filled else [["bench", "--fill", str(cases)]])):
        say(f"  {name}: {command[0]}")
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", "django", *command], env=ground.environment, check=True
        )
    (data / "ready").touch()
    return ground


def fill(cases: int, progress: Callable[[int], None]) -> None:
    """In the process whose database it is: registers, then the history again and again, each time a little earlier."""
    groundwork.lay()
    county = build_county(1)
    seeding.load_registers(county)
    lives = list(history(county, groundwork.shipped_taxonomy(), clock.now(), count=min(cases, LIFE_CASES), seed=1))
    seeding.receive_all(lambda: (_earlier(lives[number % len(lives)], number) for number in range(cases)), progress)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


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
def served(ground: Ground) -> Iterator[int]:
    """The web server as `up` starts it; the port it listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    serving.allow_open_files()
    command = serving.command(sys.executable, host="127.0.0.1", port=port, environ=os.environ)
    environment = ground.environment | serving.environment(os.environ)
    server = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603
    try:
        _wait_for(port, server)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


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


def _recreate(name: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
