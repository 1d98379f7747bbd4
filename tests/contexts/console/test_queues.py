"""Queues over HTTP: what waits for the desk, who has it, since when, and what can be done about it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.contexts.process import public as process
from liandong.contexts.process.models import Run
from liandong.kernel import time
from liandong.kernel.errors import InvalidInput
from tests import county
from tests.contexts.cases.acting import case_in, reporter
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")
QUEUES = ("category", "place", "duty", "extension", "unhappy", "provisional", "stuck")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def page_of(client: Client, queue: str, more: str = "", status: int = 200) -> html.HtmlElement:
    response = client.get(f"/console/queue/?queue={queue}{more}")
    assert response.status_code == status, response.content.decode()[:400]
    return html.fromstring(response.content.decode())


def shown(page: html.HtmlElement) -> list[int]:
    return [int(row.get("data-point-id")) for row in page.xpath("//tr[@data-point-id]")]


def line(page: html.HtmlElement, row: cases.CaseRow) -> str:
    (found,) = page.xpath(f"//tr[@data-point-id='{row.id}']")
    return words(found)


def unhappy() -> cases.CaseRow:
    row = case_in(cases.State.ANSWERED)
    return cases.record_verdict(actor=reporter(row), case_id=row.id, solved=True, satisfied=1)


def asked_for_extension() -> cases.CaseRow:
    row = case_in(cases.State.HANDLING)
    return cases.ask_extension(actor=county.post("hud1"), case_id=row.id, count=1, text="等材料")


def provisional() -> cases.CaseRow:
    row = case_in(cases.State.HANDLING)
    Case.objects.filter(pk=row.id).update(provisional=True)
    return row


def stuck(since=county.MONDAY) -> cases.CaseRow:
    row = county.receive()
    process.case_process(row=row)
    Run.objects.filter(pk=row.id).update(stuck_since=since, stuck_reason=Run.Stuck.ENGINE)
    return row


def one_in_each() -> dict[str, cases.CaseRow]:
    return {
        "category": county.receive("门口有情况", category_code=""),
        "place": county.receive(category_code=county.WATER, lon=None, lat=None),
        "duty": county.receive(category_code=county.WATER),
        "extension": asked_for_extension(),
        "unhappy": unhappy(),
        "provisional": provisional(),
        "stuck": stuck(),
    }


def test_each_queue_shows_its_own_and_the_number_of_every_queue() -> None:
    client, rows = signed_in("clerk"), one_in_each()
    for queue in QUEUES:
        page = page_of(client, queue)
        assert shown(page) == [rows[queue].id], queue
        tabs = [tab.text_content().split() for tab in page.xpath("//nav[contains(@class, 'tabs')]/a")]
        assert tabs == [
            ["分类不清", "1"], ["地点不清", "1"], ["职责不清", "1"], ["待批延期", "1"], ["不满意评价", "1"],
            ["暂定日期", "1"], ["流程停滞", "1"],
        ]  # fmt: skip
    page_of(client, "%00", status=400)
    page_of(client, "stuck", "&cursor=xyz", status=400)


def test_the_oldest_stands_first() -> None:
    client = signed_in("clerk")
    late = county.receive("门口有情况", category_code="")
    early = county.receive("还是门口", category_code="", received_at=county.MONDAY - timedelta(days=2))
    assert shown(page_of(client, "category")) == [early.id, late.id]


@pytest.mark.parametrize("queue", QUEUES)
def test_an_empty_queue_says_so_and_what_would_be_in_it(queue: str) -> None:
    page = page_of(signed_in("coordinator"), queue)
    assert "这个队列是空的" in words(page)
    assert page.xpath("//p[@class='quiet']")


def test_who_takes_what_waits_is_shown_as_its_owner_until_somebody_else_does() -> None:
    row = county.receive("门口有情况", category_code="")
    clerk, coordinator = signed_in("clerk"), signed_in("coordinator")
    page = page_of(clerk, "category")
    assert "无人认领" in line(page, row)
    (form,) = page.xpath("//tr//form")
    answer = clerk.post(form.get("action"), dict(form.fields))
    assert answer["Location"] == "/console/queue/?queue=category"
    mine = page_of(clerk, "category")
    assert "受理一岗" in line(mine, row)
    assert mine.xpath("//tr//form") == []
    coordinator.post(form.get("action"), dict(form.fields))
    assert "受理一岗" in line(page_of(coordinator, "category"), row)


def test_how_long_something_waits_is_told_in_working_time_from_when_it_came_into_the_queue() -> None:
    client = signed_in("clerk")
    old = county.receive("门口有情况", category_code="", received_at=county.MONDAY - timedelta(days=4))
    assert "等了 3 个工作日" in line(page_of(client, "category"), old)
    with time.at(county.MONDAY - timedelta(days=3)):
        row = case_in(cases.State.HANDLING)
    with time.at(county.MONDAY - timedelta(hours=1)):
        cases.ask_extension(actor=county.post("hud1"), case_id=row.id, count=1, text="等材料")
    assert "等了 1 个工作小时" in line(page_of(client, "extension"), row)


def test_of_a_second_extension_the_queue_says_that_a_leader_decides() -> None:
    client, row = signed_in("clerk"), asked_for_extension()
    assert "等县领导批复" not in line(page_of(client, "extension"), row)
    Case.objects.filter(pk=row.id).update(extension_count=1)
    assert "等县领导批复" in line(page_of(client, "extension"), row)


def test_a_stuck_process_is_placed_anew_from_its_queue() -> None:
    row = stuck()
    client = signed_in("clerk")
    page = page_of(client, "stuck")
    assert "流程走不下去" in line(page, row)
    (form,) = page.xpath("//tr//form")
    client.post(form.get("action"), dict(form.fields))
    assert process.run_of(row.id).positions == ("dispatched",)
    assert shown(page_of(client, "stuck")) == []


def test_pages_of_stuck_processes_lead_to_the_last() -> None:
    rows = [stuck(county.MONDAY - timedelta(minutes=number)) for number in range(55)]
    client = signed_in("clerk")
    first = page_of(client, "stuck")
    assert shown(first) == [row.id for row in reversed(rows[5:])]
    (following,) = first.xpath("//a[@rel='next']/@href")
    second = client.get("/console/queue/" + following).content.decode()
    assert shown(html.fromstring(second)) == [row.id for row in reversed(rows[:5])]


def test_pages_of_unhappy_verdicts_keep_their_order() -> None:
    rows = county.receive_all([county.report() for _ in range(60)])
    for number, row in enumerate(rows):
        Case.objects.filter(pk=row.id).update(unhappy_at=county.MONDAY - timedelta(minutes=number))
    client = signed_in("clerk")
    first = page_of(client, "unhappy")
    (following,) = first.xpath("//a[@rel='next']/@href")
    second = html.fromstring(client.get("/console/queue/" + following).content.decode())
    assert shown(first) + shown(second) == [row.id for row in reversed(rows)]


@pytest.mark.parametrize("username", ["hud1", "town_a", "leader", "grid_a1"])
def test_other_posts_neither_see_nor_change_the_queues(username: str) -> None:
    row = stuck()
    client = signed_in(username)
    assert client.get("/console/queue/").status_code == 403
    assert client.post(f"/console/queue/{row.number}/take/").status_code == 403
    assert client.post(f"/console/queue/{row.number}/place-anew/").status_code == 403
    assert [each.case_id for each in process.stuck_runs()] == [row.id]


@pytest.mark.parametrize("queue", QUEUES)
def test_in_english_everything_is_english(queue: str) -> None:
    client = signed_in("coordinator", "en")
    assert chinese(page_of(client, queue)) == []
    one_in_each()
    page = page_of(client, queue)
    (row,) = shown(page)
    Case.objects.filter(pk=row).update(title="Pothole", address="", urge_count=2)
    assert [text for text in chinese(page_of(client, queue)) if not re.search("大坑|门口", text)] == []


QUERIES = {"extension": 7, "stuck": 7}


@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_costs_the_same_for_one_row_and_for_fifty(queue: str, django_assert_num_queries) -> None:
    client = signed_in("clerk")
    makes = {
        "category": lambda: county.receive("门口有情况", category_code=""),
        "place": lambda: county.receive(category_code=county.WATER, lon=None, lat=None),
        "duty": lambda: county.receive(category_code=county.WATER),
        "extension": asked_for_extension,
        "unhappy": unhappy,
        "provisional": provisional,
        "stuck": stuck,
    }
    makes[queue]()
    page_of(client, queue)
    with django_assert_num_queries(QUERIES.get(queue, 6)):
        page_of(client, queue)
    for _ in range(12):
        makes[queue]()
    with django_assert_num_queries(QUERIES.get(queue, 6)):
        page_of(client, queue)


STREET_LIGHT = "020301"  # HUD, and in the east the town's government


class TestOnTheBorder:
    """A point just outside the drawn county is taken; the desk sees it and what is near."""

    def test_where_two_towns_are_as_near_it_waits_with_the_nearest_proposed(self) -> None:
        row = county.receive(lon=105.1999, lat=34.9999, category_code=STREET_LIGHT)
        assert county.receive(lon=105.1999, lat=34.9999).office_id == county.office("HUD")  # whichever it is
        assert (row.queue, row.office_id, row.village_id) == ("place", county.office("SGC"), None)
        client = signed_in("clerk")
        for path in ("/console/queue/?queue=place", f"/console/case/{row.number}/"):
            words = " ".join(client.get(path).content.decode().split())
            assert "县界外约 11 米，最近：青坪镇西坪村第1网格、白沟镇南沟村第1网格。" in words

    def test_where_one_is_near_it_goes_its_way_and_is_marked(self) -> None:
        row = county.receive(lon=104.9998, lat=35.05)
        assert (row.queue, row.office_id) == ("", county.office("HUD"))
        page = signed_in("clerk").get(f"/console/case/{row.number}/").content.decode()
        assert "县界外约 18 米，最近：青坪镇东坪村第1网格。" in page
        inside = county.receive()
        assert "县界外" not in signed_in("clerk").get(f"/console/case/{inside.number}/").content.decode()

    def test_the_desk_may_put_a_case_there(self) -> None:
        row = county.receive("嗯", category_code="")
        clerk, there = county.post("clerk"), {"case_id": row.id, "category_code": county.POTHOLE, "lat": 35.05}
        with pytest.raises(InvalidInput):
            county.cases.screen_case(actor=clerk, lon=104.99, **there)
        screened = county.cases.screen_case(actor=clerk, lon=104.9998, **there)
        assert screened.cell_id == county.division(county.CELLS["A11"])
