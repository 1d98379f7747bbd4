"""Moments come from the database as they went in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection

MOMENTS = [
    datetime(2026, 5, 11, 10, 0, tzinfo=timezone(timedelta(hours=8))),
    datetime(2026, 5, 11, 2, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 5, 11, 2, 0, 0, 120000, tzinfo=UTC),
    datetime(1900, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 30, 23, 59, 59, 999999, tzinfo=UTC),
]


@pytest.mark.django_db
@pytest.mark.parametrize("moment", MOMENTS, ids=str)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/St_Johns"])
def test_a_moment_is_the_same_whatever_the_zone_of_the_session(moment: datetime, zone: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])
        cursor.execute("SELECT %s::timestamptz, NULL::timestamptz", [moment])
        found, nothing = cursor.fetchone()
    assert found == moment
    assert found.tzinfo is not None
    assert nothing is None


@pytest.mark.django_db
def test_moments_are_in_utc() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        assert cursor.fetchone()[0].tzinfo is UTC
