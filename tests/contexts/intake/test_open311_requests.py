"""GeoReport v2: requests read by everybody, by number, by list, by token."""

import json
from datetime import timedelta

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Report
from liandong.contexts.intake.open311 import parameters
from liandong.foundation.events import public as events
from liandong.kernel import ids, time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.shown import seen
from tests import county
from tests.contexts.intake import georeport
from tests.contexts.intake.georeport import BASE, CLIENT, get

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def numbers(**asked: object) -> list[str]:
    return [row["service_request_id"] for row in get(f"{BASE}/requests", **asked)]


def test_a_request_tells_what_the_standard_asks_for() -> None:
    row = county.receive("路口有个大坑", address="人民路1号", may_publish=True)
    (told,) = get(f"{BASE}/requests/{row.number}")
    assert told == {
        "service_request_id": row.number,
        "status": "open",
        "service_name": "城乡道路坑洞破损",
        "service_code": county.POTHOLE,
        "description": "路口有个大坑",
        "agency_responsible": "县住房建设局",
        "requested_datetime": "2026-05-11T10:00:00+08:00",
        "updated_datetime": "2026-05-11T10:00:00+08:00",
        "expected_datetime": "2026-05-14T17:30:00+08:00",
        "address": "人民路",
        "lat": round(county.POINTS["A11"][1], 3),
        "long": round(county.POINTS["A11"][0], 3),
    }


def test_a_case_is_open_until_it_has_ended_and_its_answer_is_the_note() -> None:
    case = county.receive(may_publish=True)
    handler = county.post("hud1")
    cases.accept_case(actor=handler, case_id=case.id)
    cases.answer_case(actor=handler, case_id=case.id, text="已修补。")
    while events.drain():
        pass
    (answered,) = get(f"{BASE}/requests/{case.number}")
    assert (answered["status"], answered["status_notes"]) == ("open", "已修补。")
    cases.record_verdict(actor=county.post("clerk"), case_id=case.id, solved=True)
    (closed,) = get(f"{BASE}/requests/{case.number}")
    assert (closed["status"], closed["status_notes"]) == ("closed", "已修补。")


def test_the_latest_answer_is_told_and_notes_of_the_office_never_are() -> None:
    case = county.receive(may_publish=True)
    handler = county.post("hud1")
    cases.accept_case(actor=handler, case_id=case.id)
    cases.add_note(actor=handler, case_id=case.id, text="内部备注")
    cases.answer_case(actor=handler, case_id=case.id, text="第一次答复")
    cases.record_verdict(actor=county.post("clerk"), case_id=case.id, solved=False, text="没修好")
    cases.answer_case(actor=handler, case_id=case.id, text="第二次答复")
    while events.drain():
        pass
    (told,) = get(f"{BASE}/requests/{case.number}")
    assert told["status_notes"] == "第二次答复"
    assert not [word for word in ("内部", "没修好") if word in json.dumps(told, ensure_ascii=False)]


@pytest.mark.parametrize("category", [county.NEIGHBOURS, county.EMISSION, county.CONDUCT, ""])
def test_a_private_confidential_or_unsorted_case_is_given_neither_by_list_nor_by_number(category: str) -> None:
    case = county.receive("说不清的事情" if not category else "请保密", category_code=category)
    assert numbers() == []
    for path in (f"requests/{case.number}", f"tokens/{case.number}"):
        assert get(f"{BASE}/{path}", 404)[0]["code"] == 404
    assert get(f"{BASE}/requests", 404, service_request_id=case.number)


def test_a_complaint_about_an_office_is_not_given_whatever_its_category() -> None:
    case = county.receive("挖坑的就是执法局", complained_office_id=county.office("LAW"))
    assert numbers() == []
    assert get(f"{BASE}/requests/{case.number}", 404)


