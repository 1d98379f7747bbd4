"""`docs/performance.md`, written by the command in one run: what each line asks, how it is checked, what it took."""

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import django
import psycopg

from liandong import __version__
from liandong.app import serving
from liandong.kernel import time

from . import intake, lists, pages
from .figures import Figure, ratio
from .ground import CONNECTIONS, Ground

PAGE = Path(__file__).resolve().parents[4] / "docs" / "performance.md"
Measured = Sequence[tuple[Figure, Figure | None]]


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the page."""

    title: str
    measured: Measured


@dataclass(frozen=True, slots=True)
class Asked:
    """A line that the bench measures."""

    name: str
    asks: str
    checked: str


def asked() -> list[Asked]:
    """Every line, in the page's order."""
    return [
        *(
            Asked(name, "`POST /api/v1/reports`, one report each, with a contact", intake.CHECKED)
            for name in intake.names()
        ),
        *(
            Asked(name, f"`/api/v1/cases?scope=office{'&' * bool(each.query)}{each.query}`", lists.CHECKED)
            for name, each in zip(lists.names(), lists.LINES, strict=True)
        ),
        *(Asked(each.name, f"`{each.path}`", each.checked) for each in pages.PAGES),
    ]


def write(typed: str, sections: Sequence[Section], grounds: Sequence[Ground]) -> None:
    PAGE.write_text("\n".join(_lines(typed, sections, grounds)) + "\n", "utf-8")


def _lines(typed: str, sections: Sequence[Section], grounds: Sequence[Ground]) -> Iterator[str]:
    yield "# Performance"
    yield ""
    at = time.now().isoformat(sep=" ", timespec="minutes")
    yield f"Written by `./liandong bench {typed}` at {at}, all in one run; not by hand."
    yield ""
    yield (
        f"The server is started as `up` does: {serving.WORKERS} processes of {serving.sizes({}).threads} threads with"
        f" {serving.sizes({}).pool} connections; the worker runs where a line says so. Clients, server and database"
        " share the machine. Bare SQL beside a line reads or writes the same"
        " rows by prepared statements: one connection for reads, for creates as many as there are clients, at most"
        f" {CONNECTIONS}, each create with its ids from the sequences and every row that a create leaves in any table."
        " Every answer is checked as the last table says; a wrong one ends the run without a page."
    )
    yield ""
    yield from _machine()
    yield from _sizes(grounds)
    for section in sections:
        yield f"## {section.title}"
        yield ""
        yield "| line | p50 ms | p95 ms | per second | beside bare SQL | |"
        yield "|---|---:|---:|---:|---|---|"
        for row, beside in section.measured:
            rate = f"{row.per_s:,.0f}" if row.per_s else ""
            told = ratio(row, beside)
            yield f"| {row.name} | {row.p50_ms:.1f} | {row.p95_ms:.1f} | {rate} | {told} | {row.remark} |"
        yield ""
    yield "## What each line asks, and how its answer is checked"
    yield ""
    yield "| line | asks | checked by |"
    yield "|---|---|---|"
    for each in asked():
        yield f"| {each.name} | {each.asks} | {each.checked} |"


def _machine() -> Iterator[str]:
    yield "| machine | |"
    yield "|---|---|"
    yield f"| processor | {_processor()}, {os.cpu_count()} cores |"
    yield f"| memory | {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB |"
    yield f"| system | {platform.system()} {'.'.join(platform.release().split('.')[:2])} {platform.machine()} |"
    yield f"| Python | {platform.python_version()} |"
    yield f"| Django, psycopg, granian | {django.get_version()}, {psycopg.__version__}, {metadata.version('granian')} |"
    yield f"| Liandong | {__version__} |"


def _sizes(grounds: Sequence[Ground]) -> Iterator[str]:
    for ground in grounds:
        with psycopg.connect(ground.url) as database:
            told = database.execute(
                "SELECT pg_size_pretty(pg_database_size(current_database())), current_setting('server_version'),"
                " current_setting('shared_buffers')"
            ).fetchone()
            counted = database.execute("SELECT count(*) FROM cases_case").fetchone()
        size, version, buffers = told or ("", "", "")
        yield (
            f"| database {title(ground)} | {counted[0] if counted else 0:,} cases at the end, {size},"
            f" PostgreSQL {version}, shared_buffers {buffers} |"
        )
    yield ""


def title(ground: Ground) -> str:
    after = f", after a burst of {ground.burst:,} into one office" if ground.burst else ""
    return f"{ground.cases:,} cases{after}"


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in told if line.startswith("model name")), platform.machine())
