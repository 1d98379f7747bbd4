import logging
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from liandong.foundation.events import jobs, timers, worker
from liandong.foundation.events import public as events
from liandong.foundation.events.models import TimerRun
from liandong.foundation.events.registry import Timer, registry
from liandong.foundation.events.timers import run_if_due
from liandong.foundation.events.worker import Worker
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ran():
    """A timer of 60 s, and how often it ran."""
    times = []

    @events.timer(every_s=60)
    def count():
        times.append(time.now())

    return times


def the_timer() -> Timer:
    (timer,) = registry.timers.values()
    return timer


def test_timer_runs_at_once_and_then_after_its_period(ran):
    start = time.now()
    for seconds in (0, 30, 59, 60, 61, 130):
        with time.at(start + timedelta(seconds=seconds)):
            run_if_due(the_timer())
    assert [round((moment - start).total_seconds()) for moment in ran] == [0, 60, 130]


def test_timer_says_when_to_look_again(ran):
    start = time.now()
    with time.at(start):
        assert run_if_due(the_timer()) == start + timedelta(seconds=60)
    with time.at(start + timedelta(seconds=20)):
        assert run_if_due(the_timer()) == start + timedelta(seconds=60)


def test_timer_keeps_its_period_over_a_restart_and_over_workers(ran):
    Worker()._run_one_timer()
    Worker()._run_one_timer()
    assert len(ran) == 1


def test_timer_does_not_run_while_another_worker_runs_it():
    inside, finish, ran = threading.Event(), threading.Event(), []

    @events.timer(every_s=0.001)
    def slow():
        ran.append(1)
        inside.set()
        finish.wait(20)

    def elsewhere():
        run_if_due(the_timer())
        connection.close()

    other = threading.Thread(target=elsewhere)
    other.start()
    assert inside.wait(20)
    run_if_due(the_timer())
    assert len(ran) == 1
    finish.set()
    other.join()
    run_if_due(the_timer())
    assert len(ran) == 2


def test_failing_timer_is_logged_and_due_again(caplog):
    @events.timer(every_s=60)
    def fail():
        raise ValueError("no paper")

    with caplog.at_level(logging.ERROR):
        run_if_due(the_timer())
    assert "fail failed" in caplog.text
    row = TimerRun.objects.get()
    assert row.error == "ValueError: no paper"
    assert row.finished_at is not None
    with time.at(time.now() + timedelta(seconds=61)):
        run_if_due(the_timer())
        assert TimerRun.objects.get().started_at == time.now()


def test_failing_timer_does_not_keep_the_others_from_running(ran):
    @events.timer(every_s=60)
    def fail():
        raise ValueError

    loop = Worker()
    while loop._run_one_timer():
        pass
    assert len(ran) == 1
    assert TimerRun.objects.count() == 2


def test_timer_runs_outside_any_transaction():
    states = []
    events.timer(every_s=1)(lambda: states.append(connection.in_atomic_block))
    run_if_due(the_timer())
    assert states == [False]


def test_period_must_be_positive():
    with pytest.raises(ValueError, match="period"):
        events.timer(every_s=0)(print)


def test_once_hands_over_what_timers_published_too(publish):
    got = []
    events.subscribe("CaseReceived", "LightsTurned")(lambda batch: got.extend(event.type for event in batch))

    @events.timer(every_s=60)
    def turn():
        publish("LightsTurned")

    publish("CaseReceived")
    call_command("worker", "--once")
    assert got == ["CaseReceived", "LightsTurned"]


def test_loop_outlasts_a_database_that_goes_away(publish, monkeypatch, caplog):
    pauses, real, loop, got = [], worker.drain, Worker(), []
    failures = iter([OperationalError("server closed the connection")] * 7)
    monkeypatch.setattr(loop, "_rest", pauses.append)

    def drain():
        for failure in failures:
            raise failure
        return real()

    @events.subscribe("CaseReceived")
    def last(batch):
        got.extend(batch)
        loop.stop()

    monkeypatch.setattr(worker, "drain", drain)
    publish(n=1)
    loop.run()
    assert len(got) == 1
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    assert "database is away" in caplog.text


def test_loop_rests_after_a_batch_that_was_not_full_and_goes_on_after_one_that_was(monkeypatch):
    loop, sizes, done = Worker(), iter([500, worker.RETRIES_AT_ONCE, 7, 3]), []

    def drain():
        done.append(next(sizes, 0))
        if not done[-1]:
            loop.stop()
        return done[-1]

    monkeypatch.setattr(worker, "drain", drain)
    monkeypatch.setattr(loop, "_rest", lambda seconds: done.append(f"{seconds} s"))
    loop.run()
    assert done == [500, worker.RETRIES_AT_ONCE, 7, "0.5 s", 3, "0.5 s", 0]


def test_loop_goes_on_with_a_new_connection_after_its_own_was_cut(publish):
    loop, got = Worker(), []

    @events.subscribe("CaseReceived")
    def cut_once(batch):
        got.append(len(batch))
        if len(got) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        loop.stop()

    publish(n=1)
    publish(n=2)
    loop.run()
    assert got == [2, 2]
    assert events.backlog() == (0, 0, 0)


WORKER = """
import os, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["DATABASE_OF_THE_TEST"]
django.setup()
from django.core.management import call_command
from liandong.foundation.events import public as events
from liandong.foundation.events.registry import registry
registry.subscribers.clear()
registry.timers.clear()

@events.subscribe("CaseReceived")
def tell(batch):
    print("handed over", len(batch), flush=True)

print("ready", flush=True)
call_command("worker")
print("ended", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_worker_ends_cleanly_when_it_is_asked_to(publish, number):
    environment = os.environ | {
        "DATABASE_OF_THE_TEST": connection.settings_dict["NAME"],
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    publish(n=1)
    with subprocess.Popen(
        [sys.executable, "-c", WORKER], env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout.readline() == "ready\n"
        assert running.stdout.readline() == "handed over 1\n"
        running.send_signal(number)
        assert running.stdout.read() == "ended\n"
    assert running.returncode == 0


def test_the_ledger_is_sealed_by_a_timer(tmp_path, settings):
    settings.DATA = tmp_path
    with transaction.atomic():
        ledger.append_many(actor=SYSTEM, entries=[ledger.NewEntry(("case", 1), "A", {})])
    events.timer(every_s=jobs.SEAL_EVERY_S)(jobs.seal_ledger)
    timers.run_if_due(the_timer())
    assert ledger.last_seal().head.entries == 1
    assert jobs.SEAL_EVERY_S == 10


def test_timer_that_a_sudden_end_cut_off_is_due_again_soon_but_not_at_once(ran):
    start = time.now()
    with time.at(start):
        run_if_due(the_timer())
        TimerRun.objects.update(finished_at=None)
    for later, times in ((29, 1), (30, 2), (60, 2)):
        with time.at(start + timedelta(seconds=later)):
            run_if_due(the_timer())
        assert len(ran) == times
