"""GeoReport v2 as real clients speak it: what they add, write otherwise or leave out loses no report and no row."""

import base64
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from PIL import Image

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Contact, Report
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import signed_in
from tests.contexts.intake import georeport, pages
from tests.contexts.intake.georeport import BASE, CLIENT, post, refusal, sent

pytestmark = pytest.mark.django_db
LON, LAT = county.POINTS["A11"]
TRAFFIC_SIGNAL, FALLEN_LINE = "040102", "030202"
JSON = "application/json"


@pytest.fixture
def key() -> str:
    return georeport.new_key()


@pytest.fixture
def pothole(key: str) -> dict[str, Any]:
    return {"api_key": key, "service_code": county.POTHOLE, "lat": LAT, "long": LON, "description": "路口有个大坑"}


@pytest.fixture(autouse=True)
def blobs(settings: Any, tmp_path: Any) -> None:
    settings.BLOBS = tmp_path


def without_key(pothole: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in pothole.items() if name != "api_key"}


def told(response: HttpResponse) -> dict[str, Any]:
    assert response.status_code == 200, response.content.decode()
    (row,) = json.loads(response.content)
    return dict(row)


def picture(name: str = "hole.png") -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "grey").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def kept() -> list[tuple[int, int]]:
    return [(photo.width, photo.height) for photo in intake.photos_of(Report.objects.get().case_id)]


WAYS: list[Callable[[str, str], HttpResponse]] = [
    lambda key, body: CLIENT.generic("POST", f"{BASE}/requests.json?api_key={key}", body, georeport.FORM),
    lambda key, body: post(body.encode(), **{"X-Api-Key": key}),
    lambda key, body: post(body.encode(), **{"Api-Key": key}),
    lambda key, body: post(body.encode(), Authorization=f"Bearer {key}"),
    lambda key, body: post(f"{body}&api_key=%20{key}%20".encode()),
    lambda key, body: post(f"{body}&API_KEY={key}".encode()),
    lambda key, body: CLIENT.generic("POST", f"{BASE}/requests.json?{body}&api_key={key}", b"", ""),
]


@pytest.mark.parametrize("way", WAYS)
def test_the_key_is_taken_where_clients_put_it(pothole: dict[str, Any], way: Callable[..., HttpResponse]) -> None:
    assert told(way(pothole["api_key"], urlencode(without_key(pothole))))["service_request_id"]
    assert pothole["api_key"] not in json.dumps(Report.objects.get().payload)


def test_no_key_is_still_no_report(pothole: dict[str, Any]) -> None:
    body = urlencode(without_key(pothole)).encode()
    assert refusal(post(body))[0] == 403
    assert refusal(post(body, Authorization="Basic abc"))[0] == 403
    assert not Report.objects.exists()


UNKNOWN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"attribute[COLOUR]": "red"}, {"attribute[COLOUR]": "red"}),
    ({"attribute[COLOUR][]": ["red", "blue"]}, {"attribute[COLOUR]": ["red", "blue"]}),
    ({"attribute[easting]": "1", "attribute[northing]": "2"}, {"attribute[easting]": "1", "attribute[northing]": "2"}),
    ({"attribute[" + "long" * 30 + "]": "x"}, {"attribute[" + "long" * 30 + "]": "x"}),
    ({"attribute[": "x"}, {"attribute[": "x"}),
    ({"title": "大坑", "extensions": "true"}, {"title": "大坑", "extensions": "true"}),
    ({"attribute[COLOUR]": ""}, {}),
]


@pytest.mark.parametrize(("added", "beyond"), UNKNOWN)
def test_what_nobody_asked_for_is_kept_with_the_report(
    pothole: dict[str, Any], added: dict[str, Any], beyond: dict[str, Any]
) -> None:
    sent(pothole | added)
    assert Report.objects.get().payload.get("beyond", {}) == beyond


def test_an_answer_to_a_note_that_asks_nothing_is_kept_too(pothole: dict[str, Any]) -> None:
    sent(pothole | {"service_code": FALLEN_LINE, "attribute[KEEP_AWAY]": "y"})
    assert Report.objects.get().payload["beyond"] == {"attribute[KEEP_AWAY]": "y"}


def test_the_code_of_an_attribute_is_read_in_any_case(pothole: dict[str, Any]) -> None:
    sent(pothole | {"service_code": TRAFFIC_SIGNAL, "attribute[fault]": "dark"})
    assert Report.objects.get().payload == {"attributes": {"FAULT": "dark"}}


