"""Who is out and who stands in: one step, never twice at a time, kept when it is over."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from liandong.foundation.access import public as access
from liandong.foundation.access.models import Absence
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def test_a_deputy_stands_in_from_the_beginning_until_the_end() -> None:
    law1, law2 = county.post("law1"), county.post("law2")
    county.away("law1", "law2", begins_in_hours=1, hours_long=2)
    stood_in = []
    for hour in (0, 1, 2.9, 3):
        with time.at(county.MONDAY + county.hours(hour)):
            out = access.away(law1.id)
            stood_in.append((county.post("law2").stands_in_for, out is not None and out.deputy_id == law2.id))
    assert stood_in == [((), False), ((law1.id,), True), ((law1.id,), True), ((), False)]


def test_a_deputy_of_a_grid_worker_carries_his_cells() -> None:
    own = county.post("grid_b1").cell_ids
    deputy = access.staff()[county.post("grid_a1").id]
    assert access.possible_deputies(deputy) == []  # the other grid worker is of another town
    beside = county.grid_worker_beside("grid_a1")
    county.away("grid_a1", beside)
    assert county.post(beside).cell_ids == county.post("grid_a1").cell_ids
    assert {whose for _, whose in county.post(beside).cells_of_absent} == {county.post("grid_a1").id}
    assert county.post("grid_b1").cell_ids == own


@pytest.mark.parametrize(
    ("username", "deputy"),
    [
        ("law1", "hud1"),  # another office
        ("law1", "law1"),  # itself
        ("law1", "law_head"),  # only looks on
        ("clerk", "desk"),  # doesn't take matters down
        ("grid_a1", "grid_b1"),  # another town
        ("grid_a1", "town_a"),
    ],
)
def test_a_deputy_can_do_the_same_work_in_the_same_office_or_town(username: str, deputy: str) -> None:
    with pytest.raises(InvalidInput):
        county.away(username, deputy)


def test_a_post_is_out_once_at_a_time_and_its_deputy_is_there() -> None:
    third = access.StaffInput("law3", "执法三岗", "handler", "Law 3", "LAW")
    access.import_staff(actor=SYSTEM, rows=[third])
    county.away("law1", "law2", hours_long=10)
    with pytest.raises(InvalidInput, match="已登记外出"):
        county.away("law1", "law3", begins_in_hours=9)
    with pytest.raises(InvalidInput, match="也外出"):
        county.away("law3", "law1", begins_in_hours=9)
    with pytest.raises(InvalidInput, match="是“执法一岗”的代理"):
        county.away("law2", "law3", begins_in_hours=9)
    county.away("law1", "law3", begins_in_hours=10)


def test_the_database_itself_refuses_two_absences_at_a_time() -> None:
    row = Absence.objects.get(pk=county.away("law1", "law2").id)
    row.pk, row._state.adding = None, True
    with pytest.raises(IntegrityError, match="absence_once_at_a_time"), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    ("begins", "ends"), [(2, 1), (-3, -1), (0, 24 * 400)], ids=["backwards", "in the past", "longer than a year"]
)
def test_times_have_to_go_together(begins: float, ends: float) -> None:
    with pytest.raises(InvalidInput):
        county.away("law1", "law2", begins_in_hours=begins, hours_long=ends - begins)


def test_nobody_is_out_in_the_past() -> None:
    assert county.away("law1", "law2", begins_in_hours=-5).begins_at == county.MONDAY


def arranged(by: str, username: str, deputy: str) -> access.AbsenceRow:
    return access.set_absence(
        actor=county.post(by),
        staff_id=county.post(username).id,
        deputy_id=county.post(deputy).id,
        begins_at=time.now(),
        ends_at=time.now() + timedelta(days=1),
        reason="duty",
    )


@pytest.mark.parametrize("by", ["law1", "coordinator", "admin"])
def test_the_post_itself_and_those_above_arrange_it(by: str) -> None:
    assert arranged(by, "law1", "law2").staff_id == county.post("law1").id


@pytest.mark.parametrize("by", ["law2", "town_a", "clerk", "leader"])
def test_others_do_not(by: str) -> None:
    with pytest.raises(NotAllowed):
        arranged(by, "law1", "law2")


def test_a_dispatcher_arranges_for_the_grid_of_the_town() -> None:
    beside = county.grid_worker_beside("grid_a1")
    with pytest.raises(NotAllowed):
        arranged("town_b", "grid_a1", beside)
    assert arranged("town_a", "grid_a1", beside).deputy_id == county.post(beside).id


def test_it_is_ended_early_and_that_is_undone() -> None:
    row = county.away("law1", "law2")
    with time.at(county.MONDAY + county.hours(2)):
        ended = access.end_absence(actor=county.post("law1"), absence_id=row.id)
        assert (ended.ends_at, access.away(row.staff_id)) == (time.now(), None)
        with pytest.raises(Conflict):
            access.end_absence(actor=county.post("law1"), absence_id=row.id)
        again = access.resume_absence(actor=county.post("law1"), absence_id=row.id)
        assert (again.ends_at, again.planned_until) == (row.ends_at, None)
        assert access.away(row.staff_id) == again
    told = [entry.action for entry in ledger.entries(("absence", row.id))]
    assert told == ["AbsenceSet", "AbsenceEnded", "AbsenceResumed"]


def test_what_was_called_off_stands_in_nobodys_way() -> None:
    row = county.away("law1", "law2", begins_in_hours=5)
    access.end_absence(actor=county.post("law1"), absence_id=row.id)
    county.away("law1", "law2", begins_in_hours=1)
    with pytest.raises(InvalidInput):
        access.resume_absence(actor=county.post("law1"), absence_id=row.id)


def test_past_ones_are_kept_and_shown_to_those_they_concern() -> None:
    row = county.away("law1", "law2")
    with time.at(county.MONDAY + timedelta(days=90)):
        shown = {name: [each.id for each in access.absences(county.post(name))] for name in ("law1", "law2", "hud1")}
    assert shown == {"law1": [row.id], "law2": [row.id], "hud1": []}
