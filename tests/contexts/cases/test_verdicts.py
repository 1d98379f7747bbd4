"""The reporter's verdict decides: solved closes, not solved goes back once and then to the county's coordinator."""

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import State
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed
from tests import county
from tests.contexts.cases.acting import case_in, reporter

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def answered() -> cases.CaseRow:
    row = county.receive()
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    return cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已修补平整")


def unsolved(row: cases.CaseRow) -> cases.CaseRow:
    return cases.record_verdict(actor=reporter(row), case_id=row.id, solved=False, satisfied=1, text="还是坏的")


def open_task(row: cases.CaseRow) -> cases.TaskRow:
    (task,) = [task for task in cases.tasks(row.id) if task.done_at is None]
    return task


def test_solved_closes_and_keeps_what_was_said() -> None:
    row = answered()
    after = cases.record_verdict(actor=reporter(row), case_id=row.id, solved=True, satisfied=5, text="很快")
    assert (after.state, after.solved, after.satisfied, after.verdict_due_at) == (State.CLOSED, True, 5, None)
    assert ledger.entries(("case", row.id))[-1].payload["satisfied"] == 5
    assert cases.messages(row.id)[-1].text == "很快"


def test_unsolved_goes_back_to_the_same_office_and_post_once() -> None:
    after = unsolved(answered())
    assert (after.state, after.rework_count, after.answered_at, after.solved) == (State.HANDLING, 1, None, False)
    task = open_task(after)
    assert (task.kind, task.office_id, task.assignee_id) == ("handle", county.office("HUD"), county.post("hud1").id)
    assert task.due_at == after.due_at


def test_unsolved_again_goes_to_the_coordinator() -> None:
    row = unsolved(answered())
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="再次修补")
    after = unsolved(row)
    assert (after.state, after.rework_count, after.assignee_id) == (State.COORDINATING, 2, None)
    task = open_task(after)
    assert (task.kind, task.office_id, task.assignee_id) == ("coordinate", county.office("SGC"), None)
    assert [each.id for each in cases.open_tasks(actor=county.post("coordinator"))[1]] == [row.id]
    assert after.red_at == after.due_at


def test_the_coordinator_can_give_it_to_another_office_or_close_it_with_the_ground() -> None:
    row = case_in(State.COORDINATING)
    given = cases.reassign_case(
        actor=county.post("coordinator"), case_id=row.id, office_id=county.office("LAW"), text="由执法局牵头"
    )
    assert (given.state, given.accepted_at) == (State.DISPATCHED, None)
    other = case_in(State.COORDINATING)
    assert cases.close_case(actor=county.post("coordinator"), case_id=other.id, text="依法不再受理").solved is None


def test_a_new_answer_wants_a_new_verdict() -> None:
    row = unsolved(answered())
    after = cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="再次修补")
    assert (after.solved, after.satisfied) == (None, None)
    assert after.verdict_due_at == county.MONDAY + county.days(7)


def test_a_clerk_may_take_the_verdict_down() -> None:
    row = answered()
    after = cases.record_verdict(actor=county.post("clerk"), case_id=row.id, solved=True, satisfied=4, text="电话回访")
    assert after.state == State.CLOSED
    assert ledger.entries(("case", row.id))[-1].actor == county.post("clerk").ref


@pytest.mark.parametrize("username", ["hud1", "hud2", "town_a", "grid_a1", "leader", "admin"])
def test_nobody_who_works_on_it_may_take_the_verdict(username: str) -> None:
    row = answered()
    with pytest.raises(NotAllowed):
        cases.record_verdict(actor=county.post(username), case_id=row.id, solved=True)


def test_a_coordinator_who_answered_may_not_judge_the_answer() -> None:
    row = case_in(State.COORDINATING)
    cases.answer_case(actor=county.post("coordinator"), case_id=row.id, text="已协调解决")
    with pytest.raises(NotAllowed):
        cases.record_verdict(actor=county.post("coordinator"), case_id=row.id, solved=True)
    assert cases.record_verdict(actor=county.post("clerk"), case_id=row.id, solved=True).state == State.CLOSED


@pytest.mark.parametrize("satisfied", [0, 6, -1, 10**9])
def test_satisfaction_goes_from_one_to_five(satisfied: int) -> None:
    row = answered()
    with pytest.raises(InvalidInput) as refused:
        cases.record_verdict(actor=reporter(row), case_id=row.id, solved=True, satisfied=satisfied)
    assert refused.value.field == "satisfied"


def test_a_verdict_is_given_once() -> None:
    row = answered()
    cases.record_verdict(actor=reporter(row), case_id=row.id, solved=True)
    with pytest.raises(Conflict):
        cases.record_verdict(actor=reporter(row), case_id=row.id, solved=False)


def test_the_countys_own_number_of_days_bounds_the_verdict() -> None:
    orgs.set_up_county(actor=SYSTEM, verdict_days=3)
    assert answered().verdict_due_at == county.MONDAY + county.days(3)
