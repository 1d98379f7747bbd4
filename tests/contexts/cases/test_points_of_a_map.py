"""Points of a map are read by the database: what it says of lights and dates is what the rules say."""

from datetime import UTC, datetime, timedelta

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.domain.light import light
from liandong.contexts.cases.models import Case
from liandong.foundation.orgs import public as orgs
from liandong.foundation.orgs.models import County
from liandong.foundation.registers.public import Cached
from liandong.kernel import time
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")
MOMENTS = [None, *(county.MONDAY + timedelta(minutes=minutes) for minutes in (-61, 0, 1))]


def points() -> dict[int, cases.PointRow]:
    asked = {"actor": county.post("coordinator"), "scope": cases.Scope.COUNTY, "filters": cases.Filters()}
    return {row.id: row for row in cases.list_points(**asked)}


def test_the_light_is_that_of_the_rule_at_every_moment() -> None:
    with time.at(county.MONDAY):
        ids = [county.receive(f"第{n}件").id for n in range(len(MOMENTS) ** 2)]
        wanted = {}
        for case_id, (yellow_at, red_at) in zip(ids, ((y, r) for y in MOMENTS for r in MOMENTS), strict=True):
            Case.objects.filter(pk=case_id).update(yellow_at=yellow_at, red_at=red_at)
            wanted[case_id] = light(county.MONDAY, yellow_at, red_at)
        assert {case_id: point.light for case_id, point in points().items()} == wanted
        assert set(wanted.values()) == set(cases.Light)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Urumqi", "America/New_York"])
def test_the_date_is_told_by_the_county_s_clocks(zone: str) -> None:
    County.objects.update(zone=zone)
    Cached.forget_all("county")
    wanted = {}
    for due_at in (datetime(2026, 3, 8, 6, 59, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, tzinfo=UTC), None):
        case_id = county.receive().id
        Case.objects.filter(pk=case_id).update(due_at=due_at)
        wanted[case_id] = f"{due_at.astimezone(orgs.county().tz):%Y-%m-%d %H:%M}" if due_at else ""
    assert {case_id: point.due for case_id, point in points().items()} == wanted
