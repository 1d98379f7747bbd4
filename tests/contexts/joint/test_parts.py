"""Parts of a case 协办: who asks whom, what the office does with its part, who sees the case then and afterwards."""

from collections.abc import Iterator

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Action, Outcome, Scope, State
from liandong.contexts.intake import public as intake
from liandong.contexts.joint import public as joint
from liandong.contexts.joint.public import PartAction, Standing
from liandong.foundation.ledger.rows import RowsVerified, wrong_rows
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, PartsGoOn
from tests import county
from tests.contexts.cases.acting import reporter
from tests.contexts.intake.test_own_reports import kept_photo

pytestmark = pytest.mark.usefixtures("small_county")
TUESDAY = county.MONDAY + county.days(1)


@pytest.fixture(autouse=True)
def monday(settings, tmp_path) -> Iterator[None]:
    settings.BLOBS = tmp_path / "blobs"
    with time.at(county.MONDAY):
        yield


@pytest.fixture
def duties(small_county: None) -> None:
    """The law office and the police assist with manholes, which are of the highest severity, and with potholes."""
    named = [(code, office) for code in (county.MANHOLE, county.POTHOLE) for office in ("LAW", "POL")]
    orgs.import_duties(actor=SYSTEM, rows=[orgs.DutyInput(code, office, "assist") for code, office in named])


def handled(**fields: object) -> cases.CaseRow:
    return cases.accept_case(actor=county.post("hud1"), case_id=county.receive(**fields).id)


def give(row: cases.CaseRow, office: str = "LAW", by: str = "hud1", asked: str = "请查封路口的摊点") -> joint.PartRow:
    return joint.give_part(actor=county.post(by), case_id=row.id, office_id=county.office(office), asked=asked)


def do(part: joint.PartRow, action: str, by: str = "law1", text: str = "", **more: object) -> joint.PartRow:
    return joint.take_part_action(actor=county.post(by), part_id=part.id, action=PartAction(action), text=text, **more)


def opens(username: str, row: cases.CaseRow) -> bool:
    try:
        cases.visible_case(actor=county.post(username), case_id=row.id)
    except NotFound:
        return False
    return True


def offices(row: cases.CaseRow) -> dict[int | None, joint.PartRow]:
    return {part.office_id: part for part in joint.parts_of(row.id)}


def assert_bound() -> None:
    assert list(wrong_rows(RowsVerified(), lambda _walk, _rows: None)) == []


# what has parts from the first moment


@pytest.mark.usefixtures("duties")
def test_an_emergency_has_a_part_for_each_assistant_with_the_report() -> None:
    row = county.receive(category_code=county.MANHOLE)
    parts = offices(row)
    assert parts.keys() == {county.office("LAW"), county.office("POL")}
    for part in parts.values():
        assert (part.standing, part.source, part.asked_by) == (Standing.ASKED, "severity", "system:0")
        assert (part.accept_due_at, part.due_at) == (row.accept_due_at, row.due_at)
    assert opens("law1", row)
    assert opens("pol1", row)
    assert not opens("jus1", row)
    assert_bound()


@pytest.mark.usefixtures("duties")
def test_what_comes_with_others_in_one_batch_has_its_own_parts() -> None:
    rows = county.receive_all([county.report(category_code=code) for code in (county.MANHOLE, county.POTHOLE) * 2])
    assert [len(joint.parts_of(row.id)) for row in rows] == [2, 0, 2, 0]
    assert {part.case_id for row in rows for part in joint.parts_of(row.id)} == {rows[0].id, rows[2].id}
    assert_bound()


@pytest.mark.usefixtures("duties")
def test_what_the_desk_screens_as_an_emergency_has_them_then() -> None:
    row = county.receive("门口有情况", category_code="")
    assert joint.parts_of(row.id) == []
    with time.at(TUESDAY):
        after = cases.screen_case(actor=county.post("clerk"), case_id=row.id, category_code=county.MANHOLE)
    assert after == cases.find(row.id)
    assert len(joint.parts_of(row.id)) == 2
    cases.accept_case(actor=county.post("hud1"), case_id=row.id, version=after.version)


@pytest.mark.usefixtures("duties")
def test_who_is_complained_of_gets_no_part() -> None:
    row = county.receive(category_code=county.MANHOLE, complained_office_id=county.office("LAW"))
    assert offices(row).keys() == {county.office("POL")}
    assert not opens("law1", row)


@pytest.mark.usefixtures("duties")
def test_what_comes_from_an_archive_has_none() -> None:
    life = cases.Life(State.DISPATCHED)
    row = county.receive(category_code=county.MANHOLE, past=intake.Past(life))
    assert joint.parts_of(row.id) == []


@pytest.mark.usefixtures("duties")
def test_of_other_matters_the_assistants_are_offered_and_one_press_asks() -> None:
    row = handled()
    assert joint.offered(row, joint.parts_of(row.id)) == [county.office("LAW"), county.office("POL")]
    part = give(row, asked="")
    assert (part.asked_id, part.source, part.asked_by) == (None, "hand", county.post("hud1").ref)
    assert joint.offered(row, joint.parts_of(row.id)) == [county.office("POL")]


