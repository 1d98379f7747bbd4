"""A worker's pulse: told to the database, marked in a file, and what it means for the jobs that it holds."""

import os
import time as stopwatch
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from liandong.foundation.events.worker import Worker
from liandong.foundation.jobs import public as jobs
from liandong.foundation.jobs import pulse
from liandong.foundation.jobs.models import Job, TimerRun, WorkerBeat
from liandong.foundation.jobs.pulse import Beat
from liandong.foundation.jobs.registry import registry
from liandong.foundation.jobs.timers import run_if_due
from liandong.kernel import time

pytestmark = pytest.mark.django_db(transaction=True)


def held_by(name: str, *, for_s: float) -> None:
    now = time.now()
    held = {"holder": name, "held_until": now + timedelta(seconds=for_s)}
    TimerRun.objects.create(name="t", started_at=now, **held)
    Job.objects.create(kind="k", created_at=now, next_at=now, **held)


def test_a_worker_is_known_while_it_runs_and_gone_when_it_ended_as_asked(monkeypatch) -> None:
    monkeypatch.setattr(pulse, "BEAT_EVERY_S", 0.01)
    loop, seen = Worker(), []

    @jobs.timer(every_s=0.001)
    def look() -> None:
        seen[:] = WorkerBeat.objects.values_list("does", "pid", "moved_at")
        if len(seen) == 4:
            loop.stop()

    loop.run()
    assert {does for does, _, _ in seen} == {"events", "within", "outside", "apart"}
    assert {pid for _, pid, _ in seen} == {os.getpid()}
    assert all(time.now() - moved_at < timedelta(minutes=1) for *_, moved_at in seen)
    assert WorkerBeat.objects.count() == 0


def test_each_statement_is_a_movement_and_marks_the_file(monkeypatch, tmp_path: Path) -> None:
    beat = tmp_path / "beat"
    monkeypatch.setenv("LIANDONG_BEAT", str(beat))
    monkeypatch.setattr(pulse, "_MARK_EVERY_S", 0)
    own = Beat().pulse()
    own.moved -= 1000
    with own.felt(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert stopwatch.monotonic() - own.moved < 100
    assert beat.exists()


def test_the_next_process_of_the_same_name_frees_what_the_one_before_had_in_hand(monkeypatch) -> None:
    monkeypatch.setenv("LIANDONG_WORKER", "w")
    held_by("w", for_s=600)
    Beat().pulse().introduce()
    assert TimerRun.objects.get().held_until is None
    assert Job.objects.get().held_until is None


def test_what_another_worker_holds_stays_its_own(monkeypatch) -> None:
    held_by("other", for_s=600)
    before, of_job = TimerRun.objects.get().held_until, Job.objects.get().held_until
    own = Beat().pulse()
    own.introduce()
    own.tell()
    assert (TimerRun.objects.get().held_until, Job.objects.get().held_until) == (before, of_job)


def test_a_loop_that_stands_holds_no_job_any_longer(monkeypatch) -> None:
    monkeypatch.setenv("LIANDONG_WORKER", "w")
    own = Beat().pulse()
    held_by("w", for_s=1)
    own.tell()
    renewed = TimerRun.objects.get().held_until
    assert renewed > time.now() + timedelta(seconds=5)
    assert Job.objects.get().held_until > time.now() + timedelta(seconds=5)
    own.moved -= pulse.STANDSTILL_S + 1
    with time.at(time.now() + timedelta(seconds=5)):
        own.tell()
    assert TimerRun.objects.get().held_until == renewed


def test_a_worker_of_yesterday_is_forgotten() -> None:
    old = time.now() - timedelta(days=2)
    WorkerBeat.objects.create(id="old", host="h", pid=1, started_at=old, moved_at=old)
    Beat().pulse().introduce()
    assert not WorkerBeat.objects.filter(id="old").exists()


def test_a_job_that_took_longer_than_it_was_held_leaves_the_turn_of_another_alone() -> None:
    @jobs.timer(every_s=60)
    def slow() -> None:
        TimerRun.objects.update(holder="another", finished_at=None)

    (timer,) = registry.timers.values()
    run_if_due(timer)
    row = TimerRun.objects.get()
    assert (row.holder, row.finished_at) == ("another", None)


def test_the_file_is_as_old_as_the_loop_that_has_stood_the_longest(monkeypatch, tmp_path: Path) -> None:
    path = tmp_path / "beat"
    monkeypatch.setenv("LIANDONG_BEAT", str(path))
    monkeypatch.setattr(pulse, "_MARK_EVERY_S", 0)
    beat = Beat()
    one, other = beat.pulse("within"), beat.pulse("outside")
    beat._marked = stopwatch.monotonic()
    one.moves()
    assert not path.exists()
    other.moves()
    assert path.exists()
