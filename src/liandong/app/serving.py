"""The web server: how `up` and the measurements start it, and how much of everything it has."""

import contextlib
import resource
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from liandong.launch.failure import Failure

WORKERS = 2
SPARE_THREADS = 16
"""For what waits for nothing: static files, `/healthz`, refusals."""
OPEN_CONNECTIONS = 8192
"""A process takes so many from browsers and clients, idle ones too; more wait at the door of the system."""
BACKLOG = 2048
SWITCH_S = 0.001
"""A thread of a web process waits so long until another one, at work without a pause, lets it in; Python's own 5 ms add
up in a page that asks the database twenty times.
"""
CONNECTION_S, CONNECT_S, RECONNECT_S = 1.0, 3, 2.0
CONNECTIONS_ALLOWED = """
SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true)::int, 0)
"""
"""Connections of the server that are not kept for its own administrator."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A kind of work in one web process: requests being worked on, waiting, still arriving; database connections that
    it may hold, 0 for all of them; seconds that it waits at most.
    """

    places: int
    waiting: int
    arriving: int
    connections: int
    wait_s: float

    @property
    def threads(self) -> int:
        return self.places + self.waiting + self.arriving


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of one web process. `pool` connections are more than what intake, batches and exports may hold together:
    what is left is for pages and handling. `leaving`: long files on their way out, each at the pace of its reader.
    """

    pages: Lane
    intake: Lane
    batches: Lane
    exports: Lane
    leaving: int
    pool: int
    statement_s: float
    address_per_s: float
    key_per_s: float

    @property
    def threads(self) -> int:
        """A request waits in a lane, where it can be refused, never for a thread."""
        lanes = (self.pages, self.intake, self.batches, self.exports)
        return sum(lane.threads for lane in lanes) + self.leaving + SPARE_THREADS


def sizes(environ: Mapping[str, str]) -> Sizes:
    """Raises Failure for what is no number."""
    intake = _number(environ, "LIANDONG_INTAKE_PLACES", 32)
    return Sizes(
        pages=Lane(
            places=_number(environ, "LIANDONG_PAGE_PLACES", 8), waiting=32, arriving=64, connections=0, wait_s=1.5
        ),
        intake=Lane(
            places=intake,
            waiting=_number(environ, "LIANDONG_INTAKE_WAITING", 24),
            arriving=48,
            connections=5,
            wait_s=0.4,
        ),
        batches=Lane(places=2, waiting=4, arriving=8, connections=2, wait_s=2.0),
        exports=Lane(places=2, waiting=2, arriving=8, connections=2, wait_s=2.0),
        leaving=64,
        pool=_number(environ, "LIANDONG_WEB_CONNECTIONS", 14),
        statement_s=float(_number(environ, "LIANDONG_STATEMENT_S", 4)),
        address_per_s=float(_number(environ, "LIANDONG_ADDRESS_PER_S", 1000)),
        key_per_s=float(_number(environ, "LIANDONG_KEY_PER_S", 1000)),
    )


GO = "LIANDONG_GO"
"""Names a file: a web process gets ready, then waits until it is there."""
WORKER_CONNECTIONS = 8
"""The two processes of the worker: six loops and pulses, a training beside them, a question of `status`."""
COMMAND_CONNECTIONS = 4
"""Commands, exports and imports that an administrator runs beside."""


def connections(environ: Mapping[str, str]) -> int:
    """Connections of PostgreSQL that web, worker and jobs hold at most. Raises Failure for what is no number."""
    return WORKERS * sizes(environ).pool + WORKER_CONNECTIONS + COMMAND_CONNECTIONS


def command(python: str | Path, *, host: str, port: int, environ: Mapping[str, str]) -> list[str | Path]:
    """Granian with the site, to be started in an environment with `environment(…)`."""
    return [
        python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(WORKERS), "--blocking-threads", str(sizes(environ).threads), "--http", "1", "--no-ws",
        "--backlog", str(BACKLOG), "--backpressure", str(OPEN_CONNECTIONS),
        "--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "10",
        "liandong.app.wsgi:application",
    ]  # fmt: skip


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables that the web process alone needs."""
    return {"LIANDONG_POOL": str(sizes(environ).pool)}


def allow_open_files() -> None:
    """As many as the system lets us: each open connection is one. For processes that are started from here on."""
    with contextlib.suppress(ValueError, OSError):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = WORKERS * OPEN_CONNECTIONS + 1024
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < limit:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def _number(environ: Mapping[str, str], name: str, usual: int) -> int:
    given = environ.get(name, "").strip()
    if not given:
        return usual
    if not (given.isascii() and given.isdecimal() and 0 < int(given) < 100_000):
        raise Failure(f"{name} 应是大于 0 的整数，而不是 {given}。", f"{name} is a whole number above 0, not {given}.")
    return int(given)
