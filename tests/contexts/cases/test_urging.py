"""Urging: who may ask after a case, how often, and who hears of it."""

from datetime import timedelta

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import State
from liandong.contexts.notifications.models import Notification
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.errors import Conflict, NotAllowed, NotFound
from tests import county
from tests.contexts.cases.acting import case_in, reporter
from tests.contexts.notifications.outside import told

pytestmark = pytest.mark.usefixtures("small_county")
WORDS = "请尽快到现场。"


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def test_urging_is_counted_and_recorded_with_office_and_post_and_read_by_staff_only() -> None:
    row = case_in(State.HANDLING)
    cases.claim_task(actor=county.post("hud1"), case_id=row.id)
    urged = cases.urge_case(actor=county.post("coordinator"), case_id=row.id, text=WORDS)
    assert (urged.urge_count, urged.urged_at, urged.state) == (1, county.MONDAY, State.HANDLING)
    payload = ledger.entries(("case", row.id))[-1].payload
    assert (payload["lead_office"], payload["assignee"]) == (county.office("HUD"), county.post("hud1").id)
    assert [(message.text, message.public) for message in cases.messages(row.id)] == [(WORDS, False)]


@pytest.mark.parametrize(("later", "may"), [(timedelta(hours=4, minutes=-1), False), (timedelta(hours=4), True)])
def test_a_case_is_urged_again_only_after_four_working_hours(later: timedelta, may: bool) -> None:
    row = case_in(State.HANDLING)
    coordinator = county.post("coordinator")
    cases.urge_case(actor=coordinator, case_id=row.id, text=WORDS)
    with time.at(county.MONDAY + later):
        if may:
            assert cases.urge_case(actor=coordinator, case_id=row.id, text=WORDS).urge_count == 2
        else:
            with pytest.raises(Conflict, match="四个工作小时"):
                cases.urge_case(actor=coordinator, case_id=row.id, text=WORDS)


def test_a_night_is_no_working_time_between_two_urgings() -> None:
    row = case_in(State.HANDLING)
    with time.at(county.local(11, 17)):
        cases.urge_case(actor=county.post("coordinator"), case_id=row.id, text=WORDS)
    with time.at(county.local(12, 9)), pytest.raises(Conflict):
        cases.urge_case(actor=county.post("coordinator"), case_id=row.id, text=WORDS)


def test_a_dispatcher_urges_what_lies_in_its_town_whoever_leads_it() -> None:
    own, countys = case_in(State.HANDLING, office_code="TWN-A"), case_in(State.HANDLING)
    for row in (own, countys):
        assert cases.urge_case(actor=county.post("town_a"), case_id=row.id, text=WORDS).urge_count == 1
    with pytest.raises(NotFound):
        cases.urge_case(actor=county.post("town_b"), case_id=own.id, text=WORDS)


def test_a_dispatcher_assigns_what_the_towns_own_office_leads_and_nothing_of_the_countys() -> None:
    own, countys = case_in(State.HANDLING, office_code="TWN-A"), case_in(State.HANDLING)
    town, grid = county.post("town_a"), county.post("grid_a1")
    assert cases.assign_task(actor=town, case_id=own.id, staff_id=grid.id).assignee_id == grid.id
    with pytest.raises(NotAllowed):
        cases.assign_task(actor=town, case_id=countys.id, staff_id=grid.id)


def test_a_leader_of_the_county_urges_and_the_office_is_told() -> None:
    row = case_in(State.HANDLING)
    urged = cases.urge_case(actor=county.post("leader"), case_id=row.id, text=WORDS)
    assert (urged.urge_count, urged.state) == (1, State.HANDLING)
    told()
    heard = Notification.objects.filter(kind="urged").values_list("staff_id", flat=True)
    assert county.post("hud1").id in heard


def test_a_leader_urges_nothing_that_is_private() -> None:
    row = case_in(State.HANDLING, category_code=county.NEIGHBOURS)
    with pytest.raises(NotFound):
        cases.urge_case(actor=county.post("leader"), case_id=row.id, text=WORDS)


def test_a_reporter_urges_once_a_day_and_only_after_the_promised_date() -> None:
    row = case_in(State.HANDLING)
    with pytest.raises(Conflict, match="还没有到"):
        cases.urge_as_reporter(actor=reporter(row), case_id=row.id)
    with time.at(row.due_at):
        assert cases.urge_as_reporter(actor=reporter(row), case_id=row.id).urge_count == 1
        with pytest.raises(Conflict, match="今天已经催过"):
            cases.urge_as_reporter(actor=reporter(row), case_id=row.id)
        assert cases.urge_case(actor=county.post("coordinator"), case_id=row.id, text=WORDS).urge_count == 2
    with time.at(row.due_at + timedelta(days=1)):
        assert cases.urge_as_reporter(actor=reporter(row), case_id=row.id).urge_count == 3
    assert cases.find(row.id).due_at == row.due_at
