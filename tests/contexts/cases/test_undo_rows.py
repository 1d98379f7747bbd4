"""What can be taken back is kept in a row. Of cases from before there were such rows the migration makes it; of what
the version before did beside this one, or after a county went back to it, a backfill.
"""

import importlib
from collections.abc import Callable

import msgspec
import pytest
from django.apps import apps
from django.db import connection

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.domain.undo import Before
from liandong.contexts.cases.filling import undo as undo_filling
from liandong.contexts.cases.models import Undo
from liandong.contexts.cases.public import Action, CaseRow, State
from liandong.kernel import time
from liandong.kernel.errors import Conflict
from tests import county
from tests.contexts.cases.acting import case_in, reporter, take

pytestmark = pytest.mark.usefixtures("small_county")
migration = importlib.import_module("liandong.contexts.cases.migrations.0016_undo_in_a_table")
KINDS = {kind.what: kind for kind in Before.__subclasses__()}


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def kept() -> dict[int, tuple]:
    """What can be taken back now, by case."""
    alive = [row for row in Undo.objects.select_related("case") if is_alive(row)]
    return {row.pk: (row.what, msgspec.convert(row.before, KINDS[Action(row.what)]), row.joined_to_id) for row in alive}


def is_alive(row: Undo) -> bool:
    return row.case.joined_to_id is not None or row.version == row.case.undo_version == row.case.version


def by_the_migration() -> None:
    migration.keep_what_the_ledger_tells(apps, None)


def by_the_backfill() -> None:
    undo_filling.fill([row.pk for row in undo_filling.lacking()])
    assert not undo_filling.lacking().exists()


@pytest.fixture(params=[by_the_migration, by_the_backfill])
def made_anew(request) -> Callable[[], dict[int, tuple]]:
    """The same as the upgrade makes it, from the ledger alone."""

    def make() -> dict[int, tuple]:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM cases_undo")
        request.param()
        return kept()

    return make


def reassigned() -> CaseRow:
    return take(Action.REASSIGN, county.post("coordinator"), case_in(State.HANDLING).id)


def assigned() -> CaseRow:
    return take(Action.ASSIGN, county.post("hud1"), case_in(State.DISPATCHED).id)


def overridden() -> CaseRow:
    return take(Action.OVERRIDE, county.post("coordinator"), case_in(State.HANDLING).id)


def joined() -> CaseRow:
    return take(Action.JOIN, county.post("clerk"), case_in(State.HANDLING).id)


DONE: list[tuple[Callable[[], CaseRow], Action]] = [
    (reassigned, Action.UNDO_REASSIGN),
    (assigned, Action.UNDO_ASSIGN),
    (overridden, Action.UNDO_OVERRIDE),
    (joined, Action.SEPARATE),
]


@pytest.mark.parametrize(("do", "undo"), DONE, ids=[undo for _, undo in DONE])
def test_what_was_done_before_the_upgrade_is_taken_back_after_it(
    do: Callable[[], CaseRow], undo: Action, made_anew: Callable[[], dict[int, tuple]]
) -> None:
    row = do()
    before = kept()
    assert row.id in before
    assert made_anew() == before
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET undo_what = '' WHERE undo_what = 'reassign'")
    take(undo, county.post("coordinator"), row.id)
    assert not Undo.objects.filter(pk=row.id).exists()


def test_what_can_no_longer_be_taken_back_is_not_made_anew(made_anew: Callable[[], dict[int, tuple]]) -> None:
    row = overridden()
    cases.add_note(actor=county.post("clerk"), case_id=row.id, text="另有说明")
    assert made_anew() == {}
    with pytest.raises(Conflict):
        take(Action.UNDO_OVERRIDE, county.post("coordinator"), row.id)


def test_of_cases_that_came_along_the_upgrade_knows_under_whom_they_hang(
    made_anew: Callable[[], dict[int, tuple]],
) -> None:
    clerk = county.post("clerk")
    first, second, third, fourth = (county.receive() for _ in range(4))
    cases.join_case(actor=clerk, case_id=third.id, to=second.id)
    cases.join_case(actor=clerk, case_id=fourth.id, to=second.id)
    cases.separate_case(actor=clerk, case_id=fourth.id, text="不是同一处")
    cases.join_case(actor=clerk, case_id=second.id, to=first.id)
    assert made_anew() == kept()
    assert {pk: to for pk, (_, _, to) in kept().items()} == {third.id: second.id, second.id: first.id}
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=first.id)
    cases.answer_case(actor=hud, case_id=first.id, text="已填平")
    cases.record_verdict(actor=reporter(first), case_id=first.id, solved=True)
    cases.judge_joined(actor=reporter(second), case_id=second.id, solved=False)
    before = kept()
    assert {pk: to for pk, (_, _, to) in before.items()} == {third.id: first.id}
    assert made_anew() == before


def test_a_case_keeps_one_row_and_the_newest_is_taken_back() -> None:
    row = assigned()
    take(Action.REASSIGN, county.post("coordinator"), row.id)
    assert [(each.pk, each.what) for each in Undo.objects.filter(pk=row.id)] == [(row.id, "reassign")]
    undone = take(Action.UNDO_REASSIGN, county.post("coordinator"), row.id)
    assert (undone.office_id, undone.assignee_id) == (county.office("HUD"), county.post("grid_a1").id)


def by_the_version_before(row: CaseRow, do: Callable[[], CaseRow]) -> None:
    """It changes the case and tells the ledger; what is kept for taking back stays as this version left it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE left_so ON COMMIT DROP AS SELECT * FROM cases_undo WHERE case_id = %s", [row.id]
        )
        do()
        cursor.execute("DELETE FROM cases_undo WHERE case_id = %s", [row.id])
        cursor.execute("INSERT INTO cases_undo SELECT * FROM left_so")
        cursor.execute("DROP TABLE left_so")


def test_a_row_of_an_earlier_change_gives_way_to_that_of_the_last_one() -> None:
    clerk, coordinator = county.post("clerk"), county.post("coordinator")
    row, first, second = (county.receive() for _ in range(3))
    law, hud = county.office("LAW"), county.office("HUD")
    cases.join_case(actor=clerk, case_id=row.id, to=first.id)

    def joined_elsewhere() -> CaseRow:
        cases.separate_case(actor=clerk, case_id=row.id, text="不是同一处")
        return cases.join_case(actor=clerk, case_id=row.id, to=second.id)

    by_the_version_before(row, joined_elsewhere)
    assert [each.pk for each in undo_filling.lacking()] == [row.id]
    undo_filling.fill([row.id])
    assert Undo.objects.get(pk=row.id).joined_to_id == second.id
    cases.separate_case(actor=clerk, case_id=row.id, text="还是不同")

    cases.reassign_case(actor=coordinator, case_id=row.id, office_id=law, text="属其职责")
    by_the_version_before(
        row, lambda: cases.reassign_case(actor=coordinator, case_id=row.id, office_id=hud, text="再核")
    )
    with pytest.raises(Conflict):
        take(Action.UNDO_REASSIGN, coordinator, row.id)
    undo_filling.fill([each.pk for each in undo_filling.lacking()])
    assert take(Action.UNDO_REASSIGN, coordinator, row.id).office_id == law
