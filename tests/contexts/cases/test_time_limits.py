"""What moves a time limit for a reason: extension, parking, the county's override; recomputed from the ledger."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liandong.contexts.cases import jobs
from liandong.contexts.cases import public as cases
from liandong.contexts.cases.clocks.reckoning import promised_to
from liandong.contexts.cases.public import Action, CaseRow, Filters, Scope, State
from liandong.foundation.calendar import public as calendar
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests import county
from tests.contexts.cases.acting import case_in, reporter

pytestmark = pytest.mark.usefixtures("small_county")
SPRING = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def handled() -> CaseRow:
    """A pothole in the hands of its office: three working days, due on Thursday 17:30."""
    return cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)


def ask(row: CaseRow, count: int = 2) -> CaseRow:
    return cases.ask_extension(actor=county.post("hud1"), case_id=row.id, count=count, text="等管材到货")


def grant(row: CaseRow, by: str = "coordinator") -> CaseRow:
    return cases.grant_extension(actor=county.post(by), case_id=row.id, text="管材到货后立即修复")


def park(row: CaseRow, review_on: date = SPRING) -> CaseRow:
    return cases.park_case(
        actor=county.post("coordinator"), case_id=row.id, ground="season", review_on=review_on, text="冬季不能铺沥青"
    )


def test_a_granted_extension_moves_the_date_and_the_reporter_reads_why() -> None:
    row = handled()
    asked = ask(row)
    assert (asked.extension_asked, asked.due_at) == ("2wd", row.due_at)
    granted = grant(row)
    assert (granted.extension_asked, granted.extension_count) == ("", 1)
    assert granted.due_at == granted.red_at == county.local(18, 17, 30)  # Friday and Monday more
    assert [message.text for message in cases.messages(row.id, reader=cases.THE_REPORTER)] == ["管材到货后立即修复"]
    why = cases.why(granted)
    assert why[0].endswith("承诺时限 3 个工作日。")
    assert why[1].endswith("批准延期 2 个工作日。")
    assert why[2] == "合计 5 个工作日。"
    assert "5月18日" in why[-1]


def test_those_that_ask_stand_in_a_queue_of_their_own() -> None:
    row, other = handled(), handled()
    ask(row)

    def waiting() -> list[int]:
        found = cases.list_cases(
            actor=county.post("coordinator"), scope=Scope.COUNTY, filters=Filters(queue="extension")
        )
        return [each.id for each in found.rows]

    assert waiting() == [row.id]
    grant(row)
    ask(other)
    assert waiting() == [other.id]


def test_a_refused_extension_leaves_the_date() -> None:
    row = handled()
    ask(row)
    after = cases.refuse_extension(actor=county.post("coordinator"), case_id=row.id, text="时间足够")
    assert (after.extension_asked, after.extension_count, after.due_at) == ("", 0, row.due_at)
    assert cases.messages(row.id, reader=cases.THE_REPORTER) == []
    with pytest.raises(Conflict):
        grant(row)


def test_two_extensions_and_no_third_the_second_decided_by_a_leader_of_the_county() -> None:
    row = handled()
    for by in ("coordinator", "leader"):
        ask(row, 1)
        row = grant(row, by)
    assert row.due_at == county.local(18, 17, 30)
    assert Action.ASK_EXTENSION not in cases.possible_actions(row, county.post("hud1"))
    with pytest.raises(Conflict):
        ask(row)


def test_an_extension_is_asked_for_before_the_date_one_at_a_time() -> None:
    row = handled()
    ask(row)
    with pytest.raises(Conflict):
        ask(row)
    late = handled()
    with time.at(county.local(14, 17, 30)), pytest.raises(Conflict):
        ask(late)


@pytest.mark.parametrize("count", [0, -1, 4])
def test_an_extension_is_at_most_as_long_as_the_limit(count: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask(handled(), count)
    assert refused.value.field == "count"


def test_nobody_grants_what_he_asked_for() -> None:
    row = handled()
    coordinator = county.post("coordinator")
    cases.ask_extension(actor=coordinator, case_id=row.id, count=1, text="等管材")
    with pytest.raises(NotAllowed):
        grant(row)


def test_the_first_extension_is_the_coordinators_the_second_a_county_leaders_word_never_an_office_leaders() -> None:
    row = handled()
    ask(row, 1)
    assert Action.GRANT_EXTENSION not in cases.possible_actions(cases.find(row.id), county.post("leader"))
    with pytest.raises(NotAllowed):
        grant(row, "leader")
    grant(row)
    second = ask(row, 1)
    assert Action.GRANT_EXTENSION not in cases.possible_actions(second, county.post("coordinator"))
    assert [each.id for each in cases.awaiting_decision(actor=county.post("leader"))] == [row.id]
    assert cases.awaiting_decision(actor=county.post("law_head")) == []
    for by in ("coordinator", "law_head"):
        with pytest.raises(NotAllowed):
            grant(row, by)
        with pytest.raises(NotAllowed):
            cases.refuse_extension(actor=county.post(by), case_id=row.id, text="时间足够")
    assert cases.refuse_extension(actor=county.post("leader"), case_id=row.id, text="时间足够").extension_count == 1


def test_where_leaders_do_not_see_the_case_another_coordinator_decides_the_second() -> None:
    row = county.receive(category_code=county.NEIGHBOURS)
    jus = county.post("jus1")
    cases.accept_case(actor=jus, case_id=row.id)
    for _ in range(2):
        cases.ask_extension(actor=jus, case_id=row.id, count=5, text="双方要再谈一次")
        if not cases.find(row.id).extension_count:
            grant(row)
    with pytest.raises(NotAllowed):
        grant(row)
    with pytest.raises(NotFound):
        grant(row, "leader")
    other = replace(county.post("coordinator"), id=county.post("clerk").id)
    assert cases.grant_extension(actor=other, case_id=row.id, text="双方同意").extension_count == 2


def petition(category_code: str = "120401") -> CaseRow:
    """A petition of the supervision office, signed for."""
    row = county.receive(category_code=category_code, office_code="SUP")
    return cases.accept_case(actor=county.post("sup"), case_id=row.id)


def ask_days(row: CaseRow, count: int) -> CaseRow:
    return cases.ask_extension(actor=county.post("sup"), case_id=row.id, count=count, text="案情复杂")


def test_a_petition_is_taken_or_passed_on_in_15_days_decided_in_60_and_once_in_30_more_by_law() -> None:
    row = petition()
    assert (row.accept_budget, row.finish_budget) == ("15d+", "60d+")
    assert row.accept_due_at == county.local(26, 17, 30)
    for count in (31, 60):
        with pytest.raises(InvalidInput):
            ask_days(row, count)
    ask_days(row, 30)
    granted = grant(row)
    assert granted.due_at == county.local(
        10, 17, 30, month=8
    )  # ninety days from the 11th of May end on Sunday 9 August
    assert Action.ASK_EXTENSION not in cases.possible_actions(granted, county.post("sup"))
    with pytest.raises(Conflict):
        ask_days(row, 1)


def test_a_request_for_information_is_answered_in_20_working_days_and_once_in_20_more() -> None:
    row = petition("120303")
    assert row.finish_budget == "20wd"
    with pytest.raises(InvalidInput):
        ask_days(row, 21)
    ask_days(row, 20)
    assert grant(row).extension_count == 1
    with pytest.raises(Conflict):
        ask_days(row, 1)


@pytest.mark.parametrize("category_code", ["120303", "120401", "120402"])
def test_a_limit_of_the_law_never_stands_still(category_code: str) -> None:
    row = petition(category_code)
    assert Action.PARK not in cases.possible_actions(row, county.post("coordinator"))
    with pytest.raises(Conflict):
        park(row)
    assert cases.find(row.id) == row


def test_the_review_of_a_petition_is_not_extended() -> None:
    row = petition("120402")
    assert row.finish_budget == "30d+"
    with pytest.raises(Conflict):
        ask_days(row, 1)


def test_the_county_shortens_a_statutory_limit_and_lengthens_none() -> None:
    row = petition()
    coordinator = county.post("coordinator")
    for budget in ("61d", "90d+", "60wd"):
        with pytest.raises(InvalidInput):
            cases.override_time_limit(actor=coordinator, case_id=row.id, budget=budget, text="案情复杂")
    assert cases.find(row.id) == row
    after = cases.override_time_limit(actor=coordinator, case_id=row.id, budget="20d+", text="涉及安全")
    assert after.finish_budget == "20d+"


def test_an_answer_ends_the_request() -> None:
    row = handled()
    ask(row)
    assert cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已修好").extension_asked == ""


def test_rework_begins_without_the_extensions_of_the_first_time() -> None:
    row = handled()
    ask(row)
    grant(row)
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已修好")
    with time.at(county.local(18, 10)):
        again = cases.record_verdict(actor=reporter(row), case_id=row.id, solved=False, satisfied=None, text="")
    assert (again.extension_count, again.due_at) == (0, county.local(21, 17, 30))


def test_a_parked_case_stands_still_until_it_is_taken_up_again() -> None:
    row = handled()
    with time.at(county.local(12, 8, 30)):
        parked = park(row)
    assert (parked.state, parked.red_at, parked.yellow_at) == (State.PARKED, None, None)
    assert orgs.county().tz.fromutc(parked.review_at.replace(tzinfo=orgs.county().tz)).date() == SPRING
    with time.at(county.local(14, 8, 30)):
        again = cases.unpark_case(actor=county.post("hud1"), case_id=row.id, text="天气转好")
    assert (again.state, again.review_at, again.due_at) == (State.HANDLING, None, county.local(18, 17, 30))
    assert any("挂账，时限暂停" in line for line in cases.why(again))
    assert [message.text for message in cases.messages(row.id, reader=cases.THE_REPORTER)] == ["冬季不能铺沥青"]


def test_on_the_day_of_review_a_parked_case_comes_back_by_itself() -> None:
    row = handled()
    park(row, date(2026, 5, 13))
    with time.at(county.local(12, 23, 59)):
        jobs.review_parked_cases()
        assert cases.find(row.id).state == State.PARKED
    with time.at(county.local(13, 0, 1)):
        jobs.review_parked_cases()
        assert cases.find(row.id).state == State.HANDLING
        jobs.review_parked_cases()
        assert cases.find(row.id).version == row.version + 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ground": "too busy"}, "ground"),
        ({"review_on": date(2026, 5, 11)}, "review_on"),
        ({"review_on": date(2027, 5, 13)}, "review_on"),
        ({"text": ""}, "text"),
    ],
)
def test_parking_needs_a_ground_a_day_within_a_year_and_words(changed: dict, field: str) -> None:
    given = {"ground": "funds", "review_on": SPRING, "text": "等经费"} | changed
    row = handled()
    with pytest.raises(InvalidInput) as refused:
        cases.park_case(actor=county.post("coordinator"), case_id=row.id, **given)
    assert refused.value.field == field
    assert cases.find(row.id) == row


def test_an_override_sets_another_limit_counted_from_the_same_start() -> None:
    row = handled()
    ask(row)
    grant(row)
    coordinator = county.post("coordinator")
    with time.at(county.local(13, 9)):
        after = cases.override_time_limit(actor=coordinator, case_id=row.id, budget="10wd", text="涉及三个部门")
    assert (after.finish_budget, after.due_at) == ("10wd", county.local(25, 17, 30))
    assert "10 个工作日" in cases.why(after)[0]
    with pytest.raises(InvalidInput):
        cases.override_time_limit(actor=coordinator, case_id=row.id, budget="soon", text="涉及三个部门")


DEEDS = st.lists(st.tuples(st.sampled_from(["ask", "grant", "grant above", "park", "unpark", "question",
                                            "reply", "override", "undo", "join", "separate"]),
                           st.integers(1, 40)), max_size=14)  # fmt: skip


def deed(name: str, row: CaseRow) -> None:
    hud, coordinator, case_id = county.post("hud1"), county.post("coordinator"), row.id
    deeds: dict[str, Callable[[], object]] = {
        "ask": lambda: ask(row, 1),
        "grant": lambda: grant(row),
        "grant above": lambda: grant(row, "leader"),
        "park": lambda: park(row),
        "unpark": lambda: cases.unpark_case(actor=hud, case_id=case_id, text="继续"),
        "question": lambda: cases.ask_reporter(actor=hud, case_id=case_id, text="哪里？"),
        "reply": lambda: cases.record_reply(actor=reporter(row), case_id=case_id, text="这里"),
        "override": lambda: cases.override_time_limit(actor=coordinator, case_id=case_id, budget="6wd", text="改定"),
        "undo": lambda: cases.undo_override(actor=coordinator, case_id=case_id, text="改错了"),
        "join": lambda: cases.join_case(actor=coordinator, case_id=case_id, to=county.receive().id),
        "separate": lambda: cases.separate_case(actor=coordinator, case_id=case_id, text="不是同一处"),
    }
    deeds[name]()


def due_by_hand(row: CaseRow) -> datetime:
    """Plain and slow: half hour by half hour, those in office hours and outside the pauses; all happens on the hour."""
    lines = []
    for line in cases.deadline_entries(row.id):
        if line.kind == "undo":
            lines.remove([each for each in lines if each.kind == "override"][-1])
        else:
            lines.append(line)
    days = 3
    pauses: list[tuple[datetime, datetime]] = []
    since = None
    for line in lines:
        if line.kind == "override":
            days = 6
        if line.kind == "extend":
            days += 1
        if line.kind in ("pause", "park"):
            since = line.at
        if line.kind == "resume":
            pauses.append((since, line.at))
    table = calendar.work_calendar(orgs.county().zone)
    left = days * 9 * 2
    step = timedelta(minutes=30)
    at = county.local(12, 8, 30) - step
    while left:
        at += step
        is_open = table.working_time_between(at, at + step).minutes == 30
        if is_open and not any(begin <= at < end for begin, end in pauses):
            left -= 1
    return at + step


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS)
def test_whatever_happened_the_due_time_is_what_a_plain_calculation_gives(deeds: list[tuple[str, int]]) -> None:
    row = handled()
    now = county.local(12, 9)
    for name, hours in deeds:
        now += timedelta(hours=hours)
        with time.at(now):
            try:
                deed(name, row)
            except (Conflict, InvalidInput, NotAllowed):
                continue
    after = cases.find(row.id)
    granted = [entry.actor for entry in ledger.entries(("case", row.id)) if entry.action == "ExtensionGranted"]
    assert granted == [county.post(by).ref for by in ("coordinator", "leader")][: len(granted)]
    assert after.due_at == due_by_hand(after)
    assert promised_to(after, cases.deadline_entries(row.id)).due_at == after.due_at
    moments = [line.at for line in cases.deadline_entries(row.id)]
    assert all(first <= second for first, second in pairwise(moments))


@pytest.mark.parametrize("decide", [cases.grant_extension, cases.refuse_extension])
@pytest.mark.parametrize("text", ["", " ", "\u200b", "👍"])
def test_an_extension_is_decided_with_a_reason(decide: Callable[..., cases.CaseRow], text: str) -> None:
    row = case_in(State.HANDLING)
    cases.ask_extension(actor=county.post("hud1"), case_id=row.id, count=1, text="等材料")
    with pytest.raises(InvalidInput) as refused:
        decide(actor=county.post("coordinator"), case_id=row.id, text=text)
    assert refused.value.field == "text"
    assert cases.find(row.id).extension_asked
