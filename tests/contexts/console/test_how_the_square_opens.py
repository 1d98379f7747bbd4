"""Views of one's own on the square: lists with a name, kept, renamed, moved and removed, and the one that opens."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.console import arranging
from liandong.foundation.access import public as access
from liandong.foundation.access.models import Arrangement, Staff
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")
SQUARE, ARRANGE = "/console/square/", "/console/square/arrange/"


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def opened(client: Client, address: str = "", status: int = 200) -> html.HtmlElement:
    response = client.get(SQUARE + address)
    assert response.status_code == status
    return html.fromstring(response.content.decode())


def chosen(page: html.HtmlElement) -> tuple[str, str]:
    """Scope and order in the form."""
    (scope,) = page.xpath("//select[@name='scope']/option[@selected]/@value")
    (order,) = page.xpath("//select[@name='sort']/option[@selected]/@value")
    return str(scope), str(order)


def views(page: html.HtmlElement) -> list[str]:
    """Names of the views in the row, in order."""
    return [words(link).split("（")[0].strip("★ ") for link in view_links(page)]


def view_links(page: html.HtmlElement) -> list[html.HtmlElement]:
    found: list[html.HtmlElement] = page.xpath("//a[contains(@class, 'chip')][contains(@href, 'view=')]")
    return found


def save(client: Client, page: html.HtmlElement, name: str, **more: str) -> html.HtmlElement:
    """The list that is shown gets a name, as a browser without scripts sends it."""
    (form,) = page.xpath("//form[contains(@class, 'view-new')]")
    sent = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}
    return told(client, sent | {"name": name, "do": "save"} | more)


def press(client: Client, page: html.HtmlElement, view: str, do: str, **more: str) -> html.HtmlElement:
    """A button in the line of a view."""
    (form,) = page.xpath(f"//ul[@class='view-list']//form[.//input[@name='name'][@value='{view}']]")
    assert form.xpath(f".//button[@name='do'][@value='{do}']")
    sent = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    return told(client, sent | {"do": do} | more)


def told(client: Client, sent: dict[str, str]) -> html.HtmlElement:
    response = client.post(ARRANGE, sent)
    assert response.status_code == 302, response.content.decode()[:300]
    return opened(client, response["Location"].removeprefix(SQUARE))


def test_a_list_gets_a_name_and_is_opened_by_it() -> None:
    client = signed_in("coordinator")
    ordinary = opened(client)
    assert (views(ordinary), chosen(ordinary)[1]) == ([], "due")
    kept = save(client, opened(client, "?scope=county&sort=oldest&light=red&category=02&q=x&purpose=same"), "老的 红的")
    assert words(kept.xpath("//*[@id='toasts']//p")[0]) == "视图已保存。"
    assert views(kept) == ["老的 红的"]
    (link,) = view_links(opened(client))
    assert link.get("aria-current") is None
    page = opened(client, link.get("href").removeprefix(SQUARE))
    assert chosen(page) == ("county", "oldest")
    export = parse_qs(urlsplit(page.xpath("string(//a[contains(@href, 'console/export')]/@href)")).query)
    assert (export["light"], export["category"], export.get("q")) == (["red"], ["02"], None)
    assert view_links(page)[0].get("aria-current") == "true"
    assert views(opened(signed_in("clerk"))) == []


def test_views_are_renamed_moved_removed_and_replaced_by_their_name() -> None:
    client = signed_in("coordinator")
    page = save(client, opened(client, "?sort=newest"), "甲")
    page = save(client, opened(client, "?sort=oldest"), "乙")
    page = press(client, page, "乙", "move")
    assert views(page) == ["乙", "甲"]
    page = press(client, page, "乙", "rename", name="丙")
    assert views(page) == ["丙", "甲"]
    page = save(client, opened(client, "?light=red"), "丙")
    assert views(page) == ["丙", "甲"]
    assert "light=red" in opened(client, view_links(page)[0].get("href").removeprefix(SQUARE)).xpath(
        "string(//a[contains(@href, 'console/export')]/@href)"
    )
    assert views(press(client, page, "丙", "remove")) == ["甲"]


def test_one_view_opens_first_until_it_doesn_t_any_more() -> None:
    client = signed_in("coordinator")
    first = chosen(opened(client))
    page = save(client, opened(client, "?scope=county&sort=oldest&light=red"), "先看", opens="1")
    opens = opened(client)
    assert chosen(opens) == ("county", "oldest")
    addresses = [
        *opens.xpath("//a[contains(@href, 'console/export')]/@href"),
        *opens.xpath("//@data-points | //@data-live-url"),
    ]
    asked = [parse_qs(urlsplit(str(address)).query) for address in addresses]
    assert len(asked) == 3
    assert all((each["sort"], each["light"]) == (["oldest"], ["red"]) for each in asked)
    assert chosen(opened(client, "?scope=county")) == ("county", "due")
    page = press(client, page, "先看", "plain")
    assert (views(page), chosen(opened(client))) == (["先看"], first)
    press(client, page, "先看", "open")
    assert chosen(opened(client)) == ("county", "oldest")
    press(client, opened(client), "先看", "remove")
    assert chosen(opened(client)) == first


def test_a_view_with_what_no_longer_is_opens_with_the_rest_and_says_so() -> None:
    law1 = Staff.objects.get(username="law1")
    asked = {"scope": "county", "sort": "oldest", "light": "blue", "colour": "red", "category": "02"}
    value = {"views": [{"key": 1, "name": "旧的", "asked": asked}], "opens": 1}
    Arrangement.objects.create(staff=law1, page="square", name="views", value=value)
    access.arrange_as_before(actor=county.post("clerk"), page="square", name="views")
    page = opened(signed_in("law1"))
    assert chosen(page) == ("office", "oldest")
    assert page.xpath("//select[@name='category']//option[@selected]/@value") == ["02"]
    sentence = words(page.xpath("//*[@role='alert']")[0])
    assert all(word in sentence for word in ("旧的", "范围", "灯", "colour"))
    assert "没有找到" in words(opened(signed_in("law1"), "?view=9").xpath("//*[@role='alert']")[0])


def test_what_was_arranged_before_there_were_views_opens_and_becomes_one() -> None:
    client = signed_in("coordinator")
    former = {"scope": "county", "sort": "oldest"}
    Arrangement.objects.create(
        staff=Staff.objects.get(username="coordinator"), page="square", name="opens", value=former
    )
    access.arrange_as_before(actor=county.post("clerk"), page="square", name="views")
    page = opened(client)
    assert (chosen(page), views(page)) == (("county", "oldest"), ["我的常用"])
    page = press(client, page, "我的常用", "rename", name="老的")
    assert (chosen(opened(client)), views(page)) == (("county", "oldest"), ["老的"])


def test_a_name_that_isn_t_taken_stays_typed_and_the_page_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in("coordinator")
    page = save(client, opened(client, "?sort=oldest"), "甲")
    page = save(client, opened(client, "?sort=newest"), "乙")
    monkeypatch.setattr(arranging, "MOST_VIEWS", 2)
    for sent, typed, why in (
        ({"do": "save", "name": " ", "address": "scope=county&light=red"}, " ", "请填写内容"),
        ({"do": "save", "name": "长" * 21, "address": ""}, "长" * 21, "20"),
        ({"do": "save", "name": "丙", "address": ""}, "丙", "最多保存 2 个"),
        ({"do": "rename", "key": "2", "name": "甲", "address": ""}, "甲", "已有同名"),
    ):
        response = client.post(ARRANGE, sent)
        assert response.status_code == 400
        page = html.fromstring(response.content.decode())
        assert page.xpath("//details[contains(@class, 'view-menu')]/@open")
        assert why in words(page.xpath("//*[contains(@class, 'view-panel')]")[0]) or "视图已满" in words(page)
        assert typed in page.xpath("//*[contains(@class, 'view-panel')]//input/@value") or sent["do"] == "save"
    assert len(views(opened(client))) == 2


def test_what_isn_t_the_post_s_is_not_kept() -> None:
    client = signed_in("law1")
    for address in ("scope=county", "scope=office&sort=waiting", "scope=office&light=blue"):
        assert client.post(ARRANGE, {"do": "save", "name": "别的", "address": address}).status_code == 400
    for sent in ({}, {"do": "all"}):
        assert client.post(ARRANGE, sent).status_code == 400
    for do in ("rename", "remove", "move", "open"):
        assert client.post(ARRANGE, {"do": do, "key": "1", "name": "x"}).status_code == 404
    assert not Arrangement.objects.exists()


def test_the_menu_speaks_english_and_its_buttons_are_buttons_of_the_keyboard() -> None:
    client = signed_in("coordinator", "en")
    page = save(client, opened(client, "?sort=oldest"), "Old ones", opens="1")
    assert chinese(page) == []
    assert [button.get("tabindex") for button in page.xpath("//button[@name='do']")] == [None] * 4


def test_it_goes_nowhere_but_to_the_square() -> None:
    sent = {"do": "save", "name": "x", "address": "//elsewhere.example/?x=1"}
    assert signed_in("coordinator").post(ARRANGE, sent)["Location"].startswith("/console/square/?")
