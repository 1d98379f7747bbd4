"""A county does without a room: who switches it, what is recorded, what stays."""

import pytest

from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.foundation.orgs.models import County
from liandong.foundation.registers.public import Cached
from liandong.foundation.rooms import public as rooms
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")


def switch(name: str, *, is_on: bool, by: str = "admin") -> bool:
    return orgs.switch_room(actor=county.post(by), name=name, is_on=is_on)


def test_every_room_is_on_until_the_administrator_switches_it_off() -> None:
    assert all(rooms.is_on(room.name) for room in rooms.rooms())
    assert switch("handovers", is_on=False)
    assert [room.name for room in rooms.rooms() if not rooms.is_on(room.name)] == ["handovers"]
    assert switch("batches", is_on=False)
    assert switch("handovers", is_on=True)
    assert [room.name for room in rooms.rooms() if not rooms.is_on(room.name)] == ["batches"]


def test_a_switch_is_recorded_like_any_change_of_a_register() -> None:
    switch("handovers", is_on=False)
    (entry,) = ledger.entries(("county", 1))
    assert (entry.action, entry.actor) == ("RegisterRowChanged", county.post("admin").ref)
    assert county.facts(entry) == {"row": "orgs.county", "fields": {"rooms_off": ["handovers"]}}


def test_the_second_of_two_administrators_who_switch_the_same_changes_nothing() -> None:
    assert switch("batches", is_on=False)
    assert not switch("batches", is_on=False)
    assert len(ledger.entries(("county", 1))) == 1
    assert not switch("handovers", is_on=True)
    assert len(ledger.entries(("county", 1))) == 1


@pytest.mark.parametrize("name", ["cases", "intake", "console", "notifications", "access", "nothing", "", "交接"])
def test_what_a_county_needs_cannot_be_switched_off(name: str) -> None:
    with pytest.raises(NotFound):
        switch(name, is_on=False)
    assert orgs.county().rooms_off == ()


@pytest.mark.parametrize("post", ["coordinator", "clerk", "leader", "hud1"])
def test_only_the_administrator_switches(post: str) -> None:
    with pytest.raises(NotAllowed):
        switch("handovers", is_on=False, by=post)


def test_a_room_that_a_county_needs_stays_on_whatever_the_register_says() -> None:
    County.objects.update(rooms_off=["cases", "nothing"])
    Cached.forget_all("county")
    assert rooms.is_on("cases")
    assert not rooms.is_on("nothing")


def test_before_the_county_is_set_up_nothing_is_switched() -> None:
    County.objects.all().delete()
    Cached.forget_all("county")
    with pytest.raises(Conflict):
        switch("handovers", is_on=False)


def test_switches_are_no_setting_of_the_county_file() -> None:
    with pytest.raises(InvalidInput):
        orgs.set_up_county(actor=county.post("admin"), rooms_off=["handovers"])


def test_whether_a_room_is_on_is_asked_without_a_query(django_assert_num_queries) -> None:
    switch("handovers", is_on=False)
    rooms.is_on("handovers")
    with django_assert_num_queries(0):
        assert [rooms.is_on(room.name) for room in rooms.rooms()].count(False) == 1
        assert rooms.pages(rooms.Place.TASKS, "clerk")
