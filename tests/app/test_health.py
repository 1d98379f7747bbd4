"""Whether the installation works is seen by the machine (`/healthz`), at the terminal and on the pages."""

import json
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from liandong.app import health
from liandong.foundation.events import condition as conditions
from liandong.foundation.events import public as events
from liandong.foundation.events.models import Event
from liandong.foundation.jobs.models import Job, TimerRun, WorkerBeat
from liandong.kernel import time
from liandong.operate import status
from tests.contexts.console.reading import signed_in

pytestmark = pytest.mark.usefixtures("committed")
SEALS = "liandong.foundation.events.jobs.seal_ledger"
FORGETS = "liandong.contexts.notifications.jobs.forget_old"


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path: Path) -> None:
    settings.DATA, settings.BLOBS = tmp_path, tmp_path / "blobs"


def a_worker(stands_s: float = 0) -> None:
    now = time.now()
    WorkerBeat.objects.create(
        id="w", host="machine", pid=17, started_at=now, moved_at=now - timedelta(seconds=stands_s)
    )


def a_timer(name: str = SEALS, started_s: float = 0, error: str = "") -> None:
    now = time.now()
    TimerRun.objects.create(name=name, started_at=now - timedelta(seconds=started_s), finished_at=now, error=error)


def an_event(waits_s: float = 0) -> None:
    Event.objects.create(
        type="Told", stream_kind="case", stream_id=1, payload={}, at=time.now() - timedelta(seconds=waits_s)
    )


def asked(**headers: str) -> tuple[int, dict[str, object]]:
    response = Client().get("/healthz", **headers)
    return response.status_code, response.json() if response.content else {}


def test_all_is_well_with_a_worker_that_moves() -> None:
    a_worker(2)
    a_timer(started_s=4)
    code, said = asked()
    assert (code, said["ok"], said["problems"]) == (200, True, [])
    assert [said[part]["ok"] for part in ("database", "blobs", "disk", "worker", "timers")] == [True] * 5
    assert 2 <= said["worker"]["moved_s"] < 30
    assert 4 <= said["timers"]["started_s"][SEALS] < 30


@pytest.mark.parametrize(
    ("happens", "problem"),
    [
        (lambda: None, "worker_absent"),
        (lambda: a_worker(61), "worker_stands"),
        (lambda: (a_worker(), a_timer(started_s=311)), "timers_stand"),
        (lambda: (a_worker(), a_timer(error="SealsDisagree")), "timers_fail"),
        (lambda: (a_worker(), an_event(301)), "events_old"),
    ],
)
def test_what_stands_still_is_a_503_with_its_name(happens, problem: str) -> None:
    happens()
    code, said = asked()
    assert (code, said["ok"], said["problems"]) == (503, False, [problem])


@pytest.mark.parametrize(
    "happens",
    [
        lambda: a_worker(55),
        lambda: (a_worker(), a_timer(started_s=300)),
        lambda: (a_worker(), a_timer(FORGETS, started_s=6 * 3600)),
        lambda: (a_worker(), a_timer(FORGETS, error="deadlock detected")),
        lambda: (a_worker(), a_timer("liandong.gone.jobs.of_an_older_version", started_s=10**7, error="x")),
        lambda: (a_worker(), an_event(200)),
    ],
)
def test_what_only_takes_its_time_is_no_alarm(happens) -> None:
    happens()
    assert asked()[0] == 200


def test_one_worker_of_several_that_moves_is_enough() -> None:
    a_worker(3000)
    WorkerBeat.objects.create(id="v", host="other", pid=1, started_at=time.now(), moved_at=time.now())
    code, said = asked()
    assert code == 200
    assert len(said["worker"]["processes"]) == 2


def test_photos_that_cannot_be_kept_are_a_503(settings, tmp_path: Path) -> None:
    a_worker()
    (tmp_path / "file").write_text("")
    settings.BLOBS = tmp_path / "file" / "blobs"
    assert asked()[1]["problems"] == ["blobs"]


def test_a_disk_that_is_nearly_full_is_a_503(monkeypatch) -> None:
    a_worker()
    monkeypatch.setattr(health, "LOW_DISK_BYTES", 1 << 62)
    assert asked()[1]["problems"] == ["disk"]


def test_a_database_that_is_away_is_a_503_in_time(monkeypatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    monkeypatch.setattr(health, "_asked", health._Asked())
    code, said = asked()
    assert (code, said["problems"], said["database"]["ok"]) == (503, ["database"], False)


def test_a_database_that_hangs_is_a_503_in_time_and_takes_one_thread_only(monkeypatch) -> None:
    def hang() -> None:
        calls.append(1)
        released.wait(60)

    calls, released = [], threading.Event()
    monkeypatch.setattr(health, "PATIENCE_S", 0.1)
    monkeypatch.setattr(health, "_ask", hang)
    monkeypatch.setattr(health, "_asked", health._Asked())
    assert [asked()[0] for _ in range(3)] == [503] * 3
    assert len(calls) == 1
    released.set()


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "127.8.8.8"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "no such name, nor a valid one"}, 200),
        ({"REMOTE_ADDR": "192.0.2.7"}, 404),
        ({"REMOTE_ADDR": "::ffff:192.0.2.7"}, 404),
        ({"REMOTE_ADDR": ""}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "192.0.2.7"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=192.0.2.7"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PORT": "443"}, 404),
    ],
)
def test_only_this_machine_is_answered_and_nobody_through_a_proxy(headers: dict[str, str], code: int) -> None:
    a_worker()
    assert asked(**headers)[0] == code


