"""How the square opens for a post: its scope and order, which the post arranged for itself."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from lxml import html

from liandong.foundation.access import public as access
from liandong.foundation.access.models import Arrangement, Staff
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")
SQUARE = "/console/square/"


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def opened(client: Client, address: str = "") -> html.HtmlElement:
    response = client.get(SQUARE + address)
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def chosen(page: html.HtmlElement) -> tuple[str, str]:
    """Scope and order in the form."""
    (scope,) = page.xpath("//select[@name='scope']/option[@selected]/@value")
    (order,) = page.xpath("//select[@name='sort']/option[@selected]/@value")
    return str(scope), str(order)


def offered(page: html.HtmlElement) -> list[str]:
    return [str(value) for value in page.xpath("//form[contains(@action, '/arrange/')]//button[@name='do']/@value")]


def press(client: Client, page: html.HtmlElement) -> html.HtmlElement:
    """The button of the page, sent as a browser without scripts sends it."""
    (form,) = page.xpath("//form[contains(@action, '/arrange/')]")
    (button,) = form.xpath(".//button[@name='do']")
    sent = {field.get("name"): field.get("value") for field in form.xpath(".//input")} | {"do": button.get("value")}
    response = client.post(form.get("action"), sent)
    assert response.status_code == 302
    return opened(client, response["Location"].removeprefix(SQUARE))


def said(page: html.HtmlElement) -> str:
    """What the page tells of the button."""
    (toast,) = page.xpath("//*[@id='toasts']//p")
    return words(toast)


def test_the_square_opens_as_the_post_arranged_it() -> None:
    client = signed_in("coordinator")
    ordinary = opened(client)
    assert offered(ordinary) == []
    first = chosen(ordinary)
    other = next(value for value in ordinary.xpath("//select[@name='scope']/option/@value") if value != first[0])

    kept = press(client, opened(client, f"?scope={other}&sort=due&light=red"))
    assert chosen(kept) == (other, "due")
    assert "light=red" in kept.xpath("string(//a[contains(@href, 'console/export')]/@href)")
    assert offered(kept) == ["forget"]
    assert said(kept) == "事件广场以后这样打开。"

    later = opened(client)
    assert chosen(later) == (other, "due")
    assert chosen(opened(client, f"?scope={first[0]}")) == (first[0], "newest")
    assert chosen(opened(signed_in("clerk")))[1] == "newest"

    forgotten = press(client, later)
    assert (chosen(forgotten), said(forgotten)) == ((other, "due"), "事件广场照原样打开。")
    assert chosen(opened(client)) == first


def test_map_live_bar_pages_and_export_show_the_list_that_opened() -> None:
    for _ in range(60):
        county.receive()
    client = signed_in("coordinator")
    press(client, opened(client, "?scope=county&sort=oldest"))
    page = opened(client)
    addresses = [
        *page.xpath("//a[contains(@href, 'console/export')]/@href"),
        *page.xpath("//@data-points-url | //@data-live-url"),
        *page.xpath("//a[contains(@href, 'cursor=')]/@href"),
    ]
    asked = [parse_qs(urlsplit(str(address)).query) for address in addresses]
    assert len(asked) >= 4
    assert all((each["scope"], each["sort"]) == (["county"], ["oldest"]) for each in asked)


def test_what_isn_t_the_post_s_is_neither_kept_nor_opened() -> None:
    client = signed_in("law1")
    for sent in ({}, {"scope": "county", "sort": "due"}, {"scope": "office", "sort": "waiting"}, {"scope": "office"}):
        assert client.post("/console/square/arrange/", sent).status_code == 400
    assert not Arrangement.objects.exists()
    law1 = Staff.objects.get(username="law1")
    for value in ({"scope": "county", "sort": "due"}, {"scope": "office"}, {"scope": "office", "sort": "by hand"}, 7):
        Arrangement.objects.update_or_create(staff=law1, page="square", name="opens", defaults={"value": value})
        access.arrange_as_before(actor=county.post("clerk"), page="square", name="opens")
        page = opened(client)
        assert chosen(page) == ("office", "newest")
        assert offered(page) == []


def test_the_button_speaks_english_and_is_a_button_of_the_keyboard() -> None:
    page = opened(signed_in("coordinator", "en"), "?sort=due")
    assert chinese(page) == []
    (button,) = page.xpath("//button[@name='do']")
    assert button.text == "Open like this from now on"
    assert button.get("tabindex") is None


def test_it_goes_nowhere_but_to_the_square() -> None:
    client = signed_in("coordinator")
    sent = {"scope": "county", "sort": "due", "address": "//elsewhere.example/?x=1"}
    assert client.post("/console/square/arrange/", sent)["Location"].startswith("/console/square/?")
