"""Event square and tasks over HTTP: for each role, with what stands in the address."""

from datetime import timedelta

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.lists import listing
from liandong.contexts.cases.public import Life, State
from liandong.contexts.handovers import public as handovers
from liandong.contexts.intake.public import Past
from liandong.foundation.orgs import public as orgs
from liandong.foundation.orgs.models import County, Division
from liandong.foundation.registers.public import bump
from liandong.kernel import ids, time
from tests import county
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def tree(client: Client, path: str, status: int = 200) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == status, response.content.decode()[:400]
    return html.fromstring(response.content.decode())


def shown(page: html.HtmlElement) -> list[int]:
    """Ids of the cases listed, in order."""
    return [int(row.get("data-point-id")) for row in page.xpath("//tr[@data-point-id]")]


def chips(page: html.HtmlElement) -> list[str]:
    """Addresses of the quick filters."""
    return [str(link) for link in page.xpath("//a[contains(@class, 'chip')]/@href")]


@pytest.mark.parametrize("username", ["clerk", "coordinator", "law1", "town_a", "grid_a1", "leader", "admin"])
def test_every_post_finds_its_pages(username: str) -> None:
    county.receive()
    client = signed_in(username)
    for path in ("/console/square/", "/console/tasks/"):
        tree(client, path)
    assert client.get("/console/queue/").status_code == (200 if username in ("clerk", "coordinator") else 403)


