"""What the desk, the office and its posts do with a case."""

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Action, Life, Scope, State
from liandong.contexts.intake.public import Past
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests import county
from tests.contexts.cases.acting import actor, case_in, reporter, take

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def open_tasks(row: cases.CaseRow) -> list[cases.TaskRow]:
    return [task for task in cases.tasks(row.id) if task.done_at is None]


def test_a_case_begins_with_one_task_of_the_lead_office_due_with_the_case() -> None:
    row = county.receive()
    (task,) = cases.tasks(row.id)
    assert (task.kind, task.office_id, task.assignee_id) == ("handle", county.office("HUD"), None)
    assert (task.due_at, task.created_at, task.done_at) == (row.due_at, row.received_at, None)


def test_an_unclear_case_is_the_desks_to_screen_within_the_accept_time() -> None:
    row = county.receive("门口有情况，请派人来看看", category_code="")
    (task,) = cases.tasks(row.id)
    assert (task.kind, task.office_id, task.due_at) == ("screen", county.office("SGC"), row.accept_due_at)


def test_a_note_doesnt_give_the_desk_more_time_to_screen() -> None:
    row = county.receive("门口有情况，请派人来看看", category_code="")
    cases.add_note(actor=county.post("clerk"), case_id=row.id, text="已致电核实")
    (task,) = cases.tasks(row.id)
    assert task.due_at == row.accept_due_at


def test_screening_gives_category_place_office_clocks_and_the_next_task() -> None:
    row = county.receive("门口有情况，请派人来看看", category_code="", lon=None, lat=None)
    assert (row.state, row.queue) == (State.RECEIVED, "category")
    lon, lat = county.POINTS["B12"]
    after = cases.screen_case(
        actor=county.post("clerk"), case_id=row.id, category_code=county.BURNING, lon=lon, lat=lat, text="电话核实"
    )
    assert (after.state, after.queue, after.category_code, after.severity) == (
        State.DISPATCHED, "", county.BURNING, 2,
    )  # fmt: skip
    assert after.cell_id == county.division(county.CELLS["B12"])
    assert after.town_id == county.division(county.TOWN_B)
    assert after.office_id == county.office("TWN-B")
    assert (after.accept_budget, after.finish_budget) == ("15m", "4h")
    assert after.due_at == row.received_at + county.hours(4)
    assert after.accept_due_at == row.received_at + county.hours(0.25)
    screened, handle = cases.tasks(row.id)
    assert (screened.kind, screened.outcome, screened.done_at) == ("screen", "replaced", time.now())
    assert (handle.kind, handle.office_id, handle.due_at) == ("handle", county.office("TWN-B"), after.due_at)


def test_screening_into_a_private_category_hides_the_case_at_once() -> None:
    row = county.receive("门口有情况，请派人来看看", category_code="")
    after = cases.screen_case(actor=county.post("clerk"), case_id=row.id, category_code=county.EMISSION)
    assert (after.is_private, after.is_confidential) == (True, True)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"category_code": "999999"}, "category_code"),
        ({"category_code": "01"}, "category_code"),
        ({"category_code": county.WATER}, "office_id"),
        ({"category_code": county.POTHOLE, "office_id": 10**15}, "office_id"),
        ({"category_code": county.POTHOLE, "lon": 106.0, "lat": 36.0}, "lon"),
        ({"category_code": county.POTHOLE, "lon": float("nan"), "lat": 35.0}, "lon"),
        ({"category_code": county.POTHOLE, "lon": 105.05, "lat": float("inf")}, "lat"),
        ({"category_code": county.POTHOLE, "lon": 105.05}, "lat"),
        ({"category_code": county.POTHOLE, "lat": 35.05}, "lon"),
    ],
)
def test_screening_refuses_what_isnt_there(given: dict, field: str) -> None:
    row = county.receive("门口有情况，请派人来看看", category_code="")
    with pytest.raises(InvalidInput) as refused:
        cases.screen_case(actor=county.post("clerk"), case_id=row.id, **given)
    assert refused.value.field == field
    assert cases.find(row.id) == row


def test_a_case_that_isnt_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        cases.add_note(actor=county.post("clerk"), case_id=10**12, text="无")


def test_who_signs_for_a_case_has_the_task() -> None:
    row = county.receive()
    after = cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    assert (after.assignee_id, after.accepted_at) == (county.post("hud1").id, time.now())
    assert [task.assignee_id for task in open_tasks(row)] == [county.post("hud1").id]


def test_a_case_that_was_assigned_counts_as_accepted_once() -> None:
    row = county.receive()
    cases.assign_task(actor=county.post("hud1"), case_id=row.id, staff_id=county.post("hud2").id)
    with time.at(county.MONDAY + county.hours(1)):
        after = cases.claim_task(actor=county.post("hud1"), case_id=row.id)
    assert after.accepted_at == county.MONDAY
    assert after.assignee_id == county.post("hud1").id
    assert [line.kind for line in cases.deadline_entries(row.id)] == ["start", "accept"]


