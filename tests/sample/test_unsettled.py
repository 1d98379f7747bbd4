"""The queues of the fictional county aren't empty, and what waits in them was done by posts."""

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Filters, Openness, Scope, State
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.sample import unsettled
from tests import county
from tests.contexts.cases.acting import case_in

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """What depends on the place: here the county's office has the towns' own duty too."""
    monkeypatch.setattr(unsettled, "_BURNING", county.WATER)


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def waiting(queue: str) -> list[cases.CaseRow]:
    filters = Filters(queue=queue, openness=Openness.ALL)
    return cases.list_cases(actor=county.post("clerk"), scope=Scope.COUNTY, filters=filters).rows


def test_every_queue_has_something_and_a_town_is_asked() -> None:
    for state in (State.HANDLING, State.DISPATCHED, State.ANSWERED):
        for _ in range(4):
            case_in(state)
    unsettled.leave_unsettled("sample")
    found = {queue: len(waiting(queue)) for queue in ("extension", "duty", "unhappy", "place")}
    assert found == {"extension": 2, "duty": 2, "unhappy": 3, "place": 2}
    (asked,) = cases.awaiting_decision(actor=county.post("town_a"))
    assert asked.consent_office_id == county.office("TWN-A")
    assert {ledger.entries(("case", row.id))[-1].actor for row in waiting("duty")} == {county.post("hud1").ref}


def test_in_a_county_without_a_history_nothing_waits() -> None:
    unsettled.leave_unsettled("sample")
    assert cases.newest_id() == 0
