"""A room hangs panels up on the page of any subject; the page knows none of them."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from liandong.foundation.rooms import composed
from liandong.foundation.rooms import public as rooms
from liandong.kernel.actor import Actor, Role
from tests import an_order

HANDLER = Actor(kind="staff", id=1, label="一岗", role=Role.HANDLER)


@pytest.fixture(autouse=True)
def orders() -> Iterator[None]:
    with rooms.one_more(an_order.ROOM):
        yield


def look(row: str) -> rooms.Look[str]:
    request = RequestFactory().get("/thing/")
    request.user = AnonymousUser()
    return rooms.Look(HANDLER, row, request)


def address(panel: rooms.Panel) -> str:
    return f"/thing/{panel.name}/"


def names(row: str) -> list[str]:
    return [shown.panel.name for shown in rooms.compose("thing", look(row), address)["below"]]


def test_the_page_of_any_subject_is_composed_in_the_order_of_the_panels() -> None:
    assert names("old bridge") == ["age", "history", "letters"]


def test_a_panel_with_nothing_to_show_or_whose_time_it_is_not_is_left_out() -> None:
    assert names("new bridge") == ["history", "letters"]
    assert names("nothing") == ["letters"]


def test_the_content_of_a_lazy_panel_is_loaded_by_its_address_only() -> None:
    (shown,) = [each for each in rooms.compose("thing", look("old bridge"), address)["below"] if each.panel.lazy]
    assert shown.context == {"address": "/thing/letters/", "opens": True}
    content = rooms.one_panel("thing", "letters", look("old bridge"))
    assert content is not None
    assert content.context == {"thing": "old bridge"}
    assert rooms.one_panel("thing", "letters", look("nothing")) is None
    assert rooms.one_panel("thing", "history", look("old bridge")) is None


def test_a_room_that_the_county_has_not_switched_on_shows_no_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composed, "is_on", lambda name: name != "orders")
    assert names("old bridge") == []
    assert rooms.one_panel("thing", "letters", look("old bridge")) is None
    assert list(rooms.kinds_of("OrderIssued")) == []


def test_what_several_panels_need_is_read_once_a_look() -> None:
    read: list[str] = []

    def once(asked: rooms.Look[str]) -> str:
        read.append(asked.row)
        return asked.row

    asked = look("bridge")
    assert asked.once(once) == asked.once(once) == "bridge"
    assert read == ["bridge"]


def test_two_rooms_name_no_kind_and_no_event_alike() -> None:
    twin = rooms.Room(name="twin", label="双", kinds=an_order.KINDS)
    with rooms.one_more(twin), pytest.raises(ValueError, match="order_issued"):
        rooms.kinds()


def test_every_panel_kind_and_module_that_a_room_names_is_there() -> None:
    for room in rooms.rooms():
        for panel in room.panels:
            for name in filter(None, (panel.load, panel.when, panel.opens)):
                assert callable(rooms.called(name))
        for kind in room.kinds:
            for name in filter(None, (*kind.audiences, kind.when, kind.count, kind.address)):
                assert callable(rooms.called(name))
            assert rooms.about(kind.about) is not None, kind.name
        for each in room.about:
            for name in filter(None, (each.rows, each.words, each.address, each.is_hidden_from, each.is_urgent)):
                assert callable(rooms.called(name))


def test_the_words_of_an_event_are_those_of_the_room_that_writes_it() -> None:
    assert rooms.event_words("OrderIssued") == "下达督办单"
    assert rooms.reporter_words("OrderIssued") == "县里正在督办"
    assert rooms.event_words("CaseAccepted") == "签收"
    assert rooms.reporter_words("NoteAdded") == ""
    assert rooms.event_words("NobodyKnows") == "NobodyKnows"
