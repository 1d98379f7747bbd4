"""Many reports, one matter: joining, separating without loss, and what the joined reporter's verdict does."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Event as Signal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.change import lock_case
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Action, CaseRow, Filters, Openness, Scope, State
from liandong.contexts.intake import public as intake
from liandong.contexts.process import public as process
from liandong.foundation.events import public as events
from liandong.foundation.events.models import Event
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests import county
from tests.contexts.cases.acting import case_in, reporter

pytestmark = pytest.mark.usefixtures("small_county")
OTHER = "广场边路面有坑，电动车摔了"


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def join(row: CaseRow, to: CaseRow, by: str = "clerk") -> CaseRow:
    return cases.join_case(actor=county.post(by), case_id=row.id, to=to.id)


def separate(row: CaseRow, by: str = "clerk") -> CaseRow:
    return cases.separate_case(actor=county.post(by), case_id=row.id, text="查看照片，不是同一处")


def pair() -> tuple[CaseRow, CaseRow]:
    """(the case that carries the matter, the one joined to it)."""
    carrier, row = county.receive(), county.receive(OTHER)
    return cases.find(carrier.id), join(row, carrier)


def answered(carrier: CaseRow) -> CaseRow:
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=carrier.id)
    return cases.answer_case(actor=hud, case_id=carrier.id, text="已填平")


def judge(row: CaseRow, *, solved: bool, satisfied: int | None = None) -> CaseRow:
    return cases.judge_joined(actor=reporter(row), case_id=row.id, solved=solved, satisfied=satisfied, text="")


def listed(openness: Openness) -> set[int]:
    filters = Filters(openness=openness)
    return {row.id for row in cases.list_cases(actor=county.post("clerk"), scope=Scope.COUNTY, filters=filters).rows}


def test_a_joined_case_rests_and_the_other_carries_both_reports() -> None:
    carrier, row = pair()
    assert (row.state, row.joined_to_id, row.closed_at, row.red_at) == (State.JOINED, carrier.id, time.now(), None)
    assert cases.matter_of(row).main == cases.find(carrier.id)
    assert cases.find(carrier.id).report_count == 2
    assert [each.id for each in cases.joined_cases(carrier.id)] == [row.id]
    assert [(task.outcome, task.done_at is not None) for task in cases.tasks(row.id)] == [("joined", True)]
    assert listed(Openness.OPEN) == {carrier.id}
    assert listed(Openness.ENDED) == {row.id}


def test_both_cases_record_it_and_tell_of_it() -> None:
    carrier, row = pair()
    own, other = ledger.entries(("case", row.id))[-1], ledger.entries(("case", carrier.id))[-1]
    assert (own.action, own.payload["carrier"]) == ("CaseJoined", carrier.id)
    assert (other.action, county.facts(other)) == ("ReportsAdded", {"joined_case": row.id, "reports": 2})
    assert other.seq == cases.find(carrier.id).version
    told = set(Event.objects.exclude(type="CaseReceived").values_list("type", "stream_id"))
    assert told == {("CaseJoined", row.id), ("ReportsAdded", carrier.id)}


@pytest.mark.parametrize("state", [State.RECEIVED, State.DISPATCHED, State.HANDLING, State.ASKED, State.PARKED])
def test_separated_a_case_stands_as_it_stood(state: State) -> None:
    before, carrier = case_in(state), county.receive()
    join(before, carrier)
    after = separate(before)
    changed = {"version", "changed_at", "accept_due_at", "yellow_at", "red_at"}
    assert {name: getattr(after, name) for name in CaseRow.__slots__ if name not in changed} == {
        name: getattr(before, name) for name in CaseRow.__slots__ if name not in changed
    }
    assert cases.find(carrier.id).report_count == 1
    assert ledger.entries(("case", carrier.id))[-1].action == "ReportsRemoved"
    (open_task,) = [task for task in cases.tasks(before.id) if task.done_at is None]
    assert (open_task.office_id, open_task.kind) == (before.office_id, "screen" if state == "received" else "handle")


def test_who_had_not_signed_for_a_separated_case_has_the_accept_time_anew_and_the_promise_stays() -> None:
    row, carrier = county.receive(OTHER), county.receive()
    join(row, carrier)
    with time.at(county.MONDAY + timedelta(hours=3)):
        after = separate(row)
    assert after.due_at == row.due_at
    assert after.accept_due_at == county.MONDAY + timedelta(hours=5)
    assert cases.why(after)[-1].startswith("5月11日")


def test_what_was_joined_to_a_case_goes_along_and_comes_back() -> None:
    first, second, third = county.receive(), county.receive(OTHER), county.receive("又是那个坑")
    join(third, second)
    join(second, first)
    assert {row.id for row in cases.joined_cases(first.id)} == {second.id, third.id}
    assert (cases.find(first.id).report_count, cases.find(second.id).report_count) == (3, 1)
    separate(second)
    assert [row.id for row in cases.joined_cases(second.id)] == [third.id]
    assert (cases.find(first.id).report_count, cases.find(second.id).report_count) == (1, 2)


def test_what_was_separated_meanwhile_does_not_come_back() -> None:
    first, second, third = county.receive(), county.receive(OTHER), county.receive("又是那个坑")
    join(third, second)
    join(second, first)
    separate(third)
    assert separate(second).report_count == 1
    assert cases.find(third.id).joined_to_id is None


def three() -> list[CaseRow]:
    return [county.receive(text) for text in ("路面有坑", OTHER, "又是那个坑")]


def carriers(*rows: CaseRow) -> list[int | None]:
    return [cases.find(row.id).joined_to_id for row in rows]


def test_who_was_joined_by_a_later_decision_of_its_own_stays_when_its_former_carrier_is_separated() -> None:
    first, second, third = three()
    join(third, second)
    join(second, first)
    separate(third)
    join(third, first)
    separate(second)
    assert carriers(first, second, third) == [None, None, first.id]
    assert [cases.find(row.id).report_count for row in (first, second, third)] == [2, 1, 1]


def test_what_hangs_under_a_case_that_was_joined_anew_stays_with_it() -> None:
    first, second, third = three()
    fourth = county.receive("第四个人说的坑")
    join(fourth, third)
    join(third, second)
    join(second, first)
    separate(third)
    assert carriers(fourth) == [third.id]
    join(third, first)
    separate(second)
    assert carriers(third, fourth) == [first.id, first.id]
    separate(third)
    assert carriers(third, fourth) == [None, third.id]


def test_whose_carrier_began_again_stays_where_the_answer_was_given() -> None:
    first, second, third = three()
    join(third, second)
    join(second, first)
    answered(first)
    cases.record_verdict(actor=reporter(first), case_id=first.id, solved=True)
    judge(second, solved=False)
    assert carriers(second, third) == [None, first.id]
    cases.reopen_case(actor=county.post("clerk"), case_id=first.id, text="又坏了")
    join(second, first)
    separate(second)
    assert carriers(second, third) == [None, first.id]


def test_separated_what_came_along_is_as_close_as_it_was_and_not_closer() -> None:
    first, second, third = county.receive("路口的事", category_code="", lon=None, lat=None), *three()[1:]
    join(third, second)
    join(second, first)
    at = dict(zip(("lon", "lat"), county.POINTS["A11"], strict=True))
    cases.screen_case(actor=county.post("clerk"), case_id=first.id, category_code=county.NEIGHBOURS, **at)
    assert [cases.find(row.id).is_private for row in (second, third)] == [True, True]
    separate(second)
    assert [cases.find(row.id).is_private for row in (second, third)] == [False, False]


def test_what_is_private_itself_stays_so_when_what_carried_it_became_public() -> None:
    second, third = (county.receive(category_code=county.NEIGHBOURS) for _ in range(2))
    join(third, second)
    Case.objects.filter(pk=second.id).update(is_private=False)
    join(second, county.receive())
    separate(second)
    assert [cases.find(row.id).is_private for row in (second, third)] == [False, True]


class Matters:
    """What was decided, kept plainly: whom each case was joined to, and which are private themselves."""

    def __init__(self, *case_ids: int) -> None:
        self.to: dict[int, int] = {}
        self.private = dict.fromkeys(case_ids, False)

    def line(self, case_id: int) -> list[int]:
        """The case and those above it."""
        return [case_id, *(self.line(self.to[case_id]) if case_id in self.to else [])]

    def carrier(self, case_id: int) -> int | None:
        return self.line(case_id)[-1] if case_id in self.to else None

    def is_private(self, case_id: int) -> bool:
        return any(self.private[each] for each in self.line(case_id))

    def reports(self, case_id: int) -> int:
        return 1 + sum(self.carrier(each) == case_id for each in self.private)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_joined_and_separated_each_case_is_where_the_decisions_put_it(seed: int) -> None:
    rng, clerk = random.Random(seed), county.post("clerk")
    sorted_ones, unsorted = {}, {"category_code": "", "lon": None, "lat": None}
    ids = [county.receive(**fields).id for fields in (sorted_ones, unsorted) * 3]
    model, joins = Matters(*ids), 0
    at = dict(zip(("lon", "lat"), county.POINTS["A11"], strict=True))
    for _ in range(30):
        case_id, to = rng.sample(ids, 2)
        may_join = not {case_id, to} & set(model.to) and model.is_private(case_id) == model.is_private(to)
        if rng.random() < 0.1 and cases.find(case_id).state == State.RECEIVED:
            cases.screen_case(actor=clerk, case_id=case_id, category_code=county.NEIGHBOURS, **at)
            model.private[case_id] = True
        elif case_id in model.to:
            cases.separate_case(actor=clerk, case_id=case_id, text="不是同一处", version=cases.find(case_id).version)
            del model.to[case_id]
        elif may_join:
            cases.join_case(actor=clerk, case_id=case_id, to=to, version=cases.find(case_id).version)
            model.to[case_id], joins = to, joins + 1
        for row in map(cases.find, ids):
            stands = (row.joined_to_id, row.report_count, row.is_private, row.version)
            seq = len(ledger.entries(("case", row.id)))
            assert stands == (model.carrier(row.id), model.reports(row.id), model.is_private(row.id), seq)
    assert joins > 5


def ended() -> CaseRow:
    return case_in(State.CLOSED)


def joined_itself() -> CaseRow:
    return pair()[1]


@pytest.mark.parametrize("other", [ended, joined_itself])
def test_nothing_is_joined_to_what_has_ended_or_is_joined_itself(other: Callable[[], CaseRow]) -> None:
    row, to = county.receive(OTHER), other()
    with pytest.raises(Conflict):
        join(row, to)
    assert cases.find(row.id) == row


def test_a_case_is_not_joined_to_itself() -> None:
    row = county.receive()
    with pytest.raises(InvalidInput):
        join(row, row)


@pytest.mark.parametrize(
    "fields",
    [
        {"category_code": county.NEIGHBOURS},
        {"category_code": county.EMISSION},
        {"complained_office_id": "LAW"},
    ],
)
def test_what_others_may_not_see_or_handle_is_not_joined_to_what_they_may(fields: dict) -> None:
    if "complained_office_id" in fields:
        fields = {"complained_office_id": county.office("LAW")}
    row, other = county.receive(OTHER, **fields), county.receive()
    with pytest.raises(InvalidInput):
        join(row, other, "coordinator")


BARRED = {
    "private": {"is_private": True},
    "confidential": {"is_confidential": True},
    "of an office": {"complained_office": "LAW"},
    "of a post": {"complained_staff": "law1"},
}


@pytest.mark.parametrize("what", BARRED)
def test_what_may_not_be_joined_is_neither_joined_nor_offered(what: str) -> None:
    text = "人民路东坪广场门口路面有个大坑"
    row, other = county.receive(text), county.receive(text)
    assert [each.case.id for each in found(row)] == [other.id]
    barred = BARRED[what]
    if name := barred.get("complained_office"):
        barred = {"complained_office_id": county.office(str(name))}
    elif name := barred.get("complained_staff"):
        barred = {"complained_staff_id": county.post(str(name)).id}
    Case.objects.filter(pk=other.id).update(**barred)
    assert found(row) == found(other) == []
    for one, to in ((row, other), (other, row)):
        with pytest.raises(InvalidInput):
            join(one, to, "coordinator")


def test_an_office_joins_what_it_leads_itself_and_nothing_else() -> None:
    row, other = county.receive(OTHER), county.receive(category_code=county.RUBBISH)
    with pytest.raises(NotFound):
        join(row, other, "hud1")
    assert join(row, county.receive(), "hud1").state == State.JOINED


def test_a_version_that_was_changed_meanwhile_is_a_conflict_and_nothing_is_joined() -> None:
    carrier, row = county.receive(), county.receive(OTHER)
    cases.add_note(actor=county.post("clerk"), case_id=row.id, text="已看过")
    with pytest.raises(Conflict):
        cases.join_case(actor=county.post("clerk"), case_id=row.id, to=carrier.id, version=row.version)
    assert cases.find(carrier.id).report_count == 1


def test_two_that_join_each_other_at_once_end_as_one_pair(committed) -> None:
    one, other = county.receive(), county.receive(OTHER)
    outcomes = county.together(lambda: join(one, other), lambda: join(other, one))
    assert sorted(type(each).__name__ for each in outcomes) == ["CaseRow", "Conflict"]
    states = sorted(cases.find(row.id).state for row in (one, other))
    assert states == [State.DISPATCHED, State.JOINED]


def test_the_joined_reporter_finds_it_solved_and_the_other_still_waits_for_its_own_verdict() -> None:
    carrier, row = pair()
    answered(carrier)
    after = judge(row, solved=True, satisfied=5)
    assert (after.state, after.solved, after.satisfied) == (State.JOINED, True, 5)
    assert cases.find(carrier.id).state == State.ANSWERED
    with pytest.raises(Conflict):
        judge(row, solved=False)


def test_not_solved_for_one_of_them_takes_the_matter_back_to_its_office() -> None:
    carrier, row = pair()
    answered(carrier)
    judge(row, solved=False)
    again = cases.find(carrier.id)
    assert (again.state, again.rework_count, again.solved) == (State.HANDLING, 1, False)
    assert cases.find(row.id).state == State.JOINED
    with time.at(county.MONDAY + timedelta(hours=2)):
        cases.answer_case(actor=county.post("hud1"), case_id=carrier.id, text="重新铺了")
        assert judge(row, solved=True).solved is True


def test_not_solved_after_the_matter_was_closed_begins_a_case_of_its_own_at_the_same_office() -> None:
    carrier, row = pair()
    answered(carrier)
    cases.record_verdict(actor=reporter(carrier), case_id=carrier.id, solved=True)
    with time.at(county.MONDAY + timedelta(days=1)):
        after = judge(row, solved=False)
        assert (after.state, after.joined_to_id, after.rework_count) == (State.HANDLING, None, 1)
        assert (after.office_id, after.clock_from) == (county.office("HUD"), time.now())
        assert after.due_at is not None
        assert after.due_at > time.now()
    assert (cases.find(carrier.id).state, cases.find(carrier.id).report_count) == (State.CLOSED, 1)


def test_before_an_answer_and_after_its_time_there_is_nothing_to_judge() -> None:
    carrier, row = pair()
    with pytest.raises(Conflict):
        judge(row, solved=True)
    answered(carrier)
    cases.record_verdict(actor=reporter(carrier), case_id=carrier.id, solved=True)
    with time.at(county.MONDAY + timedelta(days=60)), pytest.raises(Conflict):
        judge(row, solved=False)


def test_whoever_answered_does_not_take_down_the_verdict_of_a_joined_reporter() -> None:
    carrier, row = pair()
    desk = county.post("coordinator")
    cases.reassign_case(actor=desk, case_id=carrier.id, office_id=county.office("SGC"), text="由中心承办")
    cases.accept_case(actor=desk, case_id=carrier.id)
    cases.answer_case(actor=desk, case_id=carrier.id, text="已填平")
    with pytest.raises(NotAllowed):
        cases.judge_joined(actor=desk, case_id=row.id, solved=True)
    assert cases.judge_joined(actor=county.post("clerk"), case_id=row.id, solved=True).solved is True


def test_a_matter_that_others_report_too_is_not_withdrawn_by_one_of_them() -> None:
    carrier, _ = pair()
    with pytest.raises(Conflict):
        cases.withdraw_case(actor=reporter(carrier), case_id=carrier.id)
    assert Action.WITHDRAW not in cases.possible_actions(cases.find(carrier.id), reporter(carrier))


def test_who_sees_the_case_that_carries_the_matter_sees_the_joined_one() -> None:
    row = county.receive(OTHER, category_code=county.RUBBISH)
    carrier = county.receive()
    with pytest.raises(NotFound):
        cases.visible_case(actor=county.post("hud1"), case_id=row.id)
    join(row, carrier)
    assert cases.visible_case(actor=county.post("hud1"), case_id=row.id).id == row.id


def test_the_process_of_a_joined_case_is_that_of_the_other() -> None:
    _, row = pair()
    assert process.case_process(row=row).state == State.DISPATCHED
    assert process.run_of(row.id) is None
    separate(row)
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    assert process.case_process(row=cases.find(row.id)).state == State.HANDLING


def found(row: CaseRow, by: str = "clerk") -> list[cases.Candidate]:
    return cases.candidates(actor=county.post(by), row=cases.find(row.id))


def test_the_desk_is_offered_what_may_be_the_same_with_the_reasons() -> None:
    first = county.receive("东坪广场门口路面有个大坑，要修")
    row = county.receive("东坪广场门口的大坑还没有人来修")
    (candidate,) = found(row)
    assert candidate.case.id == first.id
    like = candidate.likeness
    assert (like.same_leaf, like.distance_m, like.is_likely) == (True, 0, True)
    assert "东坪" in "".join(candidate.words)
    assert "广场" in "".join(candidate.words)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("东坪广场门口路面有个大坑", "东坪广场门口的大坑里积水", {"东坪", "广场", "门口", "大坑"}),
        ("砸锅巷水管爆裂", "砸锅巷的水管又爆裂了", {"砸锅", "水管", "爆裂"}),
        ("G320国道旁边的树倒了", "一棵树倒在G320国道上", {"g320", "国道"}),
    ],
)
def test_the_words_that_both_have_are_told_whole(one: str, other: str, told: set[str]) -> None:
    county.receive(one)
    (candidate,) = found(county.receive(other))
    assert set(candidate.words) == told


MANY = 300
"""So many cases of a place, or with the same words, are compared at most."""
COPIES = """
INSERT INTO cases_case ({columns})
SELECT {changed} FROM cases_case, generate_series(1, %s) AS n WHERE id = %s
"""


def newer_ones(row: CaseRow, count: int) -> None:
    """Cases like this one, a second apart, by SQL."""
    names = [field.column for field in Case._meta.concrete_fields if not field.primary_key]
    changed = {"received_at": "received_at + n * interval '1 second'"}
    sql = COPIES.format(columns=", ".join(names), changed=", ".join(changed.get(name, name) for name in names))
    with connection.cursor() as cursor:
        cursor.execute(sql, [count, row.id])


@pytest.mark.rows_by_hand
@pytest.mark.parametrize("place", [{}, {"lon": None, "lat": None}], ids=["near by", "of the same words"])
@pytest.mark.parametrize("is_compared", [True, False])
def test_of_very_many_cases_the_newest_three_hundred_are_compared(place: dict[str, None], is_compared: bool) -> None:
    alike = county.receive("砸锅巷水管爆裂，路面全是水", **place)
    newer_ones(county.receive("砸锅巷路灯不亮", **place), MANY - 2 + (not is_compared))
    row = county.receive("砸锅巷水管又爆裂了，路面全是水", **place)
    assert (alike.id in {candidate.case.id for candidate in found(row)}) is is_compared


def test_words_find_the_same_matter_where_the_place_is_not_known() -> None:
    first = county.receive("砸锅巷水管爆裂，路面全是水")
    county.receive("路灯不亮")
    nowhere = {"lon": None, "lat": None, "category_code": county.WATER}
    row = county.receive("砸锅巷的水管又爆裂了", **nowhere)
    assert [candidate.case.id for candidate in found(row)] == [first.id]


def test_nothing_is_offered_that_cannot_be_joined() -> None:
    county.receive(category_code=county.NEIGHBOURS)
    ended()
    _, joined = pair()
    row = county.receive()
    assert joined.id not in {candidate.case.id for candidate in found(row)}
    assert {candidate.case.state for candidate in found(row)} == {State.DISPATCHED}


def test_an_office_is_offered_its_own_cases_only() -> None:
    own, others = county.receive(), county.receive(category_code=county.RUBBISH)
    row = county.receive()
    assert {candidate.case.id for candidate in found(row, "hud1")} == {own.id}
    assert {candidate.case.id for candidate in found(row)} == {own.id, others.id}


def test_candidates_are_found_in_three_selects() -> None:
    for _ in range(12):
        county.receive()
    row, clerk = county.receive(), county.post("clerk")
    cases.candidates(actor=clerk, row=row)
    with CaptureQueriesContext(connection) as queries:
        assert len(cases.candidates(actor=clerk, row=row)) == 5
    assert len(queries) == 3


def test_a_joined_case_is_public_as_long_as_the_other_is_open() -> None:
    carrier, row = pair()
    intake.publish_words(actor=county.post("clerk"), case_id=carrier.id)
    wanted = cases.Published([county.POTHOLE])
    open_ones = {each.id for each in cases.list_published(replace(wanted, is_open=True), most=10)}
    assert open_ones == {carrier.id, row.id}
    answered(carrier)
    while events.drain():
        pass
    cases.record_verdict(actor=reporter(carrier), case_id=carrier.id, solved=True)
    closed = cases.list_published(replace(wanted, is_open=False), most=10)
    assert [(each.id, each.answer) for each in closed] == [(row.id, "已填平"), (carrier.id, "已填平")]
    assert Case.objects.get(pk=row.id).closed_at is not None


def test_what_turns_out_to_be_private_is_not_told_by_the_cases_joined_to_it() -> None:
    carrier, row = county.receive("路口的事", category_code="", lon=None, lat=None), county.receive(OTHER)
    join(row, carrier)
    third = join(county.receive("又一件"), carrier)
    at = dict(zip(("lon", "lat"), county.POINTS["A11"], strict=True))
    cases.screen_case(actor=county.post("clerk"), case_id=carrier.id, category_code=county.NEIGHBOURS, **at)
    assert cases.find(carrier.id).is_private
    assert cases.find(row.id).is_private
    assert cases.list_published(cases.Published([county.POTHOLE, county.NEIGHBOURS]), most=10) == []
    with pytest.raises(NotFound):
        cases.visible_case(actor=county.post("leader"), case_id=third.id)
    assert not separate(row).is_private


def test_the_public_list_leaves_out_what_a_private_case_carries() -> None:
    carrier, row = pair()
    Case.objects.filter(pk=carrier.id).update(is_private=True)
    assert not cases.find(row.id).is_private
    assert cases.list_published(cases.Published([county.POTHOLE]), most=10) == []


def test_a_new_answer_is_there_to_be_judged_by_those_who_judged_the_one_before() -> None:
    carrier, row = pair()
    answered(carrier)
    judge(row, solved=False)
    assert cases.find(row.id).solved is False
    with time.at(county.MONDAY + timedelta(hours=2)):
        cases.answer_case(actor=county.post("hud1"), case_id=carrier.id, text="重新铺了")
    assert cases.find(row.id).solved is None


def test_the_verdict_of_a_joined_reporter_that_takes_the_matter_back_names_that_case() -> None:
    carrier, row = pair()
    answered(carrier)
    cases.judge_joined(actor=county.post("clerk"), case_id=row.id, solved=False)
    entry = ledger.entries(("case", carrier.id))[-1]
    assert (entry.action, entry.payload["joined_case"]) == ("VerdictUnsolved", row.id)


@pytest.mark.parametrize(("satisfied", "waits"), [(2, True), (3, False), (None, False)])
def test_the_desk_looks_at_the_unhappy_verdict_of_a_joined_reporter(satisfied: int | None, waits: bool) -> None:
    carrier, row = pair()
    answered(carrier)
    after = judge(row, solved=True, satisfied=satisfied)
    assert (after.unhappy_at is not None) is waits
    filters = Filters(queue="unhappy", openness=Openness.ALL)
    waiting = cases.list_cases(actor=county.post("clerk"), scope=Scope.COUNTY, filters=filters).rows
    assert [each.id for each in waiting] == ([row.id] if waits else [])


def test_what_nobody_had_sorted_begins_anew_as_what_the_other_was() -> None:
    carrier = county.receive()
    row = join(county.receive("门口有情况", category_code="", lon=None, lat=None), carrier)
    answered(carrier)
    cases.record_verdict(actor=reporter(carrier), case_id=carrier.id, solved=True)
    after = judge(row, solved=False)
    assert (after.category_code, after.severity) == (county.POTHOLE, cases.find(carrier.id).severity)
    assert after.due_at is not None
    assert after.due_at > time.now()


def test_a_request_that_waited_when_the_case_was_joined_waits_again_once_it_is_separated() -> None:
    row = case_in(State.HANDLING)
    cases.ask_extension(actor=county.post("hud1"), case_id=row.id, count=1, text="等材料")
    passed_down = {"office_id": county.office("TWN-A"), "text": "在村道上"}
    before = cases.reassign_case(actor=county.post("coordinator"), case_id=row.id, **passed_down)
    assert before.extension_asked
    assert before.consent_office_id
    joined = join(before, county.receive())
    assert (joined.extension_asked, joined.consent_office_id) == ("", None)
    after = separate(joined)
    asked = ("extension_asked", "consent_office_id", "consent_asker_id")
    assert [getattr(after, name) for name in asked] == [getattr(before, name) for name in asked]


def test_a_joined_verdict_is_offered_while_an_answer_waits_for_it() -> None:
    carrier, row = pair()

    def offered(by: str) -> bool:
        return Action.JUDGE_JOINED in cases.possible_actions(cases.find(row.id), county.post(by))

    assert not offered("clerk")
    answered(carrier)
    assert offered("clerk")
    judge(row, solved=True)
    assert not offered("clerk")


def test_joined_ones_are_shown_up_to_a_limit() -> None:
    carrier, first = pair()
    join(county.receive("又一件"), carrier)
    assert [each.id for each in cases.joined_cases(carrier.id, most=1)] == [first.id]


def test_a_case_that_goes_along_and_its_separation_do_not_wait_for_each_other(committed) -> None:
    early, first, second = county.receive("最早的一件"), county.receive(), county.receive(OTHER)
    join(early, first)
    outcomes = county.together(
        lambda: join(first, second),
        lambda: cases.separate_case(actor=county.post("clerk"), case_id=early.id, text="不是同一件"),
    )
    assert not [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, Conflict)]


DEEDS: dict[str, Callable[[CaseRow, CaseRow], CaseRow]] = {
    "joining": lambda other, _: join(county.receive("又一件"), other),
    "separating": lambda _, row: separate(row),
    "judging": lambda other, row: (answered(other), judge(row, solved=False))[1],
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_who_is_at_work_on_another_case_holds_nobody_up(committed, deed: Callable[[CaseRow, CaseRow], CaseRow]) -> None:
    pair_at_hand, another = pair(), county.receive("别的事")
    is_held, is_done = Signal(), Signal()

    def hold() -> None:
        with transaction.atomic():
            lock_case(another.id)
            is_held.set()
            is_done.wait(30)

    def do() -> CaseRow:
        is_held.wait(30)
        try:
            return deed(*pair_at_hand)
        finally:
            is_done.set()

    assert isinstance(county.together(hold, do)[1], CaseRow)
