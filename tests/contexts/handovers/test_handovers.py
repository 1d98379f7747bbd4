"""Hand-overs: notes stay with the cases, the general word waits until it is acknowledged."""

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.handovers import public as handovers
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def given(by: str, to: str | None, text: str = "钥匙在门卫", *lines: tuple[int, str], is_shift: bool = False) -> int:
    to_staff_id = county.post(to).id if to else None
    return handovers.write_handover(
        actor=county.post(by), to_staff_id=to_staff_id, text=text, lines=list(lines), is_shift=is_shift
    )


def waiting(username: str) -> list[int]:
    return [row.id for row in handovers.waiting_handovers(county.post(username))]


def test_what_is_said_of_a_case_is_a_note_on_it_and_no_word_stands_in_the_ledger() -> None:
    row = county.receive()
    number = given("hud1", "hud2", "", (row.id, "等路政回电"))
    assert [message.text for message in cases.messages(row.id)] == ["等路政回电"]
    (entry,) = ledger.entries(("handover", number))
    assert county.facts(entry) == {
        "office": county.office("HUD"),
        "to_post": county.post("hud2").id,
        "cases": [row.id],
    }
    (handover,) = handovers.waiting_handovers(county.post("hud2"))
    assert [(case.id, said) for case, said in handover.lines] == [(row.id, "等路政回电")]


def test_it_waits_for_the_one_it_is_addressed_to_until_acknowledged() -> None:
    number = given("hud1", "hud2")
    assert (waiting("hud2"), waiting("hud1"), waiting("law1")) == ([number], [], [])
    handovers.acknowledge_handover(actor=county.post("hud2"), handover_id=number)
    assert waiting("hud2") == []
    (written,) = handovers.written_handovers(county.post("hud1"))
    assert (written.acknowledged_by_id, written.acknowledged_at) == (county.post("hud2").id, county.MONDAY)
    with pytest.raises(Conflict):
        handovers.acknowledge_handover(actor=county.post("hud2"), handover_id=number)
    told = [entry.action for entry in ledger.entries(("handover", number))]
    assert told == ["HandoverWritten", "HandoverAcknowledged"]


def test_addressed_to_the_office_any_colleague_takes_it() -> None:
    number = given("hud1", None)
    assert (waiting("hud2"), waiting("hud1"), waiting("law1")) == ([number], [], [])
    for stranger in ("hud1", "law1", "coordinator"):
        with pytest.raises(NotFound):
            handovers.acknowledge_handover(actor=county.post(stranger), handover_id=number)


def test_what_waits_for_an_absent_post_waits_for_its_deputy() -> None:
    number = given("coordinator", "desk")
    county.away("desk", "coordinator")
    assert waiting("coordinator") == [number]


@pytest.mark.parametrize(("by", "to"), [("hud1", "law1"), ("hud1", "hud1"), ("grid_a1", None), ("grid_a1", "grid_b1")])
def test_it_goes_to_who_can_stand_in(by: str, to: str | None) -> None:
    with pytest.raises(InvalidInput):
        given(by, to)


def test_it_says_something() -> None:
    with pytest.raises(InvalidInput):
        given("hud1", "hud2", " ")
    with pytest.raises(InvalidInput):
        given("hud1", "hud2", "x" * 4001)


def test_of_a_case_that_isnt_the_posts_nothing_is_handed_over() -> None:
    mine, other = county.receive(), county.receive(category_code=county.RUBBISH)
    with pytest.raises(NotFound):
        given("hud1", "hud2", "", (mine.id, "好"), (other.id, "不是我的"))
    assert cases.messages(mine.id) == []


def test_who_reads_it_sees_only_cases_that_are_open_to_him() -> None:
    row = county.receive(category_code=county.NEIGHBOURS)
    cases.assign_task(actor=county.post("jus1"), case_id=row.id, staff_id=county.post("grid_a1").id)
    beside = county.grid_worker_beside("grid_a1")
    given("grid_a1", beside, "", (row.id, "双方已约好周三"))
    (handover,) = handovers.waiting_handovers(county.post(beside))
    assert handover.lines == ()
    county.away("grid_a1", beside)
    (handover,) = handovers.waiting_handovers(county.post(beside))
    assert [case.id for case, _ in handover.lines] == [row.id]


def test_the_desk_keeps_a_log_of_shifts() -> None:
    row = county.receive("门口有情况", category_code="")
    number = given("clerk", "coordinator", "夜里两起", (row.id, "等派出所回话"), is_shift=True)
    given("clerk", "coordinator", "不是值班")
    assert [each.id for each in handovers.shift_handovers(county.post("coordinator"))] == [number]
    with pytest.raises(NotAllowed):
        given("hud1", "hud2", is_shift=True)
    with pytest.raises(InvalidInput):
        given("clerk", "desk", is_shift=True)


def test_many_cost_as_much_as_one(django_assert_num_queries) -> None:
    row, hud2 = county.receive(), county.post("hud2")
    for count in (1, 5):
        for _ in range(count):
            given("hud1", "hud2", "好", (row.id, "一句话"))
        with django_assert_num_queries(5):
            handovers.waiting_handovers(hud2)
