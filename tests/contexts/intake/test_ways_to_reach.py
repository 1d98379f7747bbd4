"""A contact is one e-mail address and a telephone number or two, checked the same at every door."""

import json
from typing import Any

import pytest
from django.test import Client

from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Contact, Report
from liandong.contexts.intake.public import ContactInput, Received, Rejected
from liandong.foundation.access import public as access
from liandong.foundation.access.models import Staff
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import InvalidInput
from tests import county
from tests.contexts.intake import georeport, pages
from tests.contexts.intake.importing.conftest import import_file  # noqa: F401 (a fixture)
from tests.contexts.intake.pages import report_fields

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "a@example.org",
    "first.last+tag@sub.example.org",
    "o'neil@example.org",
    "zhang@例子.中国",
    "zhang@xn--fsqu00a.xn--fiqs8s",
    "123456@qq.example",
]
NO_ADDRESSES = [
    "a@example.org,b@example.org",
    "a@example.org;b@example.org",
    "a@example.org b@example.org",
    "a@example.org、b@example.org",
    "a@example.org/b@example.org",
    "a@@b.cn",
    "a@b@example.org",
    "张三 <a@example.org>",
    "<a@example.org>",
    "a@example.org\r\nBcc: b@example.org",
    "a@example.org\n",
    " a@example.org",
    '"a,b"@example.org',
    '"a@b.cn"@example.org',
    "a%b.cn@example.org",
    "a(b)@example.org",
    "a@[127.0.0.1]",
    "a@localhost",
    "a@intranet",
    "a@１６３.example",
    "ａ@example.org",
    "a@example。org",
    "a\u200b@example.org",
    "a@exa\u202emple.org",
    "mailto:a@example.org",
    ".a@example.org",
    "a..b@example.org",
    "a@-example.org",
    "a@example.org.",
    "a" * 250 + "@example.org",
    "nobody",
    "@example.org",
]
NUMBERS = [
    "13800001111",
    "138 0000 1111",
    "138-0000-1111",
    "１３８００００１１１１",
    "\u202d13800001111\u202c",
    "+86 138 0000 1111",
    "(+86)13800001111",
    "008613800001111",
    "0571-88110106",
    "（0571）88110106",
    "0571 8811 0106",
    "+86 (0)571 88110106",
    "0571-88110106-801",
    "0571-88110106转801",
    "0571-88110106 转 801",
    "88110106 ext. 12",
    "88110106#12",
    "17951 13911110010",
    "88110106",
    "110",
    "95598",
    "400-800-1234",
    "+1 415 555 0100",
    "+49 (0)30 1234567",
    "+852 2345 6789",
    "13800001111/13800002222",
    "0571-88110106 或 88110107",
    "13800001111（白天）",
]
NO_NUMBERS = ["打电话", "call me", "12", "1" * 21, "1.39E+10", "a1b2c3", "1" * 20 + "/" + "2" * 21]


def received(**contact: str) -> Received | Rejected:
    (answer,) = intake.receive(actor=SYSTEM, batch=[county.report(contact=ContactInput(**contact))])
    return answer


@pytest.mark.usefixtures("small_county")
class TestWhatIsOne:
    @pytest.mark.parametrize("email", ADDRESSES)
    def test_an_address_is_kept_as_typed(self, email: str) -> None:
        assert isinstance(received(email=email), Received)
        assert Contact.objects.get().email == email

    @pytest.mark.parametrize("email", NO_ADDRESSES)
    def test_what_isnt_exactly_one_address_is_refused(self, email: str) -> None:
        answer = received(email=email)
        assert isinstance(answer, Rejected)
        assert (type(answer.error), answer.error.field) == (InvalidInput, "email")

    @pytest.mark.parametrize("phone", NUMBERS)
    def test_a_number_is_kept_as_typed(self, phone: str) -> None:
        assert isinstance(received(phone=phone), Received)
        assert Contact.objects.get().phone == phone

    @pytest.mark.parametrize("phone", NO_NUMBERS)
    def test_what_is_no_number_is_refused(self, phone: str) -> None:
        answer = received(phone=phone)
        assert isinstance(answer, Rejected)
        assert (type(answer.error), answer.error.field) == (InvalidInput, "phone")


TWO = [("email", "a@example.org,b@example.org"), ("phone", "1.39E+10")]


@pytest.mark.parametrize(("field", "two"), TWO, ids=["e-mail", "telephone"])
class TestDoors:
    def test_the_page_keeps_what_was_typed(self, client: Client, field: str, two: str) -> None:
        page = pages.post(client, "/report/", report_fields(name="王先生", **{field: two}))
        assert (page.status, page.value(field), page.value("name")) == (422, two, "王先生")
        assert page.error(field)
        assert not Report.objects.exists()

    @pytest.mark.parametrize("path", ["/desk/register/", "/desk/phone/"])
    def test_the_desk(self, client: Client, path: str, field: str, two: str) -> None:
        client.force_login(Staff.objects.get(username="clerk"))
        page = pages.post(client, path, report_fields(channel="phone", **{field: two}))
        assert (page.status, page.value(field)) == (422, two)
        assert not Report.objects.exists()

    def test_the_api(self, field: str, two: str) -> None:
        key = access.create_api_key(actor=SYSTEM, name="测试客户端")
        body = {"text": "路口有个大坑", "contact": {field: two}}
        answer = Client().generic(
            "POST", "/api/v1/reports", json.dumps(body), content_type="application/json", headers={"X-Api-Key": key}
        )
        assert (answer.status_code, json.loads(answer.content)["field"]) == (400, field)

    def test_open311(self, field: str, two: str) -> None:
        lon, lat = county.POINTS["A11"]
        fields = {"api_key": georeport.new_key(), "service_code": county.POTHOLE, "lat": lat, "long": lon, field: two}
        status, told = georeport.refusal(georeport.post(fields))
        assert status == 400
        assert told.startswith(f"{field}: ")

    def test_the_importer_rejects_the_row_and_takes_the_others(
        self,
        import_file: Any,  # noqa: F811
        tmp_path: Any,
        field: str,
        two: str,
    ) -> None:
        path = tmp_path / "letters.csv"
        path.write_text(f'id,time,text,way\n1,2026-05-11 10:00,坑,"{two}"\n2,2026-05-11 10:00,灯,\n')
        mapping = f"""
[source]
name = "letters"
[columns]
key = "id"
received_at = "time"
text = "text"
[contact]
{field} = "way"
"""
        tally = import_file(path, mapping)
        assert (tally.taken, tally.rejected) == (1, 1)
        assert two in (tmp_path / "rejected.csv").read_text("utf-8-sig")


def test_an_account_has_one_address() -> None:
    row = access.StaffInput("new", "新岗", "handler", "New", "LAW", email="a@example.org,b@example.org")
    with pytest.raises(InvalidInput) as refused:
        access.import_staff(actor=SYSTEM, rows=[row])
    assert refused.value.field == "email"
    assert not Staff.objects.filter(username="new").exists()