def test_the_desk_reads_what_came_along_on_the_case_page(pothole: dict[str, Any]) -> None:
    sent(pothole | {"attribute[COLOUR]": "<b>red</b>", "attribute[SIZE]": "large", "media_url": "https://p.example/1"})
    case = cases.find(Report.objects.get().case_id)
    page = pages.get(signed_in("clerk"), f"/console/case/{case.number}/")
    assert [word in page.words for word in ("attribute[COLOUR]", "<b>red</b>", "https://p.example/1")] == [True] * 3
    assert "SIZE" not in page.words
    english = pages.get(signed_in("clerk", "en"), f"/console/case/{case.number}/")
    assert "Delivered with the report" in english.words


def test_contact_data_under_other_names_is_contact_data(pothole: dict[str, Any]) -> None:
    named = {"name": "张三", "mobile": "13800000001", "phone": "0571-88110106", "email_address": "a@example.org"}
    sent(pothole | named)
    contact = Contact.objects.get()
    assert (contact.name, contact.phone, contact.email) == ("张三", "0571-88110106/13800000001", "a@example.org")
    assert Report.objects.get().payload == {}


@pytest.mark.parametrize("field", ["media", "media[]", "photo", "file", "image", "attribute[PHOTO]", "图片"])
def test_a_photo_is_taken_whatever_its_field_is_called(pothole: dict[str, Any], field: str) -> None:
    row = told(CLIENT.post(f"{BASE}/requests.json", data=pothole | {field: picture()}))
    assert kept() == [(64, 48)]
    assert "没有收下" not in row["service_notice"]


def test_photos_of_several_fields_are_taken_together(pothole: dict[str, Any]) -> None:
    told(CLIENT.post(f"{BASE}/requests.json", data=pothole | {"photo": [picture(), picture()], "file": picture()}))
    assert len(kept()) == 3


def test_a_file_that_is_no_picture_is_named_and_loses_nothing_else(pothole: dict[str, Any]) -> None:
    files = {"media": picture(), "file": SimpleUploadedFile("contract.pdf", b"%PDF-1.7", "application/pdf")}
    row = told(CLIENT.post(f"{BASE}/requests.json", data=pothole | files))
    assert "contract.pdf" in row["service_notice"]
    assert kept() == [(64, 48)]
    assert Report.objects.get().payload == {"not_kept": ["contract.pdf"]}
    case = cases.find(Report.objects.get().case_id)
    assert "contract.pdf" in pages.get(signed_in("clerk"), f"/console/case/{case.number}/").words


def test_of_more_than_nine_photos_the_first_nine_are_kept_and_the_others_named(pothole: dict[str, Any]) -> None:
    files = [picture(f"{n}.png") for n in range(11)]
    row = told(CLIENT.post(f"{BASE}/requests.json", data=pothole | {"media": files}))
    assert len(kept()) == 9
    assert [name in row["service_notice"] for name in ("8.png", "9.png", "10.png")] == [False, True, True]


def test_a_file_field_that_was_left_empty_is_no_file_and_an_empty_file_is_named(pothole: dict[str, Any]) -> None:
    lines = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in pothole.items()]
    for file in ("", "empty.png"):
        head = f'--x\r\nContent-Disposition: form-data; name="media"; filename="{file}"\r\nContent-Type: image/png'
        body = "\r\n".join([*lines, f"{head}\r\n\r\n", "--x--\r\n"]).encode()
        row = told(post(body, content_type="multipart/form-data; boundary=x"))
        assert ("empty.png" in row["service_notice"], "没有收下" in row["service_notice"]) == (bool(file), bool(file))


def test_a_picture_written_into_a_field_is_a_picture(pothole: dict[str, Any]) -> None:
    written = "data:image/png;base64," + base64.b64encode(picture().read()).decode()
    told(post(json.dumps(pothole | {"photo": written}).encode(), content_type=JSON))
    assert (kept(), Report.objects.get().payload) == ([(64, 48)], {})


@pytest.mark.parametrize("written", ["data:image/png;base64,!!!", "data:image/png;base64,", "data:image/png"])
def test_a_picture_that_cannot_be_read_out_of_its_field_is_named(pothole: dict[str, Any], written: str) -> None:
    row = told(post(pothole | {"photo": written}))
    assert "没有收下" in row["service_notice"]


