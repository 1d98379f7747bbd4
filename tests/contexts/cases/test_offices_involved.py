"""Which offices have or had a part in a case: written where the case changes, read by who may open it, by the list of
who assists and by what an office once had.
"""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.filling import columns as filling
from liandong.contexts.cases.models import Case, DeadlineEntry, Involvement, Task
from liandong.contexts.cases.public import Filters, Openness, Scope, Sort, State
from liandong.foundation.jobs.models import Job
from liandong.foundation.jobs.public import order_backfills, work_off
from liandong.foundation.ledger import public as ledger
from liandong.foundation.ledger.rows import RowsVerified, wrong_rows
from liandong.kernel import time
from liandong.kernel.errors import InvalidInput, NotFound
from tests import burst, county
from tests.contexts.cases import assists
from tests.contexts.cases.acting import case_in, reporter
from tests.plans import plans

pytestmark = pytest.mark.usefixtures("small_county")
TUESDAY, WEDNESDAY = county.MONDAY + county.days(1), county.MONDAY + county.days(2)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time.at(county.MONDAY):
        yield


def parts(row: cases.CaseRow) -> dict[str, tuple[str, datetime | None]]:
    """By the code of each office: (role, until)."""
    rows = Involvement.objects.filter(case_id=row.id)
    return {code: (role, until) for code, role, until in rows.values_list("office__code", "role", "until")}


def reassign(row: cases.CaseRow, to: str) -> None:
    cases.reassign_case(actor=county.post("coordinator"), case_id=row.id, office_id=county.office(to), text="属其职责")


def assist(row: cases.CaseRow, office: str = "LAW", **more: object) -> cases.TaskRow:
    given = {"actor": county.post("coordinator"), "case_id": row.id, "office_id": county.office(office)} | more
    return assists.open_task(**given)


def opens(username: str, row: cases.CaseRow) -> bool:
    try:
        cases.visible_case(actor=county.post(username), case_id=row.id)
    except NotFound:
        return False
    assert row.id in cases.visible_among([row.id], actor=county.post(username))
    return True


def close(row: cases.CaseRow) -> None:
    cases.close_case(actor=county.post("coordinator"), case_id=row.id, text="查无此事")


# who has a part


def test_whoever_leads_first_has_the_part_from_the_receipt_on() -> None:
    row = county.receive()
    (part,) = Involvement.objects.filter(case_id=row.id)
    assert (part.role, part.until) == ("lead", None)
    assert part.office_id == row.office_id
    assert part.since == part.received_at == row.received_at


def test_a_part_ends_when_the_lead_passes_and_begins_again_when_it_comes_back() -> None:
    row = county.receive()
    with time.at(TUESDAY):
        reassign(row, "LAW")
    assert parts(row) == {"HUD": ("lead", TUESDAY), "LAW": ("lead", None)}
    with time.at(WEDNESDAY):
        cases.undo_reassignment(actor=county.post("coordinator"), case_id=row.id, text="派错了")
    assert parts(row) == {"HUD": ("lead", None), "LAW": ("lead", WEDNESDAY)}
    assert Involvement.objects.get(case_id=row.id, office__code="HUD").since == row.received_at


def test_the_desk_that_screened_had_the_lead_and_the_office_has_it_now() -> None:
    row = county.receive("门口有情况", category_code="")
    with time.at(TUESDAY):
        cases.screen_case(actor=county.post("clerk"), case_id=row.id, category_code=county.POTHOLE)
    assert parts(row) == {"SGC": ("lead", TUESDAY), "HUD": ("lead", None)}


def test_who_coordinates_has_a_part_beside_the_lead_until_somebody_else_has_it() -> None:
    row = case_in(State.ANSWERED)
    Case.objects.filter(pk=row.id).update(rework_count=1)
    cases.record_verdict(actor=reporter(row), case_id=row.id, solved=False)
    assert parts(row) == {"HUD": ("lead", None), "SGC": ("coordinate", None)}
    with time.at(TUESDAY):
        reassign(row, "LAW")
    assert parts(row) == {"HUD": ("lead", TUESDAY), "SGC": ("coordinate", TUESDAY), "LAW": ("lead", None)}


