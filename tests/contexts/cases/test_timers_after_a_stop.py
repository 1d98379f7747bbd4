"""What fell due while nothing ran: after a restart each timer does it once, however many workers there are."""

from datetime import timedelta
from functools import partial

import pytest

from liandong.contexts.cases import jobs
from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import CaseRow, State
from liandong.foundation.jobs.models import Job, TimerRun
from liandong.foundation.jobs.public import work_off
from liandong.foundation.jobs.registry import registry
from liandong.foundation.jobs.timers import run_if_due
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from tests import county
from tests.contexts.cases.acting import case_in

pytestmark = pytest.mark.usefixtures("small_county")
AFTER = county.MONDAY + timedelta(days=90)
DUE = {
    "close_unjudged": (State.ANSWERED, "VerdictLapsed", State.CLOSED),
    "go_on_without_reply": (State.ASKED, "QuestionLapsed", State.HANDLING),
    "review_parked_cases": (State.PARKED, "ParkingReviewed", State.HANDLING),
}


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def waiting(state: State) -> CaseRow:
    """A case whose moment comes while nothing runs."""
    row = case_in(state)
    Case.objects.filter(pk=row.id, state=State.PARKED).update(review_at=county.MONDAY + timedelta(days=2))
    return cases.find(row.id)


def run(name: str) -> None:
    run_if_due(registry.timers[f"{jobs.__name__}.{name}"])


@pytest.mark.parametrize("name", DUE)
def test_after_days_without_a_worker_it_is_done_once_by_two_that_start_at_once(committed, name: str) -> None:
    state, event, then = DUE[name]
    row = waiting(state)
    run(name)
    assert cases.find(row.id) == row
    with time.at(AFTER):
        assert county.together(*[partial(run, name)] * 2) == [None, None]
        run(name)
    with time.at(AFTER + timedelta(hours=1)):
        run(name)
    told = [entry for entry in ledger.entries(("case", row.id)) if entry.action == event]
    assert ([each.at for each in told], cases.find(row.id).state) == ([AFTER], then)


@pytest.mark.parametrize("name", DUE)
def test_one_that_was_cut_off_goes_on_soon_with_what_it_left(name: str) -> None:
    state, event, _ = DUE[name]
    done, left = waiting(state), waiting(state)
    with time.at(AFTER):
        run(name)
        undone = {"state": state, "review_at": left.review_at, "verdict_due_at": left.verdict_due_at}
        Case.objects.filter(pk=left.id).update(**undone, closed_at=None, red_at=None)
        TimerRun.objects.update(finished_at=None)
        run(name)
        assert cases.find(left.id).state == state
    with time.at(AFTER + timedelta(seconds=30)):
        run(name)
    for row, times in ((done, 1), (left, 2)):
        assert [entry.action for entry in ledger.entries(("case", row.id))].count(event) == times
        assert cases.find(row.id).state == DUE[name][2]


def test_an_order_to_recompute_that_a_stop_came_between_is_followed_once() -> None:
    row = county.receive()
    Case.objects.filter(pk=row.id).update(due_at=AFTER)
    jobs.recompute_due_times([])
    for _ in range(2):
        with time.at(county.MONDAY + timedelta(days=1)):
            work_off()
    assert [entry.action for entry in ledger.entries(("case", row.id))] == ["CaseReceived", "DueTimesMoved"]
    assert not Job.objects.exists()


@pytest.mark.parametrize("name", ["go_on_without_reply", "review_parked_cases"])
def test_a_case_that_cannot_go_on_does_not_hold_up_the_others(name: str) -> None:
    state, _, then = DUE[name]
    broken, other = waiting(state), waiting(state)
    Case.objects.filter(pk=broken.id).update(finish_budget="soon")
    with time.at(AFTER):
        run(name)
    assert (cases.find(broken.id).state, cases.find(other.id).state) == (state, then)
    assert TimerRun.objects.get().error == ""
