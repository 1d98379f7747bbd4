"""A second task of another office has clocks of its own: nothing that is done to the main one moves them, and nothing
that is done to it moves the main one.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import DeadlineEntry, Task
from liandong.contexts.cases.public import State
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.errors import Conflict, InvalidInput, NotFound
from tests import county
from tests.contexts.cases import assists
from tests.contexts.cases.acting import case_in, reporter
from tests.contexts.cases.test_due_times_follow import FAR, MOVING, OFF, follow, load

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time.at(county.MONDAY):
        yield


def handled() -> cases.CaseRow:
    row = county.receive()
    return cases.accept_case(actor=county.post("hud1"), case_id=row.id)


def part_of(row: cases.CaseRow, **more: object) -> cases.TaskRow:
    """The law office's part in a case of housing: an hour to sign for, two working days to do."""
    given = {"office_id": county.office("LAW"), "accept_budget": "60wm", "finish_budget": "2wd"} | more
    return assists.open_task(actor=county.post("coordinator"), case_id=row.id, **given)


def task(part: cases.TaskRow) -> cases.TaskRow:
    return next(each for each in cases.tasks(part.case_id) if each.id == part.id)


def times(row: cases.TaskRow | cases.CaseRow) -> tuple[datetime | None, ...]:
    return row.accept_due_at, row.due_at, row.yellow_at, row.red_at


def test_a_part_has_the_dates_of_its_own_budgets_and_the_case_keeps_its_own() -> None:
    row = handled()
    with time.at(county.local(12, 9)):
        part = part_of(row)
        assert (part.accept_due_at, part.due_at) == (county.local(12, 10), county.local(14, 17, 30))
        assert (part.red_at, part.light.value) == (part.accept_due_at, "green")
    assert times(cases.find(row.id)) == times(row)
    with time.at(county.local(12, 9, 50)):
        assert (task(part).light.value, cases.find(row.id).light.value) == ("yellow", "green")
    with time.at(county.local(12, 11)):
        assert (task(part).light.value, cases.find(row.id).light.value) == ("red", "green")


MAIN: dict[str, Callable[[cases.CaseRow], object]] = {
    "asking": lambda row: cases.ask_reporter(actor=county.post("hud1"), case_id=row.id, text="在哪一侧？"),
    "parking": lambda row: cases.park_case(
        actor=county.post("coordinator"),
        case_id=row.id,
        ground="season",
        review_on=county.local(20, month=6).date(),
        text="雨季",
    ),
    "answering": lambda row: cases.answer_case(
        actor=county.post("hud1"), case_id=row.id, text="已填平。", unfinished="其余另办"
    ),
    "another limit": lambda row: cases.override_time_limit(
        actor=county.post("coordinator"), case_id=row.id, budget="10wd", text="涉及多个部门"
    ),
    "handing over": lambda row: cases.reassign_case(
        actor=county.post("coordinator"), case_id=row.id, office_id=county.office("POL"), text="属公安"
    ),
    "extending": lambda row: (
        cases.ask_extension(actor=county.post("hud1"), case_id=row.id, count=2, text="等材料"),
        cases.grant_extension(actor=county.post("coordinator"), case_id=row.id, text="同意"),
    ),
}


@pytest.mark.parametrize("deed", MAIN.values(), ids=MAIN)
def test_what_is_done_to_the_main_task_moves_no_part(deed: Callable[[cases.CaseRow], object]) -> None:
    row = handled()
    part = part_of(row)
    with time.at(county.local(12, 9)):
        deed(row)
    assert task(part) == part
    with time.at(county.local(15, 9)):
        assert task(part).light.value == "red"


MOVES = [("accept", ""), ("pause", ""), ("extend", "3wd"), ("override", "9wd"), ("restart", "")]


@pytest.mark.parametrize(("move", "budget"), MOVES)
def test_what_is_done_to_a_part_moves_neither_the_main_task_nor_the_case(move: str, budget: str) -> None:
    row = handled()
    part = part_of(row)
    (main,) = [each for each in cases.tasks(row.id) if each.kind != "assist"]
    law = county.post("law1")
    with time.at(county.local(12, 9)):
        after = assists.move(actor=law, task_id=part.id, move=move, budget=budget)
        cases.override_time_limit(actor=county.post("coordinator"), case_id=row.id, budget="3wd", text="照旧")
    assert times(after) != times(part)
    assert times(cases.find(row.id)) == times(row)
    assert times(task(main)) == times(main)
    assert times(task(part)) == times(after)
    assert [line.kind for line in cases.deadline_entries(row.id)] == ["start", "accept", "override"]
    named = DeadlineEntry.objects.filter(task_id=part.id).order_by("id").values_list("kind", flat=True)
    assert list(named) == ["start", move]


