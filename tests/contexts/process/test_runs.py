"""Runs: made at first need where the case stands, led along with its events, on the version they began with."""

import json
from datetime import timedelta
from functools import partial

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import LIFECYCLE, Action, State
from liandong.contexts.process import jobs, places, runs
from liandong.contexts.process import public as process
from liandong.contexts.process.models import Definition, Run
from liandong.contexts.process.public import Variant
from liandong.foundation.events import public as events
from liandong.foundation.ledger.public import Stream
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Actor
from tests import county
from tests.contexts.cases.acting import case_in, reporter, take
from tests.contexts.process.drawn import default


def moves(action: Action, state: State) -> bool:
    return LIFECYCLE[action].to in places.ELEMENT_OF and state in LIFECYCLE[action].sources


pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def drained() -> None:
    while events.drain():
        pass


def position(row: cases.CaseRow) -> str:
    """Where the run stands, as it is stored."""
    run = process.run_of(row.id)
    assert run is not None
    (found,) = run.positions
    return found


def test_nobody_who_asks_no_run() -> None:
    row = county.receive()
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    drained()
    assert process.run_of(row.id) is None


@pytest.mark.parametrize("state", places.ELEMENT_OF)
def test_a_run_begins_where_the_case_stands(state: State) -> None:
    row = case_in(state)
    assert runs.run_at(row.id).positions == (places.ELEMENT_OF[state],)


@pytest.mark.parametrize(
    ("action", "state"), [(action, state) for state in State for action in LIFECYCLE if moves(action, state)]
)
def test_a_run_follows_every_action_in_the_worker(action: Action, state: State) -> None:
    row = case_in(State.HANDLING if action is Action.REVIEW else state)
    if action is Action.REVIEW:
        take(Action.PARK, county.post("coordinator"), row.id)
    runs.run_at(row.id)
    drained()
    with time.at(time.now() + (_LATER if action in _BY_THE_CLOCK else _NOW)):
        taken = take(action, who(action, row), row.id)
    drained()
    assert position(row) == places.ELEMENT_OF[State(taken.state)]


def who(action: Action, row: cases.CaseRow) -> Actor:
    if not LIFECYCLE[action].roles:
        return SYSTEM
    if action in (Action.JUDGE_SOLVED, Action.JUDGE_UNSOLVED, Action.REPLY):
        return reporter(row)
    return county.post("hud1" if action is Action.RETURN else "coordinator")


KEPT_BYTES = 60_000
_NOW, _LATER = timedelta(), timedelta(days=90)
_BY_THE_CLOCK = (Action.LAPSE, Action.REVIEW)


def test_a_transfer_that_is_undone_puts_the_run_back() -> None:
    row = case_in(State.HANDLING)
    runs.run_at(row.id)
    for action, there in ((Action.REASSIGN, "dispatched"), (Action.UNDO_REASSIGN, "handling")):
        take(action, county.post("coordinator"), row.id)
        drained()
        assert position(row) == there


def test_a_long_way_ends_where_the_table_ends_whoever_hands_on_the_events_and_however_often(monkeypatch) -> None:
    row = county.receive()
    runs.run_at(row.id)
    seen: list[events.EventRow] = []
    monkeypatch.setattr(jobs, "follow", lambda case_id, steps: (seen.append(case_id), runs.follow(case_id, steps)))
    hand = county.post("hud1")
    cases.accept_case(actor=hand, case_id=row.id)
    cases.ask_reporter(actor=hand, case_id=row.id, text="哪一段？")
    cases.record_reply(actor=reporter(row), case_id=row.id, text="小学门口")
    drained()
    assert position(row) == "handling"
    cases.answer_case(actor=hand, case_id=row.id, text="已修好")
    cases.record_verdict(actor=reporter(row), case_id=row.id, solved=False)
    cases.answer_case(actor=hand, case_id=row.id, text="又修了一遍")
    cases.record_verdict(actor=reporter(row), case_id=row.id, solved=False)
    drained()
    assert position(row) == "coordinating"
    before = Run.objects.get(pk=row.id)
    again = [
        events.EventRow(1, "CaseAccepted", Stream("case", row.id), {"from": "dispatched", "to": "handling"}, time.now())
    ]
    jobs.follow_cases(again)
    after = Run.objects.get(pk=row.id)
    assert (after.positions, after.tasks, after.case_version) == (before.positions, before.tasks, before.case_version)
    assert seen