# who asks


@pytest.mark.parametrize("username", ["hud1", "hud2", "town_a", "coordinator"])
def test_lead_town_and_coordinator_ask_by_hand(username: str) -> None:
    part = give(handled(), by=username)
    asked = {message.id: message for message in cases.messages(part.case_id)}
    assert asked[part.asked_id or 0].text == "请查封路口的摊点"
    assert asked[part.asked_id or 0].audience is cases.Audience.INVOLVED


@pytest.mark.parametrize("username", ["clerk", "leader", "grid_a1", "admin"])
def test_who_sees_the_case_and_may_not_ask_is_refused(username: str) -> None:
    row = handled()
    with pytest.raises(NotAllowed):
        give(row, by=username)


@pytest.mark.parametrize("username", ["law1", "town_b", "jus1"])
def test_to_who_may_not_see_it_there_is_no_such_case(username: str) -> None:
    row = handled()
    with pytest.raises(NotFound):
        give(row, by=username)


def test_who_assists_asks_nobody_else() -> None:
    row = handled()
    give(row)
    with pytest.raises(NotAllowed):
        give(row, "POL", by="law1")


@pytest.mark.parametrize("office", ["HUD", "LAW"])
def test_neither_the_lead_nor_who_assists_already_is_asked(office: str) -> None:
    row = handled()
    give(row)
    with pytest.raises(InvalidInput):
        give(row, office)


def test_an_office_that_the_duty_list_does_not_name_is_told_what_it_is_to_do() -> None:
    with pytest.raises(InvalidInput) as refused:
        give(handled(), asked="  ")
    assert refused.value.field == "asked"


def test_what_waits_for_an_office_has_no_parts_yet() -> None:
    row = county.receive(category_code=county.WATER)
    with pytest.raises(Conflict):
        give(row, by="coordinator")


# what the office does


def test_a_part_is_signed_for_and_done_with_words_and_a_picture() -> None:
    row = handled()
    part = give(row)
    with time.at(county.local(12, 9)):
        signed = do(part, "accept")
        assert (signed.standing, signed.assignee_id) == (Standing.WORKING, county.post("law1").id)
        done = do(part, "answer", text="摊点已清走。", files=[kept_photo()])
    assert (done.standing, done.outcome, done.ended_at) == (Standing.ENDED, "answered", county.local(12, 9))
    (message,) = [each for each in cases.messages(row.id) if each.id == done.answer_id]
    assert (message.text, message.audience) == ("摊点已清走。", cases.Audience.INVOLVED)
    assert len(cases.attachments_of([message])[message.id]) == 1
    assert [each.what for each in cases.timeline(cases.find(row.id))][-3:] == ["请部门协办", "协办签收", "协办结束"]
    assert_bound()


def test_a_part_is_done_only_once_signed_for_and_only_with_words() -> None:
    part = give(handled())
    with pytest.raises(Conflict):
        do(part, "answer", text="摊点已清走。")
    do(part, "accept")
    with pytest.raises(InvalidInput):
        do(part, "answer", text=" ")
    with pytest.raises(Conflict):
        do(part, "accept")


LEAVING = [("return", "law1", "不归我们"), ("release", "hud1", "不用了"), ("take_back", "hud1", "请错了")]


@pytest.mark.parametrize(("action", "by", "text"), LEAVING)
def test_a_part_given_back_or_taken_closes_the_case_at_once(action: str, by: str, text: str) -> None:
    row = handled()
    part = give(row)
    assert opens("law1", row)
    ended = do(part, action, by=by, text=text)
    assert ended.standing is Standing.ENDED
    assert not opens("law1", row)
    assert row.id not in {each.id for each in cases.open_tasks(actor=county.post("law1"))[1]}
    again = give(row)
    assert again.id != part.id
    assert opens("law1", row)


def test_a_part_that_is_done_stays_open_to_the_office_until_the_matter_is_judged() -> None:
    row = handled()
    part = give(row)
    do(part, "accept")
    do(part, "answer", text="摊点已清走。")
    assert opens("law1", row)
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="路已补好，摊点已清走。")
    assert opens("law1", row)
    cases.record_verdict(actor=reporter(row), case_id=row.id, solved=True)
    assert not opens("law1", row)


def test_only_the_office_asked_does_its_part_and_only_the_others_take_it_from_it() -> None:
    row = handled()
    part = give(row)
    give(row, "POL")
    for by in ("pol1", "hud1", "coordinator", "town_a"):
        with pytest.raises(NotAllowed):
            do(part, "accept", by=by)
    for by in ("law1", "pol1"):
        with pytest.raises(NotAllowed):
            do(part, "release", by=by, text="不用了")
    with pytest.raises(NotFound):
        do(part, "accept", by="jus1")


