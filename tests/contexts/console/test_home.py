"""The home page over HTTP: what waits for each post, by its rights; every figure opens a list of so many."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.foundation.rooms import public as rooms
from liandong.kernel import time
from liandong.kernel.actor import Actor
from tests import county
from tests.contexts.cases.acting import case_in, reporter
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def read(client: Client, path: str = "/console/") -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == 200, response.content.decode()[:400]
    return html.fromstring(response.content.decode())


def parts(page: html.HtmlElement) -> list[str]:
    return [str(each).removeprefix("home-") for each in page.xpath("//section/@aria-labelledby") if "home-" in each]


def figures(page: html.HtmlElement, part: str) -> dict[str, tuple[int, str]]:
    """Of one part: the number and the address of each figure, by its label."""
    tiles = page.xpath(f"//section[@aria-labelledby='home-{part}']//li/a")
    return {
        words(tile.xpath(".//*[@class='figure-label']")[0]).split()[-1]: (
            int(words(tile.xpath(".//*[contains(@class, 'figure-number')]")[0]).replace(",", "")),
            str(tile.get("href")),
        )
        for tile in tiles
    }


def shown(page: html.HtmlElement) -> int:
    return len(page.xpath("//tr[@data-point-id]"))


def some_of_each() -> None:
    """Late, due today, most urgent, come back, new today, a week old; some in the other town."""
    with time.at(county.MONDAY - timedelta(days=7, hours=1)):
        county.receive()
        county.receive(category_code=county.RUBBISH, at="B11")
    county.receive(category_code=county.MANHOLE)
    county.receive(category_code=county.RUBBISH, at="B12")
    county.receive(category_code=county.WATER)
    back = case_in(cases.State.ANSWERED)
    cases.record_verdict(actor=reporter(back), case_id=back.id, solved=False)


HOMES = [
    ("clerk", ["desk", "mine", "next"]),
    ("coordinator", ["desk", "area", "mine", "next"]),
    ("hud1", ["mine", "own-office", "next"]),
    ("town_a", ["area", "mine", "own-office"]),
    ("grid_a1", ["cells", "next"]),
    ("leader", ["area", "late"]),
    ("admin", ["running", "registers"]),
]


@pytest.mark.parametrize(("username", "expected"), HOMES)
def test_every_post_begins_with_what_waits_for_it(username: str, expected: list[str]) -> None:
    some_of_each()
    page = read(signed_in(username))
    assert parts(page) == expected
    assert page.xpath("//nav//a[@aria-current='page']/@href") == ["/console/"]
    english = read(signed_in(username, "en")).xpath("//main//h1 | //main//h2 | //ul[contains(@class, 'figures')]")
    assert [text for each in english for text in chinese(html.fromstring(html.tostring(each)))] == []


@pytest.mark.parametrize("username", ["leader", "coordinator", "town_a", "town_b", "hud1", "law1", "clerk"])
def test_each_figure_opens_a_list_of_so_many(username: str) -> None:
    some_of_each()
    client = signed_in(username)
    page, looked = read(client), 0
    for part in ("area", "mine", "own-office"):
        for label, (number, url) in figures(page, part).items():
            assert shown(read(client, url)) == number, (part, label)
            looked += 1
    assert looked >= 4


def test_the_leader_sees_five_figures_and_today_beside_the_same_day_of_last_week() -> None:
    some_of_each()
    page = read(signed_in("leader"))
    numbers = [number for number, _ in figures(page, "area").values()]
    assert len(numbers) == 5
    assert all(numbers), numbers
    assert re.search(r"上周同日此时 2\b", words(page))


def test_a_private_matter_counts_for_nobody_who_may_not_open_it() -> None:
    with time.at(county.MONDAY - timedelta(days=90)):
        county.receive(category_code=county.NEIGHBOURS)
    late = {name: figures(read(signed_in(name)), "area")["已超期"][0] for name in ("leader", "coordinator", "town_b")}
    assert late == {"leader": 0, "coordinator": 1, "town_b": 0}


def test_the_grid_worker_begins_with_three_buttons_and_finds_no_buttons_of_an_office() -> None:
    mine, other = county.receive(at="A11"), county.receive(at="B11")
    given = county.receive(at="A21")
    cases.assign_task(actor=county.post("hud1"), case_id=given.id, staff_id=county.post("grid_a1").id)
    client = signed_in("grid_a1")
    page = read(client)
    buttons = page.xpath("//nav[@class='field-buttons']/a")
    assert [each.get("href") for each in buttons] == ["/desk/register/", "/console/tasks/", "/desk/mine/"]
    assert words(buttons[1]).startswith("1 ")
    listed = [int(each) for each in page.xpath("//tr/@data-point-id")]
    assert (mine.id in listed, given.id in listed, other.id in listed) == (True, True, False)
    tasks = read(client, "/console/tasks/")
    assert [each.get("href") for each in tasks.xpath("//*[contains(@class, 'page-actions')]//a")] == ["/desk/mine/"]


def test_a_consent_that_is_asked_for_stands_first() -> None:
    row = county.receive()
    cases.reassign_case(
        actor=county.post("coordinator"), case_id=row.id, office_id=county.office("TWN-A"), text="属地更方便"
    )
    assert parts(read(signed_in("town_a")))[0] == "decisions"


def test_a_post_for_which_nothing_is_hung_up_finds_its_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Actor, "may", lambda self, right: False)
    monkeypatch.setattr(rooms, "is_on", lambda name: False)
    page = read(signed_in("leader"))
    assert "/console/square/" in page.xpath("//ul[@class='home-links']//a/@href")


def test_what_the_home_page_asks_of_the_database_does_not_grow_with_the_cases(django_assert_max_num_queries) -> None:
    some_of_each()
    for username, most in (("leader", 12), ("hud1", 20), ("coordinator", 24), ("town_a", 24), ("grid_a1", 20)):
        client = signed_in(username)
        read(client)
        with django_assert_max_num_queries(most):
            read(client)