def test_a_part_that_waited_has_the_time_added_and_is_red_when_its_own_date_has_come() -> None:
    part = part_of(handled())
    law = county.post("law1")
    assists.move(actor=law, task_id=part.id, move="accept")
    with time.at(county.local(12, 8, 30)):
        paused = assists.move(actor=law, task_id=part.id, move="pause")
        assert (paused.light.value, paused.red_at) == ("none", None)
        with pytest.raises(Conflict):
            assists.move(actor=law, task_id=part.id, move="pause")
    with time.at(county.local(13, 8, 30)):
        on = assists.move(actor=law, task_id=part.id, move="resume")
    assert on.due_at == county.local(14, 17, 30)
    assert part.due_at == county.local(13, 17, 30)


def test_signing_comes_once_and_a_part_that_runs_is_not_resumed() -> None:
    part = part_of(handled())
    for move in ("accept", "accept", "resume"):
        if move == "accept" and task(part).red_at == part.accept_due_at:
            assists.move(actor=county.post("law1"), task_id=part.id, move=move)
            continue
        with pytest.raises(Conflict):
            assists.move(actor=county.post("law1"), task_id=part.id, move=move)


@pytest.mark.parametrize(
    ("move", "budget"), [("stop", ""), ("extend", "3h"), ("extend", "soon"), ("override", ""), ("fly", "")]
)
def test_a_move_or_a_budget_that_is_none_is_refused(move: str, budget: str) -> None:
    part = part_of(handled())
    with pytest.raises(InvalidInput):
        assists.move(actor=county.post("law1"), task_id=part.id, move=move, budget=budget)
    assert task(part) == part


@pytest.mark.parametrize(
    "given",
    [
        {"office_id": 10**9},
        {"finish_budget": "soon"},
        {"assignee": "hud1"},
        {"assignee": "grid_a1"},
        {"office": "HUD"},
        {"office": "JUS", "complained": True},
    ],
    ids=["no office", "no budget", "another's post", "no post of the office", "the lead", "complained of"],
)
def test_a_part_is_given_to_an_office_that_can_have_it(given: dict[str, object]) -> None:
    complained = {"complained_office_id": county.office("JUS")} if given.pop("complained", False) else {}
    row = county.receive(**complained)
    if office := given.pop("office", ""):
        given["office_id"] = county.office(str(office))
    if assignee := given.pop("assignee", ""):
        given["assignee_id"] = county.post(str(assignee)).id
    with pytest.raises(InvalidInput):
        part_of(row, **given)
    assert [each.kind for each in cases.tasks(row.id)] == ["handle"]


def test_an_office_assists_once_at_a_time_and_again_when_it_has_done() -> None:
    row = handled()
    part = part_of(row)
    with pytest.raises(InvalidInput):
        part_of(row)
    assists.end(actor=county.post("law1"), task_id=part.id)
    with pytest.raises(Conflict):
        assists.end(actor=county.post("law1"), task_id=part.id)
    assert part_of(row).id != part.id


def test_who_cannot_see_the_case_gives_no_part_and_moves_none() -> None:
    row = county.receive(category_code=county.NEIGHBOURS)
    with pytest.raises(NotFound):
        assists.open_task(actor=county.post("hud1"), case_id=row.id, office_id=county.office("LAW"))
    part = part_of(row)
    with pytest.raises(NotFound):
        assists.move(actor=county.post("hud1"), task_id=part.id, move="accept")
    (main,) = [each for each in cases.tasks(row.id) if each.kind != "assist"]
    with pytest.raises(NotFound):
        assists.end(actor=county.post("coordinator"), task_id=main.id)


def test_parts_end_with_the_case_and_only_with_it() -> None:
    row = handled()
    part = part_of(row)
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已填平。", unfinished="其余另办")
    assert [each.id for each in cases.tasks(row.id) if each.done_at is None] == [part.id]
    cases.record_verdict(actor=reporter(row), case_id=row.id, solved=True)
    after = task(part)
    assert (after.outcome, after.done_at, after.light.value) == ("closed", county.MONDAY, "none")
    with pytest.raises(Conflict):
        part_of(row, office_id=county.office("POL"))


@pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN, State.JOINED])
def test_a_case_that_has_ended_gives_no_part(state: State) -> None:
    with pytest.raises(Conflict):
        part_of(case_in(state))


