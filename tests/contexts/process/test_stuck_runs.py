"""Runs that can't follow their case: recorded, listed, placed anew; the case and its neighbours go on."""

from datetime import timedelta

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.process import public as process
from liandong.contexts.process import runs
from liandong.contexts.process.models import Definition, Run
from liandong.foundation.events import public as events
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.errors import NotAllowed
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def drained() -> None:
    while events.drain():
        pass


def broken() -> cases.CaseRow:
    """A case whose run was kept in a form that the engine stumbles over."""
    row = county.receive()
    runs.run_at(row.id)
    tasks = Run.objects.get(pk=row.id).tasks
    Run.objects.filter(pk=row.id).update(tasks={**tasks, "tasks": "nonsense"})
    return row


def accept(row: cases.CaseRow) -> None:
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)


def test_a_run_that_cannot_follow_is_recorded_and_holds_up_nobody() -> None:
    row, other = broken(), county.receive()
    runs.run_at(other.id)
    accept(row)
    accept(other)
    drained()
    (stuck,) = process.stuck_runs()
    assert (stuck.case_id, stuck.why, stuck.since, stuck.attempts) == (row.id, "engine", county.MONDAY, 1)
    assert process.count_stuck() == cases.Count(1, exact=True)
    assert process.run_of(other.id).positions == ("handling",)
    assert events.backlog() == (0, 0, 0)
    with time.at(county.MONDAY + timedelta(hours=1)):
        cases.add_note(actor=county.post("hud1"), case_id=row.id, text="已查看")
        drained()
    (again,) = process.stuck_runs()
    assert (again.since, again.attempts) == (county.MONDAY, 2)


def test_a_run_that_is_placed_anew_stands_where_its_case_stands() -> None:
    row = broken()
    accept(row)
    drained()
    assert process.place_anew(actor=county.post("clerk"), case_id=row.id).positions == ("handling",)
    assert process.stuck_runs() == []
    assert [entry.action for entry in ledger.entries(("run", row.id))] == ["RunPlacedAnew"]
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已修好")
    drained()
    assert process.run_of(row.id).positions == ("answered",)


def test_a_definition_that_cannot_be_read_is_told_as_such_and_goes_away_by_itself() -> None:
    row = county.receive()
    process.case_process(row=row)
    good = Definition.objects.get(key="default", current=True)
    Definition.objects.filter(pk=good.pk).update(spec={"serializer": "old"}, xml="<nothing/>")
    Run.objects.all().delete()
    with pytest.raises(process.RunStuck):
        process.case_process(row=row)
    (stuck,) = process.stuck_runs()
    assert stuck.why == "definition"
    with pytest.raises(process.RunStuck):
        process.place_anew(actor=county.post("coordinator"), case_id=row.id)
    Definition.objects.filter(pk=good.pk).update(spec=good.spec, xml=good.xml)
    process.case_process(row=row)
    assert process.stuck_runs() == []


def test_only_the_desk_places_a_run_anew() -> None:
    row = broken()
    with pytest.raises(NotAllowed):
        process.place_anew(actor=county.post("hud1"), case_id=row.id)
