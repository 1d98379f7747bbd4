"""What waits for the desk: unhappy verdicts, taking up, and taking back an override or an assignment."""

from datetime import timedelta

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Filters, Openness, Scope, Sort, State
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.errors import Conflict
from tests import county
from tests.contexts.cases.acting import case_in, reporter

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def unhappy() -> list[int]:
    """Ids of the cases whose verdict waits, in the order of the queue."""
    page = cases.list_cases(
        actor=county.post("clerk"),
        scope=Scope.COUNTY,
        filters=Filters(queue="unhappy", openness=Openness.ALL),
        sort=Sort.WAITING,
    )
    return [row.id for row in page.rows]


def judged(*, solved: bool, satisfied: int | None = None, reworks: int = 0) -> cases.CaseRow:
    row = case_in(State.ANSWERED)
    for _ in range(reworks):
        cases.record_verdict(actor=reporter(row), case_id=row.id, solved=False)
        cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="又修了一遍")
    return cases.record_verdict(actor=reporter(row), case_id=row.id, solved=solved, satisfied=satisfied)


@pytest.mark.parametrize(
    ("solved", "satisfied", "reworks", "waits"),
    [
        (True, 5, 0, False), (True, 3, 0, False), (True, None, 0, False), (False, 3, 0, False), (False, None, 0, False),
        (True, 2, 0, True), (True, 1, 0, True), (False, 2, 0, True), (False, None, 1, True), (False, 3, 1, True),
    ],
)  # fmt: skip
def test_a_verdict_waits_that_is_unhappy_or_not_solved_for_the_second_time(
    solved: bool, satisfied: int | None, reworks: int, waits: bool
) -> None:
    row = judged(solved=solved, satisfied=satisfied, reworks=reworks)
    assert (unhappy() == [row.id]) is waits


def test_a_verdict_that_was_looked_at_leaves_and_its_case_stays_as_it_was() -> None:
    row = judged(solved=True, satisfied=1)
    after = cases.look_at_verdict(actor=county.post("clerk"), case_id=row.id, text="已电话说明")
    assert (after.state, after.closed_at, after.unhappy_at) == (State.CLOSED, row.closed_at, None)
    assert unhappy() == []
    with pytest.raises(Conflict, match="没有待看"):
        cases.look_at_verdict(actor=county.post("clerk"), case_id=row.id, text="再看一次")


def test_who_acts_at_the_desk_has_looked_and_a_note_is_no_look() -> None:
    row = judged(solved=False, reworks=1)
    coordinator = county.post("coordinator")
    cases.add_note(actor=coordinator, case_id=row.id, text="先记一笔")
    assert unhappy() == [row.id]
    law = county.office("LAW")
    cases.reassign_case(actor=coordinator, case_id=row.id, office_id=law, text="由执法局牵头")
    assert unhappy() == []
    cases.undo_reassignment(actor=coordinator, case_id=row.id, text="选错了")
    assert unhappy() == [row.id]


def test_the_queue_begins_with_what_waits_longest() -> None:
    with time.at(county.MONDAY + timedelta(hours=2)):
        late = judged(solved=True, satisfied=1)
    early = judged(solved=True, satisfied=1)
    assert unhappy() == [early.id, late.id]


@pytest.mark.parametrize("state", [State.RECEIVED, State.COORDINATING])
def test_who_takes_up_what_waits_owns_it_and_nothing_else_changes(state: State) -> None:
    row = case_in(state)
    taken = cases.take_up(actor=county.post("coordinator"), case_id=row.id, version=row.version)
    assert (taken.state, taken.due_at, taken.queue) == (state, row.due_at, row.queue)
    (task,) = [task for task in cases.tasks(row.id) if task.done_at is None]
    assert task.assignee_id == taken.assignee_id == county.post("coordinator").id
    with pytest.raises(Conflict):
        cases.take_up(actor=county.post("clerk"), case_id=row.id, version=row.version)


