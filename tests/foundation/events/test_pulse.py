"""A worker's pulse: told to the database, marked in a file, and what it means for the jobs that it holds."""

import os
import time as stopwatch
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from liandong.foundation.events import public as events
from liandong.foundation.events import pulse
from liandong.foundation.events.models import TimerRun, WorkerBeat
from liandong.foundation.events.pulse import Pulse
from liandong.foundation.events.registry import registry
from liandong.foundation.events.timers import run_if_due
from liandong.foundation.events.worker import Worker
from liandong.kernel import time

pytestmark = pytest.mark.django_db(transaction=True)


def held_by(name: str, *, for_s: float) -> None:
    now = time.now()
    TimerRun.objects.create(name="t", started_at=now, holder=name, held_until=now + timedelta(seconds=for_s))


def test_a_worker_is_known_while_it_runs_and_gone_when_it_ended_as_asked(publish, monkeypatch) -> None:
    monkeypatch.setattr(pulse, "BEAT_EVERY_S", 0.01)
    loop, seen = Worker(), []

    @events.timer(every_s=0.001)
    def look() -> None:
        seen[:] = WorkerBeat.objects.values_list("pid", "moved_at")
        if seen:
            loop.stop()

    loop.run()
    ((pid, moved_at),) = seen
    assert pid == os.getpid()
    assert time.now() - moved_at < timedelta(minutes=1)
    assert WorkerBeat.objects.count() == 0


def test_each_statement_is_a_movement_and_marks_the_file(monkeypatch, tmp_path: Path) -> None:
    beat = tmp_path / "beat"
    monkeypatch.setenv("LIANDONG_BEAT", str(beat))
    monkeypatch.setattr(pulse, "_MARK_EVERY_S", 0)
    own = Pulse()
    own._moved -= 1000
    with own.beating(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert stopwatch.monotonic() - own._moved < 100
    assert beat.exists()


def test_the_next_process_of_the_same_name_frees_what_the_one_before_had_in_hand(monkeypatch) -> None:
    monkeypatch.setenv("LIANDONG_WORKER", "w")
    held_by("w", for_s=600)
    Pulse()._introduce()
    assert TimerRun.objects.get().held_until is None


def test_what_another_worker_holds_stays_its_own(monkeypatch) -> None:
    held_by("other", for_s=600)
    before = TimerRun.objects.get().held_until
    own = Pulse()
    own._introduce()
    own._tell()
    assert TimerRun.objects.get().held_until == before


def test_a_loop_that_stands_holds_no_job_any_longer(monkeypatch) -> None:
    monkeypatch.setenv("LIANDONG_WORKER", "w")
    own = Pulse()
    held_by("w", for_s=1)
    own._tell()
    renewed = TimerRun.objects.get().held_until
    assert renewed > time.now() + timedelta(seconds=5)
    own._moved -= pulse.STANDSTILL_S + 1
    with time.at(time.now() + timedelta(seconds=5)):
        own._tell()
    assert TimerRun.objects.get().held_until == renewed


def test_a_worker_of_yesterday_is_forgotten() -> None:
    old = time.now() - timedelta(days=2)
    WorkerBeat.objects.create(id="old", host="h", pid=1, started_at=old, moved_at=old)
    Pulse()._introduce()
    assert not WorkerBeat.objects.filter(id="old").exists()


def test_a_job_that_took_longer_than_it_was_held_leaves_the_turn_of_another_alone() -> None:
    @events.timer(every_s=60)
    def slow() -> None:
        TimerRun.objects.update(holder="another", finished_at=None)

    (timer,) = registry.timers.values()
    run_if_due(timer)
    row = TimerRun.objects.get()
    assert (row.holder, row.finished_at) == ("another", None)