def test_a_task_goes_to_posts_of_the_office_that_can_do_it_and_to_grid_workers_of_the_town() -> None:
    row = county.receive(category_code=county.RUBBISH)
    assert {post.username for post in cases.assignable_posts(row)} == {"law1", "law2", "grid_a1"}


@pytest.mark.parametrize("username", ["law1", "leader", "grid_b1", "clerk"])
def test_a_task_goes_to_nobody_else(username: str) -> None:
    row = county.receive()
    with pytest.raises(InvalidInput) as refused:
        cases.assign_task(actor=county.post("hud1"), case_id=row.id, staff_id=county.post(username).id)
    assert refused.value.field == "staff_id"


def test_nobody_of_the_desk_but_who_handles_can_be_given_a_task() -> None:
    row = county.receive(category_code=county.WATER)
    after = cases.reassign_case(
        actor=county.post("coordinator"), case_id=row.id, office_id=county.office("SGC"), text="由中心办理"
    )
    assert {post.username for post in cases.assignable_posts(after)} == {"coordinator", "desk", "grid_a1"}


def test_a_task_never_goes_to_the_post_or_the_office_complained_of() -> None:
    row = county.receive(complained_staff_id=county.post("hud2").id)
    assert row.complained_office_id == county.office("HUD") != row.office_id
    coordinator = county.post("coordinator")
    with pytest.raises(InvalidInput):
        cases.reassign_case(actor=coordinator, case_id=row.id, office_id=county.office("HUD"), text="改派")
    cases.reassign_case(actor=coordinator, case_id=row.id, office_id=county.office("LAW"), text="改派")
    for username in ("hud1", "hud2"):
        assert county.post(username).id not in {post.id for post in cases.assignable_posts(row)}
        with pytest.raises(InvalidInput):
            cases.assign_task(actor=coordinator, case_id=row.id, staff_id=county.post(username).id)


def test_who_complains_of_a_post_and_another_office_is_handled_by_neither() -> None:
    complained = {"complained_staff_id": county.post("hud2").id, "complained_office_id": county.office("LAW")}
    for category in (county.RUBBISH, county.report().category_code):
        row = county.receive(category_code=category, **complained)
        assert row.office_id not in (county.office("HUD"), county.office("LAW"))


OF_ANOTHER_OFFICE = {"town_a": {Action.NOTE, Action.URGE}, "grid_a1": {Action.NOTE}}
OF_THE_TOWN = {
    "town_a": {
        Action.NOTE,
        Action.PROGRESS,
        Action.ACCEPT,
        Action.CLAIM,
        Action.ASSIGN,
        Action.REASSIGN,
        Action.REFER_OUT,
        Action.RETURN,
        Action.JOIN,
        Action.URGE,
        Action.PUBLISH,
    },
    "grid_a1": {Action.NOTE, Action.PROGRESS, Action.ACCEPT, Action.CLAIM, Action.ASSIGN},
}


@pytest.mark.parametrize("username", ["town_a", "grid_a1"])
def test_in_a_town_what_a_county_office_leads_is_noted_and_urged_only(username: str) -> None:
    actor = county.post(username)
    row = county.receive()
    assert set(cases.possible_actions(row, actor)) == OF_ANOTHER_OFFICE[username]
    cases.add_note(actor=actor, case_id=row.id, text="已到现场看过")
    with pytest.raises(NotAllowed):
        cases.accept_case(actor=actor, case_id=row.id)
    led_in_town = county.receive(office_code="TWN-A")
    assert set(cases.possible_actions(led_in_town, actor)) == OF_THE_TOWN[username]
    assert county.receive(office_code="TWN-B").town_id == led_in_town.town_id
    assert set(cases.possible_actions(county.receive(office_code="TWN-B"), actor)) == OF_ANOTHER_OFFICE[username]


def test_a_grid_worker_does_what_a_county_office_gave_him() -> None:
    row = county.receive()
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    cases.assign_task(actor=county.post("hud1"), case_id=row.id, staff_id=county.post("grid_a1").id)
    assert cases.answer_case(actor=county.post("grid_a1"), case_id=row.id, text="已修好").state == State.ANSWERED


def test_the_post_complained_of_can_do_nothing_with_the_case() -> None:
    row = county.receive(complained_staff_id=county.post("hud2").id)
    with pytest.raises(NotFound):
        cases.accept_case(actor=county.post("hud2"), case_id=row.id)
    assert cases.possible_actions(row, county.post("hud2")) == []


