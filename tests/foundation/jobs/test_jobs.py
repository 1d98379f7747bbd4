"""Long work: ordered in a transaction, done in turns, taken up where it was cut off, done once, shown when given up."""

import logging
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from liandong.foundation.jobs import public as jobs
from liandong.foundation.jobs import turns
from liandong.foundation.jobs.loop import Timed, Working
from liandong.foundation.jobs.models import Job, TimerRun
from liandong.foundation.jobs.pulse import Beat
from liandong.foundation.jobs.registry import registry
from liandong.foundation.jobs.timers import Holder, passer_by, run_if_due
from liandong.foundation.jobs.turns import run_turn, work_off
from liandong.kernel import time

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN = [jobs.Lane.WITHIN]


@pytest.fixture
def counted() -> list[int]:
    """Work of three turns, and what each of them began from."""
    began = []

    @jobs.work("count")
    def count(turn: jobs.Turn) -> jobs.Again | None:
        began.append(turn.progress.get("n", 0))
        return jobs.Again({"n": began[-1] + 1}) if began[-1] < 2 else None

    return began


def turn(holder: Holder | None = None) -> bool:
    return run_turn(WITHIN, holder or passer_by())


def test_a_job_goes_on_from_turn_to_turn_and_is_gone_when_it_is_done(counted) -> None:
    jobs.order(jobs.Order("count"))
    assert [turn(), turn(), turn(), turn()] == [True, True, True, False]
    assert counted == [0, 1, 2]
    assert not Job.objects.exists()


def test_what_is_rolled_back_was_never_ordered(counted) -> None:
    with transaction.atomic():
        jobs.order(jobs.Order("count"))
        transaction.set_rollback(True)
    assert not turn()


def test_a_turn_runs_outside_any_transaction() -> None:
    states = []
    jobs.work("look")(lambda _turn: states.append(connection.in_atomic_block))
    jobs.order(jobs.Order("look"))
    turn()
    assert states == [False]


def test_jobs_take_turns_so_that_a_long_one_keeps_no_other_waiting(counted) -> None:
    jobs.work("short")(lambda turn: counted.append(turn.key))
    jobs.order(jobs.Order("count"))
    jobs.order(jobs.Order("short", "a"))
    work_off()
    assert counted[1] == "a"


def test_the_same_job_ordered_twice_is_there_once_and_begins_anew(counted) -> None:
    jobs.order(jobs.Order("count"))
    turn()
    jobs.order(jobs.Order("count"))
    assert Job.objects.count() == 1
    work_off()
    assert counted == [0, 0, 1, 2]


def test_what_is_ordered_while_a_turn_is_in_hand_begins_anew_even_where_that_was_the_last() -> None:
    began = []

    @jobs.work("look")
    def look(turn: jobs.Turn) -> None:
        began.append(turn.arguments)
        if len(began) == 1:
            jobs.order(jobs.Order("look", arguments={"n": 2}))

    jobs.order(jobs.Order("look", arguments={"n": 1}))
    work_off()
    assert began == [{"n": 1}, {"n": 2}]
    assert not Job.objects.exists()


@pytest.mark.parametrize("attempts", [1, 8])
def test_what_is_ordered_while_a_turn_is_in_hand_doesnt_pay_for_its_failure(attempts: int) -> None:
    """Neither later, nor given up: the new order has not been tried yet."""
    began: list[object] = []

    @jobs.work("look")
    def look(turn: jobs.Turn) -> None:
        began.append(turn.arguments)
        if len(began) == 1:
            jobs.order(jobs.Order("look", arguments={"n": 2}))
            raise ValueError("no paper")

    jobs.order(jobs.Order("look", arguments={"n": 1}))
    Job.objects.update(attempts=attempts - 1)
    turn()
    waiting = Job.objects.get()
    assert (waiting.error, waiting.died_at) == ("", None)
    assert turn()
    assert began == [{"n": 1}, {"n": 2}]
    assert not Job.objects.exists()


def test_an_order_that_is_content_with_what_is_there_leaves_it_where_it_is(counted) -> None:
    jobs.order(jobs.Order("count"))
    turn()
    jobs.order(jobs.Order("count"), anew=False)
    work_off()
    assert counted == [0, 1, 2]


def test_a_job_waits_for_its_time(counted) -> None:
    now = time.now()
    jobs.order(jobs.Order("count", in_s=5))
    for seconds, due in ((0, False), (4.9, False), (5.1, True)):
        with time.at(now + timedelta(seconds=seconds)):
            assert turn() == due


@pytest.fixture
def failing() -> list[str]:
    """Work that fails as long as the list is empty."""
    mended = []

    @jobs.work("fail")
    def fail(_turn: jobs.Turn) -> None:
        if not mended:
            raise ValueError("no paper")

    return mended


