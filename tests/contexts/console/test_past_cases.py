"""What an office once had, over HTTP: the list, the bare page in place of the case, in both languages."""

from collections.abc import Iterator

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.public import ContactInput
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")
SECRET = ("老街口", "人民路", "张某", "100-0000-0001", "属综合执法", "路灯下")


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time.at(county.MONDAY):
        yield


@pytest.fixture
def passed_on() -> cases.CaseRow:
    """A case of housing that law enforcement has got and the county has closed; its texts must not be read any more."""
    contact = ContactInput(name="张某", phone="100-0000-0001")
    row = county.receive("老街口的路面有个大坑", address="东坪村人民路1号", contact=contact)
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    cases.add_note(actor=county.post("hud1"), case_id=row.id, text="路灯下看过，请执法看看")
    cases.reassign_case(
        actor=county.post("coordinator"), case_id=row.id, office_id=county.office("LAW"), text="属综合执法"
    )
    return row


def end(row: cases.CaseRow) -> None:
    cases.close_case(actor=county.post("coordinator"), case_id=row.id, text="已由产权单位修复")


def read(client: Client, path: str, status: int = 200) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == status
    return html.fromstring(response.content.decode())


def test_until_the_verdict_is_over_the_whole_page_is_read_then_only_that_it_was_there(passed_on: cases.CaseRow) -> None:
    client, path = signed_in("hud2"), f"/console/case/{passed_on.number}/"
    assert all(each in words(read(client, path)) for each in ("老街口", "路灯下"))
    end(passed_on)
    page = words(read(client, path))
    assert [each for each in SECRET if each in page] == []
    assert all(each in page for each in (passed_on.number, "本部门曾经办", "签收", "备注", "住建一岗", "牵头"))
    assert "老街口" in words(read(signed_in("law1"), path))


@pytest.mark.parametrize("more", ["sheet/", "same/"])
def test_no_other_page_of_the_case_is_read_by_who_once_had_it(passed_on: cases.CaseRow, more: str) -> None:
    end(passed_on)
    read(signed_in("hud2"), f"/console/case/{passed_on.number}/{more}", status=404)
    read(signed_in("hud2"), f"/api/v1/cases/{passed_on.number}", status=404)
    answer = signed_in("hud2").post(f"/console/case/{passed_on.number}/do/note/", {"text": "补记"})
    assert answer.status_code == 404


def test_the_list_tells_what_is_still_readable_and_leads_to_both(passed_on: cases.CaseRow) -> None:
    client = signed_in("hud1")
    assert "/console/past/" in read(client, "/console/tasks/").xpath("//a/@href")
    page = read(client, "/console/past/")
    assert f"/console/case/{passed_on.number}/" in page.xpath("//td//a/@href")
    assert "仍可查看" in words(page)
    end(passed_on)
    page = words(read(client, "/console/past/"))
    assert "不再可看" in page
    assert [each for each in SECRET if each in page] == []


def test_older_ones_are_on_the_next_page(monkeypatch: pytest.MonkeyPatch) -> None:
    for hour in range(51):
        row = county.receive(received_at=county.MONDAY - county.hours(hour))
        cases.reassign_case(
            actor=county.post("coordinator"), case_id=row.id, office_id=county.office("LAW"), text="属综合执法"
        )
    client = signed_in("hud1")
    first = read(client, "/console/past/")
    (older,) = first.xpath("//a[contains(@href, 'behind=')]/@href")
    rest = read(client, older)
    assert [len(page.xpath("//tbody/tr")) for page in (first, rest)] == [50, 1]
    assert rest.xpath("//a[contains(@href, 'behind=')]") == []
    read(client, "/console/past/?behind=123", status=400)


@pytest.mark.parametrize("username", ["clerk", "grid_a1", "leader"])
def test_who_works_for_no_office_has_no_such_list(username: str) -> None:
    read(signed_in(username), "/console/past/", status=403)
    assert "/console/past/" not in read(signed_in(username), "/console/tasks/").xpath("//a/@href")


def test_both_pages_are_complete_in_english(passed_on: cases.CaseRow) -> None:
    end(passed_on)
    client = signed_in("hud1", "en")
    for path in ("/console/past/", f"/console/case/{passed_on.number}/"):
        assert chinese(read(client, path)) == []


def test_a_case_that_the_office_never_had_is_as_one_that_isnt_there(passed_on: cases.CaseRow) -> None:
    read(signed_in("pol1"), f"/console/case/{passed_on.number}/", status=404)
    read(signed_in("hud1"), f"/console/case/{county.number_of_nothing()}/", status=404)
