"""Workload and hand-overs over HTTP: each figure opens its list, what was typed stays, what waits is acknowledged."""

import re

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.handovers import public as handovers
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def taken(username: str = "hud1") -> cases.CaseRow:
    return cases.accept_case(actor=county.post(username), case_id=county.receive().id)


def read(client: Client, path: str, status: int = 200) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == status
    return html.fromstring(response.content.decode())


def shown(page: html.HtmlElement) -> list[int]:
    return [int(each) for each in page.xpath("//tr/@data-point-id")]


@pytest.mark.parametrize("path", ["/console/workload/", "/console/tasks/"])
def test_each_figure_opens_its_list(path: str) -> None:
    row, client = taken(), signed_in("hud1")
    county.receive()
    page = read(client, path)
    links = page.xpath("//ul[@class='figures']//a/@href | //a[contains(@class, 'chip')]/@href")
    assert len(links) >= 4
    found = {link.split("=")[1]: shown(read(client, link)) for link in links}
    assert {name: rows for name, rows in found.items() if rows} == {"green": [row.id], "week": [row.id]}


def test_above_my_tasks_stands_what_is_urgent_also_where_there_is_none_and_of_the_rest_what_there_is() -> None:
    def figures(path: str) -> dict[str, str]:
        found = read(signed_in("hud1"), path).xpath("//a[contains(@class, 'chip')]")
        return {words(each).split()[0]: re.findall(r"\d+", words(each))[0] for each in found}

    urgent = {"已超期": "0", "将到期": "0", "今日到期": "0", "本周到期": "0"}
    assert figures("/console/tasks/") == urgent
    taken()
    assert figures("/console/tasks/") == urgent | {"本周到期": "1", "正常": "1"}
    assert figures("/console/tasks/?show=parked") == urgent | {"本周到期": "1", "正常": "1", "挂账中": "0"}


def test_a_figure_that_isnt_one_is_refused() -> None:
    read(signed_in("hud1"), "/console/tasks/?show=best", status=400)


def test_offices_stand_on_the_page_of_who_dispatches_and_open_the_square() -> None:
    row = taken()
    page = read(signed_in("coordinator"), "/console/workload/")
    (link,) = page.xpath("//table[contains(@class, 'office-loads')]//a/@href")
    assert shown(read(signed_in("coordinator"), link)) == [row.id]
    assert read(signed_in("hud1"), "/console/workload/").xpath("//table") == []


def test_a_handover_waits_on_the_tasks_page_of_the_receiver() -> None:
    row, client = taken(), signed_in("hud1")
    (number,) = read(client, "/console/handovers/").xpath("//input[@name='number']/@value")
    given = {"to_staff_id": county.post("hud2").id, "text": "下周回来", "number": number, "said": "等路政回电"}
    assert client.post("/console/handovers/", given)["Location"] == "/console/handovers/"
    assert "等待知悉" in words(read(client, "/console/handovers/"))
    receiver = signed_in("hud2")
    page = read(receiver, "/console/tasks/")
    assert "等路政回电" in words(page)
    assert page.xpath(f"//article//a[contains(@href, '{row.number}')]")
    (acknowledge,) = page.xpath("//article//form/@action")
    receiver.post(acknowledge)
    assert "等路政回电" not in words(read(receiver, "/console/tasks/"))


@pytest.mark.parametrize("path", ["/console/handovers/", "/console/handovers/shifts/"])
def test_what_was_typed_stays_where_it_cant_be_handed_over(path: str) -> None:
    username = "clerk" if "shifts" in path else "hud1"
    if username == "hud1":
        taken()
    number = "12" if username == "clerk" else read(signed_in("hud1"), path).xpath("//input[@name='number']/@value")[0]
    answer = signed_in(username).post(path, {"to_staff_id": "999999", "text": "总的", "number": number, "said": "要点"})
    assert answer.status_code == 400
    page = html.fromstring(answer.content.decode())
    typed = page.xpath("//textarea/text() | //input[@name='said']/@value")
    assert {"总的", "要点"} <= {text.strip() for text in typed}


def test_the_log_of_shifts_is_the_desks() -> None:
    row = county.receive("门口有情况", category_code="")
    given = {"text": "夜里两起", "number": [row.number, ""], "said": ["等派出所回话", ""]}
    signed_in("clerk").post("/console/handovers/shifts/", given)
    page = read(signed_in("coordinator"), "/console/handovers/shifts/")
    assert "受理一岗 交 县社会治理中心" in words(page)
    signed_in("coordinator").post(page.xpath("//article//form/@action")[0], {"from": "shifts"})
    assert "统筹一岗 已知悉" in words(read(signed_in("clerk"), "/console/handovers/shifts/"))
    assert signed_in("hud1").get("/console/handovers/shifts/").status_code == 403


@pytest.mark.parametrize("path", ["/console/workload/", "/console/handovers/", "/console/handovers/shifts/"])
def test_in_english_the_pages_are_english(path: str) -> None:
    row = county.receive("Pothole", title="Pothole")
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    to_staff_id = county.post("clerk").id
    handovers.write_handover(
        actor=county.post("coordinator"), to_staff_id=to_staff_id, text="Two calls", lines=[], is_shift=True
    )
    assert chinese(read(signed_in("coordinator", "en"), path)) == []


@pytest.mark.parametrize(("path", "cost"), [("/console/workload/", 4), ("/console/handovers/", 7)])
def test_a_page_costs_the_same_for_one_case_and_for_many(path: str, cost: int, django_assert_num_queries) -> None:
    client = signed_in("hud1")
    for count in (1, 20):
        for _ in range(count):
            taken()
        client.get(path)
        with django_assert_num_queries(cost):
            client.get(path)
