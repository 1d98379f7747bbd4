"""What this version writes lacks nothing that a backfill would fill: so the ledger knows each row as it stands."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import DeadlineEntry
from liandong.foundation.rooms import public as rooms
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.roles import Role
from tests import county
from tests.contexts.cases import assists

pytestmark = pytest.mark.usefixtures("small_county")


def reporter(row: cases.CaseRow) -> Actor:
    return Actor(kind="reporter", id=row.id, role=Role.REPORTER, label="上报人")


def lived_through_all(row: cases.CaseRow) -> None:
    """Question, reply, answer, not solved, answer again, solved: the last lines are written when no task is open."""
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=row.id)
    cases.ask_reporter(actor=hud, case_id=row.id, text="在哪一边")
    cases.record_reply(actor=reporter(row), case_id=row.id, text="左边")
    cases.answer_case(actor=hud, case_id=row.id, text="已经修好")
    cases.record_verdict(actor=reporter(row), case_id=row.id, solved=False, text="还在")
    cases.answer_case(actor=hud, case_id=row.id, text="又修好了")
    cases.record_verdict(actor=reporter(row), case_id=row.id, solved=True)


def lapsed(row: cases.CaseRow) -> None:
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=row.id)
    cases.answer_case(actor=hud, case_id=row.id, text="已经修好")
    with time.at(cases.find(row.id).verdict_due_at + timedelta(seconds=1)):
        cases.lapse_verdict(case_id=row.id)


def passed_on(row: cases.CaseRow) -> None:
    coordinator = county.post("coordinator")
    cases.reassign_case(actor=coordinator, case_id=row.id, office_id=county.office("LAW"), text="属其职责")
    assists.open_task(actor=coordinator, case_id=row.id, office_id=county.office("HUD"), finish_budget="3wd")
    cases.withdraw_case(actor=reporter(row), case_id=row.id, text="不用办了")


@pytest.mark.parametrize("live", [lived_through_all, lapsed, passed_on])
def test_nothing_is_left_to_fill_after_a_whole_life(live: Callable[[cases.CaseRow], None]) -> None:
    with time.at(county.MONDAY):
        row = county.receive()
    with time.at(county.MONDAY + timedelta(hours=1)):
        live(row)
    found = {
        each.name: list(rooms.called(each.lacking)())
        for room in rooms.rooms()
        if room.name == "cases"
        for each in room.backfills
    }
    assert found
    assert {name: rows for name, rows in found.items() if rows} == {}
    assert not DeadlineEntry.objects.filter(case_id=row.id, task=None).exists()