@pytest.mark.parametrize("path", ["/console/", "/console/square/", "/console/tasks/", "/console/queue/"])
def test_nobody_else_gets_in(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_the_square_shows_the_scope_of_the_post() -> None:
    mine, other = county.receive(), county.receive(category_code=county.RUBBISH, at="B11")
    assert shown(tree(signed_in("clerk"), "/console/square/")) == [other.id, mine.id]
    assert shown(tree(signed_in("hud1"), "/console/square/")) == [mine.id]
    assert shown(tree(signed_in("town_b"), "/console/square/")) == [other.id]
    assert shown(tree(signed_in("town_b"), "/console/square/?scope=office")) == []
    assert shown(tree(signed_in("grid_b1"), "/console/square/")) == [other.id]


@pytest.mark.parametrize(("username", "scope"), [("law1", "county"), ("grid_a1", "town"), ("leader", "office")])
def test_a_scope_that_a_post_doesnt_have_is_refused(username: str, scope: str) -> None:
    tree(signed_in(username), f"/console/square/?scope={scope}", status=400)


def test_filters_stand_in_the_address_and_are_shown_as_chosen() -> None:
    wanted = county.receive(category_code=county.MANHOLE, at="B11")
    county.receive(category_code=county.MANHOLE)
    town, hud = county.division(county.TOWN_B), county.office("HUD")
    page = tree(
        signed_in("clerk"),
        f"/console/square/?category=0202&town={town}&office={hud}&sort=due&q=大坑&purpose=same&light=green",
    )
    assert shown(page) == [wanted.id]
    chosen = {
        select.get("name"): select.xpath(".//option[@selected]/@value")
        for select in page.xpath("//form[contains(@class, 'filter-form')]//select")
    }
    assert chosen == {
        "scope": ["county"],
        "category": ["0202"],
        "office": [str(hud)],
        "town": [str(town)],
        "sort": ["due"],
        "purpose": ["same"],
    }
    assert page.xpath("//input[@name='q']/@value") == ["大坑"]
    assert page.xpath("//input[@type='hidden'][@name='light']/@value") == ["green"]


def test_a_light_is_switched_on_and_off_by_a_link_that_keeps_the_rest() -> None:
    client = signed_in("clerk")
    county.receive()
    (red,) = [link for link in chips(tree(client, "/console/square/?q=大坑")) if "light=red" in link]
    assert "q=" in red
    page = tree(client, "/console/square/" + red)
    assert shown(page) == []
    assert any("light=" not in link and "q=" in link for link in chips(page))


def test_the_square_opens_with_what_is_due_first_and_what_has_ended_with_the_newest() -> None:
    later, late = county.receive(), county.receive(received_at=county.MONDAY - timedelta(days=20))
    sooner = county.receive(category_code=county.MANHOLE)
    ended = [county.receive(past=Past(Life(State.CLOSED, closed_at=county.MONDAY))) for _ in range(2)]
    for username in ("clerk", "hud1", "town_a", "grid_a1", "leader"):
        assert shown(tree(signed_in(username), "/console/square/")) == [late.id, sooner.id, later.id], username
    page = tree(signed_in("clerk"), "/console/square/?openness=ended&sort=due")
    assert shown(page) == [ended[1].id, ended[0].id]
    assert page.xpath("//select[@name='sort']/option/@value") == ["newest", "oldest"]


@pytest.mark.parametrize("many", [2, 1000], ids=["counted each", "counted together"])
def test_each_quick_filter_says_how_many_cases_its_list_has(monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr(listing, "MANY", many)
    county.receive(received_at=county.MONDAY - timedelta(days=20))
    county.receive_all([county.report(category_code=county.MANHOLE) for _ in range(3)])
    county.receive("门口有情况", category_code="")
    taken = county.receive(category_code=county.RUBBISH)
    cases.accept_case(actor=county.post("law1"), case_id=taken.id)
    client = signed_in("clerk")
    for query in ("", "?category=02", "?light=red", "?openness=ended", "?q=大坑&purpose=same"):
        page = tree(client, f"/console/square/{query}")
        links = page.xpath("//*[@role='group']/a[contains(@class, 'chip')][span[contains(@class, 'chip-count')]]")
        assert links
        for link in links:
            told = link.xpath("string(span[contains(@class, 'chip-count')])")
            wanted = "/console/square/" + link.get("href")
            followed = page if link.get("aria-current") else tree(client, wanted)
            assert len(shown(followed)) == int(told), (query, words(link))


@pytest.mark.parametrize("many", [2, 1000], ids=["counted each", "counted together"])
def test_beyond_a_thousand_the_number_says_that_there_are_more(monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr(listing, "COUNT_EXACT_TO", 2)
    monkeypatch.setattr(listing, "MANY", many)
    county.receive_all([county.report() for _ in range(3)])
    page = tree(signed_in("clerk"), "/console/square/")
    (green,) = page.xpath("//a[contains(@href, 'light=green')]")
    assert green.xpath("string(span[contains(@class, 'chip-count')])") == "2+"


def test_a_filter_without_a_field_is_shown_and_taken_away_by_its_link() -> None:
    wanted = county.receive(channel="phone")
    other = county.receive()
    page = tree(signed_in("clerk"), "/console/square/?channel=phone&category=02")
    assert shown(page) == [wanted.id]
    active = page.xpath("//div[contains(@class, 'chips-active')]/a")
    assert [("has-field" in link.get("class"), "channel=" in link.get("href")) for link in active] == [
        (True, True),
        (False, False),
    ]
    assert shown(tree(signed_in("clerk"), "/console/square/" + active[1].get("href"))) == [wanted.id, other.id]


def test_an_office_is_called_without_the_countys_own_name() -> None:
    county.receive()
    whole = orgs.office_name(county.office("HUD"))
    County.objects.update(name=whole[:2])
    bump("county")
    (cell,) = tree(signed_in("clerk"), "/console/square/").xpath("//td[@class='case-office']/span[1]")
    assert (cell.text, cell.get("title")) == (whole[2:], whole)


def test_the_browser_remembers_that_the_map_is_hidden() -> None:
    client = signed_in("clerk")
    assert not tree(client, "/console/square/").xpath("//*[contains(@class, 'is-map-hidden')]")
    client.cookies["liandong_map"] = "hidden"
    page = tree(client, "/console/square/")
    assert page.xpath("//*[@id='square'][contains(@class, 'is-map-hidden')]")
    assert page.xpath("//button[@aria-controls='square-map']/@aria-expanded") == ["false"]


def test_the_map_begins_where_the_list_lies() -> None:
    def begins(username: str, query: str = "") -> tuple[bool, str]:
        (island,) = tree(signed_in(username), f"/console/square/{query}").xpath("//*[@data-map]")
        return bool(island.get("data-bounds")), island.get("data-fit") or ""

    assert begins("clerk") == (False, "")
    assert begins("clerk", f"?town={county.division(county.TOWN_B)}") == (True, "")
    assert begins("town_a") == (True, "")
    assert begins("law1") == (False, "points")


def test_an_empty_list_speaks_of_filters_only_where_there_are_some() -> None:
    assert "筛选条件" not in words(tree(signed_in("clerk"), "/console/square/").xpath("//main")[0])
    for query in ("?light=red", "?category=02", "?channel=phone"):
        assert "筛选条件" in words(tree(signed_in("clerk"), f"/console/square/{query}").xpath("//main")[0])


WRONG = [
    "state=lost", "light=blue", "openness=half", "sort=colour", "office=abc", "office=-1", "town=1.5", "severity=x",
    "office=99999999999999999999", "category=%00", "category=abc", "category=%27", "channel=%00", "channel=fax",
    "queue=%00", "queue=lost", "cursor=xyz", "cursor=%00", "scope=%00", "received_from=soon", "received_to=99999-01-01",
    "received_from=0001-01-01", "due=tomorrow", "village=%E4%B8%80", "assignee=%C2%B2",
]  # fmt: skip


@pytest.mark.parametrize("query", WRONG)
def test_a_value_that_isnt_one_gets_a_page_that_says_so(query: str) -> None:
    county.receive()
    page = tree(signed_in("clerk"), f"/console/square/?{query}", status=400)
    assert page.xpath("//h1")


LAWFUL = ["severity=9", "office=9", "category=99", "q=%00", "q=%27%3B--", "q=" + "x" * 5000, "cursor=last", "unknown=1"]


@pytest.mark.parametrize("query", LAWFUL)
def test_a_value_that_only_finds_nothing_is_an_empty_list(query: str) -> None:
    tree(signed_in("clerk"), f"/console/square/?{query}")


NOT_SET_UP = {
    "admin": ["/console/square/", "/console/tasks/", "/console/workload/"],
    "clerk": ["/console/", "/console/queue/", "/console/workload/", "/desk/register/", "/desk/phone/"],
    "leader": ["/console/", "/console/square/", "/console/tasks/"],
}


@pytest.mark.parametrize("username", list(NOT_SET_UP))
def test_a_county_that_is_not_set_up_says_what_to_do_first(username: str) -> None:
    def told() -> list[bool]:
        client = signed_in(username)
        return ["本县还没有设置" in tree(client, path).text_content() for path in NOT_SET_UP[username]]

    assert not any(told())
    County.objects.update(name="")
    bump("county")
    assert all(told())


@pytest.mark.parametrize(("kinds", "level"), [((), "town"), (("town",), "county")])
def test_the_map_stands_on_towns_or_on_the_county_where_no_town_has_an_outline(
    kinds: tuple[str, ...], level: str
) -> None:
    Division.objects.filter(kind__in=kinds).update(outline=None)
    bump("divisions")
    (cells,) = tree(signed_in("clerk"), "/console/square/").xpath("//@data-cells")
    assert cells.endswith(f"?level={level}&ground=1")


def test_pages_lead_forward_to_the_last_and_back() -> None:
    rows = county.receive_all([county.report() for _ in range(60)])
    client = signed_in("clerk")
    first = tree(client, "/console/square/?category=02")
    assert shown(first) == [row.id for row in rows[:50]]

    def follow(page: html.HtmlElement, rel: str) -> html.HtmlElement:
        (link,) = page.xpath(f"//a[@rel='{rel}']/@href")
        assert "category=02" in link
        return tree(client, "/console/square/" + link)

    second = follow(first, "next")
    assert shown(second) == [row.id for row in rows[50:]]
    assert shown(follow(second, "prev")) == shown(first)
    assert "60" in "".join(first.xpath("//*[contains(@class, 'pager')]//text()"))


def test_the_live_bar_begins_at_the_newest_case_whatever_the_page_shows() -> None:
    for day in range(3):
        county.receive(received_at=county.MONDAY - timedelta(days=day))
    newest = county.receive(received_at=county.MONDAY - timedelta(days=9), category_code=county.RUBBISH)
    client = signed_in("clerk")
    for query in ("", "?sort=oldest", "?category=02", "?q=nothing"):
        (bar,) = tree(client, f"/console/square/{query}").xpath("//*[@data-live-url]")
        assert bar.get("data-live-cursor") == str(newest.id)
        assert client.get(bar.get("data-live-url"), {"cursor": bar.get("data-live-cursor")}).json()["fresh"] == 0


def test_a_list_of_tasks_that_is_cut_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def number(page: html.HtmlElement) -> str:
        return str(page.xpath("string(//h2[@id='unclaimed']/span)"))

    first, second = county.receive(), county.receive(category_code=county.MANHOLE)
    whole = tree(signed_in("hud1"), "/console/tasks/")
    monkeypatch.setattr(cases, "TASKS_LISTED", 2)
    full = tree(signed_in("hud1"), "/console/tasks/")
    monkeypatch.setattr(cases, "TASKS_LISTED", 1)
    cut = tree(signed_in("hud1"), "/console/tasks/")
    assert [number(page) for page in (whole, full, cut)] == ["2", "2", "1+"]
    assert ["最先到期的" in words(page) for page in (whole, full, cut)] == [False, False, True]
    assert (shown(whole), shown(cut)) == ([second.id, first.id], [second.id])


def test_of_more_hand_overs_than_are_listed_the_number_says_that_there_are_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for text in ("最早的一份", "第二份", "第三份"):
        handovers.write_handover(actor=county.post("hud1"), to_staff_id=county.post("hud2").id, text=text, lines=[])
    number = "string(//h2[@id='waiting-title']/span)"
    assert tree(signed_in("hud2"), "/console/tasks/").xpath(number) == "3"
    monkeypatch.setattr(handovers, "LISTED", 2)
    page = tree(signed_in("hud2"), "/console/tasks/")
    assert (page.xpath(number), "最早的一份" in words(page)) == ("2+", False)


def test_my_tasks_stand_above_those_that_nobody_has_taken() -> None:
    taken, free = county.receive(), county.receive()
    cases.accept_case(actor=county.post("hud1"), case_id=taken.id)
    assert shown(tree(signed_in("hud1"), "/console/tasks/")) == [taken.id, free.id]
    assert shown(tree(signed_in("hud2"), "/console/tasks/")) == [free.id]
    assert shown(tree(signed_in("pol1"), "/console/tasks/")) == []


def test_what_waits_for_the_posts_word_stands_above_its_tasks() -> None:
    consent, extension = county.receive(), county.receive()
    coordinator, handler = county.post("coordinator"), county.post("hud1")
    cases.reassign_case(actor=coordinator, case_id=consent.id, office_id=county.office("TWN-B"), text="坑在村道上")
    cases.accept_case(actor=handler, case_id=extension.id)
    for _ in range(2):
        cases.ask_extension(actor=handler, case_id=extension.id, count=1, text="等管材")
        if not cases.find(extension.id).extension_count:
            cases.grant_extension(actor=coordinator, case_id=extension.id, text="等管材")
    for username, waiting in (("town_b", consent), ("leader", extension)):
        page = tree(signed_in(username), "/console/tasks/")
        assert page.xpath("//h2")[0].text_content().split()[0] == "等您决定的"
        assert shown(page) == [waiting.id]
    assert shown(tree(signed_in("town_a"), "/console/tasks/")) == []


def test_what_waits_for_a_town_costs_the_same_for_one_row_and_for_ten(django_assert_num_queries) -> None:
    client, coordinator, town = signed_in("town_b"), county.post("coordinator"), county.office("TWN-B")
    for count in (1, 10):
        for row in county.receive_all([county.report() for _ in range(count)]):
            cases.reassign_case(actor=coordinator, case_id=row.id, office_id=town, text="坑在村道上")
        with django_assert_num_queries(8):
            client.get("/console/tasks/")


def test_what_people_wrote_is_shown_as_text() -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
    row = county.receive(nasty, address=nasty[:60], title=nasty)
    for path in ("/console/square/", f"/console/case/{row.number}/", f"/console/case/{row.number}/sheet/"):
        body = signed_in("clerk").get(path).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert "&lt;script&gt;alert(1)" in body


@pytest.mark.parametrize("path", ["/console/square/", "/console/tasks/", "/console/queue/", "/console/square/?sort=x"])
def test_in_english_everything_but_what_people_wrote_is_english(path: str) -> None:
    county.receive("Pothole in front of the school", title="Pothole")
    county.receive("Something at the gate", category_code="")
    page = tree(signed_in("clerk", "en"), path, status=400 if "sort=x" in path else 200)
    assert chinese(page) == []


@pytest.mark.parametrize(("path", "username"), [("/console/square/", "clerk"), ("/console/tasks/", "hud1")])
def test_a_list_costs_the_same_for_one_row_and_for_fifty(
    path: str, username: str, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    client = signed_in(username)
    county.receive()
    client.get(path)
    with django_assert_max_num_queries(8) as few:
        client.get(path)
    county.receive_all([county.report() for _ in range(55)])
    with django_assert_num_queries(len(few)):
        client.get(path)


def test_a_list_is_not_kept_by_browsers_or_proxies() -> None:
    for path in ("/console/square/", "/console/tasks/"):
        assert "no-store" in signed_in("hud1").get(path)["Cache-Control"]


def test_a_number_typed_into_the_search_finds_the_case() -> None:
    row = county.receive()
    assert shown(tree(signed_in("clerk"), f"/console/square/?q={ids.case_number(row.id)}")) == [row.id]
