"""From office to office: 退单 with its reason, designation, and the undoing of a wrong reassignment."""

from datetime import timedelta

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Action, CaseRow, Filters, Scope, State
from liandong.kernel import time
from liandong.kernel.errors import Conflict, InvalidInput, NotFound
from tests import county
from tests.contexts.cases.acting import case_in

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def returned() -> CaseRow:
    return cases.return_case(actor=county.post("hud1"), case_id=county.receive().id, text="路灯归执法局")


def kinds(row: CaseRow) -> list[str]:
    return [line.kind for line in cases.deadline_entries(row.id)]


def test_a_returned_case_waits_at_the_desk_for_another_office() -> None:
    before = county.receive()
    with time.at(county.MONDAY + timedelta(hours=3)):
        row = cases.return_case(actor=county.post("hud1"), case_id=before.id, text="路灯归执法局")
    assert (row.state, row.queue, row.office_id) == (State.RECEIVED, "duty", county.office("SGC"))
    assert (row.return_count, row.accepted_at, row.assignee_id) == (1, None, None)
    assert row.due_at == before.due_at
    assert row.accept_due_at == county.MONDAY + timedelta(hours=5)
    waiting = cases.list_cases(actor=county.post("clerk"), scope=Scope.COUNTY, filters=Filters(queue="duty")).rows
    assert [each.id for each in waiting] == [row.id]
    assert [(task.kind, task.office_id, task.outcome) for task in cases.tasks(row.id)] == [
        ("handle", county.office("HUD"), "replaced"),
        ("screen", county.office("SGC"), ""),
    ]


@pytest.mark.parametrize("by", ["reassign", "screen"])
def test_the_office_found_for_a_returned_case_is_designated_and_keeps_it(by: str) -> None:
    row = returned()
    coordinator, law = county.post("coordinator"), county.office("LAW")
    if by == "reassign":
        row = cases.reassign_case(actor=coordinator, case_id=row.id, office_id=law, text="由执法局承办")
    else:
        row = cases.screen_case(actor=coordinator, case_id=row.id, category_code=row.category_code, office_id=law)
    assert (row.office_id, row.is_designated, row.queue) == (law, True, "")
    assert Action.RETURN not in cases.possible_actions(row, county.post("law1"))
    with pytest.raises(Conflict):
        cases.return_case(actor=county.post("law1"), case_id=row.id, text="也不归我们")


def test_what_was_signed_for_is_not_returned() -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    with pytest.raises(Conflict):
        cases.return_case(actor=county.post("hud1"), case_id=row.id, text="不归我们")


def test_an_office_that_was_not_designated_may_return_what_another_had_before() -> None:
    row = county.receive()
    cases.reassign_case(actor=county.post("coordinator"), case_id=row.id, office_id=county.office("LAW"), text="试派")
    assert cases.return_case(actor=county.post("law1"), case_id=row.id, text="不归我们").return_count == 1


def test_the_desk_has_nobody_to_return_to() -> None:
    row = case_in(State.DISPATCHED, office_code="SGC")
    with pytest.raises(Conflict):
        cases.return_case(actor=county.post("desk"), case_id=row.id, text="不归我们")


def test_another_office_returns_nothing() -> None:
    with pytest.raises(NotFound):
        cases.return_case(actor=county.post("law1"), case_id=county.receive().id, text="不归我们")


def test_what_complains_of_the_desk_is_returned_past_it() -> None:
    row = county.receive(category_code=county.RUBBISH, complained_office_id=county.office("SGC"))
    assert cases.return_case(actor=county.post("law1"), case_id=row.id, text="不归").office_id == county.office("SUP")


def test_an_undone_reassignment_never_happened_to_the_clocks() -> None:
    row = county.receive()
    accepted = cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    coordinator = county.post("coordinator")
    with time.at(county.MONDAY + timedelta(hours=4)):
        cases.reassign_case(actor=coordinator, case_id=row.id, office_id=county.office("LAW"), text="改派")
        undone = cases.undo_reassignment(actor=coordinator, case_id=row.id, text="选错了部门")
    for name in ("state", "office_id", "assignee_id", "accepted_at", "accept_due_at", "due_at", "red_at", "queue"):
        assert getattr(undone, name) == getattr(accepted, name), name
    assert kinds(row) == ["start", "accept", "reassign", "undo"]
    assert [(task.office_id, task.assignee_id) for task in cases.tasks(row.id) if task.done_at is None] == [
        (county.office("HUD"), county.post("hud1").id)
    ]


def test_a_reassignment_from_the_queue_is_undone_back_into_it() -> None:
    row = returned()
    coordinator = county.post("coordinator")
    cases.reassign_case(actor=coordinator, case_id=row.id, office_id=county.office("LAW"), text="改派")
    undone = cases.undo_reassignment(actor=coordinator, case_id=row.id, text="选错了部门")
    assert (undone.state, undone.queue, undone.is_designated) == (State.RECEIVED, "duty", False)
    assert undone.accept_due_at == row.accept_due_at


def test_once_anything_has_happened_a_reassignment_stays() -> None:
    row = county.receive()
    coordinator = county.post("coordinator")
    cases.reassign_case(actor=coordinator, case_id=row.id, office_id=county.office("LAW"), text="改派")
    after = cases.add_note(actor=county.post("law1"), case_id=row.id, text="已看")
    assert Action.UNDO_REASSIGN not in cases.possible_actions(after, coordinator)
    with pytest.raises(Conflict):
        cases.undo_reassignment(actor=coordinator, case_id=row.id, text="选错了部门")


def test_an_undoing_needs_a_reason() -> None:
    row = county.receive()
    coordinator = county.post("coordinator")
    cases.reassign_case(actor=coordinator, case_id=row.id, office_id=county.office("LAW"), text="改派")
    with pytest.raises(InvalidInput):
        cases.undo_reassignment(actor=coordinator, case_id=row.id, text=" ")
