"""What a preview foresees is what the commands do, refusals too."""

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Action, Deed, State
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


def deeds() -> list[Deed]:
    return [
        Deed(Action.REASSIGN, office_id=county.office("LAW")),
        Deed(Action.REASSIGN, office_id=county.office("HUD")),
        Deed(Action.OVERRIDE, budget="10wd"),
        Deed(Action.OVERRIDE, budget="5h"),
        Deed(Action.URGE),
        Deed(Action.ASSIGN, staff_id=county.post("hud2").id),
        Deed(Action.ASSIGN, staff_id=county.post("pol1").id),
        Deed(Action.LOOK_AT_VERDICT),
        Deed(Action.SCREEN, category_code=county.MANHOLE),
        Deed(Action.SCREEN, category_code=county.WATER),
    ]


@pytest.mark.parametrize("username", ["coordinator", "town_a"])
def test_every_deed_does_what_was_foreseen_in_every_state(username: str) -> None:
    actor = county.post(username)
    assert {deed.action for deed in deeds()} == set(cases.BULK_ACTIONS)
    seen = set()
    for deed in deeds():
        for state in State:
            row = case_in(state)
            Case.objects.filter(pk=row.id).update(unhappy_at=time.now())
            row = cases.find(row.id)
            (foreseen,) = cases.foresee(actor=actor, deed=deed, rows=[row], versions={row.id: row.version})
            refusal, done = done_or_refused(actor, deed, row)
            assert (type(foreseen.refusal), str(foreseen.refusal)) == (type(refusal), str(refusal)), (deed, state)
            assert [getattr(foreseen.after, name, None) for name in SHOWN] == [
                getattr(done, name, None) for name in SHOWN
            ], (deed, state)
            if done:
                seen.add(deed.action)
    assert username != "coordinator" or seen == set(cases.BULK_ACTIONS)


def done_or_refused(actor: Actor, deed: Deed, row: cases.CaseRow) -> tuple[LiandongError | None, cases.CaseRow | None]:
    try:
        done = cases.do_deed(actor=actor, deed=deed, case_id=row.id, text="一并办理", version=row.version)
    except LiandongError as error:
        return error, None
    return None, done


def agree(actor: Actor, deed: Deed, row: cases.CaseRow) -> LiandongError | None:
    """What the preview and the command say of it, which is the same."""
    (foreseen,) = cases.foresee(actor=actor, deed=deed, rows=[row], versions={row.id: row.version})
    refusal, _ = done_or_refused(actor, deed, row)
    assert (type(foreseen.refusal), str(foreseen.refusal)) == (type(refusal), str(refusal))
    return refusal


def test_a_limit_that_the_law_sets_is_foreseen_as_not_to_be_made_longer() -> None:
    row = case_in(State.HANDLING, category_code="120401")
    assert isinstance(agree(county.post("coordinator"), Deed(Action.OVERRIDE, budget="90d+"), row), InvalidInput)


def test_a_post_that_is_out_gets_cases_only_where_that_is_known() -> None:
    row, out = case_in(State.HANDLING), county.away("hud2", "hud1").staff_id
    assert isinstance(agree(county.post("coordinator"), Deed(Action.ASSIGN, staff_id=out), row), PostIsAway)
    assert agree(county.post("coordinator"), Deed(Action.ASSIGN, staff_id=out, despite_absence=True), row) is None


def test_taken_back_before_the_town_has_answered_it_isnt_asked_any_more() -> None:
    row, actor = county.receive(), county.post("coordinator")
    deed = Deed(Action.REASSIGN, office_id=county.office("TWN-A"))
    asked = cases.do_deed(actor=actor, deed=deed, case_id=row.id, text="在村道上", version=row.version)
    assert asked.consent_office_id
    undo = {"actor": actor, "action": deed.action, "case_id": row.id, "text": "选错了"}
    assert cases.undo_deed(**undo, version=asked.version).consent_office_id is None


def test_a_case_that_was_changed_meanwhile_is_foreseen_as_refused() -> None:
    row = case_in(State.HANDLING)
    deed = Deed(Action.URGE)
    (foreseen,) = cases.foresee(
        actor=county.post("coordinator"), deed=deed, rows=[row], versions={row.id: row.version - 1}
    )
    assert isinstance(foreseen.refusal, Conflict)


def test_the_office_complained_of_never_gets_the_case() -> None:
    row = county.receive(complained_office_id=county.office("LAW"))
    deed = Deed(Action.REASSIGN, office_id=county.office("LAW"))
    (foreseen,) = cases.foresee(actor=county.post("coordinator"), deed=deed, rows=[row], versions={row.id: row.version})
    assert "被反映" in foreseen.refusal.message


def test_what_a_town_may_not_do_is_foreseen_as_refused() -> None:
    row = case_in(State.HANDLING)
    (foreseen,) = cases.foresee(
        actor=county.post("town_a"), deed=Deed(Action.URGE), rows=[row], versions={row.id: row.version}
    )
    assert isinstance(foreseen.refusal, NotAllowed)


@pytest.mark.parametrize(
    "deed",
    [
        Deed(Action.REASSIGN), Deed(Action.REASSIGN, office_id=999_999), Deed(Action.ASSIGN),
        Deed(Action.OVERRIDE, budget="soon"), Deed(Action.SCREEN, category_code="99"),
    ],
)  # fmt: skip
def test_a_deed_without_what_it_needs_is_refused_before_any_case_is_looked_at(deed: Deed) -> None:
    with pytest.raises(InvalidInput):
        cases.check_deed(deed)
