"""How many bytes the first visit to a page takes: its own, packed, and those of every file that it names."""

import re

import pytest
from django.test import Client
from lxml import html

from liandong.foundation.access.models import Staff
from liandong.foundation.ui import assets
from liandong.kernel import time
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")
BROWSER = {"accept-encoding": "gzip, deflate, br, zstd", "sec-fetch-site": "none", "accept": "text/html"}
HEADERS_BYTES = 700
"""What an answer's headers weigh at most."""
LIMITS = {"/": 60_000, "/report/": 120_000, "/status/": 60_000, "/accounts/login/": 60_000}
SQUARE_LIMIT = 250_000
WORK_LIMIT = 120_000
NAMED = "//link[@rel!='icon' and @href]/@href | //script[@src]/@src | //img[@src]/@src"
MAP = re.compile("maplibre|/open-")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def fetched(client: Client, path: str) -> tuple[int, bytes]:
    """Bytes on the wire, and the content where it isn't packed."""
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 200, path
    content = b"".join(response) if response.streaming else response.content
    return len(content) + HEADERS_BYTES, content


def first_visit(client: Client, path: str) -> tuple[int, list[str]]:
    """Bytes of the page with all that it names, and the names."""
    weight, _ = fetched(client, path)
    page = html.fromstring(client.get(path).content.decode())
    named = [str(each) for each in dict.fromkeys(page.xpath(NAMED))]
    assert named
    return weight + sum(fetched(client, each)[0] for each in named), named


def post(username: str) -> Client:
    client = Client()
    client.force_login(Staff.objects.get(username=username))
    return client


@pytest.mark.parametrize("path", LIMITS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_residents_page_is_light(path: str, language: str) -> None:
    client = Client()
    client.cookies["django_language"] = language
    weight, _ = first_visit(client, path)
    assert weight <= LIMITS[path]


def test_the_square_is_light_before_its_map() -> None:
    for _ in range(50):
        county.receive("路灯坏了三天，晚上经过的老人看不清路，请派人来修。", at="B12")
    weight, _ = first_visit(post("coordinator"), "/console/square/")
    assert weight <= SQUARE_LIMIT


def test_the_pages_of_daily_work_are_light() -> None:
    number = county.receive("路灯坏了", at="A11").number
    for path in (f"/console/case/{number}/", "/console/tasks/", "/console/queue/", "/desk/register/", "/desk/phone/"):
        weight, _ = first_visit(post("clerk"), path)
        assert weight <= WORK_LIMIT, path


def test_no_page_names_the_map_itself_or_its_style() -> None:
    number = county.receive("路灯坏了", at="A11").number
    for client, path in (
        (Client(), "/report/"),
        (post("clerk"), "/desk/register/"),
        (post("clerk"), "/console/square/"),
        (post("clerk"), f"/console/case/{number}/"),
    ):
        _, named = first_visit(client, path)
        assert [each for each in named if MAP.search(each)] == []


def test_scripts_wait_for_nobody_and_stop_nobody() -> None:
    """The page is read and written in while they come."""
    for path in ("/", "/report/"):
        page = html.fromstring(Client().get(path).content.decode())
        assert page.xpath("//script[@src][not(@type='module' or @defer or @async)]") == []
        assert len(page.xpath("//link[@rel='stylesheet']")) == 1


def test_the_map_is_a_chunk_of_its_own() -> None:
    chunks = assets.manifest()
    (opened,) = [chunk for key, chunk in chunks.items() if key == "map/open.ts"]
    assert opened["isDynamicEntry"]
    assert "map/open.ts" in chunks["map.ts"]["dynamicImports"]
    assert assets.island("map").styles == ()
