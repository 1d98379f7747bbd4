"""What a preview foresees is what the commands do, refusals too."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case, DeadlineEntry
from liandong.contexts.cases.public import Action, BulkAction, State
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, InvalidInput, LiandongError, NotAllowed, PostIsAway
from tests import county
from tests.contexts.cases.acting import case_in

pytestmark = pytest.mark.usefixtures("small_county")
SHOWN = (
    "state", "office_id", "assignee_id", "category_code", "accept_due_at", "due_at", "yellow_at", "red_at",
    "provisional", "urge_count", "finish_budget",
)  # fmt: skip


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def bulk_actions() -> list[BulkAction]:
    return [
        BulkAction(Action.REASSIGN, {"office_id": county.office("LAW")}),
        BulkAction(Action.REASSIGN, {"office_id": county.office("HUD")}),
        BulkAction(Action.OVERRIDE, {"budget": "10wd"}),
        BulkAction(Action.OVERRIDE, {"budget": "5h"}),
        BulkAction(Action.URGE),
        BulkAction(Action.ASSIGN, {"staff_id": county.post("hud2").id}),
        BulkAction(Action.ASSIGN, {"staff_id": county.post("pol1").id}),
        BulkAction(Action.LOOK_AT_VERDICT),
        BulkAction(Action.SCREEN, {"category_code": county.MANHOLE}),
        BulkAction(Action.SCREEN, {"category_code": county.WATER}),
    ]


@pytest.mark.parametrize("username", ["coordinator", "town_a"])
def test_every_bulk_action_does_what_was_foreseen_in_every_state(username: str) -> None:
    actor = county.post(username)
    assert {bulk.action for bulk in bulk_actions()} == cases.bulk_actions()
    seen = set()
    for bulk in bulk_actions():
        for state in State:
            row = case_in(state)
            Case.objects.filter(pk=row.id).update(unhappy_at=time.now())
            row = cases.find(row.id)
            (foreseen,) = cases.foresee(actor=actor, bulk=bulk, rows=[row], versions={row.id: row.version})
            refusal, done = done_or_refused(actor, bulk, row)
            assert (type(foreseen.refusal), str(foreseen.refusal)) == (type(refusal), str(refusal)), (bulk, state)
            assert [getattr(foreseen.after, name, None) for name in SHOWN] == [
                getattr(done, name, None) for name in SHOWN
            ], (bulk, state)
            if done:
                seen.add(bulk.action)
    assert username != "coordinator" or seen == cases.bulk_actions()


MOVE_NO_DATES = {Action.URGE, Action.LOOK_AT_VERDICT}


def test_the_ledger_of_the_clocks_is_read_once_for_all_cases_and_only_where_dates_may_move() -> None:
    rows, actor = [case_in(State.HANDLING) for _ in range(3)], county.post("coordinator")
    for bulk in bulk_actions():
        with CaptureQueriesContext(connection) as statements:
            cases.foresee(actor=actor, bulk=bulk, rows=rows, versions={row.id: row.version for row in rows})
        read = [each for each in statements if DeadlineEntry._meta.db_table in each["sql"]]
        assert len(read) == (0 if bulk.action in MOVE_NO_DATES else 1), bulk


def done_or_refused(
    actor: Actor, bulk: BulkAction, row: cases.CaseRow
) -> tuple[LiandongError | None, cases.CaseRow | None]:
    try:
        done = cases.take_bulk_action(actor=actor, bulk=bulk, case_id=row.id, text="一并办理", version=row.version)
    except LiandongError as error:
        return error, None
    return None, done


def agree(actor: Actor, bulk: BulkAction, row: cases.CaseRow) -> LiandongError | None:
    """What the preview and the command say of it, which is the same."""
    (foreseen,) = cases.foresee(actor=actor, bulk=bulk, rows=[row], versions={row.id: row.version})
    refusal, _ = done_or_refused(actor, bulk, row)
    assert (type(foreseen.refusal), str(foreseen.refusal)) == (type(refusal), str(refusal))
    return refusal


def test_a_limit_that_the_law_sets_is_foreseen_as_not_to_be_made_longer() -> None:
    row = case_in(State.HANDLING, category_code="120401")
    assert isinstance(
        agree(county.post("coordinator"), BulkAction(Action.OVERRIDE, {"budget": "90d+"}), row), InvalidInput
    )


def test_a_post_that_is_out_gets_cases_only_where_that_is_known() -> None:
    row, out = case_in(State.HANDLING), county.away("hud2", "hud1").staff_id
    assert isinstance(agree(county.post("coordinator"), BulkAction(Action.ASSIGN, {"staff_id": out}), row), PostIsAway)
    assert (
        agree(county.post("coordinator"), BulkAction(Action.ASSIGN, {"staff_id": out, "despite_absence": True}), row)
        is None
    )


def test_taken_back_before_the_town_has_answered_it_isnt_asked_any_more() -> None:
    row, actor = county.receive(), county.post("coordinator")
    bulk = BulkAction(Action.REASSIGN, {"office_id": county.office("TWN-A")})
    asked = cases.take_bulk_action(actor=actor, bulk=bulk, case_id=row.id, text="在村道上", version=row.version)
    assert asked.consent_office_id
    undo = {"actor": actor, "action": bulk.action, "case_id": row.id, "text": "选错了"}
    assert cases.undo_bulk_action(**undo, version=asked.version).consent_office_id is None


def test_a_case_that_was_changed_meanwhile_is_foreseen_as_refused() -> None:
    row = case_in(State.HANDLING)
    bulk = BulkAction(Action.URGE)
    (foreseen,) = cases.foresee(
        actor=county.post("coordinator"), bulk=bulk, rows=[row], versions={row.id: row.version - 1}
    )
    assert isinstance(foreseen.refusal, Conflict)


def test_the_office_complained_of_never_gets_the_case() -> None:
    row = county.receive(complained_office_id=county.office("LAW"))
    bulk = BulkAction(Action.REASSIGN, {"office_id": county.office("LAW")})
    (foreseen,) = cases.foresee(actor=county.post("coordinator"), bulk=bulk, rows=[row], versions={row.id: row.version})
    assert "被反映" in foreseen.refusal.message


def test_what_a_town_may_not_do_is_foreseen_as_refused() -> None:
    row = case_in(State.HANDLING)
    (foreseen,) = cases.foresee(
        actor=county.post("town_a"),
        bulk=BulkAction(Action.REASSIGN, {"office_id": county.office("LAW")}),
        rows=[row],
        versions={row.id: row.version},
    )
    assert isinstance(foreseen.refusal, NotAllowed)


@pytest.mark.parametrize(
    "bulk",
    [
        BulkAction(Action.REASSIGN), BulkAction(Action.REASSIGN, {"office_id": 999_999}), BulkAction(Action.ASSIGN),
        BulkAction(Action.OVERRIDE, {"budget": "soon"}), BulkAction(Action.SCREEN, {"category_code": "99"}),
    ],
)  # fmt: skip
def test_a_bulk_action_without_what_it_needs_is_refused_before_any_case_is_looked_at(bulk: BulkAction) -> None:
    with pytest.raises(InvalidInput):
        cases.check_bulk_action(bulk)
