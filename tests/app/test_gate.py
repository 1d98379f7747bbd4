"""Over HTTP: what a full house answers, to whom, and who is let in all the same."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from liandong.app import gate, serving
from liandong.app.lanes import Source
from liandong.contexts.intake.models import Report
from liandong.contexts.intake.web import report as report_page
from liandong.foundation.access import public as access
from liandong.foundation.deadlines import public as deadlines
from liandong.foundation.ui import assets
from liandong.kernel.actor import SYSTEM
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")
ONE = serving.Lane(places=1, waiting=0, arriving=4, connections=0, wait_s=0.2)
ELSEWHERE = Source("10.9.9.9")


@pytest.fixture(autouse=True)
def house(settings) -> Iterator[gate.House]:
    """One place in each lane, nobody waits."""
    sizes = serving.sizes({})
    settings.WEB = replace(sizes, pages=ONE, intake=ONE, batches=ONE, exports=ONE)
    gate.house.cache_clear()
    yield gate.house()
    gate.house.cache_clear()


@contextmanager
def full(*names: str) -> Iterator[None]:
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(gate.house()._lanes[name].work(ELSEWHERE))
        yield


def report(text: str = "路面有个大坑") -> dict[str, Any]:
    lon, lat = county.POINTS["A11"]
    return {"text": text, "lon": lon, "lat": lat, "category_code": county.POTHOLE}


@pytest.mark.parametrize(
    ("path", "lane"),
    [
        ("/", "pages"),
        ("/report/", "pages"),
        ("/accounts/login/", "pages"),
        ("/console/square/", "pages"),
        ("/api/v1/cases", "pages"),
        ("/api/v1/live", "pages"),
        ("/apiv1/reports", "pages"),
        ("/api/v1/reports", "intake"),
        ("/api/v1/photos", "intake"),
        ("/api/v1/receipts/1/x", "intake"),
        ("/open311/v2/requests.json", "intake"),
        ("/api/v1/reports/batch", "batches"),
        ("/console/export/", "exports"),
    ],
)
def test_the_lane_is_by_address_alone(house: gate.House, path: str, lane: str) -> None:
    assert house.lane_of(path).name == lane


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_machine_is_refused_by_problem_details_and_may_come_back(client: Client, language: str) -> None:
    with full("intake", "batches"):
        for path in ("/api/v1/reports", "/api/v1/reports/batch"):
            answer = client.post(path, report(), "application/json", headers={"Accept-Language": language})
            assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
            assert int(answer["Retry-After"]) > 0
            assert json.loads(answer.content)["code"] == "busy"
            assert ("系统繁忙" in answer.content.decode()) is (language == "zh-hans")


@pytest.mark.parametrize("format", ["json", "xml"])
def test_open311_is_refused_in_its_own_words(client: Client, format: str) -> None:
    with full("intake"):
        answer = client.post(f"/open311/v2/requests.{format}", {"service_code": county.POTHOLE})
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (503, True)
    if format == "json":
        assert json.loads(answer.content)[0]["code"] == 503
    else:
        assert b"<error><code>503</code>" in b"".join(answer.content.split())


def test_a_page_is_refused_in_both_languages_and_loads_again_by_itself(client: Client) -> None:
    with full("pages"):
        answer = client.get("/report/?from=<here>")
    page = answer.content.decode()
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (503, True)
    assert "系统正忙" in page
    assert "The system is busy" in page
    assert f'content="{answer["Retry-After"]};url=/report/?from=%3Chere%3E"' in page
    assert answer["Content-Length"] == str(len(answer.content))
    assert "no-store" in answer["Cache-Control"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_the_page_keeps_what_was_sent_and_sends_it_under_the_same_key(client: Client) -> None:
    words = '灯 "坏" <b>了</b>\r\n三天'
    with full("pages"):
        answer = client.post("/report/", {"text": words, "idempotency_key": "k-1", "csrfmiddlewaretoken": "t"})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert '<form method="post" action="/report/"' in page
    assert 'name="idempotency_key" value="k-1"' in page
    assert 'name="csrfmiddlewaretoken" value="t"' in page
    assert "灯 &quot;坏&quot; &lt;b&gt;了&lt;/b&gt;\r\n三天" in page
    assert "http-equiv" not in page


def test_photos_that_a_page_cannot_keep_are_told_of_and_nothing_is_sent_without_them(client: Client) -> None:
    photo = SimpleUploadedFile("field.jpg", b"x" * 2_000_000, "image/jpeg")
    with full("pages"):
        page = client.post("/report/", {"text": "路灯", "photos": photo}).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert 'data-sends-after=""' in page
    assert "重新载入" in page
    assert "秒后自动" not in page


def test_a_form_of_its_token_alone_is_sent_again_too(client: Client) -> None:
    """As a button is: its address can't be looked at."""
    with full("pages"):
        page = client.post("/accounts/logout/", {"csrfmiddlewaretoken": "t"}).content.decode()
    assert '<form method="post" action="/accounts/logout/"' in page
    assert 'data-sends-after="5"' in page
    assert 'name="csrfmiddlewaretoken" value="t"' in page
    assert 'href="/accounts/logout/"' not in page