def test_nothing_of_the_reporter_is_given() -> None:
    text = "请联系 13800001111 或 010-12345678，证号 110101199003070011，邮箱 me@example.org，坑深 20 厘米"
    contact = intake.ContactInput("王五", "000-555-0199", "wang@example.org")
    case = county.receive(text, contact=contact, address="人民路2号楼 13900002222", may_publish=True)
    (told,) = get(f"{BASE}/requests/{case.number}")
    assert told["description"] == "请联系 *** 或 ***，证号 ***，邮箱 ***，坑深 20 厘米"
    assert told["address"] == "人民路"
    assert not [word for word in ("王五", "0199", "wang@") if word in json.dumps(told, ensure_ascii=False)]
    receipt = Report.objects.get().receipt_code
    assert receipt not in json.dumps(told)


def test_an_erased_report_has_no_words() -> None:
    case = county.receive(may_publish=True)
    intake.erase_words(actor=county.post("coordinator"), case_id=case.id)
    assert "description" not in get(f"{BASE}/requests/{case.number}")[0]


@pytest.mark.parametrize("number", ["000000197", "000000198", "1", "x", "0", "9" * 30, "%00"])
def test_a_number_that_is_nobody_s_is_404(number: str) -> None:
    assert get(f"{BASE}/requests/{number}", 404)[0]["code"] == 404
    assert get(f"{BASE}/tokens/{number}", 404)[0]["description"].startswith("token: ")


def test_a_token_is_the_id_itself() -> None:
    case = county.receive()
    assert get(f"{BASE}/tokens/{case.number}") == [{"token": case.number, "service_request_id": case.number}]


def received(days_ago: float, **fields: object) -> cases.CaseRow:
    return county.receive(received_at=time.now() - timedelta(days=days_ago), **fields)


def test_the_list_runs_from_the_newest_and_covers_the_last_ninety_days() -> None:
    old, newer, newest = received(91), received(89), received(1)
    assert numbers() == [newest.number, newer.number]
    assert old.number not in numbers(end_date="2026-05-11T10:00:00+08:00")


def test_dates_may_be_given_with_offset_with_z_without_and_as_a_day() -> None:
    row = received(10)  # 2026-05-01 10:00 in the county
    for first, last in [
        ("2026-05-01T10:00:00+08:00", "2026-05-01T10:00:00+08:00"),
        ("2026-05-01T02:00:00Z", "2026-05-01T02:00:00Z"),
        ("2026-05-01T10:00:00", "2026-05-01T10:00:01"),
        ("2026-05-01", "2026-05-02"),
    ]:
        assert numbers(start_date=first, end_date=last) == [row.number]
    assert numbers(start_date="2026-05-01T10:00:01", end_date="2026-05-03") == []
    lost_plus = CLIENT.get(f"{BASE}/requests.json?start_date=2026-05-01T10:00:00+08:00&end_date=2026-05-02")
    assert [each["service_request_id"] for each in json.loads(lost_plus.content)] == [row.number]


def test_one_date_alone_opens_a_span_of_ninety_days() -> None:
    row, older = received(50), received(150)
    assert numbers(start_date="2026-03-01") == [row.number]
    assert numbers(start_date="2025-12-01") == [older.number]
    assert numbers(end_date="2026-01-01") == [older.number]


@pytest.mark.parametrize(
    "asked",
    [
        {"start_date": "yesterday"},
        {"end_date": "2026-13-01"},
        {"start_date": "2026-01-01", "end_date": "2026-04-02"},
        {"start_date": "2026-05-02", "end_date": "2026-05-01"},
        {"start_date": "0001-01-01"},
        {"end_date": "9999-12-31T23:59:59-23:59"},
        {"status": "solved"},
        {"page": "0"},
        {"page": "1.5"},
        {"page_size": "1001"},
        {"page_size": "10", "page": "999999999"},
    ],
    ids=str,
)
def test_a_filter_that_cannot_be_read_is_400_and_names_the_parameter(asked: dict[str, str]) -> None:
    (error,) = get(f"{BASE}/requests", 400, **asked)
    assert error["code"] == 400
    assert error["description"].split(":")[0] in asked


def test_ninety_days_to_the_second_are_allowed() -> None:
    assert numbers(start_date="2026-01-01T00:00:00Z", end_date="2026-04-01T00:00:00Z") == []


