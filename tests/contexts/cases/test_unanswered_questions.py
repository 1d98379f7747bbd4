"""A question that nobody answers: after the county's reply days the case goes on, and a late reply is still welcome."""

from datetime import timedelta

import pytest

from liandong.contexts.cases import jobs
from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Action, State
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Conflict
from tests import county
from tests.contexts.cases.acting import reporter

pytestmark = pytest.mark.usefixtures("small_county")
ASKED = county.MONDAY + timedelta(days=1)
LAPSED = ASKED + timedelta(days=7, hours=7, minutes=30)  # Tuesday, five working days later, close of office


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def ask(row: cases.CaseRow) -> cases.CaseRow:
    return cases.ask_reporter(actor=county.post("hud1"), case_id=row.id, text="在哪一侧？")


def asked_case() -> cases.CaseRow:
    row = county.receive()
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    with time.at(ASKED):
        return ask(row)


def lapsed_case() -> cases.CaseRow:
    row = asked_case()
    with time.at(LAPSED):
        jobs.go_on_without_reply()
    return cases.find(row.id)


def test_a_case_waits_for_its_reporter_until_the_end_of_the_last_reply_day() -> None:
    row = asked_case()
    assert cases.reply_until(row) == LAPSED
    with time.at(LAPSED - timedelta(seconds=1)):
        jobs.go_on_without_reply()
        with pytest.raises(Conflict):
            cases.lapse_question(case_id=row.id)
    assert cases.find(row.id) == row


def test_then_it_is_its_handlers_again_and_the_clock_goes_on() -> None:
    row = lapsed_case()
    assert (row.state, row.assignee_id, row.question_lapsed_at) == (State.HANDLING, county.post("hud1").id, LAPSED)
    assert (row.due_at, row.red_at) == (county.local(22, 16), county.local(22, 16))
    assert [line.kind for line in cases.deadline_entries(row.id)][-2:] == ["pause", "resume"]
    entry = ledger.entries(("case", row.id))[-1]
    assert (entry.action, entry.actor, entry.payload["to"]) == ("QuestionLapsed", SYSTEM.ref, "handling")
    timeline = cases.timeline(cases.find(row.id))
    assert timeline[-1].what == "逾期未补充，恢复办理"


def test_a_question_lapses_once() -> None:
    row = lapsed_case()
    with time.at(LAPSED + timedelta(days=30)):
        jobs.go_on_without_reply()
    assert cases.find(row.id) == row


def test_the_time_for_a_reply_runs_from_the_last_question() -> None:
    row = asked_case()
    with time.at(county.local(18, 10)):
        cases.record_reply(actor=reporter(row), case_id=row.id, text="左侧")
        ask(row)
    with time.at(LAPSED):
        jobs.go_on_without_reply()
    assert cases.find(row.id).state == State.ASKED


def test_a_late_reply_is_added_to_the_case_once_and_moves_no_clock() -> None:
    row = lapsed_case()
    with time.at(LAPSED + timedelta(days=1)):
        assert Action.SUPPLEMENT in cases.possible_actions(row, reporter(row))
        after = cases.record_reply(actor=reporter(row), case_id=row.id, text="左侧")
        assert (after.state, after.due_at, after.question_lapsed_at) == (State.HANDLING, row.due_at, None)
        assert (cases.messages(row.id)[-1].kind, cases.messages(row.id)[-1].text) == ("reply", "左侧")
        assert ledger.entries(("case", row.id))[-1].action == "ReporterSupplemented"
        assert Action.SUPPLEMENT not in cases.possible_actions(after, county.post("clerk"))
        with pytest.raises(Conflict):
            cases.record_reply(actor=reporter(row), case_id=row.id, text="左侧")


def test_after_the_answer_an_old_question_is_done_with() -> None:
    row = lapsed_case()
    with time.at(LAPSED + timedelta(days=1)):
        cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已修补")
        again = cases.record_verdict(actor=reporter(row), case_id=row.id, solved=False)
    assert Action.SUPPLEMENT not in cases.possible_actions(again, county.post("clerk"))


def test_the_countys_own_number_of_days_bounds_the_wait() -> None:
    orgs.set_up_county(actor=SYSTEM, reply_days=2)
    assert cases.reply_until(asked_case()) == county.local(14, 17, 30)
