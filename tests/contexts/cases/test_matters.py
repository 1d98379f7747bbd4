"""One report's matter: its own case and the main one, made for one case and for many by one reading."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Action, CaseRow, State
from liandong.kernel import time
from tests import county
from tests.contexts.cases.acting import case_in, take

SOURCE = Path(__file__).resolve().parents[3] / "src" / "liandong"
TELLS_ITSELF = {
    "contexts/console/api.py": "the field of the API",
}


@pytest.fixture
def monday(small_county):
    with time.at(county.MONDAY):
        yield


def joined_to(main: CaseRow) -> CaseRow:
    return take(Action.JOIN, county.post("clerk"), case_in(State.HANDLING).id, to=main.id)


@pytest.mark.usefixtures("monday")
def test_matters_of_many_cases_cost_one_statement_and_are_those_of_each() -> None:
    main, alone = case_in(State.HANDLING), case_in(State.HANDLING)
    rows = [alone, *(joined_to(main) for _ in range(3))]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = cases.matters_of(rows)
    assert len(asked) == 1
    assert found == {row.id: cases.matter_of(row) for row in rows}
    assert [each.is_joined for each in found.values()] == [False, True, True, True]
    with CaptureQueriesContext(connection) as asked:
        assert cases.matters_of([alone, cases.find(main.id)])[main.id].is_of_one is False
    assert len(asked) == 1


@pytest.mark.usefixtures("monday")
def test_a_joined_reporter_is_told_of_the_main_case_and_asked_for_nothing() -> None:
    main = case_in(State.HANDLING)
    own = joined_to(main)
    asked = cases.ask_reporter(actor=county.post("hud1"), case_id=main.id, text="坑在哪一侧？")
    told = cases.matter_of(own)
    assert (told.state, told.is_asked, told.has_answer) == (State.ASKED, False, False)
    assert cases.matter_of(asked).is_asked
    cases.record_reply(actor=county.post("clerk"), case_id=main.id, text="在东侧人行道上。")
    cases.answer_case(actor=county.post("hud1"), case_id=main.id, text="已填平，路面恢复。")
    told = cases.matter_of(own)
    assert (told.awaits_verdict, told.has_answer, told.is_judged_by_own) == (True, True, False)
    judged = cases.judge_matter(actor=county.post("clerk"), own=own, solved=True, satisfied=4, text="")
    assert cases.matter_of(judged).is_judged_by_own


def test_who_else_is_joined_is_asked_of_the_matter_alone() -> None:
    reading = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if "joined_to" in path.read_text("utf-8")
        and "migrations" not in path.parts
        and not path.is_relative_to(SOURCE / "contexts" / "cases")
    }
    assert reading == TELLS_ITSELF.keys()