def test_an_office_that_assists_and_then_leads_has_one_part() -> None:
    row = county.receive()
    assist(row)
    assert parts(row)["LAW"] == ("assist", None)
    with time.at(TUESDAY):
        reassign(row, "LAW")
    assert parts(row) == {"HUD": ("lead", TUESDAY), "LAW": ("lead", None)}
    with time.at(WEDNESDAY):
        reassign(row, "POL")
    assert parts(row)["LAW"] == ("assist", None)


def test_parts_of_who_assists_end_with_its_task_or_with_the_case() -> None:
    row = county.receive()
    done, lasts = assist(row), assist(row, "POL")
    with time.at(TUESDAY):
        assists.end(actor=county.post("law1"), task_id=done.id)
    assert parts(row) == {"HUD": ("lead", None), "LAW": ("assist", TUESDAY), "POL": ("assist", None)}
    with time.at(WEDNESDAY):
        close(row)
    assert parts(row) == {"HUD": ("lead", None), "LAW": ("assist", TUESDAY), "POL": ("assist", WEDNESDAY)}
    assert next(each for each in cases.tasks(row.id) if each.id == lasts.id).done_at == WEDNESDAY


def test_an_ordinary_action_of_the_lead_asks_nothing_of_the_table() -> None:
    row = county.receive()
    with CaptureQueriesContext(connection) as asked:
        cases.accept_case(actor=county.post("hud1"), case_id=row.id)
        cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已填平。")
    assert [each["sql"] for each in asked.captured_queries if "cases_involvement" in each["sql"]] == []


# who may open it


def test_an_office_sees_the_case_while_its_part_lasts_and_until_the_verdict_is_over() -> None:
    row = county.receive(category_code=county.NEIGHBOURS)
    assert not opens("law1", row)
    part = assist(row)
    assert opens("law1", row)
    assists.end(actor=county.post("law1"), task_id=part.id)
    assert opens("law1", row)
    cases.accept_case(actor=county.post("jus1"), case_id=row.id)
    answered = cases.answer_case(actor=county.post("jus1"), case_id=row.id, text="已调解。")
    assert opens("law1", row)
    assert answered.verdict_due_at is not None
    with time.at(answered.verdict_due_at):
        assert not opens("law1", row)
        assert opens("jus1", row)
    cases.record_verdict(actor=reporter(row), case_id=row.id, solved=True)
    assert not opens("law1", row)
    assert opens("jus1", row)
    cases.reopen_case(actor=county.post("coordinator"), case_id=row.id, text="又发生了")
    assert opens("law1", row)


@pytest.mark.parametrize("end", [close, lambda row: cases.withdraw_case(actor=reporter(row), case_id=row.id)])
def test_whoever_had_the_lead_no_longer_sees_the_case_once_it_has_ended(end) -> None:
    row = county.receive(category_code=county.NEIGHBOURS)
    reassign(row, "POL")
    assert (opens("jus1", row), opens("pol1", row)) == (True, True)
    end(row)
    assert (opens("jus1", row), opens("pol1", row)) == (False, True)


def test_a_joined_case_is_judged_with_its_main_case() -> None:
    row, main = (county.receive(category_code=county.NEIGHBOURS) for _ in range(2))
    reassign(row, "POL")
    cases.join_case(actor=county.post("coordinator"), case_id=row.id, to=main.id)
    unpassed = county.receive(category_code=county.NEIGHBOURS)
    assert (opens("jus1", row), cases.past_cases(actor=county.post("jus1")).rows[0].may_open) == (True, True)
    close(main)
    reassign(unpassed, "POL")
    assert opens("jus1", unpassed)
    Case.objects.filter(pk=main.id).update(office=county.office("POL"))
    assert not opens("jus1", row)
    assert cases.past_case(actor=county.post("jus1"), case_id=row.id)[0].may_open is False


def test_an_office_complained_of_sees_nothing_whatever_part_it_had() -> None:
    row = county.receive()
    reassign(row, "LAW")
    Case.objects.filter(pk=row.id).update(complained_office=county.office("HUD"))
    assert not opens("hud1", row)
    close(row)
    with pytest.raises(NotFound):
        cases.past_case(actor=county.post("hud1"), case_id=row.id)
    assert cases.past_cases(actor=county.post("hud1")).rows == []


