"""A town's consent before a county office's duty is passed down to it (潍坊市 12345 条例 24)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Action, CaseRow, State
from liandong.contexts.intake import public as intake
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import Role
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests import county
from tests.contexts.cases.acting import take

pytestmark = pytest.mark.usefixtures("small_county")
ANSWERS = (Action.GIVE_CONSENT, Action.DECLINE_CONSENT)


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def pass_down(row: CaseRow, town: str = "TWN-A", by: str = "coordinator") -> CaseRow:
    office_id = county.office(town)
    return cases.reassign_case(actor=county.post(by), case_id=row.id, office_id=office_id, text="坑在村道上")


def asked(**fields: object) -> CaseRow:
    """A pothole, the housing office's duty, that the county would like the town of 青坪 to mend."""
    return pass_down(county.receive(**fields))


def events_of(row: CaseRow) -> list[str]:
    return [entry.action for entry in ledger.entries(("case", row.id))]


def test_the_case_stays_and_its_clocks_run_on_until_the_town_has_answered() -> None:
    before = county.receive()
    with time.at(county.MONDAY + timedelta(hours=1)):
        row = pass_down(before)
    assert (row.office_id, row.state, row.consent_office_id) == (before.office_id, before.state, county.office("TWN-A"))
    assert (row.accept_due_at, row.due_at, row.red_at) == (before.accept_due_at, before.due_at, before.red_at)
    assert events_of(row) == ["CaseReceived", "ConsentAsked"]
    assert [line.kind for line in cases.deadline_entries(row.id)] == ["start"]
    accepted = cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    assert (accepted.state, accepted.consent_office_id) == (State.HANDLING, county.office("TWN-A"))


def test_with_the_towns_consent_the_case_goes_to_it_and_can_still_be_taken_back() -> None:
    row = asked()
    with time.at(county.MONDAY + timedelta(hours=3)):
        given = cases.give_consent(actor=county.post("town_a"), case_id=row.id, text="由镇里修补")
    assert (given.office_id, given.state, given.consent_office_id) == (county.office("TWN-A"), "dispatched", None)
    assert given.due_at == row.due_at
    assert given.accept_due_at == county.MONDAY + timedelta(hours=5)
    assert events_of(row) == ["CaseReceived", "ConsentAsked", "ConsentGiven", "CaseReassigned"]
    assert [(task.office_id, task.outcome) for task in cases.tasks(row.id)] == [
        (county.office("HUD"), "replaced"),
        (county.office("TWN-A"), ""),
    ]
    undone = cases.undo_reassignment(actor=county.post("coordinator"), case_id=row.id, text="镇里没有设备")
    assert undone.office_id == county.office("HUD")


def test_a_returned_case_that_the_town_consents_to_is_designated() -> None:
    row = cases.return_case(actor=county.post("hud1"), case_id=county.receive().id, text="村道归镇里")
    pass_down(row)
    given = cases.give_consent(actor=county.post("town_a"), case_id=row.id)
    assert (given.is_designated, given.queue) == (True, "")


def test_declined_with_a_reason_the_case_stays_and_may_be_asked_for_again() -> None:
    row = asked()
    with pytest.raises(InvalidInput):
        cases.decline_consent(actor=county.post("town_a"), case_id=row.id, text=" ")
    declined = cases.decline_consent(actor=county.post("town_a"), case_id=row.id, text="镇里没有设备")
    assert (declined.office_id, declined.consent_office_id) == (county.office("HUD"), None)
    assert [message.text for message in cases.messages(row.id)] == ["坑在村道上", "镇里没有设备"]
    assert cases.messages(row.id, reader=cases.THE_REPORTER) == []
    assert pass_down(row).consent_office_id == county.office("TWN-A")


def test_one_town_is_asked_at_a_time() -> None:
    row = asked()
    for town in ("TWN-A", "TWN-B"):
        with pytest.raises(Conflict):
            pass_down(row, town)
    assert cases.find(row.id) == row


def test_who_asked_and_any_coordinator_may_withdraw_the_request_and_no_other_town() -> None:
    row = pass_down(county.receive(category_code="020301", at="A11", office_code="TWN-A"), "TWN-B", by="town_a")
    assert Action.WITHDRAW_CONSENT not in cases.possible_actions(row, county.post("town_b"))
    with pytest.raises(NotFound):
        cases.withdraw_consent(actor=county.post("pol1"), case_id=row.id)
    assert Action.WITHDRAW_CONSENT in cases.possible_actions(row, county.post("town_a"))
    assert cases.withdraw_consent(actor=county.post("town_a"), case_id=row.id).consent_office_id is None
    pass_down(row, "TWN-B", by="town_a")
    assert cases.withdraw_consent(actor=county.post("coordinator"), case_id=row.id).consent_office_id is None


def test_a_dispatcher_withdraws_no_request_of_the_county() -> None:
    row = pass_down(county.receive(office_code="TWN-A"), "TWN-B")
    assert Action.WITHDRAW_CONSENT not in cases.possible_actions(row, county.post("town_a"))
    with pytest.raises(NotAllowed):
        cases.withdraw_consent(actor=county.post("town_a"), case_id=row.id)


