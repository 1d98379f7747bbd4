"""A whole installation: seen to work, seen to stand, restarted; and nobody else can read its data folder."""

import http.client
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from liandong.launch.locks import holding
from liandong.operate.data_folder import LAST_BACKUP, open_data_folder
from liandong.operate.embedded_postgres import EmbeddedPostgres
from tests.operate.test_up import LEFT_OUT, Running, data, port, wait

__all__ = ["data", "port"]

SEND_A_MAIL = """
import django; django.setup()
from django.core.mail import send_mail
send_mail("reset", "https://county.example/secret", None, ["a@county.example"])
"""


def program(place: Path, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "liandong.cli.run", *arguments, "--data", str(place)],
        env={key: value for key, value in os.environ.items() if key not in LEFT_OUT} | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def status(place: Path) -> dict[str, object]:
    done = program(place, "status", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == (0 if found["ok"] else 1), done.stderr
    return dict(found)


def healthz(at: int, **headers: str) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", at, timeout=30)
    try:
        connection.request("GET", "/healthz", headers=headers)
        response = connection.getresponse()
        content = response.read()
    except OSError:
        return 0, {}
    finally:
        connection.close()
    return response.status, json.loads(content) if content.startswith(b"{") else {}


def worker_pids(url: str) -> list[int]:
    """Of what does timers and long work; events have a process of their own."""
    with psycopg.connect(url) as connection:
        return [pid for (pid,) in connection.execute("SELECT pid FROM events_worker WHERE does = 'within'")]


def readable_by_others(place: Path) -> list[str]:
    """Files and folders of the data folder with any right for others; PostgreSQL's own account sees to its own."""
    found: list[Path] = []
    for folder, folders, files in os.walk(place):
        if "postgres" in folders:
            folders.remove("postgres")
        found += [Path(folder, name) for name in (*folders, *files)]
    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in found if not path.is_symlink()}
    return [f"{path.relative_to(place)} {mode:o}" for path, mode in modes.items() if mode & 0o077]


@pytest.mark.takes_long
def test_seen_to_work_seen_to_stand_and_restarted(data: Path, port: int) -> None:
    before = os.umask(0o022)
    try:
        running = Running("--empty", "--port", port, "--data", data, LIANDONG_STANDSTILL_S="25").until("Ctrl-C")
    finally:
        os.umask(before)
    url = EmbeddedPostgres(data, data / "logs").url
    assert wait(lambda: healthz(port)[0] == 200), healthz(port)
    assert healthz(port, Host="evil.example")[0] == 200
    assert healthz(port, **{"X-Forwarded-For": "127.0.0.1"})[0] == 404
    seen = status(data)
    assert seen["ok"] is True, seen
    assert seen["processes"]["web"] == {"answers": True, "port": port}
    assert seen["backup"]["age_s"] is None

    (stood,) = worker_pids(url)
    os.kill(stood, signal.SIGSTOP)
    running.until("worker 意外结束（25 秒没有动静）")
    assert "it stood still for 25 s" in running.text
    assert wait(lambda: worker_pids(url) not in ([], [stood]))
    assert wait(lambda: healthz(port)[0] == 200), healthz(port)

    (killed,) = worker_pids(url)
    os.kill(killed, signal.SIGKILL)
    assert wait(lambda: worker_pids(url) not in ([], [killed]))

    env = {"LIANDONG_DATA": str(data), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "liandong.app.settings"}
    mailer = {key: value for key, value in os.environ.items() if key not in LEFT_OUT} | env
    subprocess.run([sys.executable, "-c", SEND_A_MAIL], env=mailer, check=True, umask=0o077)
    archive = data.parent / "backup.tar"
    assert program(data, "backup", str(archive)).returncode == 0
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert status(data)["backup"]["age_s"] is not None
    assert wait((data / "ledger" / "seals.jsonl").exists)
    assert {path.name for path in data.iterdir()} >= {"outbox", "logs", "run", "keys", "ledger", "blobs", LAST_BACKUP}
    assert readable_by_others(data) == []
    assert stat.S_IMODE(data.stat().st_mode) in (0o700, 0o711 if os.geteuid() == 0 else 0o700)

    assert running.end(signal.SIGTERM) == 0
    assert status(data)["problems"] == ["not_running"]
    for path in (data / "outbox", *(data / "outbox").iterdir(), data / "keys" / "ledger.pem", data / "logs"):
        path.chmod(0o777)
    assert program(data, "api_key", "--help").returncode == 0
    assert program(data, "showmigrations", "events").returncode == 0
    assert readable_by_others(data) == []


def test_a_start_under_way_is_not_called_a_failure_of_its_parts(data: Path) -> None:
    """The first start loads a county for a minute, and others look meanwhile."""
    folder = open_data_folder(data)
    owner = folder.owner_lock
    assert owner.take()
    with holding(owner):
        folder.announce(ready=False)
        assert status(data)["problems"] == ["starting"]
        done = program(data, "status")
    assert "it is being started" in done.stdout
    assert "✗" not in done.stdout
    assert status(data)["problems"] == ["not_running"]


def test_a_folder_that_is_none_of_ours_has_no_status(tmp_path: Path) -> None:
    done = program(tmp_path, "status")
    assert done.returncode == 1
    assert "is no data folder" in done.stderr


def test_status_knows_no_other_option(tmp_path: Path) -> None:
    assert program(tmp_path, "status", "--yaml").returncode == 2
