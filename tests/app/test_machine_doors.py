"""The shorter way of requests of other systems: what comes out is what comes out of the whole way."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings as installed
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings

from liandong.app import machine_doors
from liandong.contexts.intake.models import Report
from liandong.foundation.access import public as access
from liandong.foundation.access.models import Staff
from liandong.kernel import ids
from liandong.kernel.actor import SYSTEM
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")
SHORT = "liandong.app.machine_doors.MachineDoors"
LON, LAT = county.POINTS["A11"]
HOLE = {"text": "路口有个大坑", "lon": LON, "lat": LAT, "category_code": county.POTHOLE}
KEY, NO_KEY, WRONG_KEY = "key", "", "wrong"
ASKED: list[tuple[str, str, Any, str]] = [
    ("POST", "/api/v1/reports", HOLE, KEY),
    ("POST", "/api/v1/reports", HOLE, NO_KEY),
    ("POST", "/api/v1/reports", HOLE, WRONG_KEY),
    ("POST", "/api/v1/reports", HOLE | {"category_code": "999999"}, KEY),
    ("POST", "/api/v1/reports", HOLE | {"text": 5}, KEY),
    ("POST", "/api/v1/reports", b"{", KEY),
    ("POST", "/api/v1/reports/batch", [HOLE, HOLE | {"lon": 1e308}], KEY),
    ("POST", "/api/v1/photos", {}, KEY),
    ("GET", "/api/v1/reports", None, KEY),
    ("PUT", "/api/v1/reports", HOLE, KEY),
    ("GET", "/api/v1/cases", None, KEY),
    ("GET", "/api/v1/cases", None, NO_KEY),
    ("POST", "/api/v1/cases/000000197/accept", {}, NO_KEY),
    ("GET", "/api/v1/near?lon=105.05&lat=35.05", None, NO_KEY),
    ("GET", "/api/v1/near?lon=105.05", None, NO_KEY),
    ("GET", "/api/v1/divisions.geojson?level=town", None, NO_KEY),
    ("GET", "/api/v1/categories", None, KEY),
    ("GET", "/api/v1/offices?colour=red", None, NO_KEY),
    ("GET", "/api/v1/openapi.json", None, NO_KEY),
    ("GET", "/api/v1/receipts/000000197/AAAA-AAAA-AAAA", None, KEY),
    ("GET", "/api/v1/nowhere", None, NO_KEY),
    ("GET", "/api/v1/nowhere/", None, KEY),
    ("DELETE", "/api/v1/near", None, NO_KEY),
    ("GET", "/open311/v2/services.json", None, NO_KEY),
    ("HEAD", "/open311/v2/services.xml", None, NO_KEY),
    ("GET", "/open311/v2/requests.xml", None, NO_KEY),
    ("GET", "/open311/v2/requests/1.json", None, NO_KEY),
    ("GET", "/open311/discovery.xml", None, NO_KEY),
    ("GET", "/open311/v2/nothing", None, NO_KEY),
    ("GET", "/open311/", None, NO_KEY),
    ("POST", "/open311/v2/requests.json", b"service_code=020101", NO_KEY),
    ("POST", "/open311/v2/services.json", b"", NO_KEY),
]


@pytest.fixture
def key() -> str:
    return access.create_api_key(actor=SYSTEM, name="测试客户端", channel="hotline")


def ask(client: Client, way: str, path: str, body: Any, key: str, **headers: str) -> HttpResponse:
    content = body if isinstance(body, bytes) else json.dumps(body) if body is not None else b""
    kind = "application/x-www-form-urlencoded" if path.startswith("/open311") else "application/json"
    if key:
        headers["X-Api-Key"] = key
    client.raise_request_exception = False
    return client.generic(way, path, content, content_type=kind, headers=headers)


def told(response: HttpResponse) -> tuple[int, dict[str, object], str]:
    """Without what is another one each time: numbers and codes of receipts."""
    headers = {name: value for name, value in response.headers.items() if name not in ("Location", "Content-Length")}
    headers["Vary"] = sorted(part.strip() for part in str(headers.get("Vary", "")).split(","))
    body = response.content.decode()
    if response.status_code in (200, 201):
        for report in Report.objects.select_related("case"):
            body = body.replace(report.receipt_code, "CODE").replace(ids.case_number(report.case_id), "NUMBER")
    return response.status_code, headers, body


@contextmanager
def whole_way() -> Iterator[None]:
    with override_settings(MIDDLEWARE=[name for name in installed.MIDDLEWARE if name != SHORT]):
        yield


@pytest.mark.parametrize("language", ["zh-CN", "en;q=0.9, de", ""])
@pytest.mark.parametrize(("way", "path", "body", "shown"), ASKED, ids=lambda each: str(each)[:40])
def test_both_ways_answer_alike(way: str, path: str, body: Any, shown: str, language: str, key: str) -> None:
    given = key if shown == KEY else shown
    short = told(ask(Client(enforce_csrf_checks=True), way, path, body, given, **{"Accept-Language": language}))
    with whole_way():
        whole = told(ask(Client(enforce_csrf_checks=True), way, path, body, given, **{"Accept-Language": language}))
    assert short == whole


@pytest.mark.parametrize("path", ["/api/v1/near?lon=x", "/open311/v2/requests/1.json"])
def test_a_language_that_was_chosen_by_hand_counts_on_both(path: str) -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    short = told(client.get(path))
    with whole_way():
        client = Client()
        client.cookies["django_language"] = "en"
        assert told(client.get(path)) == short
    assert short[1]["Content-Language"] == "en"


def test_only_what_shows_no_session_goes_the_short_way(key: str, monkeypatch) -> None:
    taken: list[str] = []
    way = machine_doors._Handler.way

    def watched(self, names):
        short = way(self, names)

        def noted(request: HttpRequest) -> HttpResponse:
            taken.append(request.path)
            return short(request)

        return noted

    monkeypatch.setattr(machine_doors._Handler, "way", watched)
    assert ask(Client(), "POST", "/api/v1/reports", HOLE, key).status_code == 201
    assert taken == ["/api/v1/reports"]
    Client().get("/")
    Client().get("/report/")
    signed_in = Client(enforce_csrf_checks=True)
    signed_in.force_login(Staff.objects.get(username="clerk"))
    assert signed_in.get("/api/v1/cases").status_code == 200
    assert taken == ["/api/v1/reports"]


def test_a_session_without_a_key_needs_the_token_of_its_page() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(Staff.objects.get(username="clerk"))
    forged = ask(client, "POST", "/api/v1/reports", HOLE, NO_KEY)
    assert (forged.status_code, Report.objects.count()) == (403, 0)


@pytest.mark.parametrize("path", ["/api/v1/reports", "/open311/v2/requests.json"])
def test_names_and_sizes_are_checked_and_nobody_keeps_the_answer(path: str, key: str) -> None:
    client = Client()
    unknown = client.post(path, HOLE, content_type="application/json", headers={"X-Api-Key": key, "Host": "evil.test"})
    assert unknown.status_code == 400
    large = client.generic(
        "POST", path, b"{}", content_type="application/json", headers={"X-Api-Key": key}, CONTENT_LENGTH=str(2**31)
    )
    assert large.status_code == 413
    answer = ask(client, "POST", path, HOLE, key)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/api/v1/categories", "/api/v1/offices", "/open311/v2/services.json"])
def test_what_differs_by_session_says_so_to_who_shows_none(path: str, key: str) -> None:
    """What stands between must not give a post what was answered to a stranger."""
    answer = Client().get(path)
    assert answer.status_code == 200
    assert {"Cookie", "Accept-Language"} <= {name.strip() for name in answer["Vary"].split(",")}
    shown = Client().get(path, headers={"X-Api-Key": key})
    assert "no-store" in shown["Cache-Control"]


@pytest.mark.parametrize("path", ["/api/v1/reports", "/api/nowhere", "/open311/v2/requests.json"])
@pytest.mark.parametrize(("host", "length", "status"), [("evil.test", "50", 400), ("localhost", "999999999", 413)])
def test_a_machine_is_never_told_in_a_page_what_is_wrong(path: str, host: str, length: str, status: int) -> None:
    answer = Client().post(path, HOLE, "application/json", headers={"Host": host}, CONTENT_LENGTH=length)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
