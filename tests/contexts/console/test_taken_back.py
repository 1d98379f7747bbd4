"""The note after an action offers to take it back, where the post may and as long as nothing else happened."""

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def do(client: Client, row: cases.CaseRow, action: str, **fields: object) -> str:
    """Does it by its form; the address that the note offers, "" where it offers none."""
    sent = {"version": cases.find(row.id).version, **fields}
    page = client.post(f"/console/case/{row.number}/do/{action}/", sent, follow=True).content.decode()
    (note,) = html.fromstring(page).xpath("//*[@data-toast]")
    assert "is-success" in note.get("class"), words(note)
    return next(iter(note.xpath(".//form/@action")), "")


def carrier() -> cases.CaseRow:
    return county.receive()


DONE = [
    ("assign", lambda: {"staff_id": county.post("grid_a1").id}),
    ("reassign", lambda: {"office_id": county.office("LAW"), "text": "属执法范围"}),
    ("reassign", lambda: {"office_id": county.office("TWN-A"), "text": "属地更方便"}),
    ("override", lambda: {"count": 10, "unit": "wd", "text": "涉及多个部门"}),
    ("join", lambda: {"number": carrier().number}),
]


@pytest.mark.parametrize(("action", "fields"), DONE)
def test_what_was_just_done_is_taken_back_from_its_note(action, fields) -> None:
    row = county.receive()
    client = signed_in("coordinator")
    before = cases.find(row.id)
    undo = do(client, row, action, **fields())
    after = cases.find(row.id)
    assert undo
    page = client.post(undo, follow=True).content.decode()
    assert "已撤销。" in page
    again = cases.find(row.id)
    kept = ("state", "office_id", "assignee_id", "due_at", "joined_to_id", "consent_office_id")
    assert [getattr(again, name) for name in kept] == [getattr(before, name) for name in kept]
    assert again.version > after.version
    assert "is-error" in client.post(undo, follow=True).content.decode()


def test_a_post_that_may_not_take_it_back_gets_no_button() -> None:
    row = county.receive()
    assert do(signed_in("hud1"), row, "assign", staff_id=county.post("hud2").id) == ""
    assert do(signed_in("hud1"), row, "note", text="看过现场") == ""


def test_what_happened_meanwhile_is_not_taken_back_along_with_it() -> None:
    row = county.receive()
    client = signed_in("coordinator")
    undo = do(client, row, "reassign", office_id=county.office("LAW"), text="属执法范围")
    cases.accept_case(actor=county.post("law1"), case_id=row.id)
    assert "is-error" in client.post(undo, follow=True).content.decode()
    assert cases.find(row.id).office_id == county.office("LAW")


def test_only_what_takes_back_can_be_done_there() -> None:
    row = county.receive()
    client = signed_in("coordinator")
    for address in (f"close/?version={row.version}", "undo_reassign/", "undo_reassign/?version=x"):
        assert client.post(f"/console/case/{row.number}/undo/{address}").status_code == 404
    assert cases.find(row.id).version == row.version


def test_whoever_loads_the_answer_of_a_form_anew_comes_to_the_form() -> None:
    row = county.receive()
    address = f"/console/case/{row.number}/do/answer/"
    assert signed_in("hud1").get(address)["Location"] == f"/console/case/{row.number}/#answer"
