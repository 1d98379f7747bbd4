"""What comes by a name that isn't ours is refused in one sentence, and nothing that it says gets out again."""

import json
import logging

import pytest
from django.conf import settings
from django.test import Client, RequestFactory, override_settings

from liandong.foundation.access import public as access
from liandong.kernel.actor import SYSTEM
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")
OURS = "https://county.example"
POINT = dict(zip(("long", "lat"), county.POINTS["A11"], strict=True))


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "testserver.evil.example", "a b", "x/../y", "[::9]", "*"]
)
@pytest.mark.parametrize(
    "path", ["/", "/accounts/password/reset/", "/open311/discovery.json", "/static/x.css", "/nowhere"]
)
def test_an_unknown_name_is_refused_plainly(caplog: pytest.LogCaptureFixture, host: str, path: str) -> None:
    response = Client(headers={"Host": host}).get(path)
    assert response.status_code == 400
    assert "LIANDONG_HOSTS" in response.content.decode()
    assert host not in response.content.decode() or host == "*"
    assert [record.exc_info for record in caplog.records if record.exc_info] == []
    assert all(record.levelno < logging.ERROR for record in caplog.records)


def test_a_machine_is_refused_in_its_own_way() -> None:
    response = Client(headers={"Host": "evil.example"}).get("/api/v1/categories")
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8311", "[::1]:8311"])
def test_this_machine_is_answered_by_its_own_names(host: str) -> None:
    with override_settings(ALLOWED_HOSTS=list(settings.NAMES.hosts)):
        assert Client(headers={"Host": host}).get("/").status_code == 200


SAYS = (
    {"Host": "127.0.0.1:99"},
    {"X-Forwarded-Host": "evil.example"},
    {"Forwarded": "host=evil.example"},
    {"X-Forwarded-Proto": "gopher", "X-Forwarded-Port": "99"},
    {"Origin": "https://evil.example", "Referer": "https://evil.example/"},
)


@override_settings(SITE_URL=OURS)
@pytest.mark.parametrize("says", SAYS, ids=lambda says: next(iter(says)))
def test_every_address_that_leaves_is_ours(says: dict[str, str]) -> None:
    key = access.create_api_key(actor=SYSTEM, name="测试客户端")
    client = Client(headers=says)
    sent = client.post(
        "/api/v1/reports", {"text": "路口有个大坑"}, content_type="application/json", headers={"X-Api-Key": key, **says}
    )
    told = json.loads(sent.content)
    assert told["status_url"].startswith(f"{OURS}/r/")
    assert sent.headers["Location"] == told["status_url"]
    batch = client.post(
        "/api/v1/reports/batch",
        [{"text": "又一个"}],
        content_type="application/json",
        headers={"X-Api-Key": key, **says},
    )
    by_open311 = client.post(
        "/open311/v2/requests.json", {"api_key": key, "service_code": county.POTHOLE, "description": "大坑", **POINT}
    )
    answers = [
        batch,
        by_open311,
        client.get("/open311/discovery.json"),
        client.get("/open311/discovery.xml"),
        client.get(told["status_url"].removeprefix(OURS)),
        client.get("/accounts/password/reset/"),
        client.get("/console/"),
        client.get("/api/v1/openapi.json"),
    ]
    assert OURS in by_open311.content.decode()
    for answer in answers:
        everything = answer.content.decode() + str(answer.headers)
        assert not any(name in everything for name in ("evil.example", "127.0.0.1:99", "gopher")), answer.request


def test_a_visitor_is_sent_on_by_path_alone() -> None:
    for path in ("/console/", "/console/tasks/", "/desk/register/", "/admin/login/"):
        assert Client(headers={"Host": "127.0.0.1:99"}).get(path).headers["Location"].startswith("/accounts/login/")
    for after in ("https://evil.example/", "//evil.example/", "http:evil.example"):
        told = Client().post("/i18n/setlang/", {"language": "en", "next": after})
        assert "evil" not in told.headers.get("Location", "")


def test_under_tls_browsers_are_told_to_stay_there() -> None:
    with override_settings(SECURE_HSTS_SECONDS=31536000):
        response = Client().get("/", secure=True)
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_request_without_a_name_is_no_error() -> None:
    request = RequestFactory().get("/")
    assert request.get_host() == "testserver"