def test_events_that_were_waiting_when_the_run_was_made_do_not_move_it_back() -> None:
    row = county.receive()
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已修好")
    runs.run_at(row.id)
    drained()
    assert position(row) == "answered"


def test_who_asks_before_the_worker_came_by_sees_the_position_of_the_table() -> None:
    row = county.receive()
    runs.run_at(row.id)
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    assert position(row) == "dispatched"
    assert runs.run_at(row.id).positions == ("handling",)


def test_a_case_keeps_the_version_it_began_with() -> None:
    row, other = county.receive(), county.receive("另一件：路面塌陷")
    began = runs.run_at(row.id).definition
    process.load_definition(actor=SYSTEM, source=default().replace("县级统筹", "县长统筹").encode())
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    drained()
    assert process.run_of(row.id).definition.id == began.id
    assert position(row) == "handling"
    assert runs.run_at(other.id).definition.version == began.version + 1


def test_a_case_that_gets_its_category_gets_the_process_of_it() -> None:
    row = county.receive("说不清楚的一件事", category_code="")
    assert runs.run_at(row.id).definition.key == Variant.DEFAULT
    cases.screen_case(
        actor=county.post("clerk"), case_id=row.id, category_code="120401", office_id=county.office("SUP")
    )
    drained()
    assert process.run_of(row.id).definition.key == Variant.PETITION
    assert position(row) == "dispatched"


def test_the_drawings_are_laid_at_first_need() -> None:
    Definition.objects.all().delete()
    assert runs.run_at(county.receive().id).positions == ("dispatched",)


def test_a_run_that_goes_round_and_round_stays_small() -> None:
    row = county.receive()
    runs.run_at(row.id)
    hand = county.post("hud1")
    cases.accept_case(actor=hand, case_id=row.id)
    for _ in range(40):
        cases.ask_reporter(actor=hand, case_id=row.id, text="哪一段？")
        cases.record_reply(actor=reporter(row), case_id=row.id, text="小学门口")
        drained()
    assert position(row) == "handling"
    assert len(json.dumps(Run.objects.get(pk=row.id).tasks)) < KEPT_BYTES


def test_what_an_older_engine_kept_is_made_anew_from_the_drawing() -> None:
    row = county.receive()
    runs.run_at(row.id)
    Definition.objects.update(spec={"serializer": "0.1"})
    Run.objects.update(tasks={"serializer": "0.1"})
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    drained()
    assert position(row) == "handling"


def test_of_two_who_need_the_drawings_at_once_one_lays_them(committed) -> None:
    rows = [county.receive(), county.receive("另一件：路面塌陷")]
    Definition.objects.all().delete()
    found = county.together(*(partial(runs.run_at, row.id) for row in rows))
    assert [each.positions for each in found] == [("dispatched",)] * 2
    assert Definition.objects.count() == len(Variant)


def test_of_two_who_ask_at_once_both_see_the_one_run(committed) -> None:
    row = county.receive()
    found = county.together(*[lambda: runs.run_at(row.id).positions] * 2)
    assert found == [("dispatched",)] * 2
    assert Run.objects.count() == 1


def test_following_a_batch_without_runs_is_one_look_up(django_assert_num_queries) -> None:
    rows = [county.receive(f"第 {number} 件") for number in range(3)]
    batch = [events.EventRow(n, "CaseAccepted", Stream("case", row.id), {"to": "handling"}, time.now())
             for n, row in enumerate(rows)]  # fmt: skip
    with django_assert_num_queries(1):
        jobs.follow_cases(batch)


@pytest.mark.parametrize(("category_code", "is_named"), [("", True), ("120401", False)])
def test_of_a_petition_no_parking_is_named_as_what_can_come_next(category_code: str, is_named: bool) -> None:
    given = {"category_code": category_code, "office_code": "SUP"} if category_code else {}
    row = county.receive(**given)
    row = cases.accept_case(actor=county.post("sup" if given else "hud1"), case_id=row.id)
    next_steps = process.case_process(row=row).next_steps
    assert (Action.PARK in {step.action for step in next_steps}) is is_named
