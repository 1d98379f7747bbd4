"""Who is not told, kind by kind: who is complained of, who did it, and whoever stands in for either of them."""

from collections.abc import Iterator, Mapping
from itertools import count

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import State
from liandong.contexts.intake.public import ContactInput
from liandong.contexts.notifications import telling
from liandong.contexts.notifications.models import Notification
from liandong.foundation.access.models import Staff
from liandong.foundation.events import public as events
from liandong.foundation.ledger.public import Stream
from liandong.foundation.rooms import public as rooms
from liandong.kernel import time
from tests import county
from tests.contexts.cases.acting import case_in

CONTACT = ContactInput(name="某人", phone="13900000000", email="someone@home.example")
TOLD = [kind for kind in rooms.kinds().values() if kind.about == "case" and not kind.count]
TO_POSTS = [kind for kind in TOLD if kind.group is not None]
TO_REPORTERS = [kind for kind in TOLD if kind.group is None]
_ids = count(1)


@pytest.fixture(autouse=True)
def monday(small_county: None) -> Iterator[None]:
    with time.at(county.MONDAY):
        yield


def matters() -> Iterator[cases.CaseRow]:
    """Cases in the states that kinds wait for; none but the third lies in the desk's queue."""
    yield case_in(State.HANDLING, office_code="HUD")
    taken = case_in(State.HANDLING, office_code="HUD")
    Case.objects.filter(pk=taken.id).update(
        assignee_id=county.post("hud1").id,
        extension_asked="1wd",
        consent_office_id=county.office("TWN-A"),
        consent_asker_id=county.post("coordinator").id,
        red_at=time.now() + county.hours(5),
        yellow_at=time.now() + county.hours(4),
    )
    yield cases.find(taken.id)
    yield county.receive("有几个人拿着刀在路口打架，快来", category_code="")
    yield case_in(State.DISPATCHED, office_code="HUD")
    yield county.receive(category_code=county.MANHOLE)


def told_of(kind: rooms.Kind, row: cases.CaseRow, actor: str = "system:0") -> set[str]:
    """User names of the posts that are told this kind of the case."""
    Notification.objects.all().delete()
    payload: Mapping[str, object] = {
        "assignee": county.post("hud2").id,
        "asked_town": county.office("TWN-A"),
        "urgent": True,
        "actor": actor,
        "assisting": [county.office("LAW")],
        "assisting_office": county.office("LAW"),
        "outcome": "released" if kind.name == "part_over" else "answered",
    }
    if kind.light:
        telling.Look.objects.update_or_create(name="lights", defaults={"until": time.now()})
        with time.at(time.now() + county.hours(4.5 if kind.light is rooms.Light.YELLOW else 5.5)):
            telling.tell_turned_lights()
    else:
        event = events.EventRow(next(_ids), kind.events[0], Stream("case", row.id), payload, time.now())
        telling.tell([event])
    names = dict(Staff.objects.values_list("id", "username"))
    rows = Notification.objects.filter(kind=kind.name, about_id=row.id, staff__isnull=False)
    return {names[staff_id] for (staff_id,) in rows.values_list("staff_id")}


def one_told(kind: rooms.Kind) -> tuple[cases.CaseRow, set[str]]:
    """A case of which the kind is told to somebody, and to whom."""
    for row in matters():
        if found := told_of(kind, row):
            return row, found
    pytest.fail(f"nobody is ever told {kind.name}")


@pytest.mark.parametrize("kind", TO_POSTS, ids=lambda kind: kind.name)
def test_who_is_complained_of_is_not_told_and_the_others_are(kind: rooms.Kind) -> None:
    row, told = one_told(kind)
    for name in sorted(told):
        Case.objects.filter(pk=row.id).update(complained_staff_id=county.post(name).id)
        assert told_of(kind, cases.find(row.id)) == told - {name}
    Case.objects.filter(pk=row.id).update(complained_staff_id=None)
    for office_id in {county.post(name).office_id for name in told} - {None}:
        of_office = {name for name in told if county.post(name).office_id == office_id}
        Case.objects.filter(pk=row.id).update(complained_office_id=office_id)
        assert told_of(kind, cases.find(row.id)) == told - of_office
    Case.objects.filter(pk=row.id).update(complained_office_id=None)
    assert told_of(kind, cases.find(row.id)) == told


@pytest.mark.parametrize("kind", [each for each in TO_POSTS if not each.light], ids=lambda kind: kind.name)
def test_who_did_it_is_not_told_and_the_others_are(kind: rooms.Kind) -> None:
    row, told = one_told(kind)
    for name in sorted(told):
        assert told_of(kind, row, county.post(name).ref) == told - {name}


@pytest.mark.parametrize("kind", TO_POSTS, ids=lambda kind: kind.name)
def test_a_deputy_is_told_unless_the_case_complains_of_it(kind: rooms.Kind) -> None:
    row, told = one_told(kind)
    absent = next((name for name in sorted(told) if name.startswith("hud")), None)
    if absent is None:
        return
    deputy = "hud2" if absent == "hud1" else "hud1"
    county.away(absent, deputy, hours_long=240)
    assert deputy in told_of(kind, row)
    Case.objects.filter(pk=row.id).update(complained_staff_id=county.post(deputy).id)
    assert told_of(kind, cases.find(row.id)) == told - {deputy}


def test_of_a_private_matter_neither_town_nor_leaders_are_told_anything() -> None:
    row = county.receive("我老公又打我了，快救我", category_code="")
    assert row.is_private
    for kind in TO_POSTS:
        if not kind.light:
            assert not {"leader", "law_head", "town_b"} & told_of(kind, row), kind.name


@pytest.mark.parametrize("kind", TO_REPORTERS, ids=lambda kind: kind.name)
def test_a_reporter_is_not_told_of_the_case_of_another_nor_of_what_it_did_itself(kind: rooms.Kind) -> None:
    row, other = county.receive(contact=CONTACT), county.receive("垃圾成堆", contact=CONTACT)
    own = Notification.objects.filter(kind=kind.name, report__isnull=False)
    told_of(kind, row)
    assert set(own.values_list("report__case_id", "about_id")) == {(row.id, row.id)}
    told_of(kind, row, f"reporter:{own.get().report_id}")
    assert not own.exists()
    told_of(kind, other)
    assert set(own.values_list("report__case_id", flat=True)) == {other.id}
