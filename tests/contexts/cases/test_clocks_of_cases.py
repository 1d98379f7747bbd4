"""Accept clock and finish clock of a case: from budgets and the calendar, through pauses, reworks and new calendars."""

from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

import pytest

from liandong.contexts.cases import jobs
from liandong.contexts.cases import public as cases
from liandong.contexts.cases.clocks.reckoning import explain, promised_to
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Filters, Life, Openness, Scope, State
from liandong.contexts.intake.public import Past
from liandong.foundation.calendar import public as calendar
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Busy, InvalidInput
from tests import county
from tests.contexts.cases.acting import case_in, reporter

pytestmark = pytest.mark.usefixtures("small_county")
MONDAY = county.MONDAY  # 10:00


@pytest.fixture(autouse=True)
def monday():
    with time.at(MONDAY):
        yield


def test_a_case_promises_acceptance_in_office_hours_and_the_end_in_working_days() -> None:
    row = county.receive()
    assert row.accept_due_at == county.local(11, 12)
    assert row.due_at == county.local(14, 17, 30)
    assert not row.provisional


def test_until_it_is_accepted_the_nearer_clock_lights_the_case() -> None:
    row = county.receive()
    assert (row.yellow_at, row.red_at) == (county.local(11, 11, 36), row.accept_due_at)
    accepted = cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    assert accepted.red_at == row.due_at
    assert accepted.yellow_at == county.local(14, 12, 6)  # 80 % of three days of nine hours


def test_a_case_received_in_the_evening_is_due_from_the_next_morning() -> None:
    with time.at(county.local(15, 19)):  # Friday
        row = county.receive()
    assert row.accept_due_at == county.local(18, 10, 30)
    assert row.due_at == county.local(20, 17, 30)


def test_the_most_urgent_runs_on_natural_time_through_the_night() -> None:
    with time.at(county.local(16, 23)):  # Saturday
        row = county.receive(category_code=county.MANHOLE)
    assert row.severity == 1
    assert row.accept_due_at == county.local(16, 23, 5)
    assert row.due_at == county.local(17, 1)


def test_a_statutory_limit_in_natural_days_rolls_over_rest_days() -> None:
    with time.at(county.local(14, 10)):  # thirty days later is Saturday 13 June
        row = county.receive(category_code=county.NEIGHBOURS)
    assert row.due_at == county.local(15, 17, 30, month=6)


@pytest.mark.parametrize(
    ("after", "light"),
    [(0, "green"), (95, "green"), (96, "yellow"), (119, "yellow"), (120, "red"), (10_000, "red")],
)
def test_lights_turn_with_the_clock_and_lists_agree(after: int, light: str) -> None:
    row = county.receive()
    with time.at(MONDAY + timedelta(minutes=after)):
        assert cases.find(row.id).light == light
        for each in ("green", "yellow", "red", "none"):
            listed = cases.list_cases(
                actor=county.post("clerk"), scope=Scope.COUNTY, filters=Filters(light=each, openness=Openness.ALL)
            ).rows
            assert [case.id for case in listed] == ([row.id] if each == light else [])


def test_a_question_moves_the_due_time_by_the_working_time_it_took() -> None:
    row = county.receive()
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=row.id)
    with time.at(county.local(12, 16, 30)):
        asked = cases.ask_reporter(actor=hud, case_id=row.id, text="在哪一侧？")
        assert (asked.red_at, asked.yellow_at, asked.due_at) == (None, None, row.due_at)
    with time.at(county.local(13, 9, 30)):  # one hour on Tuesday, one on Wednesday; the night doesn't count
        replied = cases.record_reply(actor=reporter(row), case_id=row.id, text="左侧")
    assert replied.due_at == county.local(15, 10, 30)
    assert replied.red_at == replied.due_at
    assert [line.kind for line in cases.deadline_entries(row.id)] == ["start", "accept", "pause", "resume"]


def test_two_questions_add_up() -> None:
    row = county.receive()
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=row.id)
    for day in (12, 13):
        with time.at(county.local(day, 9)):
            cases.ask_reporter(actor=hud, case_id=row.id, text="在哪一侧？")
        with time.at(county.local(day, 10)):
            after = cases.record_reply(actor=reporter(row), case_id=row.id, text="左侧")
    assert after.due_at == county.local(15, 10, 30)


def test_acceptance_isnt_put_off_by_a_question() -> None:
    row = county.receive()
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=row.id)
    cases.ask_reporter(actor=hud, case_id=row.id, text="在哪一侧？")
    with time.at(county.local(13, 10)):
        after = cases.record_reply(actor=reporter(row), case_id=row.id, text="左侧")
    assert after.accept_due_at == row.accept_due_at