@pytest.mark.parametrize("action", ANSWERS)
@pytest.mark.parametrize("username", ["town_b", "hud1", "coordinator", "grid_a1", "leader"])
def test_nobody_but_the_town_that_is_asked_answers(action: Action, username: str) -> None:
    row = asked()
    with pytest.raises((NotAllowed, NotFound)):
        take(action, county.post(username), row.id)
    assert action not in cases.possible_actions(row, county.post(username))
    assert cases.find(row.id) == row


@pytest.mark.parametrize("action", [*ANSWERS, Action.WITHDRAW_CONSENT])
def test_without_a_request_there_is_nothing_to_answer_or_withdraw(action: Action) -> None:
    row = county.receive(office_code="TWN-A")
    username = "coordinator" if action is Action.WITHDRAW_CONSENT else "town_a"
    with pytest.raises((Conflict, NotAllowed)):
        take(action, county.post(username), row.id)
    assert action not in cases.possible_actions(row, county.post(username))


def test_the_town_that_is_asked_sees_the_case_wherever_it_is_and_only_so_long() -> None:
    row = pass_down(county.receive(category_code=county.NEIGHBOURS, at="A11"), "TWN-B")
    town = county.post("town_b")
    assert cases.visible_case(actor=town, case_id=row.id) == row
    assert [each.id for each in cases.awaiting_decision(actor=town)] == [row.id]
    assert cases.awaiting_decision(actor=county.post("town_a")) == []
    cases.decline_consent(actor=town, case_id=row.id, text="不在本镇")
    assert cases.awaiting_decision(actor=town) == []
    with pytest.raises(NotFound):
        cases.visible_case(actor=town, case_id=row.id)


@pytest.mark.parametrize(
    ("category", "town", "by"),
    [
        (county.WATER, "TWN-A", "coordinator"),  # nobody's in the duty list
        (county.BURNING, "TWN-B", "coordinator"),  # a town's own duty, if another's
        (county.POTHOLE, "TWN-A", "town_a"),  # the town takes it itself
    ],
)
def test_no_consent_is_needed_where_nothing_is_passed_down(category: str, town: str, by: str) -> None:
    office_code = "TWN-A" if category == county.BURNING else "SGC"
    row = county.receive(category_code=category, office_code=office_code)
    if by == "town_a":
        row = cases.return_case(actor=county.post("hud1"), case_id=county.receive().id, text="村道归镇里")
    moved = pass_down(row, town, by)
    assert (moved.office_id, moved.consent_office_id) == (county.office(town), None)


def test_what_the_duty_list_gives_to_the_town_itself_needs_no_consent() -> None:
    row = county.receive(category_code="020301", at="B11", office_code="HUD")
    assert pass_down(row, "TWN-B").office_id == county.office("TWN-B")


def test_screening_is_no_way_round_the_town() -> None:
    row = cases.return_case(actor=county.post("hud1"), case_id=county.receive().id, text="村道归镇里")
    for by in ("clerk", "coordinator"):
        with pytest.raises(InvalidInput) as refused:
            cases.screen_case(
                actor=county.post(by), case_id=row.id, category_code=county.POTHOLE, office_id=county.office("TWN-A")
            )
        assert refused.value.field == "office_id"
    assert cases.find(row.id) == row


def test_a_request_ends_when_the_case_is_answered_parked_or_given_to_another_office() -> None:
    for action in (Action.ANSWER, Action.ASK, Action.PARK, Action.REASSIGN):
        row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
        pass_down(row)
        assert take(action, county.post("coordinator"), row.id).consent_office_id is None, action
        with pytest.raises((Conflict, NotAllowed, NotFound)):
            cases.give_consent(actor=county.post("town_a"), case_id=row.id)


def test_a_request_ends_when_the_desk_sorts_the_case_anew() -> None:
    row = cases.return_case(actor=county.post("hud1"), case_id=county.receive().id, text="村道归镇里")
    assert pass_down(row).consent_office_id == county.office("TWN-A")
    screened = cases.screen_case(actor=county.post("clerk"), case_id=row.id, category_code=county.RUBBISH)
    assert screened.consent_office_id is None


def test_of_a_private_case_only_the_dispatcher_who_is_asked_learns_anything_and_no_contact() -> None:
    contact = intake.ContactInput(name="上报人", phone="13800001234")
    row = pass_down(county.receive(category_code=county.NEIGHBOURS, at="A11", contact=contact), "TWN-B")
    asked_one = county.post("town_b")
    (report,) = intake.reports_of(row.id)
    with pytest.raises(NotAllowed):
        intake.read_contact(actor=asked_one, report_id=report.id, purpose="clarify")
    handler = replace(asked_one, role=Role.HANDLER)
    with pytest.raises(NotFound):
        cases.visible_case(actor=handler, case_id=row.id)


def test_who_asks_a_town_has_looked_at_the_unhappy_verdict() -> None:
    row = asked()
    cases.withdraw_consent(actor=county.post("coordinator"), case_id=row.id)
    Case.objects.filter(pk=row.id).update(unhappy_at=time.now())
    assert pass_down(row).unhappy_at is None


def test_of_consent_and_withdrawal_at_once_one_holds(committed) -> None:
    row = asked()
    found = county.together(
        lambda: cases.give_consent(actor=county.post("town_a"), case_id=row.id),
        lambda: cases.withdraw_consent(actor=county.post("coordinator"), case_id=row.id),
    )
    assert len([each for each in found if isinstance(each, CaseRow)]) == 1
    office = "TWN-A" if isinstance(found[0], CaseRow) else "HUD"
    assert cases.find(row.id).office_id == county.office(office)
