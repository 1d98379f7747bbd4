"""`./liandong status`: what runs and how it is, without starting anything; for a person, or as JSON for a watchman."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from liandong.app import database_url
from liandong.kernel import time
from liandong.launch import stamps
from liandong.launch.clone import Clone
from liandong.launch.failure import Failure
from liandong.launch.processes import alive
from liandong.launch.progress import share
from liandong.operate import database
from liandong.operate.data_folder import LAST_BACKUP, MARK, DataFolder
from liandong.operate.embedded_postgres import EmbeddedPostgres
from liandong.operate.site import Site
from liandong.operate.supervise import answers

PATIENCE_S = 60.0
PROBLEMS = {
    "not_running": ("没有运行，用 ./liandong up 启动", "it does not run, start it with ./liandong up"),
    "starting": ("正在启动，请稍候", "it is being started, wait a little"),
    "web": ("网页服务没有回应", "the web server does not answer"),
    "database": ("数据库没有回应", "the database does not answer"),
    "connections": (
        "数据库允许的连接太少：调高 max_connections，或减少 LIANDONG_WEB_CONNECTIONS",
        "the database allows too few connections: raise max_connections, or lower LIANDONG_WEB_CONNECTIONS",
    ),
    "blobs": ("照片文件夹不可写", "the folder of the photos cannot be written"),
    "disk": ("磁盘快满了", "the disk is nearly full"),
    "worker_absent": ("后台进程没有运行", "no worker runs"),
    "worker_stands": ("后台进程停着", "the worker stands still"),
    "timers_stand": ("定时任务停着", "timers stand still"),
    "timers_fail": ("定时任务出错", "timers fail"),
    "events_old": ("消息等得太久", "events wait for too long"),
}


def tell(clone: Clone, data: Path, *, as_json: bool) -> int:
    """0 where all is well, else 1."""
    if not (data / MARK).exists():
        raise Failure(
            f"{data} 不是联动的数据文件夹：请用 --data 指定。",
            f"{data} is no data folder of Liandong: name one with --data.",
        )
    found = look(clone, DataFolder(data.resolve()))
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n" if as_json else lines_of(found))
    return 0 if found["ok"] else 1


def look(clone: Clone, data: DataFolder) -> dict[str, Any]:
    """As `/healthz` has it, with the processes and the last backup."""
    announced = data.announced()
    pid, port = int(announced.get("pid") or 0), int(announced.get("port") or 0)
    runs = bool(pid) and alive(pid) and data.run.is_dir() and data.owner_lock.held_by_someone()
    starting = runs and not announced.get("ready")
    web = None if starting else runs and bool(port) and answers(port)
    found = _health(clone, data, runs=runs, starting=starting)
    problems = [
        *([] if runs else ["not_running"]),
        *(["starting"] if starting else []),
        *(["web"] if runs and web is False else []),
        *(["connections"] if _fits(found.get("connections", {})) is False else []),
        *found.pop("problems"),
    ]
    backup = stamps.read(data.path / LAST_BACKUP)
    return found | {
        "ok": not problems,
        "problems": problems,
        "processes": {
            "up": {"runs": runs, "pid": pid if runs else None},
            "web": {"answers": web, "port": port or None},
        },
        "backup": {"age_s": _age_s(backup.get("made")), "bytes": backup.get("bytes")},
    }


def lines_of(found: Mapping[str, Any]) -> str:
    """A line for each part, in both languages."""
    processes, worker, events = found["processes"], found.get("worker", {}), found.get("events", {})
    free = found["disk"]["free_bytes"]
    lines = [
        (processes["up"]["runs"], "进程 up", _words(processes["up"]["pid"], "{}")),
        (processes["web"]["answers"], "网页 web", _words(processes["web"]["port"], "http://127.0.0.1:{}/")),
        (found["database"]["ok"], "数据库 database", _words(found["database"]["took_ms"], "{} ms")),
        (_fits(found.get("connections", {})), "连接 connections", _connections(found.get("connections", {}))),
        (found["blobs"]["ok"], "照片 photos", ""),
        (found["disk"]["ok"], "磁盘 disk", f"{free / 1e9:.1f} GB"),
        (worker.get("ok"), "后台 worker", _age(worker.get("moved_s"))),
        (found.get("timers", {}).get("ok"), "定时 timers", "、".join(_late(found))),
        ("events_old" not in found["problems"] if events else None, "消息 events", _waiting(events)),
        (None, "作业 jobs", _jobs(found.get("jobs", {}))),
        *((None, "补写 backfill", backfill_words(each)) for each in found.get("jobs", {}).get("backfills", ())),
        (None, "封存 last seal", _age(found.get("seal", {}).get("age_s"))),
        (None, "备份 last backup", _age(found["backup"]["age_s"])),
    ]
    marks = {True: "✓", False: "✗", None: "·"}
    text = [f"{marks[is_well]} {name:<16} {words}".rstrip() for is_well, name, words in lines]
    text += [f"! {' · '.join(PROBLEMS[problem])}" for problem in found["problems"]]
    return "\n".join(text) + "\n"


def _health(clone: Clone, data: DataFolder, *, runs: bool, starting: bool) -> dict[str, Any]:
    """Asked in a process of its own, which knows the product; of a database that is being made nothing is known."""
    url = _url(data, runs=runs)
    if url:
        command: list[str | Path] = [clone.python, "-m", "liandong", "health"]
        try:
            done = subprocess.run(  # noqa: S603
                command,
                env=Site(clone, data, url).environment(LIANDONG_LOG="ERROR"),
                capture_output=True,
                timeout=PATIENCE_S,
                check=False,
            )
            return dict(json.loads(done.stdout))
        except (ValueError, subprocess.TimeoutExpired):
            pass
    free = shutil.disk_usage(data.path).free
    return {
        "problems": ["database"] if url or (runs and not starting) else [],
        "database": {"ok": False if url or not starting else None, "took_ms": None},
        "blobs": {"ok": None},
        "disk": {"ok": None, "free_bytes": free},
    }


def _url(data: DataFolder, *, runs: bool) -> str:
    """Where to ask; empty where an embedded database does not run."""
    external = database.external_url()
    if external:
        database_url.read(external)
        return external
    if not runs or not data.announced().get("ready"):
        return ""
    embedded = EmbeddedPostgres(data.path, data.logs)
    return embedded.url if embedded.is_ready() else ""


def _jobs(jobs: Mapping[str, Any]) -> str:
    """Long work that waits or is in hand, and how much was given up."""
    if not jobs:
        return ""
    parts = [*jobs["in_hand"], f"{jobs['waiting']} 等待 waiting"]
    return " · ".join([*parts, *([f"{jobs['dead']} 已放弃 given up"] if jobs["dead"] else [])])


def _fits(connections: Mapping[str, Any]) -> bool | None:
    allowed = connections.get("allowed")
    return None if allowed is None else allowed >= connections["needed"]


def _connections(connections: Mapping[str, Any]) -> str:
    """How many web, worker and jobs hold at most, of so many that the database allows."""
    return f"{connections['needed']} / {connections['allowed']}" if connections.get("allowed") else ""


def backfill_words(backfill: Mapping[str, Any]) -> str:
    """How far it is."""
    return f"{backfill['name']} {share(backfill['done'], backfill['of'])}"


def _late(found: Mapping[str, Any]) -> list[str]:
    timers = found.get("timers", {})
    return [name.rpartition(".")[2] for name in (*timers.get("standing", ()), *timers.get("failing", ()))]


def _waiting(events: Mapping[str, Any]) -> str:
    if not events:
        return ""
    return f"{events['waiting']} 条在等 waiting, {events['dead']} 条死信 dead" + (
        f", {_age(events['oldest_s'])}" if events["oldest_s"] is not None else ""
    )


def _age(seconds: float | None) -> str:
    if seconds is None:
        return "—"
    for size, zh, en in ((86400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "min"), (1, "秒", "s")):
        if seconds >= size or size == 1:
            return f"{seconds / size:.0f} {zh}前 {en} ago"
    return ""


def _age_s(made: object) -> float | None:
    try:
        return round((time.now() - datetime.fromisoformat(str(made))).total_seconds(), 1)
    except ValueError:
        return None


def _words(value: object, form: str) -> str:
    return "—" if value is None else form.format(value)