def test_my_tasks_and_my_figures_read_the_clock_of_the_task() -> None:
    row, own = handled(), county.receive(category_code=county.RUBBISH)
    law = county.post("law1")
    cases.accept_case(actor=law, case_id=own.id)
    part = part_of(row, assignee_id=law.id, accept_budget="", finish_budget="30m")
    mine, _ = cases.open_tasks(actor=law)
    assert [(each.id, each.due_at) for each in mine] == [(row.id, part.due_at), (own.id, own.due_at)]
    with time.at(county.MONDAY + county.hours(1)):
        mine, _ = cases.open_tasks(actor=law)
        assert [each.light.value for each in mine] == ["red", "green"]
        assert cases.find(row.id).light.value == "green"
        load = cases.workload(actor=law)
        assert (load.numbers[cases.WorkFigure.RED], load.numbers[cases.WorkFigure.GREEN], load.open) == (1, 1, 2)
        red = cases.workload_cases(actor=law, figure=cases.WorkFigure.RED)
        assert [each.id for each in red] == [row.id]
        assert cases.workload(actor=county.post("hud1")).numbers[cases.WorkFigure.RED] == 0


def test_what_nobody_of_the_office_has_taken_is_listed_with_the_parts_date() -> None:
    row = handled()
    part = part_of(row)
    assert [(each.id, each.due_at) for each in cases.open_tasks(actor=county.post("law2"))[1]] == [
        (row.id, part.due_at)
    ]
    given = assists.assign(actor=county.post("law1"), task_id=part.id, staff_id=county.post("law2").id)
    assert given.assignee_id == county.post("law2").id
    assert cases.find(row.id).assignee_id == county.post("hud1").id
    assert [each.id for each in cases.open_tasks(actor=county.post("law2"))[0]] == [row.id]
    assert cases.open_tasks(actor=county.post("law2"))[1] == []


@pytest.mark.parametrize("answered", [False, True])
def test_a_new_calendar_moves_each_clock_by_itself(answered: bool) -> None:
    with time.at(FAR):
        row = handled()
        part = part_of(row, accept_budget="")
        longer = part_of(row, office_id=county.office("POL"), accept_budget="", finish_budget="1wd")
        if answered:
            cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已填平。", unfinished="其余另办")
        before = cases.find(row.id)
        load(MOVING)
        follow()
        after = cases.find(row.id)
        assert (after.due_at == before.due_at) == answered
        assert task(part).due_at == county.local(25, 17, 30, month=12)
        assert (task(part).provisional, task(longer).provisional) == (False, False)
        assert task(longer).due_at == longer.due_at
        if not answered:
            (main,) = [each for each in cases.tasks(row.id) if each.kind != "assist"]
            assert times(main) == times(after)


def test_a_case_that_a_calendar_only_makes_final_leaves_its_parts_their_own_dates() -> None:
    with time.at(FAR):
        row = handled()
        part = part_of(row, accept_budget="", finish_budget="1wd")
        load({})
        follow()
        (main,) = [each for each in cases.tasks(row.id) if each.kind != "assist"]
        assert (row.provisional, cases.find(row.id).provisional, main.provisional) == (True, False, False)
        assert times(main) == times(row) != times(part)
        assert task(part) == part


@pytest.mark.parametrize(("day_off", "locks"), [(date(2027, 1, 1), False), (date(2026, 5, 12), True)])
def test_who_is_at_work_on_a_case_is_waited_for_only_where_dates_of_it_or_of_its_parts_move(
    day_off: date, locks: bool
) -> None:
    row = handled()
    part_of(row)
    load({day_off: OFF})
    with CaptureQueriesContext(connection) as statements:
        follow()
    locked = [each for each in statements if 'FROM "cases_' in each["sql"] and "FOR UPDATE" in each["sql"]]
    assert bool(locked) == locks


def test_a_date_of_a_part_that_moves_is_recorded_with_what_it_was() -> None:
    with time.at(FAR):
        row = handled()
        part = part_of(row, accept_budget="", finish_budget="4wd")
        load(MOVING)
        follow()
    moved = task(part).due_at
    assert moved is not None
    told = [each for each in ledger.entries(("case", row.id)) if each.action == "AssistClockMoved"]
    assert [each.payload["due_at"] for each in told] == [[part.due_at.isoformat(), moved.isoformat()]]
    assert cases.find(row.id).version == len(ledger.entries(("case", row.id)))


def test_the_timeline_tells_of_parts_and_the_reporter_is_told_nothing_of_them() -> None:
    row = handled()
    part = part_of(row)
    assists.move(actor=county.post("law1"), task_id=part.id, move="extend", budget="1wd")
    assists.end(actor=county.post("law1"), task_id=part.id)
    told = [each.what for each in cases.timeline(cases.find(row.id))]
    assert told == ["收到上报", "签收", "请部门协办", "协办时限有变", "协办结束"]
    assert all(Task.objects.filter(case_id=row.id).values_list("accept_budget", flat=True))