JSON_BODIES: list[Callable[[dict[str, Any]], object]] = [
    lambda fields: fields,
    lambda fields: [fields],
    lambda fields: fields | {"attributes": {"LANE": "left", "COLOUR": ["red", "blue"]}},
    lambda fields: fields | {"attribute": [{"code": "LANE", "value": "left"}]},
    lambda fields: fields | {"attribute[LANE]": "left", "address_string": None, "x": {"y": [1]}},
]


@pytest.mark.parametrize("body", JSON_BODIES)
@pytest.mark.parametrize("content_type", [JSON, "application/json; charset=utf-8", "text/json"])
def test_a_report_may_come_as_json(
    pothole: dict[str, Any], body: Callable[[dict[str, Any]], object], content_type: str
) -> None:
    content = body(pothole)
    told(post(json.dumps(content).encode(), content_type=content_type))
    report = Report.objects.get()
    assert (report.text, report.lon, report.lat) == ("路口有个大坑", LON, LAT)
    if isinstance(content, dict) and len(content) > len(pothole):
        assert report.payload["attributes"] == {"LANE": "left"}


def test_a_report_in_json_may_begin_with_a_byte_order_mark(pothole: dict[str, Any]) -> None:
    told(post(b"\xef\xbb\xbf" + json.dumps(pothole).encode(), content_type=JSON))


@pytest.mark.parametrize("address", ["👍", "……", "\u200b"])
def test_an_address_without_words_is_no_place(pothole: dict[str, Any], address: str) -> None:
    fields = pothole | {"lat": "", "long": "", "address_string": address}
    assert post(urlencode(fields).encode()).status_code == 400
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("lat", "long"),
    [
        (" 35.05 ", "105.05"),
        ("35,05", "105,05"),
        ("35.05,", "105.05"),
        ("３５．０５", "１０５．０５"),
        ("+35.05", "105.05°"),
        ("3.505e1", "1.0505e2"),
    ],
)
def test_degrees_are_read_as_they_are_written(pothole: dict[str, Any], lat: str, long: str) -> None:
    sent(pothole | {"lat": lat, "long": long})
    report = Report.objects.get()
    assert (report.lat, report.lon) == (pytest.approx(35.05), pytest.approx(105.05))


@pytest.mark.parametrize(("lat", "long"), [("", ""), (" ", " "), ("0", "0.0"), ("35.05", "")])
def test_without_a_point_the_address_is_enough(pothole: dict[str, Any], lat: str, long: str) -> None:
    sent(pothole | {"lat": lat, "long": long, "address_string": "东坪广场北侧"})
    report = Report.objects.get()
    assert (report.lon, report.address) == (None, "东坪广场北侧")
    assert report.payload.get("beyond", {}) == {
        name: value for name, value in (("lat", lat.strip()), ("long", long.strip())) if value
    }


def test_a_request_without_a_place_says_nothing_of_one() -> None:
    case = county.receive(lon=None, lat=None)
    (row,) = georeport.get(f"{BASE}/requests/{case.number}")
    assert not {"lat", "long", "address", "address_id", "zipcode", "media_url", "status_notes"} & set(row)
    content = CLIENT.get(f"{BASE}/requests/{case.number}.xml").content.decode()
    assert "/>" not in content


@pytest.mark.parametrize("status", ["OPEN", "Open", " open ", "open,OPEN", "Open，open"])
def test_a_status_is_read_in_any_case(status: str) -> None:
    case = county.receive()
    assert [row["service_request_id"] for row in georeport.get(f"{BASE}/requests", status=status)] == [case.number]
    assert georeport.get(f"{BASE}/requests", status="Closed") == []
    assert len(georeport.get(f"{BASE}/requests", status="Open,closed")) == 1


def test_what_a_list_is_asked_for_beside_the_standard_is_passed_over() -> None:
    case = county.receive()
    for extra in ({"extensions": "true"}, {"updated_after": "yesterday"}, {"q": "x"}, {"": ""}):
        assert [row["service_request_id"] for row in georeport.get(f"{BASE}/requests", **extra)] == [case.number]


