"""Whether the installation works: database, photos, disk, workers. For `/healthz`, `./liandong status` and the line on
the administrator's pages.
"""

import logging
import os
import shutil
import tempfile
import threading
import time as stopwatch
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest
from django.utils.translation import gettext

from liandong.app import serving
from liandong.foundation.access import public as access
from liandong.foundation.events import public as events
from liandong.foundation.ledger import public as ledger

log = logging.getLogger(__name__)

PATIENCE_S = 3.0
LOW_DISK_BYTES = 500 * 1024 * 1024
_PROBE = bytes(4096)
NEEDED = serving.connections(os.environ)


@dataclass(frozen=True, slots=True)
class _Answer:
    """The database's answer, and how long it took."""

    took_ms: float
    condition: events.Condition
    sealed_at: datetime | None
    allowed: int


class _Asked:
    """One question to the database at a time: while one hangs, no further thread is given to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._said: list[_Answer] = []

    def answer(self) -> _Answer | None:
        """None where there is none in time, or an error."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._said = []
                self._thread = threading.Thread(target=self._ask, args=(self._said,), name="health", daemon=True)
                self._thread.start()
            thread, said = self._thread, self._said
        thread.join(PATIENCE_S)
        return said[0] if said else None

    @staticmethod
    def _ask(said: list[_Answer]) -> None:
        try:
            said.append(_ask())
        except Error as error:
            log.warning("the database does not answer: %s", str(error).strip())


_asked = _Asked()


def look() -> dict[str, Any]:
    """Everything as JSON knows it; `ok` is false where `problems` names something."""
    answer, is_writable = _asked.answer(), _is_writable(Path(settings.BLOBS))
    free = shutil.disk_usage(settings.DATA if Path(settings.DATA).exists() else "/").free
    problems = [
        *(["database"] if answer is None else [trouble.value for trouble in answer.condition.troubles]),
        *([] if is_writable else ["blobs"]),
        *(["disk"] if free < LOW_DISK_BYTES else []),
    ]
    found = {
        "ok": not problems,
        "problems": problems,
        "database": {"ok": answer is not None, "took_ms": answer and round(answer.took_ms, 1)},
        "connections": {"needed": NEEDED, "allowed": answer and answer.allowed},
        "blobs": {"ok": is_writable},
        "disk": {"ok": free >= LOW_DISK_BYTES, "free_bytes": free},
    }
    return found | (_of_workers(answer.condition, answer.sealed_at) if answer else {})


def trouble(request: HttpRequest) -> dict[str, Callable[[], list[str]]]:
    """Template context: sentences on what stands still, for the administrator; asked only where it is shown."""
    role = getattr(getattr(request, "user", None), "role", None)
    return {"trouble": lambda: sentences(events.condition()) if role in access.rights.SEE_TROUBLE.roles else []}


def sentences(found: events.Condition) -> list[str]:
    """In the language of the page."""
    return [_sentence(each, found) for each in found.troubles]


def _sentence(each: events.Trouble, found: events.Condition) -> str:
    if each == events.Trouble.WORKER_ABSENT:
        return gettext("后台进程没有运行：通知、封存和到期的事都停着。请在服务器上运行 ./liandong status。")
    if each == events.Trouble.WORKER_STANDS:
        return gettext(
            "后台进程已有 %(minutes)s 分钟没有动静：通知、封存和到期的事都停着。请在服务器上运行 ./liandong status。"
        ) % {"minutes": _minutes(found, found.moved_at)}
    if each == events.Trouble.TIMERS_STAND:
        return gettext("定时任务停着：%(names)s。请在服务器上运行 ./liandong status。") % _named(found.standing)
    if each == events.Trouble.TIMERS_FAIL:
        return gettext("定时任务出错：%(names)s。请看日志 worker.log。") % _named(found.failing)
    return gettext("最早的消息已等了 %(minutes)s 分钟，通知会迟到：后台进程忙不过来，或停着。") % {
        "minutes": _minutes(found, found.oldest_event_at)
    }


def _named(names: Sequence[str]) -> dict[str, str]:
    return {"names": "、".join(name.rpartition(".")[2] for name in names)}


def _minutes(found: events.Condition, since: datetime | None) -> int:
    return int((found.at - since).total_seconds() // 60) if since else 0


def _ask() -> _Answer:
    """On a connection of its own, so that a pool in use up to the last one isn't taken for a dead database."""
    own = connection.copy()
    own.settings_dict["OPTIONS"] = {
        key: value for key, value in own.settings_dict["OPTIONS"].items() if key != "pool"
    } | {"connect_timeout": int(PATIENCE_S)}
    begun = stopwatch.monotonic()
    try:
        condition = events.condition(own)
        took_ms = (stopwatch.monotonic() - begun) * 1000
        return _Answer(took_ms, condition, ledger.last_sealed_at(own), _allowed(own))
    finally:
        own.close()


def _allowed(own: BaseDatabaseWrapper) -> int:
    """Connections of the server that are not kept for its own administrator."""
    with own.cursor() as cursor:
        cursor.execute(serving.CONNECTIONS_ALLOWED)
        return int(cursor.fetchone()[0])


def _is_writable(folder: Path) -> bool:
    """Tried, with a file that has no name: permissions and free space say less, above all to root."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(_PROBE)
            file.flush()
    except OSError:
        return False
    return True


def _of_workers(found: events.Condition, sealed_at: datetime | None) -> dict[str, Any]:
    def age_s(since: datetime | None) -> float | None:
        return round((found.at - since).total_seconds(), 1) if since else None

    troubles = {events.Trouble.WORKER_ABSENT, events.Trouble.WORKER_STANDS} & set(found.troubles)
    return {
        "worker": {
            "ok": not troubles,
            "moved_s": age_s(found.moved_at),
            "processes": [
                {"process": row.name, "does": row.does, "moved_s": age_s(row.moved_at)} for row in found.workers
            ],
        },
        "timers": {
            "ok": not (troubles or found.standing or found.failing),
            "standing": list(found.standing),
            "failing": list(found.failing),
            "started_s": {row.name: age_s(row.started_at) for row in sorted(found.timers, key=lambda row: row.name)},
        },
        "events": {"waiting": found.waiting, "oldest_s": age_s(found.oldest_event_at), "dead": found.dead},
        "jobs": {
            "waiting": found.jobs.waiting,
            "late_s": age_s(found.jobs.due_at),
            "in_hand": sorted(found.jobs.in_hand),
            "dead": found.jobs.dead,
            "backfills": [{"name": name, "done": done, "of": of} for name, done, of in found.jobs.backfills],
        },
        "seal": {"age_s": age_s(sealed_at)},
    }
