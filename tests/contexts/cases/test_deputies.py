"""What a deputy sees and does for an absent post: as if it were assigned, and the ledger says for whom."""

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.errors import NotFound, PostIsAway
from tests import county
from tests.contexts.cases.acting import case_in

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def given_to(username: str, **fields: object) -> cases.CaseRow:
    row = county.receive(**fields)
    lead = "jus1" if row.office_id == county.office("JUS") else "hud1"
    return cases.assign_task(actor=county.post(lead), case_id=row.id, staff_id=county.post(username).id)


def last_entry(row: cases.CaseRow) -> ledger.EntryRow:
    return ledger.entries(("case", row.id))[-1]


def test_what_a_deputy_does_is_recorded_as_done_for_the_absent_post_which_keeps_the_case() -> None:
    row = given_to("hud1")
    county.away("hud1", "hud2")
    after = cases.answer_case(actor=county.post("hud2"), case_id=row.id, text="已填平。")
    entry = last_entry(row)
    assert (entry.actor, entry.payload["in_place_of"]) == (county.post("hud2").ref, county.post("hud1").ref)
    assert after.assignee_id == county.post("hud1").id


def test_a_colleague_who_stands_in_for_nobody_acts_for_himself() -> None:
    row = given_to("hud1")
    cases.answer_case(actor=county.post("hud2"), case_id=row.id, text="已填平。")
    assert "in_place_of" not in last_entry(row).payload


def test_what_is_decided_above_is_decided_in_ones_own_right() -> None:
    row = case_in(cases.State.HANDLING, office_code="SGC")
    cases.assign_task(actor=county.post("desk"), case_id=row.id, staff_id=county.post("desk").id)
    county.away("desk", "coordinator")
    cases.close_case(actor=county.post("coordinator"), case_id=row.id, text="已协调。")
    assert "in_place_of" not in last_entry(row).payload


def test_a_deputy_signs_for_what_stays_the_absent_posts() -> None:
    row = given_to("hud1")
    Case.objects.filter(pk=row.id).update(state="dispatched", accepted_at=None)
    county.away("hud1", "hud2")
    signed = cases.accept_case(actor=county.post("hud2"), case_id=row.id)
    assert (signed.state, signed.assignee_id) == ("handling", county.post("hud1").id)


def test_a_deputy_sees_the_absent_posts_tasks_apart_from_its_own() -> None:
    theirs, mine = given_to("hud1"), given_to("hud2")
    county.away("hud1", "hud2")
    hud2 = county.post("hud2")
    assert [row.id for row in cases.open_tasks(actor=hud2)[0]] == [mine.id]
    assert {who: [row.id for row in rows] for who, rows in cases.deputy_tasks(actor=hud2).items()} == {
        county.post("hud1").id: [theirs.id]
    }
    assert cases.deputy_tasks(actor=county.post("hud1")) == {}


def test_a_private_case_given_to_a_grid_worker_is_open_to_his_deputy_while_he_is_out() -> None:
    row = given_to("grid_a1", category_code=county.NEIGHBOURS)
    beside = county.grid_worker_beside("grid_a1")
    with pytest.raises(NotFound):
        cases.visible_case(actor=county.post(beside), case_id=row.id)
    county.away("grid_a1", beside)
    assert cases.visible_case(actor=county.post(beside), case_id=row.id).id == row.id
    with time.at(county.MONDAY + county.days(2)), pytest.raises(NotFound):
        cases.visible_case(actor=county.post(beside), case_id=row.id)


def test_the_cells_of_an_absent_grid_worker_are_his_deputys_scope() -> None:
    row = county.receive(at="A12", office_code="TWN-A")
    beside = county.grid_worker_beside("grid_a1")
    listed = {"scope": cases.Scope.CELLS, "filters": cases.Filters()}
    assert cases.list_cases(actor=county.post(beside), **listed).rows == []
    county.away("grid_a1", beside)
    deputy = county.post(beside)
    assert [each.id for each in cases.list_cases(actor=deputy, **listed).rows] == [row.id]
    cases.add_note(actor=deputy, case_id=row.id, text="已到现场")
    assert last_entry(row).payload["in_place_of"] == county.post("grid_a1").ref


def test_a_deputy_who_is_complained_of_stays_away() -> None:
    beside = county.grid_worker_beside("grid_a1")
    row = given_to("grid_a1", complained_staff_id=county.post(beside).id)
    county.away("grid_a1", beside)
    assert cases.deputy_tasks(actor=county.post(beside)) == {county.post("grid_a1").id: []}
    with pytest.raises(NotFound):
        cases.answer_case(actor=county.post(beside), case_id=row.id, text="我来答")


def test_a_post_that_is_out_is_given_work_only_on_purpose() -> None:
    row, hud1 = county.receive(), county.post("hud1")
    county.away("hud1", "hud2")
    with pytest.raises(PostIsAway):
        cases.assign_task(actor=county.post("hud2"), case_id=row.id, staff_id=hud1.id)
    given = cases.assign_task(actor=county.post("hud2"), case_id=row.id, staff_id=hud1.id, despite_absence=True)
    assert given.assignee_id == hud1.id


def test_open_tasks_are_counted_post_by_post(django_assert_num_queries) -> None:
    given_to("hud1")
    given_to("hud1")
    ids = [county.post(name).id for name in ("hud1", "hud2")]
    with django_assert_num_queries(1):
        assert cases.open_task_counts(ids) == {ids[0]: 2, ids[1]: 0}