def test_what_fails_comes_later_each_time_and_is_given_up_at_last(failing, caplog) -> None:
    jobs.order(jobs.Order("fail"))
    now = time.now()
    seconds, pauses = 0.0, []
    with caplog.at_level(logging.ERROR):
        while not Job.objects.get().died_at:
            with time.at(now + timedelta(seconds=seconds)):
                turn()
            row = Job.objects.get()
            pauses.append(round((row.next_at - now).total_seconds() - seconds))
            seconds = (row.next_at - now).total_seconds()
    assert pauses[:7] == [2, 4, 8, 16, 32, 64, 128]
    (dead,) = jobs.dead_jobs()
    assert (dead.kind, dead.attempts, dead.error) == ("fail", 8, "ValueError: no paper")
    assert jobs.count_dead_jobs() == 1
    assert "is given up" in caplog.text


def test_one_that_was_given_up_goes_on_when_it_is_revived(failing) -> None:
    jobs.order(jobs.Order("fail"))
    Job.objects.update(attempts=7)
    turn()
    (dead,) = jobs.dead_jobs()
    failing.append("mended")
    assert jobs.revive(job_id=dead.id)
    assert not jobs.revive(job_id=dead.id)
    assert turn()
    assert not Job.objects.exists()


@pytest.mark.parametrize("anew", [True, False])
def test_one_that_was_given_up_begins_anew_when_it_is_ordered_again(failing, anew: bool) -> None:
    jobs.order(jobs.Order("fail"))
    Job.objects.update(attempts=7)
    turn()
    failing.append("mended")
    jobs.order(jobs.Order("fail"), anew=anew)
    assert turn()
    assert not Job.objects.exists()


def test_a_turn_that_went_well_gives_back_all_attempts(counted) -> None:
    jobs.order(jobs.Order("count"))
    Job.objects.update(attempts=6)
    turn()
    assert Job.objects.get().attempts == 0


def test_a_job_of_another_version_waits_for_a_worker_that_knows_it() -> None:
    jobs.order(jobs.Order("of tomorrow"))
    assert not turn()
    assert Job.objects.get().attempts == 0


def test_lanes_do_not_wait_for_each_other(counted) -> None:
    jobs.work("send", lane=jobs.Lane.OUTSIDE)(lambda turn: counted.append(turn.key))
    jobs.order_many([jobs.Order("send", "a"), jobs.Order("count")])
    assert run_turn([jobs.Lane.OUTSIDE], passer_by())
    assert counted == ["a"]
    assert not run_turn([jobs.Lane.OUTSIDE, jobs.Lane.APART], passer_by())


def test_what_goes_to_a_system_that_is_away_is_put_off_together(counted) -> None:
    jobs.order_many([jobs.Order("count", "a", group="mail"), jobs.Order("count", "b", group="sms")])
    jobs.put_off(kind="count", group="mail", until=time.now() + timedelta(minutes=1))
    turn()
    assert Job.objects.exclude(progress={}).get().key == "b"


def test_two_workers_share_and_none_does_what_the_other_has_in_hand() -> None:
    inside, finish, done = threading.Barrier(2), threading.Event(), []

    @jobs.work("slow")
    def slow(turn: jobs.Turn) -> None:
        inside.wait(20)
        finish.wait(20)
        done.append(turn.key)

    jobs.order_many([jobs.Order("slow", key) for key in "ab"])

    def elsewhere() -> None:
        turn()
        connection.close()

    others = [threading.Thread(target=elsewhere) for _ in "ab"]
    for other in others:
        other.start()
    while Job.objects.filter(held_until=None).exists():
        pass
    assert not turn()
    finish.set()
    for other in others:
        other.join()
    assert sorted(done) == ["a", "b"]


def test_a_job_is_its_holders_until_the_lease_ends_and_then_goes_on_elsewhere(counted) -> None:
    jobs.order(jobs.Order("count"))
    now = time.now()
    assert turns._claim(["count"], Holder("killed", 15), lambda: True)
    for seconds, free in ((1, False), (14, False), (16, True)):
        with time.at(now + timedelta(seconds=seconds)):
            assert turn() == free
    assert counted == [0]


def test_who_comes_back_after_another_took_over_changes_nothing(counted) -> None:
    jobs.order(jobs.Order("count"))
    late = turns._claim(["count"], Holder("late", 0), lambda: True)
    with time.at(time.now() + timedelta(seconds=3)):
        taken = turns._claim(["count"], Holder("other", 60), lambda: True)
    turns._ended(late, Holder("late", 0), None)
    assert (taken.id, Job.objects.get().holder) == (late.id, "other")


def test_one_that_ends_its_worker_each_time_is_given_up(counted) -> None:
    """A job that takes all the memory would else end every worker for ever."""
    jobs.order(jobs.Order("count"))
    now = time.now()
    for number in range(8):
        with time.at(now + timedelta(hours=number)):
            assert turns._claim(["count"], Holder("killed", 15), lambda: True)
    with time.at(now + timedelta(hours=9)):
        assert turn()
    assert jobs.count_dead_jobs() == 1
    assert counted == []


