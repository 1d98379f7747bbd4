"""Deputy and absence over HTTP: set, ended, undone; told where posts are named; a deputy's tasks."""

from datetime import timedelta

import pytest
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")
PAGE = "/console/absences/"


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def fields(username: str, deputy: str, **changed: str) -> dict[str, str]:
    return {
        "staff_id": str(county.post(username).id),
        "deputy_id": str(county.post(deputy).id),
        "begins_at": "2026-05-11T10:00",
        "ends_at": "2026-05-15T18:00",
        "reason": "leave",
    } | changed


def given_to_hud1() -> cases.CaseRow:
    row = county.receive()
    return cases.accept_case(actor=county.post("hud1"), case_id=row.id)


def read(client, path: str, status: int = 200) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == status
    return html.fromstring(response.content.decode())


def test_an_absence_is_set_and_taken_back_by_its_toast() -> None:
    client = signed_in("hud1")
    assert client.post(PAGE, fields("hud1", "hud2"))["Location"] == PAGE
    page = read(client, PAGE)
    assert "外出中" in words(page)
    (undo,) = page.xpath("//*[@id='toasts']//form/@action")
    client.post(undo)
    assert access.away(county.post("hud1").id) is None
    (again,) = read(client, PAGE).xpath("//*[@id='toasts']//form/@action")
    client.post(again)
    assert access.away(county.post("hud1").id) is not None


def test_what_was_typed_stays_when_it_cant_be_set() -> None:
    client = signed_in("hud1")
    answer = client.post(PAGE, fields("hud1", "hud2", ends_at="2026-05-01T18:00"))
    assert answer.status_code == 400
    page = html.fromstring(answer.content.decode())
    assert page.xpath("//a[@href='#id_ends_at']")
    assert page.xpath("//input[@name='ends_at']/@value") == ["2026-05-01T18:00"]
    assert page.xpath("//select[@name='deputy_id']/option[@selected]/@value") == [str(county.post("hud2").id)]


@pytest.mark.parametrize(
    ("name", "value"), [("begins_at", ""), ("ends_at", "soon"), ("deputy_id", ""), ("reason", "x")]
)
def test_a_value_that_isnt_one_is_said_at_its_field(name: str, value: str) -> None:
    answer = signed_in("hud1").post(PAGE, fields("hud1", "hud2", **{name: value}))
    assert answer.status_code == 400
    assert html.fromstring(answer.content.decode()).xpath(f"//a[@href='#id_{name}']")


def test_a_coordinator_chooses_whose_absence_it_is_and_gets_that_offices_deputies() -> None:
    page = read(signed_in("coordinator"), f"{PAGE}?staff={county.post('law1').id}")
    assert page.xpath("//select[@name='deputy_id']/option[@value!='']/text()") == ["执法二岗"]
    assert read(signed_in("law1"), PAGE).xpath("//select[@name='staff']") == []
    assert read(signed_in("leader"), PAGE).xpath("//form[@id='absence-form']") == []


def test_a_number_too_long_to_be_a_post_shows_the_own_absence() -> None:
    read(signed_in("coordinator"), f"{PAGE}?staff={'9' * 4400}")


def test_lists_and_the_case_say_who_stands_in() -> None:
    row = given_to_hud1()
    county.away("hud1", "hud2", hours_long=24 * 3)
    for path in ("/console/square/", f"/console/case/{row.number}/"):
        assert "外出至 5月14日，代理 住建二岗" in words(read(signed_in("clerk"), path))


def test_the_deputys_tasks_stand_under_the_absent_posts_name() -> None:
    row = given_to_hud1()
    county.away("hud1", "hud2")
    page = read(signed_in("hud2"), "/console/tasks/")
    (section,) = page.xpath("//section[h2[contains(., '代理：住建一岗')]]")
    assert [int(each) for each in section.xpath(".//tr/@data-point-id")] == [row.id]


def test_the_timeline_says_for_whom_a_deputy_acted() -> None:
    row = given_to_hud1()
    county.away("hud1", "hud2")
    cases.add_note(actor=county.post("hud2"), case_id=row.id, text="已联系施工队")
    assert "住建二岗（代 住建一岗）" in words(read(signed_in("hud2"), f"/console/case/{row.number}/"))


def test_assigning_tells_the_load_and_offers_the_deputy_of_a_post_that_is_out() -> None:
    row = given_to_hud1()
    county.away("hud1", "hud2")
    client, path = signed_in("hud2"), f"/console/case/{row.number}/"
    options = read(client, path).xpath("//select[@name='staff_id']/option[@value!='']/text()")
    assert options[:2] == ["住建一岗 · 1 件在办 · 外出至 5月12日，代理 住建二岗", "住建二岗 · 0 件在办"]
    given = {"staff_id": county.post("hud1").id, "version": row.version}
    answer = client.post(f"{path}do/assign/", given)
    assert answer.status_code == 409
    page = html.fromstring(answer.content.decode())
    assert page.xpath("//select[@name='staff_id']/option[@selected]/@value") == [str(county.post("hud2").id)]
    assert page.xpath("//input[@name='despite_absence']")
    assert client.post(f"{path}do/assign/", given | {"despite_absence": "1"}).status_code == 302


def test_what_is_over_stays_in_the_list() -> None:
    county.away("hud1", "hud2")
    with time.at(county.MONDAY + timedelta(days=30)):
        assert "已结束" in words(read(signed_in("hud2"), PAGE))


def test_in_english_the_page_is_english() -> None:
    county.away("hud1", "hud2")
    assert chinese(read(signed_in("hud1", "en"), PAGE)) == []
    assert chinese(read(signed_in("hud2", "en"), "/console/tasks/")) == []


def test_the_page_costs_the_same_for_one_absence_and_for_many(django_assert_num_queries) -> None:
    client = signed_in("coordinator")
    client.get(PAGE)
    for count in (1, 20):
        for number in range(count):
            county.away("hud1", "hud2", begins_in_hours=count * 100 + number * 2, hours_long=1)
        client.get(PAGE)
        with django_assert_num_queries(3):
            client.get(PAGE)