MAY_ASK = """
import django; django.setup()
from django.test import RequestFactory
from liandong.app.healthz import may_ask
addresses = ("192.0.2.7", "10.1.2.3", "10.2.0.1")
print([may_ask(RequestFactory().get("/healthz", REMOTE_ADDR=each)) for each in addresses])
"""


def test_a_watchman_elsewhere_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MAY_ASK],
        env=os.environ | {"LIANDONG_HEALTH_FROM": "192.0.2.7, 10.1.0.0/16", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[True, True, False]\n"


def test_it_asks_for_no_session_and_leaves_none(settings) -> None:
    a_worker()
    settings.ALLOWED_HOSTS = ["county.example"]
    response = Client(headers={"host": "other.example"}).get("/healthz")
    assert response.status_code == 200
    assert not response.cookies
    assert response.headers["Cache-Control"] == "no-store"
    assert Client().post("/healthz").status_code == 405
    assert Client().get("/healthz/x").status_code != 200


def test_nothing_of_a_person_and_no_error_text_is_told() -> None:
    a_worker()
    a_timer(error="IntegrityError: Key (phone)=(13900001234) already exists")
    assert "13900001234" not in json.dumps(asked()[1])


def test_the_condition_is_one_statement(django_assert_num_queries) -> None:
    a_worker()
    with django_assert_num_queries(1):
        assert events.condition().troubles == ()


@pytest.mark.parametrize(
    ("happens", "zh", "en"),
    [
        (lambda: None, "后台进程没有运行", "No worker runs"),
        (lambda: a_worker(600), "后台进程已有 10 分钟没有动静", "has stood still for 10 minutes"),
        (lambda: (a_worker(), a_timer(started_s=900)), "定时任务停着：seal_ledger", "Timers stand still: seal_ledger"),
        (lambda: (a_worker(), a_timer(error="x")), "定时任务出错：seal_ledger", "Timers fail: seal_ledger"),
        (lambda: (a_worker(), an_event(400)), "最早的消息已等了 6 分钟", "has waited for 6 minutes"),
    ],
)
@pytest.mark.parametrize("path", ["/notifications/deliveries/", "/admin/"])
def test_the_administrators_pages_say_so_in_both_languages(happens, zh: str, en: str, path: str) -> None:
    happens()
    for language, words in (("zh-hans", zh), ("en", en)):
        page = signed_in("admin").get(path, headers={"accept-language": language})
        assert page.status_code == 200
        assert words in page.content.decode()


def test_nobody_else_is_told_and_nobody_where_all_is_well() -> None:
    assert "./liandong status" not in signed_in("coordinator").get("/console/").content.decode()
    a_worker()
    assert "trouble" not in signed_in("admin").get("/notifications/deliveries/").content.decode()


def test_the_command_says_the_same_and_ends_with_1(capsys) -> None:
    with pytest.raises(SystemExit):
        call_command("health")
    assert json.loads(capsys.readouterr().out)["problems"] == ["worker_absent"]
    a_worker()
    call_command("health")
    assert json.loads(capsys.readouterr().out)["ok"] is True


def test_the_limits_leave_a_pulse_room() -> None:
    assert timedelta(seconds=5 * 3) < conditions.WORKER_STANDS_AFTER


def test_what_nobody_could_ask_is_not_said_to_be_well() -> None:
    found = {
        "problems": ["database"],
        "database": {"ok": False, "took_ms": None},
        "blobs": {"ok": None},
        "disk": {"ok": None, "free_bytes": 10**10},
        "processes": {"up": {"runs": True, "pid": 1}, "web": {"answers": True, "port": 8311}},
        "backup": {"age_s": None},
    }
    marks = {line.split()[1]: line[0] for line in status.lines_of(found).splitlines() if line[0] != "!"}
    assert {name for name, mark in marks.items() if mark == "✓"} == {"进程", "网页"}


def test_status_says_how_many_connections_are_needed_and_allowed() -> None:
    a_worker(2)
    found = health.look() | {"processes": {"up": {"runs": True, "pid": 1}, "web": {"answers": True, "port": 1}}}
    found |= {"backup": {"age_s": None}}
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_connections")
        (most,) = cursor.fetchone()
    needed, allowed = found["connections"]["needed"], found["connections"]["allowed"]
    assert 0 < needed < allowed < int(most)
    assert f"✓ 连接 connections     {needed} / {allowed}".split() == next(
        line.split() for line in status.lines_of(found).splitlines() if "connections" in line
    )


def test_status_says_how_far_rows_of_before_are_filled() -> None:
    a_worker(2)
    Job.objects.create(
        kind="jobs.backfill", key="cases.x", created_at=time.now(), next_at=time.now(), progress={"done": 30, "of": 120}
    )
    Job.objects.create(kind="jobs.backfill", key="cases.y", created_at=time.now(), next_at=time.now(), progress={})
    assert health.look()["jobs"]["backfills"] == [
        {"name": "cases.x", "done": 30, "of": 120},
        {"name": "cases.y", "done": 0, "of": 0},
    ]
    assert status.backfill_words({"name": "cases.x", "done": 30, "of": 120}) == "cases.x 25 % (30 / 120)"