def test_an_override_that_is_undone_never_was() -> None:
    row = case_in(State.HANDLING)
    hand, coordinator = county.post("hud1"), county.post("coordinator")
    cases.ask_extension(actor=hand, case_id=row.id, count=1, text="等材料")
    before = cases.grant_extension(actor=coordinator, case_id=row.id, text="等材料到货")
    moved = cases.override_time_limit(actor=coordinator, case_id=row.id, budget="10wd", text="涉及多个部门")
    assert moved.due_at != before.due_at
    undone = cases.undo_override(actor=coordinator, case_id=row.id, text="选错了事件")
    assert (undone.due_at, undone.finish_budget, undone.red_at) == (before.due_at, before.finish_budget, before.red_at)
    assert [line.kind for line in cases.deadline_entries(row.id)][-2:] == ["override", "undo"]
    assert ledger.entries(("case", row.id))[-1].payload["due_at"]


def test_an_undone_override_leaves_the_hand_over_before_it() -> None:
    row = case_in(State.DISPATCHED)
    coordinator, law = county.post("coordinator"), county.office("LAW")
    with time.at(county.MONDAY + timedelta(hours=1)):
        handed = cases.reassign_case(actor=coordinator, case_id=row.id, office_id=law, text="属执法范围")
        cases.override_time_limit(actor=coordinator, case_id=row.id, budget="10wd", text="涉及多个部门")
        undone = cases.undo_override(actor=coordinator, case_id=row.id, text="选错了事件")
    assert (undone.accept_due_at, undone.due_at) == (handed.accept_due_at, handed.due_at)


@pytest.mark.parametrize("state", [State.DISPATCHED, State.HANDLING])
def test_an_assignment_that_is_undone_leaves_the_case_with_who_had_it(state: State) -> None:
    row = case_in(state)
    if state is State.HANDLING:
        row = cases.claim_task(actor=county.post("hud1"), case_id=row.id)
    coordinator = county.post("coordinator")
    cases.assign_task(actor=coordinator, case_id=row.id, staff_id=county.post("hud2").id)
    undone = cases.undo_assignment(actor=coordinator, case_id=row.id, text="选错了岗位")
    assert (undone.state, undone.assignee_id, undone.accepted_at) == (row.state, row.assignee_id, row.accepted_at)
    assert (undone.accept_due_at, undone.red_at) == (row.accept_due_at, row.red_at)


@pytest.mark.parametrize("what", ["override", "assign"])
def test_nothing_is_undone_once_something_else_happened(what: str) -> None:
    row = case_in(State.HANDLING)
    coordinator = county.post("coordinator")
    if what == "override":
        cases.override_time_limit(actor=coordinator, case_id=row.id, budget="10wd", text="涉及多个部门")
        undo = cases.undo_override
    else:
        cases.assign_task(actor=coordinator, case_id=row.id, staff_id=county.post("hud2").id)
        undo = cases.undo_assignment
    after = cases.add_note(actor=coordinator, case_id=row.id, text="已电话通知")
    with pytest.raises(Conflict, match="不能撤销"):
        undo(actor=coordinator, case_id=row.id, text="选错了")
    assert cases.find(row.id) == after


def test_only_the_undo_of_what_was_done_last_is_offered() -> None:
    row = case_in(State.DISPATCHED)
    coordinator = county.post("coordinator")
    undoes = {cases.Action.UNDO_REASSIGN, cases.Action.UNDO_OVERRIDE, cases.Action.UNDO_ASSIGN}

    def offered(row: cases.CaseRow) -> set[cases.Action]:
        return undoes & set(cases.possible_actions(row, coordinator))

    after = cases.override_time_limit(actor=coordinator, case_id=row.id, budget="10wd", text="涉及多个部门")
    assert offered(after) == {cases.Action.UNDO_OVERRIDE}
    with pytest.raises(Conflict):
        cases.undo_reassignment(actor=coordinator, case_id=row.id, text="选错了")
    after = cases.assign_task(actor=coordinator, case_id=row.id, staff_id=county.post("hud2").id)
    assert offered(after) == {cases.Action.UNDO_ASSIGN}
