"""The web with a database that doesn't answer: everybody hears so within five seconds, nothing is lost or doubled."""

import json
import os
import re
import threading
import time
import uuid
from html import unescape
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import connection

from liandong.contexts.intake.models import Report
from tests import county
from tests.app.served import LAT, LON, Answer, Web, served, web

__all__ = ["served", "web"]
pytestmark = pytest.mark.usefixtures("committed")
ANSWER_S, AT_ONCE_S = 5.0, 1.5


def test_everybody_is_answered_within_five_seconds_and_at_once_when_it_is_known(web: Web) -> None:
    web.database.stand()
    answers: list[Answer] = []
    asking = [
        threading.Thread(target=lambda path=path: answers.append(web.ask(path)))
        for path in ["/report/", "/accounts/login/", "/console/square/", "/open311/v2/requests.json"] * 4
    ] + [threading.Thread(target=lambda: answers.append(web.report(str(uuid.uuid4())))) for _ in range(30)]
    for each in asking:
        each.start()
    health = web.ask("/healthz")
    for each in asking:
        each.join()
    assert max(each.took_s for each in answers) < ANSWER_S
    assert {each.status for each in answers} <= {200, 302, 503}
    assert sum(each.status == 503 for each in answers) > 20
    assert (health.status, json.loads(health.text)["problems"][0]) == (503, "database")
    assert health.took_s < ANSWER_S
    for _ in range(6):
        web.report(str(uuid.uuid4()))
    told = [web.report(str(uuid.uuid4())) for _ in range(6)] + [web.ask("/report/") for _ in range(6)]
    assert max(each.took_s for each in told) < AT_ONCE_S
    assert {(each.status, bool(each.headers.get("retry-after"))) for each in told} == {(503, True)}


def test_a_report_whose_fate_is_unknown_is_found_by_its_key(web: Web) -> None:
    """The server was sent the statement that writes it, and did what it says; its answer never came."""
    key = str(uuid.uuid4())
    web.database.stand_after(key.encode())
    first = web.report(key)
    end = time.monotonic() + 20
    while not Report.objects.filter(origin_key=key).exists():
        assert time.monotonic() < end
    web.database.go()
    web.until_it_answers()
    again = web.report(key)
    assert (first.status, first.took_s < ANSWER_S) == (503, True)
    assert again.status == 200
    assert Report.objects.filter(origin_key=key).count() == 1


def test_what_a_person_wrote_stands_on_the_page_that_says_so_and_is_sent_once(web: Web) -> None:
    form = web.ask("/report/")
    fields = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form.text))
    cookie = form.headers["set-cookie"].partition(";")[0]
    fields |= {
        "text": "桥头的路灯 <坏> 了\r\n已经三天",
        "lon": str(LON),
        "lat": str(LAT),
        "category_code": county.POTHOLE,
        "idempotency_key": str(uuid.uuid4()),
    }
    kind = {"Content_Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    web.database.stand_after(fields["idempotency_key"].encode())
    refused = web.ask("/report/", urlencode(fields), **kind)
    web.database.go()
    web.until_it_answers()
    assert (refused.status, refused.took_s < ANSWER_S) == (503, True)
    assert "系统正忙" in refused.text
    assert "The system is busy" in refused.text
    kept = {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', refused.text)
    }
    assert {name: kept[name].replace("\r", "") for name in fields} == {
        name: value.replace("\r", "") for name, value in fields.items()
    }
    sent = web.ask("/report/", urlencode(kept), **kind)
    assert (sent.status, sent.headers["location"].startswith("/r/")) == (302, True), sent.text[:500]
    assert Report.objects.filter(origin_key=fields["idempotency_key"]).count() == 1


def test_a_lock_that_somebody_holds_stops_nobody_else(web: Web) -> None:
    with psycopg.connect(county_url()) as holding:
        holding.execute("LOCK TABLE intake_report IN ACCESS EXCLUSIVE MODE")
        refused = web.report(str(uuid.uuid4()))
        home = [web.ask("/report/") for _ in range(4)]
    assert (refused.status, refused.took_s < ANSWER_S) == (503, True)
    assert [each.status for each in home] == [200] * 4


def county_url() -> str:
    return psycopg.conninfo.make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
