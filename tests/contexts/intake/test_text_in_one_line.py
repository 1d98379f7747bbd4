"""Signs that turn or hide text stay out of titles, addresses, names and notes, by whichever door they come."""

import json

import pytest
from django.test import Client

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case, Message
from liandong.contexts.intake.models import Contact, Report
from liandong.foundation.access import public as access
from liandong.kernel.actor import SYSTEM
from tests import county
from tests.contexts.intake.pages import report_fields

pytestmark = pytest.mark.usefixtures("small_county")
TURNED = "路灯\u202e坏了\u2066三天\u200b"
PLAIN = "路灯坏了三天"


def test_of_a_report_from_the_page(client: Client) -> None:
    client.post(
        "/report/",
        report_fields(text=TURNED, address="测试路\u202e1号\u2028旁", name="某\u202e人", phone="13900000000"),
    )
    row = Case.objects.get()
    assert (row.title, row.address) == (PLAIN, "测试路1号 旁")
    assert Contact.objects.get().name == "某人"
    assert Report.objects.get().text == PLAIN


def test_of_a_report_by_the_api() -> None:
    key = access.create_api_key(actor=SYSTEM, name="测试客户端")
    sent = {"text": TURNED, "address": "测试路\u20671号"}
    Client().post("/api/v1/reports", json.dumps(sent), content_type="application/json", headers={"X-Api-Key": key})
    row = Case.objects.get()
    assert (row.title, row.address) == (PLAIN, "测试路1号")


def test_of_what_posts_write() -> None:
    row = county.receive()
    cases.add_note(actor=county.post("coordinator"), case_id=row.id, text="第一行\u202e\r\n第二行\u200b")
    assert Message.objects.get(case_id=row.id).text == "第一行\n第二行"