# lists


def listed(username: str, **filters: object) -> list[int]:
    asked = {"actor": county.post(username), "scope": Scope.ASSIST, "filters": Filters(**filters)}
    page, count = cases.list_and_count(**asked)
    assert count.number == len(page.rows) == cases.count_cases(**asked).number
    (number,) = cases.count_each(actor=asked["actor"], scope=Scope.ASSIST, lists=[(Filters(**filters), Sort.NEWEST)])
    assert number == count
    return [row.id for row in page.rows]


def test_the_list_of_who_assists_has_what_it_assists_now_and_nothing_else() -> None:
    led, own, private, ended = (
        county.receive(category_code=county.RUBBISH),
        county.receive(),
        county.receive(category_code=county.NEIGHBOURS),
        county.receive(),
    )
    for row in (own, private, ended):
        part = assist(row)
    assists.end(actor=county.post("law1"), task_id=part.id)
    assert listed("law1") == [private.id, own.id]
    alike = [row.id for row in (private, own) if row.severity == own.severity]
    assert listed("law2", severity=own.severity) == alike
    assert listed("law1", openness=Openness.ENDED) == []
    for other in ("hud1", "pol1", "clerk", "leader", "law_head", "grid_a1", "town_a"):
        assert listed(other) == []
    assert led.id not in listed("law1")


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST, Sort.DUE])
def test_the_list_of_who_assists_is_paged_in_both_directions(sort: Sort) -> None:
    rows = [county.receive(received_at=county.MONDAY - county.hours(hour)) for hour in (3, 1, 2, 5, 4)]
    for row in rows:
        assist(row)
    asked = {"actor": county.post("law1"), "scope": Scope.ASSIST, "filters": Filters(), "sort": sort, "rows": 2}
    whole = [row.id for row in cases.list_cases(**(asked | {"rows": 10})).rows]
    assert len(whole) == 5
    first = cases.list_cases(**asked)
    second = cases.list_cases(**asked, cursor=first.next)
    last = cases.list_cases(**asked, cursor=second.next)
    assert [row.id for page in (first, second, last) for row in page.rows] == whole
    assert cases.list_cases(**asked, cursor=second.previous).rows == first.rows
    asked.pop("rows")
    assert [row.id for batch in cases.walk_cases(**asked, batch=2) for row in batch] == whole


def test_what_an_office_had_is_listed_the_newest_first_and_read_on() -> None:
    rows = [county.receive(received_at=county.MONDAY - county.hours(hour)) for hour in (3, 1, 2)]
    for row in rows:
        reassign(row, "LAW")
    close(rows[0])
    hud = county.post("hud1")
    first = cases.past_cases(actor=hud, rows=2)
    rest = cases.past_cases(actor=hud, rows=2, behind=first.behind)
    assert [(each.case_id, each.may_open) for page in (first, rest) for each in page.rows] == [
        (rows[1].id, True),
        (rows[2].id, True),
        (rows[0].id, False),
    ]
    assert rest.behind == ""
    assert cases.past_cases(actor=county.post("law1")).rows == []
    for nobody in ("clerk", "leader", "grid_a1"):
        assert cases.past_cases(actor=county.post(nobody)).rows == []
    with pytest.raises(InvalidInput):
        cases.past_cases(actor=hud, behind=county.receive().number)


def test_of_a_case_that_it_had_an_office_knows_what_its_own_posts_did_and_no_word() -> None:
    row = county.receive("老街口的井盖不见了", address="东坪村人民路1号")
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=row.id)
    cases.add_note(actor=hud, case_id=row.id, text="已到现场，老街口")
    reassign(row, "LAW")
    cases.add_note(actor=county.post("law1"), case_id=row.id, text="我局接手")
    with pytest.raises(NotFound):
        cases.past_case(actor=county.post("law1"), case_id=row.id)
    close(row)
    part, entries = cases.past_case(actor=county.post("hud2"), case_id=row.id)
    assert (part.number, part.category_code, part.role) == (row.number, county.POTHOLE, "lead")
    assert (part.since, part.until, part.may_open) == (row.received_at, county.MONDAY, False)
    assert [(each.event, each.actor) for each in entries] == [("CaseAccepted", hud.ref), ("NoteAdded", hud.ref)]
    for nobody in ("pol1", "clerk", "grid_a1", "leader"):
        with pytest.raises(NotFound):
            cases.past_case(actor=county.post(nobody), case_id=row.id)


