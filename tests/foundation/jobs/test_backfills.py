"""Rows of an earlier version are filled in batches by a job, and the step that enforces it refuses until then."""

from collections.abc import Iterator, Sequence

import pytest
from django.db import connection, models

from liandong.foundation.jobs import public as jobs
from liandong.foundation.jobs.models import Job, TimerRun
from liandong.foundation.migrating import public as migrating
from liandong.foundation.rooms import public as rooms
from liandong.kernel import time

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "tests.host"
seen: list[list[str]] = []


def lacking() -> "models.QuerySet[TimerRun]":
    return TimerRun.objects.filter(holder="")


def fill(keys: Sequence[str]) -> None:
    assert connection.in_atomic_block
    seen.append(list(keys))
    TimerRun.objects.filter(pk__in=keys).exclude(pk="stubborn").update(holder="a house")


ROOM = rooms.Room(
    name="tests",
    label="t",
    backfills=(rooms.Backfill(NAME, "在哪台机器", f"{__name__}.lacking", f"{__name__}.fill", batch=2),),
)


@pytest.fixture(autouse=True)
def house() -> Iterator[None]:
    seen.clear()
    TimerRun.objects.bulk_create(TimerRun(name=f"{number}", started_at=time.now()) for number in range(5))
    jobs.work(jobs.BACKFILL, at_start=True)(jobs.backfill)
    with rooms.one_more(ROOM):
        yield


def test_a_start_of_a_worker_fills_what_rows_lack_in_batches_and_leaves_no_job_behind() -> None:
    jobs.run_due()
    assert [len(keys) for keys in seen] == [2, 2, 1]
    assert not lacking().exists()
    assert not Job.objects.exists()


def test_a_batch_that_was_done_isnt_done_again_after_an_interruption() -> None:
    jobs.order_backfills()
    job = Job.objects.get()
    turn = jobs.Turn(job.pk, job.kind, job.key, {}, {}, 1, 1, lambda: False)
    again = jobs.backfill(turn)
    assert again is not None
    assert again.progress == {"done": 2, "of": 5, "left": 5, "after": "1"}
    Job.objects.update(progress=dict(again.progress))
    assert jobs.backfills() == [jobs.BackfillRow(NAME, 2, 5)]
    assert jobs.finish([NAME], 30)
    assert [key for keys in seen for key in keys] == ["0", "1", "2", "3", "4"]


def test_a_row_that_the_version_before_adds_meanwhile_is_filled_too() -> None:
    TimerRun.objects.create(name="z", started_at=time.now(), holder="another")
    jobs.order_backfills()
    jobs.work_off(jobs.Lane.WITHIN)
    TimerRun.objects.create(name="!", started_at=time.now())
    assert jobs.lacking() == [NAME]
    assert jobs.finish([NAME], 30)


def test_a_row_that_cannot_be_filled_is_told_and_turns_nothing_into_a_circle() -> None:
    TimerRun.objects.create(name="stubborn", started_at=time.now())
    jobs.order_backfills()
    job = Job.objects.get()
    with pytest.raises(jobs.BackfillStands, match=r"tests\.host.*1"):
        jobs.backfill(jobs.Turn(job.pk, job.kind, job.key, {}, {}, 1, 1, lambda: True))


def test_what_was_given_up_is_said_by_name_to_whoever_waits_for_it() -> None:
    TimerRun.objects.create(name="stubborn", started_at=time.now())
    jobs.order_backfills()
    Job.objects.update(attempts=jobs.MAX_ATTEMPTS)
    with pytest.raises(jobs.BackfillStands, match=NAME):
        jobs.finish([NAME], 30)


def test_the_enforcing_step_refuses_by_name_while_a_row_lacks_it() -> None:
    step = migrating.Enforces(NAME, "SELECT FROM events_timer WHERE holder = ''")
    with connection.schema_editor() as editor, pytest.raises(migrating.RowsLackIt, match=r"5.*tests\.host.*backfill"):
        step.database_forwards("jobs", editor, None, None)
    assert jobs.finish([NAME], 30)
    with connection.schema_editor() as editor:
        step.database_forwards("jobs", editor, None, None)
