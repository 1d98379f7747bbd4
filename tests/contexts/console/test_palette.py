"""Quick access over HTTP: what leads where, for whom, and that persons are not looked for."""

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")
PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def found(client: Client, asked: str, at: str = "/console/") -> dict[str, str]:
    """Address by what the option says first."""
    response = client.get("/console/palette/", {"q": asked, "at": at}, headers=PART)
    assert response.status_code == 200
    options = html.fromstring(f"<div>{response.content.decode()}</div>").xpath("//*[@role='option']")
    return {(each.text or "").strip(): str(each.get("data-href")) for each in options}


@pytest.mark.parametrize("written", ["{}", "{0[0]}{0[1]} {0[2]}{0[3]}{0[4]} {0[5]}{0[6]}{0[7]}{0[8]}", " {}－"])
def test_a_case_number_in_any_writing_opens_the_case(written: str) -> None:
    row = county.receive()
    asked = written.format(row.number)
    assert list(found(signed_in("hud1"), asked).values()) == [f"/console/case/{row.number}/"]


def test_a_case_that_the_post_may_not_open_is_not_found_like_one_that_isnt_there() -> None:
    row = county.receive(at="B11")
    client = signed_in("grid_a1")
    answers = [
        client.get("/console/palette/", {"q": number}, headers=PART).content
        for number in (row.number, county.number_of_nothing())
    ]
    assert answers[0] == answers[1]
    assert b"data-href" not in answers[0]


def test_names_and_telephone_numbers_find_nothing() -> None:
    contact = intake.ContactInput(name="钱某人", phone="13800000001")
    county.receive("路灯坏了", contact=contact)
    client = signed_in("clerk")
    assert found(client, "13800000001") == {}
    assert list(found(client, "钱某人").values()) == ["/console/square/?q=%E9%92%B1%E6%9F%90%E4%BA%BA"]
    assert [each for each in found(client, "hud1") if "搜索" not in each] == []


@pytest.mark.parametrize(
    ("username", "asked", "expected"),
    [
        ("leader", "青坪", "scope=county&town="),
        ("town_a", "青坪", "scope=town&town="),
        ("town_a", "白沟", ""),
        ("hud1", "东坪", "scope=office&village="),
        ("grid_a1", "东坪", "scope=cells&village="),
        ("grid_a1", "北沟", ""),
    ],
)
def test_a_place_leads_to_the_square_of_what_lies_there_as_far_as_the_post_sees(
    username: str, asked: str, expected: str
) -> None:
    links = [url for url in found(signed_in(username), asked).values() if "scope=" in url]
    assert all(expected in url for url in links)
    assert bool(links) is bool(expected)
    for url in links:
        assert signed_in(username).get(url).status_code == 200


def test_pages_are_those_that_the_post_may_open() -> None:
    county.receive()
    for username in ("clerk", "leader", "grid_a1", "admin"):
        client = signed_in(username)
        pages = found(client, "")
        assert pages["首页"] == "/console/"
        assert [url for url in pages.values() if client.get(url).status_code >= 400] == []
    assert found(signed_in("clerk"), "不满意") == {
        "队列 · 不满意评价": "/console/queue/?queue=unhappy",
        "在事件广场搜索“不满意”": "/console/square/?q=%E4%B8%8D%E6%BB%A1%E6%84%8F",
    }
    assert "队列 · 不满意评价" not in found(signed_in("hud1"), "不满意")


def test_on_a_case_page_its_actions_lead_to_their_forms_there_and_do_nothing() -> None:
    row = county.receive()
    client = signed_in("hud1")
    at = f"/console/case/{row.number}/"
    offered = {label: url for label, url in found(client, "", at).items() if "#" in url}
    assert offered["签收"] == f"{at}#accept"
    page = html.fromstring(client.get(at).content.decode())
    for url in offered.values():
        assert page.get_element_by_id(url.partition("#")[2]) is not None
    assert list(found(client, "退回", at)) == ["退回", "在事件广场搜索“退回”"]
    assert not [url for url in found(client, "", "/console/").values() if "#" in url]
    assert cases.find(row.id).version == row.version


@pytest.mark.parametrize("asked", ["", "x" * 5000, "\0", "%", "  ", "9" * 40])
def test_whatever_is_typed_gets_a_page(asked: str) -> None:
    for headers in ({}, PART):
        query = {"q": asked, "at": "//[" + asked[:50]}
        assert signed_in("clerk").get("/console/palette/", query, headers=headers).status_code == 200


def test_without_scripts_it_is_a_page_in_both_languages() -> None:
    row = county.receive()
    page = html.fromstring(signed_in("clerk").get(f"/console/palette/?q={row.number}").content.decode())
    assert page.xpath("//main//li/a/@href") == [f"/console/case/{row.number}/"]
    english = html.fromstring(signed_in("clerk", "en").get("/console/palette/?q=1").content.decode())
    assert chinese(english) == []
    assert "telephone" in words(english)
