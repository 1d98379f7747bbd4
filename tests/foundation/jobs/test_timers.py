import logging
import threading
from datetime import timedelta

import pytest
from django.db import connection

from liandong.foundation.jobs import public as jobs
from liandong.foundation.jobs.loop import Timed
from liandong.foundation.jobs.models import TimerRun
from liandong.foundation.jobs.pulse import Beat
from liandong.foundation.jobs.registry import Timer, registry
from liandong.foundation.jobs.timers import run_if_due
from liandong.kernel import time

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ran():
    """A timer of 60 s, and how often it ran."""
    times = []

    @jobs.timer(every_s=60)
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
    Timed(Beat().pulse())._run_one_timer()
    Timed(Beat().pulse())._run_one_timer()
    assert len(ran) == 1


def test_timer_does_not_run_while_another_worker_runs_it():
    inside, finish, ran = threading.Event(), threading.Event(), []

    @jobs.timer(every_s=0.001)
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
    @jobs.timer(every_s=60)
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
    @jobs.timer(every_s=60)
    def fail():
        raise ValueError

    loop = Timed(Beat().pulse())
    while loop._run_one_timer():
        pass
    assert len(ran) == 1
    assert TimerRun.objects.count() == 2


def test_timer_runs_outside_any_transaction():
    states = []
    jobs.timer(every_s=1)(lambda: states.append(connection.in_atomic_block))
    run_if_due(the_timer())
    assert states == [False]


def test_period_must_be_positive():
    with pytest.raises(ValueError, match="period"):
        jobs.timer(every_s=0)(print)


def test_timer_that_a_sudden_end_cut_off_is_due_again_soon_but_not_at_once(ran):
    start = time.now()
    with time.at(start):
        run_if_due(the_timer())
        TimerRun.objects.update(finished_at=None)
    for later, times in ((29, 1), (30, 2), (60, 2)):
        with time.at(start + timedelta(seconds=later)):
            run_if_due(the_timer())
        assert len(ran) == times
