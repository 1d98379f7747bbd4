"""A case that a device reported, and nobody else: it ends with its answer; nobody is asked, told or rung."""

from collections.abc import Iterator

import pytest
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.domain.channels import CHANNELS
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Action, State
from liandong.contexts.intake.public import ContactInput
from liandong.contexts.notifications.models import Notification
from liandong.contexts.process import public as process
from liandong.foundation.events import public as events
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.errors import Conflict
from tests import county
from tests.contexts.cases.acting import reporter
from tests.contexts.console.reading import signed_in

CONTACT = ContactInput(name="某厂商", phone="13900000000", email="service@device.example")


@pytest.fixture(autouse=True)
def monday(small_county: None) -> Iterator[None]:
    with time.at(county.MONDAY):
        yield


def at_work(**fields: object) -> cases.CaseRow:
    row = county.receive("水位超过警戒线", **{"channel": "device", **fields})
    return cases.accept_case(actor=county.post("hud1"), case_id=row.id)


def answered(row: cases.CaseRow) -> cases.CaseRow:
    return cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已到现场处置，水位回落。")


def told() -> set[str]:
    while events.drain():
        pass
    return set(Notification.objects.filter(report__isnull=False).values_list("kind", flat=True))


def test_it_ends_with_the_answer_and_no_verdict_is_waited_for() -> None:
    row = answered(at_work())
    assert (row.state, row.verdict_due_at, row.solved, row.satisfied) == (State.CLOSED, None, None, None)
    assert row.closed_at == row.answered_at == time.now()
    assert [task.outcome for task in cases.tasks(row.id) if task.done_at is None] == []
    (last,) = [entry for entry in ledger.entries(("case", row.id)) if entry.event == "CaseAnswered"]
    assert last.payload["to"] == "closed"
    assert cases.awaiting_verdict() == []


@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_of_every_channel_only_what_has_a_reporter_waits_for_a_verdict(channel: str) -> None:
    row = answered(at_work(channel=channel))
    assert row.state == (State.ANSWERED if CHANNELS[channel].has_reporter else State.CLOSED)


def test_nobody_is_asked_who_could_not_reply() -> None:
    row = at_work()
    handler = county.post("hud1")
    assert Action.ASK not in cases.possible_actions(row, handler)
    with pytest.raises(Conflict, match="没有上报人"):
        cases.ask_reporter(actor=handler, case_id=row.id, text="在哪一侧？")
    page = html.fromstring(signed_in("hud1").get(f"/console/case/{row.number}/").content.decode())
    assert not page.xpath("//form[contains(@action, '/do/ask/')]")
    assert page.xpath("//form[contains(@action, '/do/answer/')]")


def test_whoever_maintains_the_device_is_no_reporter_who_is_told() -> None:
    answered(at_work(contact=CONTACT))
    assert told() == set()


def test_it_can_be_taken_up_again_where_the_answer_was_not_true() -> None:
    row = answered(at_work())
    again = cases.reopen_case(actor=county.post("coordinator"), case_id=row.id, text="读数没有回落")
    assert again.state == State.HANDLING
    assert answered(again).state == State.CLOSED


def joined() -> tuple[cases.CaseRow, cases.CaseRow]:
    """A device's case, and one of a resident that is joined to it."""
    main = at_work()
    human = county.receive("河里水很高", contact=CONTACT)
    cases.join_case(actor=county.post("clerk"), case_id=human.id, to=main.id)
    return cases.find(main.id), cases.find(human.id)


def test_where_somebody_reported_it_too_the_verdict_is_waited_for_and_ends_it() -> None:
    main, human = joined()
    assert Action.ASK in cases.possible_actions(main, county.post("hud1"))
    assert answered(main).state == State.ANSWERED
    assert "answered" in told()
    cases.judge_joined(actor=reporter(human), case_id=human.id, solved=True, satisfied=5)
    ended = cases.find(main.id)
    assert (ended.state, ended.solved, ended.satisfied) == (State.CLOSED, True, None)
    assert cases.find(human.id).satisfied == 5


def test_of_several_who_reported_it_too_the_last_verdict_ends_it() -> None:
    main, first = joined()
    second = county.receive("桥下积水")
    cases.join_case(actor=county.post("clerk"), case_id=second.id, to=main.id)
    answered(cases.find(main.id))
    cases.judge_joined(actor=reporter(first), case_id=first.id, solved=True)
    assert cases.find(main.id).state == State.ANSWERED
    cases.judge_joined(actor=reporter(second), case_id=second.id, solved=True)
    assert cases.find(main.id).state == State.CLOSED


def test_who_reported_it_too_and_finds_it_unsolved_sends_it_back() -> None:
    main, human = joined()
    answered(main)
    cases.judge_joined(actor=reporter(human), case_id=human.id, solved=False)
    assert cases.find(main.id).state == State.HANDLING


def test_a_resident_whose_matter_a_device_reported_later_still_judges() -> None:
    main = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    device = county.receive("水位超过警戒线", channel="device")
    cases.join_case(actor=county.post("clerk"), case_id=device.id, to=main.id)
    assert answered(cases.find(main.id)).state == State.ANSWERED


def test_its_run_stands_at_the_end_and_the_step_before_leads_there() -> None:
    row = at_work()
    steps = process.case_process(row=row).next_steps
    assert {step.to for step in steps if step.action is Action.ANSWER} == {State.CLOSED}
    answered(row)
    told()
    assert process.run_of(row.id).positions == ("closed",)
    assert process.count_stuck().number == 0


def test_the_answer_of_a_device_is_in_no_figure_of_satisfaction() -> None:
    answered(at_work())
    assert not Case.objects.filter(satisfied__isnull=False).exists()
    assert not Case.objects.filter(unhappy_at__isnull=False).exists()