FRESH = 10_000
_FRESH_PARTS = """
INSERT INTO cases_involvement (case_id, office_id, role, received_at, since, until)
SELECT id, %(office)s, %(role)s, received_at, received_at, CASE WHEN %(ended)s THEN now() END FROM cases_case
WHERE received_at >= %(since)s ON CONFLICT DO NOTHING
"""


@pytest.mark.rows_by_hand
@pytest.mark.parametrize(("role", "ended"), [("lead", False), ("assist", True), ("assist", False)])
def test_lists_of_parts_read_few_rows_whatever_lies_on_top(role: str, ended: bool) -> None:
    for _ in range(30):
        assist(county.receive())
    now = time.now()
    with transaction.atomic(), connection.cursor() as cursor:
        burst.fall(burst.Burst(county.office("HUD")), fresh=FRESH, now=now)
        told = {"office": county.office("LAW"), "role": role, "ended": ended, "since": now - county.hours(1)}
        cursor.execute(_FRESH_PARTS, told)
        assert cursor.rowcount >= FRESH
        cursor.execute("ANALYZE cases_involvement")
        law = county.post("law1")
        with CaptureQueriesContext(connection) as asked:
            cases.list_cases(actor=law, scope=Scope.ASSIST, filters=Filters(openness=Openness.ALL))
            cases.list_cases(actor=law, scope=Scope.ASSIST, filters=Filters(), sort=Sort.OLDEST)
            cases.past_cases(actor=law)
        read = [burst.reads(each["sql"]) for each in asked.captured_queries if "cases_" in each["sql"]]
        assert len(read) >= 3
        assert max(read) <= FRESH // 10
        transaction.set_rollback(True)


def test_what_may_be_opened_is_found_by_the_key_of_case_and_office() -> None:
    row = county.receive(category_code=county.NEIGHBOURS)
    assist(row)
    law = county.post("law1")
    asked = plans(lambda: cases.visible_case(actor=law, case_id=row.id))
    read = [plan for plan in asked if "cases_involvement" in plan]
    assert len(read) == 1
    assert "involvement_of_office" in read[0]
    assert "Seq Scan" not in read[0]


# cases from before


