"""Who sends words of a danger is told the emergency numbers afterwards too, by every door, whatever the category."""

import json
from typing import Any

import pytest
from django.test import Client

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.models import Report
from liandong.foundation.access import public as access
from liandong.kernel.actor import SYSTEM
from tests import county
from tests.contexts.console.reading import signed_in
from tests.contexts.intake import pages
from tests.contexts.intake.pages import report_fields

pytestmark = pytest.mark.usefixtures("small_county")
CALL_FIRST = "这不是报警渠道"
UNSURE_DANGER = "有几个人拿着刀在路口打架，快来"
CALM = "路灯坏了好几天，天黑看不见"


def receipt(text: str, **fields: Any) -> pages.Page:
    client = Client()
    sent = client.post("/report/", report_fields(text=text, **fields))
    assert sent.status_code == 302
    return pages.get(client, sent.headers["Location"])


@pytest.mark.parametrize("code", ["", county.POTHOLE, county.NEIGHBOURS])
def test_the_receipt_tells_the_numbers_for_words_of_danger_whatever_was_chosen(code: str) -> None:
    page = receipt(UNSURE_DANGER, category_code=code)
    assert CALL_FIRST in page.words
    later = pages.get(Client(), page.response.request["PATH_INFO"])
    assert CALL_FIRST not in later.words


def test_the_receipt_of_a_calm_report_tells_none() -> None:
    assert CALL_FIRST not in receipt(CALM).words


@pytest.mark.parametrize("code", ["", county.POTHOLE])
def test_the_api_tells_them_too(code: str) -> None:
    key = access.create_api_key(actor=SYSTEM, name="测试客户端", channel="hotline")

    def emergency(text: str) -> object:
        body = json.dumps({"text": text, "category_code": code, "lon": county.report().lon, "lat": county.report().lat})
        response = Client().post("/api/v1/reports", body, content_type="application/json", headers={"X-Api-Key": key})
        assert response.status_code == 201
        return response.json()["emergency"]

    assert emergency(UNSURE_DANGER)
    assert emergency(CALM) is None


def test_open311_tells_them_too() -> None:
    key = access.create_api_key(actor=SYSTEM, name="测试客户端")

    def notice(text: str) -> str:
        fields = {"api_key": key, "service_code": county.POTHOLE, "description": text, "address_string": "村口"}
        response = Client().post("/open311/v2/requests.json", fields)
        assert response.status_code == 200, response.content
        told: str = response.json()[0]["service_notice"]
        return told

    assert "110、119、120" in notice(UNSURE_DANGER)
    assert "110、119、120" not in notice(CALM)


@pytest.mark.parametrize("username", ["clerk", "grid_a1"])
@pytest.mark.parametrize("text", [UNSURE_DANGER, "我老公又打我了，快救我"])
def test_the_desk_is_told_after_saving_also_of_what_the_post_may_not_open(username: str, text: str) -> None:
    client = signed_in(username)
    fields = report_fields(text=text, channel="phone" if username == "clerk" else "grid")
    assert client.post("/desk/register/", fields).status_code == 302
    assert "请同时电话通知 110、119、120 或 122" in pages.get(client, "/desk/register/").words
    assert client.post("/desk/register/", report_fields(text=CALM, channel="visit")).status_code == 302
    assert "请同时电话通知" not in pages.get(client, "/desk/register/").words


@pytest.mark.parametrize("text", ["我老公打我，天天打", "举报镇干部吃拿卡要，办事要红包"])
def test_what_may_be_nobody_elses_business_is_held_back_until_the_desk_has_said_what_it_is(text: str) -> None:
    page = receipt(text, may_publish="on")
    row = cases.find(Report.objects.get().case_id)
    assert (row.category_code, row.queue, row.is_private, row.is_published) == ("", "category", True, False)
    assert "这件事不公开" in page.words
    assert "公开的只有事项分类" not in page.words
    for username, sees in (("clerk", True), ("coordinator", True), ("town_a", False), ("grid_a1", False)):
        actor = county.post(username)
        assert (row.id in cases.visible_among([row.id], actor=actor)) is sees
    assert cases.near_by(county.report().lon or 0, county.report().lat or 0) == []
    after = cases.screen_case(actor=county.post("clerk"), case_id=row.id, category_code=county.POTHOLE)
    assert not after.is_private


def test_an_unclear_report_of_a_public_matter_stays_open_to_its_town() -> None:
    row = county.receive("半夜还在吵", category_code="")
    assert (row.queue, row.is_private) == ("category", False)