def test_of_what_found_no_room_to_arrive_nothing_is_promised_and_who_sends_nothing_needs_none(client: Client) -> None:
    room = gate.house()._lanes["pages"].arriving
    with ExitStack() as stack:
        for number in range(ONE.arriving):
            stack.enter_context(room.held(Source(f"10.9.9.{number}")))
        refused = client.post("/report/", {"text": "路灯坏了"})
        page = refused.content.decode()
        assert client.get("/report/").status_code == 200
    assert refused.status_code == 503
    assert "路灯坏了" not in page
    assert "没有收到" in page
    assert "was not received" in page
    assert "自动" not in page
    assert "<form" not in page
    assert "http-equiv" not in page


@pytest.mark.parametrize("key", ["k-9", ""])
def test_what_may_have_been_kept_is_sent_again_by_itself_only_under_its_key(
    client: Client, monkeypatch, key: str
) -> None:
    def silent(**_words: object) -> None:
        raise OperationalError("no answer")

    monkeypatch.setattr(report_page, "receive_one", silent)
    client.raise_request_exception = False
    lon, lat = county.POINTS["A11"]
    form = {"text": "路灯坏了三天", "lon": lon, "lat": lat, "category_code": county.POTHOLE, "idempotency_key": key}
    answer = client.post("/report/", form)
    page = answer.content.decode()
    assert (answer.status_code, "路灯坏了三天" in page) == (503, True)
    assert ('data-sends-after="5"' in page) is bool(key)
    assert ("自动再送" in page, "不知道这次是否已经保存" in page) == (bool(key), not key)


def test_a_password_is_not_written_into_the_page(client: Client) -> None:
    with full("pages"):
        page = client.post("/accounts/login/", {"login": "law1", "password": "Secret-of-1"}).content.decode()
    assert "Secret-of-1" not in page
    assert "请再填一次" in page
    assert 'url=/accounts/login/"' in page


def test_who_asks_for_json_on_a_page_gets_problem_details(client: Client) -> None:
    with full("pages"):
        answer = client.get("/console/square/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")


def test_a_flood_of_machines_shuts_no_page_and_no_static_file(client: Client) -> None:
    with full("intake", "batches", "exports"):
        assert client.get("/report/").status_code == 200
        assert client.get(assets.style()).status_code == 200
        assert client.get("/healthz").status_code in (200, 503)
    with full("pages"):
        assert client.get(assets.style()).status_code == 200
        assert client.get("/healthz").json()["database"]["ok"]


def test_a_refused_report_is_not_there_and_comes_in_when_there_is_room(client: Client) -> None:
    key = access.create_api_key(actor=SYSTEM, name="c")
    headers = {"X-Api-Key": key, "Idempotency-Key": "k-2"}
    with full("intake"):
        assert client.post("/api/v1/reports", report(), "application/json", headers=headers).status_code == 503
    assert not Report.objects.filter(origin_key="k-2").exists()
    assert client.post("/api/v1/reports", report(), "application/json", headers=headers).status_code == 201


@pytest.mark.parametrize(("address_per_s", "key_per_s"), [(1.0, 1000.0), (1000.0, 1.0)])
def test_one_address_and_one_key_have_a_limit(client: Client, settings, address_per_s: float, key_per_s: float) -> None:
    settings.WEB = replace(settings.WEB, address_per_s=address_per_s, key_per_s=key_per_s)
    gate.house.cache_clear()
    answers = [
        client.post("/api/v1/reports", report(), "application/json", headers={"X-Api-Key": "some"}) for _ in range(12)
    ]
    assert [answer.status_code for answer in answers[:2]] == [401, 401]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0]["Retry-After"] == "1"
    other = {"headers": {"X-Api-Key": "other"}, "REMOTE_ADDR": "10.1.1.1"}
    assert client.post("/api/v1/reports", report(), "application/json", **other).status_code == 401


def test_while_the_database_is_known_to_be_silent_everybody_hears_so_at_once(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(deadlines.breaker, "is_open", True)
    assert client.get("/report/").status_code == 503
    kept = client.post("/report/", {"text": "路灯坏了", "idempotency_key": "k-3"})
    assert (kept.status_code, "路灯坏了" in kept.content.decode()) == (503, True)
    assert client.post("/api/v1/reports", report(), "application/json").status_code == 503
    assert client.get(assets.style()).status_code == 200


class _Cut(BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise OSError("hung up")


def test_who_hangs_up_in_the_middle_leaves_no_place_taken(client: Client) -> None:
    answer = client.generic(
        "POST", "/report/", b"text=1", "application/x-www-form-urlencoded", **{"wsgi.input": _Cut()}
    )
    assert answer.status_code == 400
    assert client.get("/report/").status_code == 200


def test_the_api_is_refused_before_a_request_is_made_of_it() -> None:
    reached: list[str] = []
    said: list[Any] = []

    def site(environ: dict[str, Any], start: gate.Start) -> list[bytes]:
        reached.append(environ["PATH_INFO"])
        start("200 OK", [])
        return []

    entered = gate.at_the_door(site)
    asked = {"PATH_INFO": "/api/v1/reports", "REMOTE_ADDR": "10.0.0.1", "HTTP_ACCEPT_LANGUAGE": "en-GB"}
    with full("intake"):
        (content,) = entered(asked, lambda *words: said.append(words))
        entered({"PATH_INFO": "/"}, lambda *words: said.append(words))
        entered({"PATH_INFO": "/api/v1/cases"}, lambda *words: said.append(words))
    entered(asked, lambda *words: said.append(words))
    assert reached == ["/", "/api/v1/cases", "/api/v1/reports"]
    ((status, headers),) = [words for words in said if words[0] != "200 OK"]
    assert status.startswith("503")
    assert dict(headers)["Retry-After"]
    assert json.loads(content)["title"] == "The system is busy. Please try again later."