def test_work_that_looks_after_a_start_is_ordered_by_every_worker_that_starts() -> None:
    seen = []
    jobs.work("adopt", at_start=True)(lambda turn: seen.append(turn.key))
    loop = Timed(Beat().pulse())
    loop._turn()
    loop._turn()
    assert seen == [""]
    Timed(Beat().pulse())._turn()
    assert seen == ["", ""]


def test_long_work_of_a_start_goes_on_where_it_was_when_another_worker_starts() -> None:
    began: list[int] = []

    @jobs.work("adopt", at_start=True)
    def adopt(turn: jobs.Turn) -> jobs.Again | None:
        began.append(turn.progress.get("n", 0))
        return jobs.Again({"n": began[-1] + 1}) if began[-1] < 2 else None

    turns.order_at_start()
    turn()
    turns.order_at_start()
    work_off()
    assert began == [0, 1, 2]


def test_a_worker_that_is_to_end_tells_a_turn_that_waits() -> None:
    told = []
    loop = Working(jobs.Lane.APART, Beat().pulse())

    @jobs.work("train", lane=jobs.Lane.APART)
    def train(turn: jobs.Turn) -> jobs.Again:
        told.append(turn.gets_on())
        loop.stop()
        told.append(turn.gets_on())
        return jobs.Again()

    jobs.order(jobs.Order("train"))
    loop.run()
    assert told == [True, False]
    row = Job.objects.get()
    assert (row.attempts, row.held_until) == (0, None)


def cut() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_database_that_goes_away_in_a_turn_or_a_timer_costs_neither() -> None:
    """What the worker was cut off in isn't its own for ever, though its pulse goes on."""
    seen = {"job": 0, "timer": 0}
    loop = Timed(Beat().pulse())

    @jobs.work("job")
    def job(_turn: jobs.Turn) -> None:
        seen["job"] += 1
        if seen["job"] == 1:
            cut()

    @jobs.timer(every_s=60)
    def timer() -> None:
        seen["timer"] += 1
        if seen["timer"] == 1:
            cut()

    jobs.order(jobs.Order("job"))
    with pytest.raises(OperationalError):
        loop._turn()
    connection.close()
    loop._pulse.tell()
    assert TimerRun.objects.get().held_until
    loop._pulse.let_go()
    with pytest.raises(OperationalError):
        loop._turn()
    connection.close()
    loop._pulse.let_go()
    with time.at(time.now() + timedelta(seconds=31)):
        run_if_due(next(iter(registry.timers.values())))
        assert turn()
    assert seen == {"job": 2, "timer": 2}
    assert not Job.objects.exists()


def test_the_loop_frees_what_it_was_cut_off_in_once_the_database_is_back(monkeypatch) -> None:
    loop, rests, ran = Timed(Beat().pulse()), [], []

    @jobs.work("job")
    def job(turn: jobs.Turn) -> None:
        ran.append(turn.attempts)
        if len(ran) == 1:
            cut()
        loop.stop()

    def rest(seconds: float) -> None:
        rests.append(seconds)
        loop._ended.clear()
        connection.close()
        Job.objects.update(next_at=time.now())

    monkeypatch.setattr(loop, "_rest", rest)
    jobs.order(jobs.Order("job"))
    loop.run()
    assert ran == [1, 2]
    assert rests == [0.5]
    assert not Job.objects.exists()


KILLED = """
import os, signal, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["DATABASE_OF_THE_TEST"]
django.setup()
from django.core.management import call_command
from liandong.foundation.events.registry import registry as events
from liandong.foundation.jobs import public as jobs
from liandong.foundation.jobs.registry import registry
events.subscribers.clear()
registry.timers.clear()
registry.kinds.clear()

@jobs.work("walk")
def walk(turn):
    step = turn.progress.get("step", 0)
    with open(os.environ["STEPS"], "a") as steps:
        steps.write(f"{step}\\n")
    if step == 2 and os.environ.get("KILLED"):
        os.kill(os.getpid(), signal.SIGKILL)
    if step == 4:
        os.kill(os.getpid(), signal.SIGTERM)
        return None
    return jobs.Again({"step": step + 1})

call_command("worker", "--only", "work")
"""


def test_a_worker_that_is_killed_in_the_middle_of_a_job_loses_nothing(tmp_path: Path) -> None:
    """The next of its name takes the job up at once, from the step that was kept last."""
    jobs.order(jobs.Order("walk"))
    environment = os.environ | {
        "DATABASE_OF_THE_TEST": connection.settings_dict["NAME"],
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "LIANDONG_WORKER": "w",
        "STEPS": str(tmp_path / "steps"),
    }

    def worker(**more: str) -> int:
        return subprocess.run(
            [sys.executable, "-c", KILLED], env=environment | more, check=False, timeout=60
        ).returncode

    assert worker(KILLED="1") == -signal.SIGKILL
    assert Job.objects.get().progress == {"step": 2}
    assert worker() == 0
    assert (tmp_path / "steps").read_text().split() == ["0", "1", "2", "2", "3", "4"]
    assert not Job.objects.exists()