def test_taken_back_is_only_what_nobody_has_signed_for() -> None:
    part = do(give(handled()), "accept")
    with pytest.raises(Conflict):
        do(part, "take_back", by="hud1", text="请错了")
    assert do(part, "release", by="hud1", text="不用了").outcome == "released"


def test_an_extension_is_asked_for_and_granted_in_the_part_alone() -> None:
    row = handled()
    part = do(give(row), "accept")
    asked = do(part, "ask_extension", text="等停电", count=2)
    assert (asked.extension_asked, asked.due_at) == ("2wd", part.due_at)
    with pytest.raises(Conflict):
        do(part, "ask_extension", text="再等", count=1)
    with pytest.raises(NotAllowed):
        do(part, "grant_extension")
    granted = do(part, "grant_extension", by="hud1")
    assert granted.extension_asked == ""
    assert granted.due_at is not None
    assert part.due_at is not None
    assert granted.due_at - part.due_at == county.days(4)  # Thursday to Monday
    assert cases.find(row.id).due_at == row.due_at
    assert joint.why_due(granted)[1].endswith("批准延期 2 个工作日。")


def test_a_refused_extension_leaves_the_date_and_twice_is_the_most() -> None:
    part = do(give(handled()), "accept")
    for by in ("hud1", "coordinator"):
        do(part, "ask_extension", text="等停电", count=1)
        do(part, "grant_extension", by=by)
    with pytest.raises(Conflict):
        do(part, "ask_extension", text="还等", count=1)
    other = do(give(handled()), "accept")
    do(other, "ask_extension", text="等停电", count=1)
    assert do(other, "refuse_extension", by="hud1", text="今天必须办").due_at == other.due_at


@pytest.mark.parametrize("count", [0, 4, -1])
def test_so_much_more_time_is_not_asked_for(count: int) -> None:
    part = do(give(handled()), "accept")
    with pytest.raises(InvalidInput) as refused:
        do(part, "ask_extension", text="等停电", count=count)
    assert refused.value.field == "count"


# the lead


def test_the_lead_answers_when_every_part_has_ended_or_says_why_not() -> None:
    row = handled()
    part = give(row)
    hud = county.post("hud1")
    with pytest.raises(PartsGoOn) as refused:
        cases.answer_case(actor=hud, case_id=row.id, text="路已补好。")
    assert refused.value.field == "unfinished"
    assert "县综合执法局" in str(refused.value)
    cases.answer_case(actor=hud, case_id=row.id, text="路已补好。", unfinished="摊点另行处理")
    told = [each for each in cases.timeline(cases.find(row.id)) if each.event == "PartsLeftOpen"]
    assert [each.text for each in told] == ["摊点另行处理"]
    assert do(do(part, "accept"), "answer", text="摊点已清走。").outcome == "answered"
    assert "摊点另行处理" not in "".join(each.text for each in cases.messages(row.id, reader=cases.THE_REPORTER))


def test_parts_end_with_the_case() -> None:
    row = handled()
    part = give(row)
    cases.close_case(actor=county.post("coordinator"), case_id=row.id, text="查无此事")
    ended = joint.find_part(part.id)
    assert (ended.standing, ended.outcome) == (Standing.ENDED, "closed")
    with pytest.raises(NotFound):
        do(part, "accept")


def test_an_office_that_comes_to_lead_assists_no_longer() -> None:
    row = handled()
    part = give(row)
    cases.reassign_case(
        actor=county.post("coordinator"), case_id=row.id, office_id=county.office("LAW"), text="属其职责"
    )
    assert joint.find_part(part.id).outcome == Outcome.LEADS
    cases.accept_case(actor=county.post("law1"), case_id=row.id)


# finding it


def test_who_assists_finds_it_in_a_scope_of_its_own_and_among_its_tasks_with_the_parts_light() -> None:
    row = handled()
    law = county.post("law1")
    assert Scope.ASSIST in cases.scopes_of(law)
    with time.at(county.local(12, 9)):
        part = give(row)
        listed = cases.list_cases(actor=law, scope=Scope.ASSIST, filters=cases.Filters()).rows
        assert [each.id for each in listed] == [row.id]
        (task,) = cases.open_tasks(actor=law)[1]
        assert (task.id, task.due_at) == (row.id, part.due_at)
    do(part, "release", by="hud1", text="不用了")
    assert cases.list_cases(actor=law, scope=Scope.ASSIST, filters=cases.Filters()).rows == []


def test_who_assists_takes_no_action_of_the_case_and_reads_no_contact() -> None:
    contact = intake.ContactInput(name="某某", phone="100-0000-0000")
    row = handled(contact=contact)
    give(row)
    law = county.post("law1")
    assert cases.possible_actions(cases.find(row.id), law) == []
    assert not intake.may_read_contact(law, cases.find(row.id))
    for action in (Action.ANSWER, Action.NOTE):
        with pytest.raises(NotAllowed):
            cases.take_action(actor=law, case_id=row.id, action=action, given={}, text="经核实，情况属实。")