def test_numbers_and_codes_are_read_from_lists_of_any_kind() -> None:
    first, second = county.receive(), county.receive(category_code=county.RUBBISH)
    number = f"{first.number[:3]} {first.number[3:]}"
    for asked in (
        {"service_request_id": f"{number} , {second.number}"},
        {"service_request_id": f"{first.number}；{second.number}"},
        {"Service_Code": f"{county.POTHOLE},{county.RUBBISH}"},
    ):
        assert len(georeport.get(f"{BASE}/requests", **asked)) == 2
    query = f"service_code[]={county.POTHOLE}&service_code[]={county.RUBBISH}"
    assert len(json.loads(CLIENT.get(f"{BASE}/requests.json?{query}").content)) == 2


@pytest.mark.parametrize(
    ("path", "accept", "content_type"),
    [
        ("services.XML", "", "xml"),
        ("services.Json", "", "json"),
        ("services.json/", "", "json"),
        ("services", "application/json", "json"),
        ("services", "application/json, text/plain, */*", "json"),
        ("services", "text/xml", "xml"),
        ("services", "*/*", "xml"),
        ("services", "", "xml"),
        ("services.xml", "application/json", "xml"),
        ("requests", "application/json", "json"),
        ("nowhere", "application/json", "json"),
        ("nowhere.JSON", "", "json"),
    ],
)
def test_the_format_is_that_of_the_ending_else_of_the_accept_header(path: str, accept: str, content_type: str) -> None:
    response = CLIENT.get(f"{BASE}/{path}", headers={"Accept": accept} if accept else {})
    assert response.headers["Content-Type"] == georeport.TYPES[content_type]
    assert response.status_code == (404 if "nowhere" in path else 200)


def test_a_head_request_is_answered_without_a_body() -> None:
    response = CLIENT.head(f"{BASE}/requests.json")
    assert (response.status_code, response.content) == (200, b"")


def test_a_report_is_found_in_the_second_it_is_told_to_have_come_in() -> None:
    at = county.MONDAY + timedelta(seconds=51, microseconds=400_000)
    with time.at(at + timedelta(minutes=1)):
        case = county.receive(received_at=at)
        (row,) = georeport.get(f"{BASE}/requests/{case.number}")
        second = row["requested_datetime"]
        assert second == "2026-05-11T10:00:51+08:00"
        assert len(georeport.get(f"{BASE}/requests", start_date=second, end_date=second)) == 1
        for first, last in (("10:00:50", "10:00:50"), ("10:00:52", "10:00:52")):
            span = {"start_date": f"2026-05-11T{first}", "end_date": f"2026-05-11T{last}"}
            assert georeport.get(f"{BASE}/requests", **span) == []
        assert len(georeport.get(f"{BASE}/requests", end_date="2026-05-11T10:00:51.000")) == 1
        assert len(georeport.get(f"{BASE}/requests", start_date="2026-05-11T10:00:51.999")) == 1


def test_a_client_that_polls_whole_seconds_sees_every_report_once() -> None:
    moments = [county.MONDAY + timedelta(milliseconds=step * 370) for step in range(20)]
    with time.at(county.MONDAY + timedelta(minutes=1)):
        numbers = [county.receive(received_at=at).number for at in moments]
        seen: list[str] = []
        for second in range(0, 10, 2):
            first = county.MONDAY + timedelta(seconds=second)
            span = {"start_date": first.isoformat(), "end_date": (first + timedelta(seconds=1)).isoformat()}
            seen += [row["service_request_id"] for row in georeport.get(f"{BASE}/requests", **span)]
    assert sorted(seen) == sorted(numbers)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-05-11", "2026-05-11"),
        ("2026-05-11T02:00:00z", "2026-05-11t02:00:00Z"),
        ("2026-05-11 10:00", "2026-05-11 10:00:00"),
        ("2026-05-11T10:00:00+0800", "2026-05-11T10:00:00 08:00"),
        ("2026-05-11T10:00:00 0800", "2026-05-11 10:00:00 08"),
        ("2026-05-11T10:00", "2026-05-11"),
        ("20260511", "20260511"),
    ],
)
def test_moments_are_read_as_clients_write_them(first: str, last: str) -> None:
    with time.at(county.MONDAY):
        case = county.receive()
        found = georeport.get(f"{BASE}/requests", start_date=first, end_date=last)
        assert [row["service_request_id"] for row in found] == [case.number]


def test_ninety_days_may_be_asked_for_by_their_dates() -> None:
    with time.at(county.MONDAY):
        assert georeport.get(f"{BASE}/requests", start_date="2026-01-01", end_date="2026-04-01") == []
