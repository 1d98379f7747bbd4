"""Due times follow the calendar: case by case, recorded where a date moves, to be stopped and taken up at any point."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.actions import recomputing
from liandong.contexts.cases.public import State
from liandong.contexts.intake.story import Story
from liandong.contexts.intake.web.progress import steps
from liandong.foundation.calendar import public as calendar
from liandong.foundation.events import public as events
from liandong.foundation.jobs.models import Job
from liandong.foundation.jobs.public import work_off
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Busy
from tests import county
from tests.contexts.cases.acting import case_in, reporter

pytestmark = pytest.mark.usefixtures("small_county")
FAR = datetime(2026, 12, 23, 2, tzinfo=UTC)
"""A Wednesday: three working days later nobody knows yet which days of the new year are off."""
OFF = calendar.DayNotice(calendar.DayKind.OFF, "元旦")
MOVING = {date(2026, 12, 28): OFF, date(2026, 12, 29): OFF}


def load(days: Mapping[date, calendar.DayNotice]) -> None:
    calendar.load_notice(actor=SYSTEM, source="2027年放假通知", days=days, covers_until=date(2027, 12, 24))


def hand_on() -> None:
    while events.drain():
        pass


def follow() -> None:
    """What the worker does until nothing is left to do."""
    hand_on()
    with time.at(time.now() + timedelta(seconds=recomputing.SETTLED_S)):
        work_off()
    hand_on()


def told(row: cases.CaseRow) -> list[str]:
    return [entry.action for entry in ledger.entries(("case", row.id))]


@pytest.fixture
def far():
    with time.at(FAR):
        yield


@pytest.fixture
def monday():
    with time.at(county.MONDAY):
        yield


@pytest.mark.usefixtures("far")
def test_a_new_calendar_makes_provisional_dates_final_and_records_those_that_move() -> None:
    row, closed = county.receive(), county.receive("另一件：路面坑洞")
    cases.withdraw_case(actor=reporter(closed), case_id=closed.id)
    load(MOVING)
    follow()
    after = cases.find(row.id)
    assert (after.provisional, after.version) == (False, 2)
    assert after.due_at == datetime(2026, 12, 30, 9, 30, tzinfo=UTC)  # 24, 25 and 30 December
    assert [task.due_at for task in cases.tasks(row.id)] == [after.due_at]
    entry = ledger.entries(("case", row.id))[-1]
    assert (entry.action, entry.actor) == ("DueTimesMoved", SYSTEM.ref)
    assert entry.payload["due_at"] == [row.due_at.isoformat(), after.due_at.isoformat()]
    assert "accept_due_at" not in entry.payload
    assert cases.find(closed.id).due_at == datetime(2026, 12, 28, 9, 30, tzinfo=UTC)


@pytest.mark.usefixtures("far")
def test_a_date_that_stays_only_loses_its_provisional_mark() -> None:
    row = county.receive()
    load({})
    follow()
    after = cases.find(row.id)
    assert not after.provisional
    assert (after.due_at, after.version, after.changed_at) == (row.due_at, row.version, row.changed_at)
    assert told(row) == ["CaseReceived"]


def test_a_new_calendar_leaves_final_dates_alone() -> None:
    with time.at(FAR - timedelta(days=10)):
        row = county.receive()
        load({date(2027, 1, 1): OFF})
        follow()
    assert cases.find(row.id) == row


@pytest.mark.usefixtures("monday")
def test_other_office_hours_move_every_case_that_owes_an_answer_and_no_other() -> None:
    owing = [case_in(state, category_code=county.POTHOLE) for state in State if state in cases.PROMISED]
    others = [case_in(state) for state in State if state not in cases.PROMISED]
    calendar.set_office_hours(actor=SYSTEM, spans=[(clock_time(9), clock_time(16))], weekdays=range(5))
    follow()
    for row in owing:
        after = cases.find(row.id)
        assert after.due_at == county.local(14, 16), row.state
        assert told(row) == ["CaseReceived", "DueTimesMoved"]
    assert [cases.find(row.id) for row in others] == others


@pytest.mark.usefixtures("monday")
def test_the_desk_and_the_reporter_are_told_of_the_date_that_moved() -> None:
    row = county.receive()
    calendar.set_office_hours(actor=SYSTEM, spans=[(clock_time(9), clock_time(16))], weekdays=range(5))
    follow()
    told_desk = cases.timeline(cases.find(row.id))[-1]
    assert (told_desk.what, told_desk.detail) == (
        "工作日历有变，时限已重算",
        "办结时限：5月14日 星期四 17:30 → 5月14日 星期四 16:00",
    )
    told_reporter = steps(Story(cases.matter_of(cases.find(row.id)), ledger.entries(("case", row.id)), ()), {})
    assert told_reporter[1].title == "工作日历有变，答复日期相应调整"


@pytest.mark.usefixtures("monday")
def test_what_is_done_before_the_walk_comes_by_records_the_date_that_moves() -> None:
    row = county.receive()
    calendar.set_office_hours(actor=SYSTEM, spans=[(clock_time(9), clock_time(16))], weekdays=range(5))
    noted = cases.add_note(actor=county.post("hud1"), case_id=row.id, text="已查看")
    entry = ledger.entries(("case", row.id))[-1]
    assert entry.payload["due_at"] == [row.due_at.isoformat(), noted.due_at.isoformat()]
    follow()
    assert told(row) == ["CaseReceived", "NoteAdded"]


@pytest.mark.usefixtures("monday")
def test_an_answered_case_keeps_the_date_it_was_answered_under() -> None:
    row = case_in(State.ANSWERED)
    calendar.set_office_hours(actor=SYSTEM, spans=[(clock_time(9), clock_time(16))], weekdays=range(5))
    follow()
    closed = cases.record_verdict(actor=reporter(row), case_id=row.id, solved=True)
    assert (closed.due_at, closed.red_at) == (row.due_at, None)


@pytest.mark.usefixtures("monday")
def test_an_order_waits_until_every_process_has_the_new_calendar() -> None:
    row = county.receive()
    calendar.set_office_hours(actor=SYSTEM, spans=[(clock_time(9), clock_time(16))], weekdays=range(5))
    hand_on()
    assert work_off() == 0
    assert cases.find(row.id) == row
    follow()
    assert cases.find(row.id).due_at == county.local(14, 16)


@pytest.mark.usefixtures("far")
def test_the_walk_may_be_stopped_anywhere_and_tells_nothing_twice(monkeypatch) -> None:
    rows = [county.receive(f"第{number}处路面坑洞") for number in range(5)]
    load(MOVING)
    hand_on()
    monkeypatch.setattr(recomputing, "CHANGED", 2)
    recompute, tries = recomputing.recompute_case, []

    def breaking(*, case_id: int) -> None:
        tries.append(case_id)
        if len(tries) == 4:
            raise RuntimeError("the power failed")
        recompute(case_id=case_id)

    monkeypatch.setattr(recomputing, "recompute_case", breaking)
    with time.at(FAR + timedelta(seconds=recomputing.SETTLED_S)):
        assert work_off() == 2
        job = Job.objects.get()
        assert (job.progress, job.error) == ({"until": rows[1].id}, "RuntimeError: the power failed")
    with time.at(FAR + timedelta(minutes=1)):
        follow()
    assert [told(row) for row in rows] == [["CaseReceived", "DueTimesMoved"]] * 5


@pytest.mark.usefixtures("far")
def test_a_newer_calendar_begins_the_walk_anew() -> None:
    row = county.receive()
    load({})
    hand_on()
    Job.objects.update(progress={"until": row.id})
    load(MOVING)
    hand_on()
    with time.at(FAR + timedelta(seconds=recomputing.SETTLED_S)):
        work_off()
    assert told(row) == ["CaseReceived", "DueTimesMoved"]
    assert not Job.objects.exists()


@pytest.mark.usefixtures("far")
def test_a_case_that_somebody_works_on_is_met_again(monkeypatch) -> None:
    first, second = county.receive(), county.receive("另一件：路面坑洞")
    load(MOVING)
    hand_on()
    lock = recomputing.lock_case

    def busy(case_id: int) -> object:
        if case_id == second.id:
            raise Busy
        return lock(case_id)

    with time.at(FAR + timedelta(seconds=recomputing.SETTLED_S)):
        monkeypatch.setattr(recomputing, "lock_case", busy)
        assert work_off() == 1
        assert [told(row)[-1] for row in (first, second)] == ["DueTimesMoved", "CaseReceived"]
        monkeypatch.setattr(recomputing, "lock_case", lock)
    with time.at(FAR + timedelta(seconds=recomputing.SETTLED_S + recomputing.BUSY_S)):
        work_off()
    assert [told(row)[-1] for row in (first, second)] == ["DueTimesMoved", "DueTimesMoved"]