def test_the_list_is_narrowed_by_services_and_status() -> None:
    hole, cover = received(1), received(2, category_code=county.MANHOLE)
    rubbish = received(3, category_code=county.RUBBISH)
    cases.close_case(actor=county.post("coordinator"), case_id=cover.id, text="重复")
    assert numbers(service_code=county.POTHOLE) == [hole.number]
    assert numbers(service_code=f"{county.RUBBISH}, {county.MANHOLE}") == [cover.number, rubbish.number]
    assert numbers(status="open") == [hole.number, rubbish.number]
    assert numbers(status="closed") == [cover.number]
    assert numbers(status="open,closed") == numbers()
    assert numbers(status="closed", service_code=county.POTHOLE) == []
    assert get(f"{BASE}/requests", 404, service_code=f"{county.POTHOLE},999999")


def test_numbers_override_every_other_filter() -> None:
    old, new = received(400), received(1)
    asked = f"{old.number}, {new.number},{ids.case_number(987654)},x"
    found = numbers(service_request_id=asked, status="closed", start_date="2026-05-01", service_code=county.RUBBISH)
    assert found == [new.number, old.number]
    assert get(f"{BASE}/requests", 404, service_request_id="x")


def test_pages_follow_one_another() -> None:
    rows = [received(day).number for day in range(5)]
    assert numbers(page_size=2) == rows[:2]
    assert numbers(page_size=2, page=3) == rows[4:]
    assert numbers(page_size=2, page=4) == []


def test_at_most_a_thousand_rows_are_given_at_once() -> None:
    batch = [county.report(received_at=time.now() - timedelta(minutes=n)) for n in range(1001)]
    intake.receive(actor=SYSTEM, batch=batch[:500])
    intake.receive(actor=SYSTEM, batch=batch[500:])
    assert len(json.loads(CLIENT.get(f"{BASE}/requests.json").content)) == 1000
    assert parameters.requests(parameters.Fields([])).most == 1000


def test_a_list_takes_one_statement_however_long_it_is(django_assert_num_queries) -> None:
    CLIENT.get(f"{BASE}/requests.json")
    for count in (1, 20):
        intake.receive(actor=SYSTEM, batch=[county.report() for _ in range(count)])
        with django_assert_num_queries(1):
            CLIENT.get(f"{BASE}/requests.xml")
    number = numbers()[0]
    with django_assert_num_queries(1):
        CLIENT.get(f"{BASE}/requests/{number}.xml")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<b>&amp;</b> \"'", "<b>&amp;</b> \"'"),
        ("a\x0bb\x1f\ufffe", "a\nb"),
        ("一行\r\n两行\t格", "一行\n两行\t格"),
        ("]]>", "]]>"),
        ("😀𠮷", "😀𠮷"),
    ],
)
def test_xml_stays_well_formed_whatever_is_reported(text: str, read: str) -> None:
    case = county.receive(text, may_publish=True)
    content = CLIENT.get(f"{BASE}/requests/{case.number}.xml").content
    assert georeport.of_xml(content)[0]["description"] == read
    assert json.loads(CLIENT.get(f"{BASE}/requests/{case.number}.json").content)[0]["description"] == seen(text)


def test_names_are_told_in_english_too() -> None:
    case = county.receive()
    (told,) = get(f"{BASE}/requests/{case.number}", locale="en")
    assert told["agency_responsible"] == "Housing Office"
    assert told["service_name"] == "Pothole / broken surface, town or village road"


def test_when_a_request_was_changed_last_moves_with_every_change() -> None:
    case = county.receive()
    moments = []
    for minutes, act in ((0, None), (10, cases.accept_case), (20, cases.answer_case)):
        with time.at(county.MONDAY + timedelta(minutes=minutes)):
            words = {"text": "已修补。"} if act is cases.answer_case else {}
            if act is not None:
                act(actor=county.post("hud1"), case_id=case.id, **words)
            moments.append(get(f"{BASE}/requests/{case.number}")[0]["updated_datetime"])
    assert moments == [f"2026-05-11T10:{minutes}:00+08:00" for minutes in ("00", "10", "20")]
