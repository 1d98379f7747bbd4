import os
import signal
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from liandong.foundation.events import jobs as own_jobs
from liandong.foundation.events import public as events
from liandong.foundation.events import worker
from liandong.foundation.events.worker import Handing
from liandong.foundation.jobs import public as jobs
from liandong.foundation.jobs.pulse import Beat
from liandong.foundation.jobs.registry import registry
from liandong.foundation.jobs.timers import run_if_due
from liandong.foundation.ledger import public as ledger
from liandong.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


def handing() -> Handing:
    return Handing(Beat().pulse())


def test_once_hands_over_what_timers_published_too(publish):
    got = []
    events.subscribe("CaseReceived", "LightsTurned")(lambda batch: got.extend(event.type for event in batch))

    @jobs.timer(every_s=60)
    def turn():
        publish("LightsTurned")

    publish("CaseReceived")
    call_command("worker", "--once")
    assert got == ["CaseReceived", "LightsTurned"]


def test_loop_outlasts_a_database_that_goes_away(publish, monkeypatch, caplog):
    pauses, real, loop, got = [], worker.drain, handing(), []
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
    loop, sizes, done = handing(), iter([500, worker.RETRIES_AT_ONCE, 7, 3]), []

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
    loop, got = handing(), []

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
from liandong.foundation.jobs.registry import registry as work
registry.subscribers.clear()
work.timers.clear()
work.kinds.clear()

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
    jobs.timer(every_s=own_jobs.SEAL_EVERY_S)(own_jobs.seal_ledger)
    (timer,) = registry.timers.values()
    run_if_due(timer)
    assert ledger.last_seal().head.entries == 1
    assert own_jobs.SEAL_EVERY_S == 10
