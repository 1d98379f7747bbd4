"""What adds goes first, rows of before are filled, then it is enforced; or it waits, and says for what."""

from collections.abc import Iterator, Sequence
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, models

from liandong.foundation.jobs import public as jobs
from liandong.foundation.jobs.models import Job, TimerRun
from liandong.foundation.migrating import public as migrating
from liandong.foundation.rooms import public as rooms
from liandong.kernel import time
from liandong.operate import database

pytestmark = pytest.mark.django_db(transaction=True)


def lacking() -> "models.QuerySet[TimerRun]":
    return TimerRun.objects.extra(where=["place IS NULL"])


def fill(keys: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_timer SET place = 'here' WHERE name = ANY(%s) AND name <> 'stubborn'", [list(keys)]
        )


ROOM = rooms.Room(
    name="tests",
    label="t",
    backfills=(rooms.Backfill("tests.place", "在哪里运行", f"{__name__}.lacking", f"{__name__}.fill", batch=2),),
)


@pytest.fixture(autouse=True)
def house(settings) -> Iterator[None]:
    settings.MIGRATION_MODULES = {"jobs": "tests.operate.stepped.migrations"}
    TimerRun.objects.bulk_create(TimerRun(name=f"{number}", started_at=time.now()) for number in range(5))
    with rooms.one_more(ROOM):
        yield
    call_command("migrate", "jobs", "0001", verbosity=0)


def migrated(**wishes: object) -> str:
    told = StringIO()
    call_command("migrate", verbosity=1, stdout=told, **wishes)
    return told.getvalue()


def applied() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'jobs'")
        return {name for (name,) in cursor.fetchall()} - {"0001_initial"}


def test_what_is_filled_in_time_is_enforced_at_once() -> None:
    told = migrated(fill_within=30)
    assert database.WAITS not in told
    assert applied() == {"0002_where_it_ran", "0003_always_where_it_ran"}
    assert not Job.objects.exists()


def test_what_takes_longer_waits_and_is_enforced_when_the_worker_has_filled_it() -> None:
    told = migrated(fill_within=0)
    assert f"{database.WAITS} jobs.0003_always_where_it_ran: tests.place" in told
    assert applied() == {"0002_where_it_ran"}
    assert [row.name for row in jobs.backfills()] == ["tests.place"]
    jobs.work_off(jobs.Lane.WITHIN)
    assert database.WAITS not in migrated(fill_within=0)
    assert applied() == {"0002_where_it_ran", "0003_always_where_it_ran"}


def test_who_doesnt_fill_is_refused_by_name_and_told_the_command() -> None:
    with pytest.raises(migrating.RowsLackIt, match=r"5.*tests\.place.*\./liandong backfill"):
        migrated()
    call_command("backfill", stdout=StringIO())
    migrated()
    assert "0003_always_where_it_ran" in applied()


def test_a_row_that_cannot_be_filled_stops_no_start() -> None:
    TimerRun.objects.create(name="stubborn", started_at=time.now())
    Job.objects.create(
        kind=jobs.BACKFILL, key="tests.place", created_at=time.now(), next_at=time.now(), attempts=jobs.MAX_ATTEMPTS
    )
    told = migrated(fill_within=30)
    assert "tests.place" in told
    assert database.WAITS in told
    assert applied() == {"0002_where_it_ran"}