def as_before() -> None:
    """As an older version left it: no row tells of a part, no deadline entry names its task."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_involvement")
        cursor.execute("UPDATE cases_deadline_entry SET task_id = NULL")
        cursor.execute("UPDATE ledger_entry SET payload = payload #- '{bound,involvement}'")


def wrong() -> list[str]:
    return [each.table for each in wrong_rows(RowsVerified(), lambda _walk, _rows: None)]


@pytest.mark.rows_by_hand
def test_cases_from_before_get_their_parts_and_the_ledger_knows_them() -> None:
    passed, unclear = county.receive(), county.receive("门口有情况", category_code="")
    ended = county.receive(category_code=county.NEIGHBOURS)
    with time.at(TUESDAY):
        reassign(passed, "LAW")
        cases.screen_case(actor=county.post("clerk"), case_id=unclear.id, category_code=county.RUBBISH)
        cases.accept_case(actor=county.post("law1"), case_id=unclear.id)
    close(ended)
    rows = (passed, unclear, ended)
    stood = {row.id: parts(row) for row in rows}
    lines = list(DeadlineEntry.objects.order_by("id").values_list("id", "task_id"))
    as_before()
    order_and_work_off()
    assert {row.id: parts(row) for row in rows} == stood
    assert list(DeadlineEntry.objects.order_by("id").values_list("id", "task_id")) == lines
    assert [table for table in wrong() if table == "cases_involvement"] == []
    assert Involvement.objects.count() == 5
    order_and_work_off()
    assert Involvement.objects.count() == 5


def order_and_work_off() -> list[str]:
    ordered = order_backfills()
    work_off()
    return ordered


@pytest.mark.rows_by_hand
def test_filling_goes_beside_what_happens_meanwhile() -> None:
    rows = [county.receive() for _ in range(5)]
    as_before()
    with transaction.atomic():
        filling.fill_parts([row.id for row in rows[3:]])
    reassign(rows[0], "LAW")
    assert parts(rows[0]) == {"LAW": ("lead", None)}
    assert order_and_work_off() == ["cases.tasks", "cases.parts"]
    assert parts(rows[0]) == {"HUD": ("lead", county.MONDAY), "LAW": ("lead", None)}
    assert all(parts(row) == {"HUD": ("lead", None)} for row in rows[1:])
    assert not filling.lacking_parts().exists()


@pytest.mark.rows_by_hand
def test_what_the_version_before_goes_on_with_after_it_was_filled_is_settled() -> None:
    """It knows neither parts nor clocks of tasks: a case passes from one office to another without them."""
    passed, accepted, returned = (county.receive() for _ in range(3))
    as_before()
    order_and_work_off()
    later = county.MONDAY + county.days(9)
    law = county.office("LAW")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET office_id = %s WHERE id = %s", [law, passed.id])
        cursor.execute("UPDATE cases_task SET done_at = now(), red_at = NULL WHERE case_id = %s", [passed.id])
        cursor.execute(
            "INSERT INTO cases_task (case_id, kind, office_id, created_at, outcome)"
            " VALUES (%s, 'handle', %s, now(), '')",
            [passed.id, law],
        )
        cursor.execute("UPDATE cases_case SET red_at = %s WHERE id = %s", [later, accepted.id])
        cursor.execute("UPDATE cases_case SET office_id = NULL WHERE id = %s", [returned.id])
        cursor.execute("UPDATE cases_task SET office_id = NULL WHERE case_id = %s", [returned.id])
    assert order_and_work_off() == ["cases.clocks", "cases.parts"]
    told = parts(passed)
    assert told.keys() == {"HUD", "LAW"}
    assert (told["HUD"][1] is None, told["LAW"]) == (False, ("lead", None))
    assert parts(returned)["HUD"][1] is not None
    assert Task.objects.get(case_id=accepted.id).red_at == later
    assert Task.objects.get(case_id=passed.id, done_at=None).red_at == Case.objects.get(pk=passed.id).red_at
    assert [table for table in wrong() if table == "cases_involvement"] == []
    assert order_and_work_off() == []


@pytest.mark.rows_by_hand
def test_open_tasks_of_before_get_the_clocks_of_their_case_and_done_ones_none() -> None:
    rows = [county.receive(), county.receive(category_code=county.NEIGHBOURS)]
    done = county.receive()
    close(done)
    columns = ("accept_budget", "finish_budget", "accept_due_at", "yellow_at", "red_at", "provisional")
    stood = list(Task.objects.order_by("id").filter(done_at=None).values_list(*columns))
    assert all(each[1] for each in stood)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_task SET accept_budget = '', finish_budget = '', accept_due_at = NULL, yellow_at = NULL,"
            " red_at = NULL, provisional = false"
        )
    assert order_and_work_off() == ["cases.clocks"]
    assert list(Task.objects.order_by("id").filter(done_at=None).values_list(*columns)) == stood
    assert set(Task.objects.filter(case_id=done.id).values_list("finish_budget", flat=True)) == {""}
    assert len(rows) == len(stood)


@pytest.mark.rows_by_hand
def test_parts_wait_while_somebody_is_at_work_on_the_case_or_the_ledger_adopts_rows(monkeypatch) -> None:
    county.receive()
    as_before()
    monkeypatch.setattr(ledger, "has_rows_to_adopt", lambda: True)
    assert order_and_work_off() == ["cases.tasks", "cases.parts"]
    (job,) = Job.objects.filter(key="cases.parts")
    assert (job.attempts, job.died_at, job.error) == (0, None, "")
    assert not Involvement.objects.exists()


def test_a_county_that_lacks_nothing_orders_nothing_further() -> None:
    county.receive()
    assert order_backfills() == []
    assert [each.action for each in ledger.entries(("case_adopted", 0))] == []
    assert Task.objects.count() == 1
