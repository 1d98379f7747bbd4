"""A pooler that gives the connection to somebody else after each transaction breaks nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.app.pgbouncer import transaction_pooler

pytestmark = pytest.mark.usefixtures("committed")

BEGIN = """
import os, signal, django
django.setup()
from django.core.management import call_command
from django.db import connection, transaction
from liandong.contexts.intake import public as intake
from liandong.foundation.events import public as events
from liandong.foundation.events.registry import registry as events_registry
from liandong.foundation.jobs import public as jobs
from liandong.foundation.jobs.loop import Timed
from liandong.foundation.jobs.models import Job, TimerRun
from liandong.foundation.jobs.pulse import Beat
from liandong.foundation.jobs.registry import registry
from liandong.foundation.jobs.timers import run_if_due
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from tests import county

def receive():
    (answer,) = intake.receive(actor=SYSTEM, batch=[county.report()])
    assert isinstance(answer, intake.Received), answer

"""
Run = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def pooled(reachable_folder: Path) -> Iterator[str]:
    with transaction_pooler(reachable_folder, connection.settings_dict["NAME"], pool=2) as url:
        yield url


@pytest.fixture
def run(pooled: str, tmp_path: Path) -> Run:
    """Runs a script in a process of its own behind the pooler."""

    def script(text: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, "-c", BEGIN + text],
            env=os.environ
            | {
                "DATABASE_URL": pooled,
                "LIANDONG_DATA": str(tmp_path / "data"),
                "DJANGO_SETTINGS_MODULE": "liandong.app.settings",
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        return done

    return script


def locks_and_statements(url: str) -> tuple[int, int]:
    with psycopg.connect(url, autocommit=True) as asking:
        asking.prepare_threshold = None
        locks = asking.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        ).fetchone()
        statements = asking.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()
    return int(locks[0]), int(statements[0])


def test_reports_come_in_events_go_out_seals_are_made_and_verified(run: Run, pooled: str) -> None:
    work = """
registry.timers.pop("liandong.app.jobs.learn_at_night")
for _ in range(8): receive()
call_command("worker", "--once")
"""
    run(work)
    assert locks_and_statements(pooled) == (0, 0)
    done = run(work + "call_command('ledger', 'seal'); call_command('ledger', 'verify'); print(events.backlog())")
    assert locks_and_statements(pooled) == (0, 0)
    assert "(0, 0, 0)" in done.stdout
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry WHERE id > (SELECT max(to_id) FROM ledger_seal)")
        assert cursor.fetchone() == (0,)
        cursor.execute("DELETE FROM ledger_seal; DELETE FROM ledger_seal_key")


def test_a_worker_that_is_killed_in_a_job_holds_up_the_next_for_seconds_only(run: Run, pooled: str) -> None:
    job = """
registry.timers.clear(); registry.kinds.clear(); events_registry.subscribers.clear()
@jobs.timer(every_s=1)
def job():
    print("ran", flush=True)
    {deed}
"""
    killed = run(job.format(deed="os.kill(os.getpid(), signal.SIGKILL)") + "Timed(Beat().pulse())._turn()")
    assert killed.stdout == "ran\n"
    assert locks_and_statements(pooled) == (0, 0)
    after = """
from datetime import timedelta
now = TimerRun.objects.get().started_at
for later_s in (1, 14, 16):
    with time.at(now + timedelta(seconds=later_s)):
        Timed(Beat().pulse())._turn()
    print(later_s, flush=True)
"""
    assert run(job.format(deed="pass") + after).stdout == "1\n14\nran\n16\n"


def test_long_work_goes_on_behind_a_pooler_when_its_worker_was_killed(run: Run, pooled: str) -> None:
    work = """
registry.timers.clear(); registry.kinds.clear(); events_registry.subscribers.clear()
@jobs.work("walk")
def walk(turn):
    step = turn.progress.get("step", 0)
    print(step, flush=True)
    if step == 1:
        {deed}
    return jobs.Again({{"step": step + 1}}) if step < 2 else None
"""
    killed = run(
        work.format(deed="os.kill(os.getpid(), signal.SIGKILL)") + "jobs.order(jobs.Order('walk')); jobs.work_off()"
    )
    assert killed.stdout == "0\n1\n"
    assert locks_and_statements(pooled) == (0, 0)
    after = "Job.objects.update(next_at=time.now(), held_until=None); jobs.work_off()"
    assert run(work.format(deed="pass") + after).stdout == "1\n2\n"


def test_a_pooler_is_known_as_one(pooled: str, run: Run) -> None:
    assert run("connection.ensure_connection(); print(connection.connection.prepare_threshold)").stdout == "None\n"
