"""Runs that can't follow their cases: they are marked, told, tried again, and hold nobody up."""

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.process import public as process
from liandong.contexts.process import runs
from liandong.contexts.process.domain.running import FORMAT
from liandong.contexts.process.models import Definition, Run
from liandong.foundation.events import public as events
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Conflict, NotAllowed, NotFound
from tests import county
from tests.contexts.process.drawn import default

pytestmark = pytest.mark.usefixtures("small_county")
NO_DRAWING = {"xml": "<nothing/>", "spec": {"serializer": "0.1"}}


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def drained() -> None:
    while events.drain():
        pass


def broken(**columns: object) -> None:
    Definition.objects.filter(current=True).update(**columns)


def mended() -> None:
    """Everything as it was laid, in a version of its own number still."""
    for variant in process.Variant:
        Definition.objects.filter(key=variant).update(xml=process.shipped(variant).decode())


@pytest.mark.parametrize(("columns", "reason"), [(NO_DRAWING, "drawing"), ({"spec": {**FORMAT, "spec": {}}}, "engine")])
def test_a_run_that_cannot_follow_is_marked_and_its_case_goes_on(columns: dict[str, object], reason: str) -> None:
    row, other = county.receive(), county.receive("另一件：路面塌陷")
    began = runs.run_at(row.id)
    broken(**columns)
    for each in (row, other):
        cases.accept_case(actor=county.post("hud1"), case_id=each.id)
    drained()
    assert cases.find(row.id).state == "handling"
    assert events.backlog() == (0, 0, 0)
    (stuck,) = process.stuck_runs()
    assert (stuck.case_id, stuck.definition.id, stuck.since, stuck.reason) == (
        row.id,
        began.definition.id,
        county.MONDAY,
        reason,
    )
    assert process.run_of(row.id).positions == began.positions


def test_the_longest_stuck_come_first_and_not_more_than_asked_for() -> None:
    rows = [county.receive(f"第 {number} 件") for number in range(3)]
    broken(**NO_DRAWING)
    for hours, row in zip((2, 0, 1), rows, strict=True):
        with time.at(county.MONDAY + county.hours(hours)):
            runs.run_at(row.id)
    assert [each.case_id for each in process.stuck_runs(2)] == [rows[1].id, rows[2].id]


def test_what_began_stuck_follows_as_soon_as_the_drawing_can_be_read_again() -> None:
    row = county.receive()
    broken(**NO_DRAWING)
    assert runs.run_at(row.id).is_stuck
    mended()
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    drained()
    assert process.stuck_runs() == []
    assert process.run_of(row.id).positions == ("handling",)


def test_what_the_engine_kept_and_cannot_go_on_with_is_placed_anew() -> None:
    row = county.receive()
    runs.run_at(row.id)
    Run.objects.update(tasks=dict(FORMAT))
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    drained()
    assert process.stuck_runs() == []
    assert process.run_of(row.id).positions == ("handling",)


def test_placed_anew_by_hand_it_keeps_its_version_and_the_ledger_says_who_did_it() -> None:
    row = county.receive()
    broken(**NO_DRAWING)
    began = runs.run_at(row.id)
    mended()
    process.load_definition(actor=SYSTEM, source=default().replace("县级统筹", "县长统筹").encode())
    placed = process.place_anew(actor=county.post("coordinator"), case_id=row.id)
    assert (placed.definition.id, placed.positions, placed.is_stuck) == (began.definition.id, ("dispatched",), False)
    (entry,) = ledger.entries(("run", row.id))
    assert (entry.action, entry.actor) == ("RunPlacedAnew", county.post("coordinator").ref)
    assert len(ledger.entries(("case", row.id))) == cases.find(row.id).version


def test_whose_version_cannot_be_read_any_more_is_placed_in_the_current_one() -> None:
    row = county.receive()
    broken(**NO_DRAWING)
    began = runs.run_at(row.id)
    process.load_definition(actor=SYSTEM, source=default().replace("县级统筹", "县长统筹").encode())
    placed = process.place_anew(actor=county.post("coordinator"), case_id=row.id)
    assert placed.definition.version == began.definition.version + 1
    assert process.stuck_runs() == []


def test_placing_anew_what_nothing_can_be_done_for_says_so_and_it_stays_stuck() -> None:
    row = county.receive()
    broken(**NO_DRAWING)
    with pytest.raises(Conflict):
        process.place_anew(actor=county.post("coordinator"), case_id=row.id)
    assert [each.case_id for each in process.stuck_runs()] == [row.id]
    assert ledger.entries(("run", row.id)) == []


def test_handlers_do_not_place_runs() -> None:
    row = county.receive()
    with pytest.raises(NotAllowed):
        process.place_anew(actor=county.post("hud1"), case_id=row.id)


def test_of_what_is_not_there_no_run_is_placed() -> None:
    with pytest.raises(NotFound):
        process.place_anew(actor=county.post("coordinator"), case_id=9_000_000)


def test_the_list_of_stuck_runs_is_one_select(django_assert_num_queries) -> None:
    broken(**NO_DRAWING)
    for number in range(3):
        runs.run_at(county.receive(f"第 {number} 件").id)
    with django_assert_num_queries(1):
        assert len(process.stuck_runs()) == 3


def test_the_run_of_a_joined_case_rests_and_is_stuck_no_longer() -> None:
    row, carrier = county.receive(), county.receive("另一件：路面塌陷")
    broken(**NO_DRAWING)
    assert runs.run_at(row.id).is_stuck
    cases.join_case(actor=county.post("clerk"), case_id=row.id, to=carrier.id)
    assert not process.place_anew(actor=county.post("coordinator"), case_id=row.id).is_stuck
    assert process.stuck_runs() == []


def test_a_stuck_run_leaves_the_queue_as_its_case_is_joined() -> None:
    row, carrier = county.receive(), county.receive("另一件：路面塌陷")
    broken(**NO_DRAWING)
    runs.run_at(row.id)
    cases.join_case(actor=county.post("clerk"), case_id=row.id, to=carrier.id)
    drained()
    assert process.stuck_runs() == []