def test_a_reassigned_case_waits_anew_for_the_other_office() -> None:
    row = county.receive()
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    after = cases.reassign_case(
        actor=county.post("coordinator"), case_id=row.id, office_id=county.office("LAW"), text="属执法范围"
    )
    assert (after.office_id, after.assignee_id, after.accepted_at) == (county.office("LAW"), None, None)
    assert after.due_at == row.due_at
    assert [(task.office_id, task.outcome) for task in cases.tasks(row.id)] == [
        (county.office("HUD"), "replaced"),
        (county.office("LAW"), ""),
    ]
    with pytest.raises(NotAllowed):
        cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    assert cases.accept_case(actor=county.post("law1"), case_id=row.id).state == State.HANDLING


def test_a_case_is_never_reassigned_to_the_office_complained_of_or_to_none() -> None:
    row = county.receive(complained_office_id=county.office("LAW"))
    for office_id in (county.office("LAW"), 10**15):
        with pytest.raises(InvalidInput):
            cases.reassign_case(actor=county.post("coordinator"), case_id=row.id, office_id=office_id, text="改派")


def test_a_question_needs_no_answer_from_the_office_meanwhile() -> None:
    row = case_in(State.ASKED)
    assert row.red_at is None
    assert row.light == "none"
    with pytest.raises(Conflict):
        cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已修好")


def test_an_answer_ends_the_tasks_and_gives_the_reporter_a_week() -> None:
    row = case_in(State.HANDLING)
    after = cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已修补平整")
    assert (after.answered_at, after.verdict_due_at) == (time.now(), time.now() + county.days(7))
    assert (after.red_at, after.yellow_at) == (None, None)
    assert after.due_at == row.due_at
    assert open_tasks(row) == []
    assert cases.tasks(row.id)[0].outcome == "answered"


@pytest.mark.parametrize(
    "action", [Action.CLOSE, Action.WITHDRAW, Action.REFER_OUT, Action.JUDGE_SOLVED], ids=lambda action: action
)
def test_an_ended_case_has_no_task_no_light_and_no_queue(action: Action) -> None:
    state = State.ANSWERED if action is Action.JUDGE_SOLVED else State.HANDLING
    row = case_in(state)
    after = take(action, actor("coordinator", row), row.id)
    assert open_tasks(row) == []
    assert (after.light, after.queue, after.closed_at) == ("none", "", time.now())
    assert after.verdict_due_at is None


def test_withdrawing_an_unclear_case_takes_it_out_of_the_queue() -> None:
    row = county.receive("门口有情况，请派人来看看", category_code="")
    after = cases.withdraw_case(actor=reporter(row), case_id=row.id)
    assert (after.state, after.queue) == (State.WITHDRAWN, "")
    assert [task.outcome for task in cases.tasks(row.id)] == ["withdrawn"]


def test_referring_out_says_to_whom() -> None:
    row = county.receive()
    with pytest.raises(InvalidInput) as refused:
        cases.refer_out(actor=county.post("clerk"), case_id=row.id, to=" ", text="属诉讼事项")
    assert refused.value.field == "to"
    cases.refer_out(actor=county.post("clerk"), case_id=row.id, to="县人民法院", text="属诉讼事项")
    assert [message.text for message in cases.messages(row.id)] == ["县人民法院：属诉讼事项"]


def test_a_reopened_case_goes_back_to_its_office_and_post_with_new_clocks() -> None:
    row = case_in(State.CLOSED)
    with time.at(county.MONDAY + county.days(1)):
        after = cases.reopen_case(actor=county.post("clerk"), case_id=row.id, text="复查发现未修好")
    assert (after.state, after.office_id, after.closed_at, after.answered_at) == (
        State.HANDLING, county.office("HUD"), None, None,
    )  # fmt: skip
    assert (after.solved, after.satisfied, after.rework_count) == (None, None, 1)
    assert after.clock_from == county.MONDAY + county.days(1)
    assert after.due_at == county.local(15, 17, 30)
    assert [(task.kind, task.due_at) for task in open_tasks(row)] == [("handle", after.due_at)]


def test_a_reopened_case_that_nobody_had_signed_for_waits_for_its_signature() -> None:
    row = county.receive()
    cases.withdraw_case(actor=reporter(row), case_id=row.id)
    after = cases.reopen_case(actor=county.post("clerk"), case_id=row.id, text="上报人要求恢复")
    assert (after.state, after.accepted_at) == (State.DISPATCHED, None)
    assert cases.accept_case(actor=county.post("hud1"), case_id=row.id).state == State.HANDLING


def test_a_reopened_case_that_was_never_sorted_goes_back_to_the_queue() -> None:
    row = county.receive("门口有情况，请派人来看看", category_code="")
    cases.refer_out(actor=county.post("clerk"), case_id=row.id, to="县人民法院", text="属诉讼事项")
    after = cases.reopen_case(actor=county.post("clerk"), case_id=row.id, text="法院退回")
    assert (after.state, after.queue, after.office_id) == (State.RECEIVED, "category", county.office("SGC"))
    assert [(task.kind, task.due_at) for task in open_tasks(row)] == [("screen", after.accept_due_at)]
    assert cases.screen_case(actor=county.post("clerk"), case_id=row.id, category_code=county.POTHOLE).queue == ""