def test_what_isnt_solved_gets_the_whole_time_anew_and_old_pauses_dont_count() -> None:
    row = county.receive()
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=row.id)
    cases.ask_reporter(actor=hud, case_id=row.id, text="在哪一侧？")
    with time.at(county.local(12, 10)):
        cases.record_reply(actor=reporter(row), case_id=row.id, text="左侧")
        cases.answer_case(actor=hud, case_id=row.id, text="已修补")
    with time.at(county.local(18, 10)):
        again = cases.record_verdict(actor=reporter(row), case_id=row.id, solved=False)
    assert (again.clock_from, again.due_at, again.red_at) == (
        county.local(18, 10), county.local(21, 17, 30), county.local(21, 17, 30),
    )  # fmt: skip


def test_an_answered_case_keeps_its_promise_on_record_but_no_light() -> None:
    row = case_in(State.ANSWERED)
    with time.at(MONDAY + timedelta(days=300)):
        assert (row.light, row.due_at, row.red_at) == ("none", county.local(14, 17, 30), None)


def test_the_reasons_for_a_date_end_at_that_date() -> None:
    row = county.receive()
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=row.id)
    with time.at(county.local(12, 16, 30)):
        cases.ask_reporter(actor=hud, case_id=row.id, text="在哪一侧？")
    with time.at(county.local(13, 9, 30)):
        row = cases.record_reply(actor=reporter(row), case_id=row.id, text="左侧")
    why = explain(row, cases.deadline_entries(row.id))
    assert why.due.at == row.due_at
    (pause,) = [step for step in why.steps if isinstance(step, calendar.PauseTaken)]
    assert pause.added == timedelta(hours=2)


def reassign(row: cases.CaseRow, office: str = "LAW") -> cases.CaseRow:
    boss = county.post("coordinator")
    return cases.reassign_case(actor=boss, case_id=row.id, office_id=county.office(office), text="属执法范围")


def test_the_new_office_has_the_whole_time_to_accept_and_the_reporter_the_old_promise() -> None:
    row = county.receive()
    with time.at(county.local(11, 16)):  # the accept clock of the first office is long red
        assert cases.find(row.id).light == "red"
        given = reassign(row)
        assert (given.accept_due_at, given.due_at) == (county.local(12, 9), row.due_at)
        assert (given.yellow_at, given.red_at, given.light) == (county.local(12, 8, 36), county.local(12, 9), "green")
    with time.at(county.local(12, 9)):
        assert cases.find(row.id).light == "red"


def test_a_promise_that_is_broken_already_stays_broken_for_the_new_office() -> None:
    row = county.receive()
    with time.at(county.local(20, 10)):
        assert reassign(row).light == "red"


def test_the_hand_over_stands_in_the_deadline_ledger_and_among_the_reasons() -> None:
    row = county.receive()
    reasons = cases.why(row)
    with time.at(county.local(11, 16)):
        given = reassign(row)
    line = cases.deadline_entries(row.id)[-1]
    assert (line.kind, line.at, line.accept_budget, line.finish_budget) == (
        "reassign", county.local(11, 16), row.accept_budget, "",
    )  # fmt: skip
    assert cases.why(given)[:-1] == reasons
    assert cases.why(given)[-1] == (
        "5月11日 星期一 16:00 转交，接手部门的签收时限 120 工作分钟 从这时起算，到 5月12日 星期二 09:00；"
        "承诺的答复时间不变。"
    )


def test_due_times_come_out_of_the_deadline_ledger_after_every_turn_of_a_long_life() -> None:
    row = county.receive()
    hud, law = county.post("hud1"), county.post("law1")

    def recomputed() -> bool:
        now = cases.find(row.id)
        promised = promised_to(now, cases.deadline_entries(row.id))
        return (promised.accept_due_at, promised.due_at) == (now.accept_due_at, now.due_at)

    turns = [
        lambda: cases.accept_case(actor=hud, case_id=row.id),
        lambda: cases.ask_reporter(actor=hud, case_id=row.id, text="在哪一侧？"),
        lambda: cases.record_reply(actor=reporter(row), case_id=row.id, text="左侧"),
        lambda: reassign(row),
        lambda: cases.accept_case(actor=law, case_id=row.id),
        lambda: reassign(row, "HUD"),
        lambda: cases.accept_case(actor=hud, case_id=row.id),
        lambda: cases.answer_case(actor=hud, case_id=row.id, text="已修补"),
        lambda: cases.record_verdict(actor=reporter(row), case_id=row.id, solved=False),
        lambda: reassign(row),
    ]
    for hour, turn in enumerate(turns):
        with time.at(MONDAY + timedelta(hours=5 * hour)):
            turn()
        assert recomputed(), hour


