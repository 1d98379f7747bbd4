"""The bench finds out an answer that isn't what was asked, and asks in the API's own words."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from liandong.contexts.cases.public import Life, State
from liandong.contexts.intake.public import ContactInput, Past
from liandong.foundation.access.models import Staff
from liandong.kernel import ids, time
from liandong.proof.bench import bare, intake, lists, pages
from liandong.proof.bench.crowd import end_with_us
from liandong.proof.bench.figures import figure, line
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture
def values() -> dict[str, object]:
    """Cases of LAW's in many states, and what the lines' names stand for."""
    ended = Past(Life(State.CLOSED, accepted_at=time.now() - timedelta(days=2), closed_at=time.now()))
    rows = [
        *(county.receive(category_code=county.RUBBISH) for _ in range(3)),
        county.receive("垃圾堆在路边，没有人管", category_code=county.RUBBISH),
        county.receive(category_code=county.RUBBISH, at="B12", channel="open311"),
        county.receive(category_code=county.RUBBISH, received_at=time.now() - timedelta(days=20)),
        county.receive(category_code=county.RUBBISH, received_at=time.now() - timedelta(days=3), past=ended),
    ]
    law1 = county.post("law1")
    return {
        "office": law1.office_id,
        "post": law1.id,
        "town": county.division(county.TOWN_B),
        "village": county.division(county.VILLAGES["B1"]),
        "case": rows[0].id,
        "number": rows[0].number,
    }


@pytest.fixture
def law() -> Client:
    client = Client()
    client.force_login(Staff.objects.get(username="law1"))
    return client


@pytest.mark.parametrize("each", lists.LINES, ids=lists.names())
def test_the_api_answers_each_line_with_what_its_sql_finds(
    law: Client, values: dict[str, object], each: lists.Line
) -> None:
    answer = law.get(f"/api/v1/cases?scope=office&{each.query.format(**values)}".rstrip("&"))
    assert answer.status_code == 200
    assert lists.wrong_in(answer.content, each, values, connection.connection) == ""


def test_a_list_that_isnt_filtered_is_found_out(law: Client, values: dict[str, object]) -> None:
    whole = law.get("/api/v1/cases?scope=office&openness=all").content
    named = {each.name: each for each in lists.LINES}
    for name in ("red", "ended", "one town", "severity 2", "channel open311", "text, common", "all, last page"):
        assert lists.wrong_in(whole, named[name], values, connection.connection) or name == "all, last page"
    backwards = law.get("/api/v1/cases?scope=office&sort=oldest").content
    assert lists.wrong_in(backwards, named["open, newest"], values, connection.connection)


def test_a_square_without_the_cases_of_its_filter_is_found_out(law: Client, values: dict[str, object]) -> None:
    red = next(each for each in pages.PAGES if each.name == "square, red")
    right = law.get(red.path).content
    assert pages.wrong_in(right, red, values, connection.connection) == ""
    ended = law.get("/console/square/?openness=ended").content
    assert "aren't in the page" in pages.wrong_in(ended, red, values, connection.connection)


def test_a_report_that_was_acknowledged_but_isnt_kept_as_sent_is_found_out(values: dict[str, object]) -> None:
    case_id = ids.parse_case_number(str(values["number"]))
    right = {case_id: "路面有个大坑，请来修补"}
    assert intake.not_kept(right, connection.connection) == ""
    assert intake.not_kept({case_id: "别的"}, connection.connection)
    assert intake.not_kept(right | {case_id + 1_000_000: "没有"}, connection.connection)


def test_of_a_wrong_answer_no_figure_is_told() -> None:
    told = line(figure("list, red", [0.001], wrong="50 rows, SQL has 3"))
    assert "WRONG" in told
    assert " ms" not in told
    assert "1 of 2 requests failed" in line(figure("list, red", [0.001], failed=1))


def test_bare_sql_writes_every_row_that_a_create_wrote() -> None:
    row = county.receive(contact=ContactInput(phone="100-0000-0000"))
    writing = bare.written_by(connection.connection, row.id)
    assert {"cases_case", "intake_report", "intake_contact", "cases_task", "ledger_entry", "events_event"} <= set(
        writing.rows
    )
    again = connection.connection.execute(
        "SELECT nextval('cases_case_id_seq'), nextval('intake_report_id_seq')"
    ).fetchone()
    connection.connection.execute(writing.statement, writing.values(*again))
    assert {table: len(rows) for table, rows in bare.written_by(connection.connection, again[0]).rows.items()} == {
        table: len(rows) for table, rows in writing.rows.items()
    }


def test_a_process_of_a_crowd_starts_without_the_house() -> None:
    """It is spawned: what it runs first must not need the applications that nobody has loaded there."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), end_with_us) as pool:
        assert pool.submit(eval, "'django' in __import__('sys').modules").result() is False