def test_a_case_of_the_past_that_had_no_clocks_gets_them_when_it_is_reopened() -> None:
    row = county.receive(
        past=Past(Life(State.CLOSED, closed_at=county.MONDAY - county.days(30), clocks=False)),
        received_at=county.MONDAY - county.days(40),
    )
    assert (row.due_at, cases.deadline_entries(row.id)) == (None, [])
    after = cases.reopen_case(actor=county.post("clerk"), case_id=row.id, text="再次出现")
    assert (after.due_at, after.red_at) == (county.local(14, 17, 30), after.accept_due_at)


def test_reassigning_what_is_in_the_queue_takes_it_out() -> None:
    row = county.receive(category_code=county.WATER)
    assert row.queue == "duty"
    after = cases.reassign_case(
        actor=county.post("coordinator"), case_id=row.id, office_id=county.office("TWN-A"), text="属地办理"
    )
    assert (after.state, after.queue) == (State.DISPATCHED, "")


def test_a_case_without_category_isnt_reassigned_but_screened() -> None:
    row = county.receive("门口有情况，请派人来看看", category_code="")
    with pytest.raises(Conflict):
        cases.reassign_case(
            actor=county.post("coordinator"), case_id=row.id, office_id=county.office("LAW"), text="改派"
        )


def test_my_tasks_come_before_those_that_nobody_has_taken_and_the_nearest_due_first() -> None:
    later = county.receive("第一件：路面坑洞")
    sooner = county.receive("第二件：井盖没了", category_code=county.MANHOLE)
    mine = county.receive("第三件：路面坑洞")
    cases.accept_case(actor=county.post("hud1"), case_id=mine.id)
    county.receive("别的部门的", category_code=county.RUBBISH)
    own, unclaimed = cases.open_tasks(actor=county.post("hud1"))
    assert [row.id for row in own] == [mine.id]
    assert [row.id for row in unclaimed] == [sooner.id, later.id]
    assert cases.open_tasks(actor=county.post("leader")) == ([], [])
    assert [row.id for row in cases.open_tasks(actor=county.post("hud2"))[1]] == [sooner.id, later.id]


def test_my_tasks_never_show_a_complaint_of_my_own_office_or_of_me() -> None:
    row = county.receive(complained_staff_id=county.post("hud2").id)
    assert cases.open_tasks(actor=county.post("hud2")) == ([], [])
    assert cases.open_tasks(actor=county.post("hud1")) == ([], [])
    assert [each.id for each in cases.open_tasks(actor=county.post("desk"))[1]] == [row.id]


def test_tasks_are_read_with_a_fixed_number_of_statements(django_assert_num_queries) -> None:
    hud = county.post("hud1")
    for _ in range(2):
        county.receive()
    with django_assert_num_queries(3):
        cases.open_tasks(actor=hud)
    for _ in range(20):
        county.receive()
    with django_assert_num_queries(3):
        assert len(cases.open_tasks(actor=hud)[1]) == 22


def test_the_office_that_had_a_case_may_still_look_at_it_but_not_list_it() -> None:
    row = county.receive()
    cases.reassign_case(actor=county.post("coordinator"), case_id=row.id, office_id=county.office("LAW"), text="改派")
    assert cases.visible_case(actor=county.post("hud1"), case_id=row.id).id == row.id
    assert cases.list_cases(actor=county.post("hud1"), scope=Scope.OFFICE, filters=cases.Filters()).rows == []


def test_what_119_was_told_is_recorded_and_the_case_goes_on() -> None:
    row = county.receive("闻到煤气味", category_code=county.GAS)
    cases.tell_emergency_number(
        actor=county.post("clerk"), case_id=row.id, number="119", text="消防已派车，请上报人撤到上风处。"
    )
    entry = ledger.entries(("case", row.id))[-1]
    assert (entry.action, entry.payload["number"], cases.find(row.id).state) == (
        "EmergencyNumberTold",
        "119",
        row.state,
    )


def test_only_the_four_numbers_and_only_a_danger_are_handed_over_by_telephone() -> None:
    gas, pothole = county.receive(category_code=county.GAS), county.receive()
    with pytest.raises(InvalidInput) as refused:
        cases.tell_emergency_number(actor=county.post("clerk"), case_id=gas.id, number="12345", text="已告知")
    assert refused.value.field == "number"
    with pytest.raises(Conflict):
        cases.tell_emergency_number(actor=county.post("clerk"), case_id=pothole.id, number="119", text="已告知")