def test_a_new_accept_time_isnt_had_by_giving_a_case_to_the_office_that_has_it() -> None:
    row = county.receive()
    with pytest.raises(InvalidInput) as refused:
        reassign(row, "HUD")
    assert refused.value.field == "office_id"
    assert cases.find(row.id) == row


@pytest.mark.parametrize(
    "category", [county.POTHOLE, county.MANHOLE, county.RUBBISH, county.NEIGHBOURS, county.CONDUCT]
)
@pytest.mark.parametrize("hour", [0, 9, 13, 20])
def test_every_promise_can_be_explained(category: str, hour: int) -> None:
    with time.at(county.local(15, hour)):
        row = county.receive(category_code=category)
    assert explain(row, []).due.at == row.due_at


FAR = datetime(2026, 12, 23, 2, tzinfo=UTC)
"""A Wednesday: three working days later nobody knows yet which days of the new year are off."""


def test_a_date_beyond_the_known_calendar_is_provisional() -> None:
    with time.at(FAR):
        assert county.receive().provisional
        assert not county.receive(category_code=county.MANHOLE).provisional


def test_due_times_follow_the_county_that_chose_other_hours_for_new_cases() -> None:
    calendar.set_office_hours(
        actor=SYSTEM, spans=[(clock_time(9), clock_time(12)), (clock_time(14), clock_time(18))], weekdays=range(6)
    )
    row = county.receive()
    assert row.accept_due_at == county.local(11, 12)
    assert row.due_at == county.local(14, 18)


def test_the_share_of_the_yellow_light_is_the_countys_choice() -> None:
    orgs.set_up_county(actor=SYSTEM, yellow_percent=50)
    assert county.receive().yellow_at == county.local(11, 11)


def test_time_left_counts_working_time_where_the_promise_does() -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    assert cases.time_left(row) == (3, "working_day")
    with time.at(county.local(14, 14, 30)):
        assert cases.time_left(row) == (3, "working_hour")
    with time.at(county.local(15, 10)):
        assert cases.time_left(row) == (-1, "working_hour")
    urgent = county.receive(category_code=county.MANHOLE)
    assert cases.time_left(urgent) == (None, "")


def test_what_comes_from_the_past_has_the_dates_it_would_have_had() -> None:
    """1 to 5 May are off; for it Saturday the 9th is worked."""
    received = county.local(4, 10)
    life = Life(State.HANDLING, accepted_at=county.local(4, 11), paused=((county.local(6, 9), county.local(6, 12)),))
    row = county.receive(past=Past(life), received_at=received)
    assert (row.due_at, row.red_at) == (county.local(9, 11, 30), county.local(9, 11, 30))
    noted = cases.add_note(actor=county.post("hud1"), case_id=row.id, text="已查看")
    assert (noted.due_at, noted.red_at) == (row.due_at, row.red_at)


def test_judging_time_that_passed_closes_the_case_by_itself_once() -> None:
    row, fresh = case_in(State.ANSWERED), county.receive()
    with time.at(row.verdict_due_at):
        jobs.close_unjudged()
        jobs.close_unjudged()
        closed = cases.find(row.id)
    assert (closed.state, closed.solved, closed.version) == (State.CLOSED, None, 2)
    assert cases.find(fresh.id) == fresh


def test_one_busy_case_doesnt_hold_up_the_others(monkeypatch) -> None:
    first, second = case_in(State.ANSWERED), case_in(State.ANSWERED)
    lapse = jobs.lapse_verdict

    def sometimes(*, case_id: int) -> cases.CaseRow:
        if case_id == first.id:
            raise Busy
        return lapse(case_id=case_id)

    monkeypatch.setattr(jobs, "lapse_verdict", sometimes)
    with time.at(second.verdict_due_at):
        jobs.close_unjudged()
    assert Case.objects.filter(state=State.CLOSED).values_list("id", flat=True).get() == second.id


def test_yellow_moves_with_a_pause_as_red_does() -> None:
    hud, row = county.post("hud1"), cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    with time.at(MONDAY + timedelta(days=1)):
        cases.ask_reporter(actor=hud, case_id=row.id, text="哪一侧？")
    with time.at(MONDAY + timedelta(days=2)):  # a working day later to the minute
        after = cases.record_reply(actor=reporter(row), case_id=row.id, text="东侧")
    assert (row.yellow_at, row.due_at) == (county.local(14, 12, 6), county.local(14, 17, 30))
    assert (after.yellow_at, after.due_at) == (county.local(15, 12, 6), county.local(15, 17, 30))
