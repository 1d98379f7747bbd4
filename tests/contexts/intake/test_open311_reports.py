"""GeoReport v2: reports sent in."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Contact, Report
from liandong.foundation.places import public as places
from tests import county
from tests.contexts.intake import georeport
from tests.contexts.intake.georeport import BASE, CLIENT, post, refusal, sent

pytestmark = pytest.mark.django_db
LON, LAT = county.POINTS["A11"]
TRAFFIC_SIGNAL, TOILET, STREET_LIGHT, WATER_CUT, FALLEN_LINE = "040102", "010105", "020301", "030101", "030202"


@pytest.fixture
def key() -> str:
    return georeport.new_key()


@pytest.fixture
def pothole(key: str) -> dict[str, Any]:
    """A report that is taken."""
    return {
        "api_key": key,
        "service_code": county.POTHOLE,
        "lat": LAT,
        "long": LON,
        "description": "路口有个大坑",
    }


def test_a_report_becomes_a_case_with_its_service_its_place_and_its_office(pothole: dict[str, Any]) -> None:
    number = sent(pothole)
    report = Report.objects.select_related("case").get()
    assert number == intake_number(report)
    assert (report.channel, report.origin.split(":")[0], report.text) == ("open311", "open311", "路口有个大坑")
    case = report.case
    assert (case.category_code, case.office_id) == (county.POTHOLE, county.office("HUD"))
    assert case.cell_id == county.division(county.CELLS["A11"])
    assert (case.lon, case.lat) == (LON, LAT)


def intake_number(report: Report) -> str:
    return cases.find(report.case_id).number


@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_answer_is_a_list_of_one_with_an_id_and_no_token(pothole: dict[str, Any], form: str) -> None:
    response = post(pothole, form)
    (row,) = json.loads(response.content) if form == "json" else georeport.of_xml(response.content)
    report = Report.objects.get()
    assert list(row) == ["service_request_id", "service_notice"]
    assert row["service_request_id"] == intake_number(report)
    assert report.receipt_code in row["service_notice"]
    assert f"/r/{row['service_request_id']}/{report.receipt_code}/" in row["service_notice"]


def test_a_page_s_csrf_token_is_not_asked_for(pothole: dict[str, Any]) -> None:
    assert post(pothole).status_code == 200


def test_contact_data_goes_to_the_contact_table_and_nowhere_else(pothole: dict[str, Any]) -> None:
    sent(
        pothole
        | {
            "first_name": "三",
            "last_name": "张",
            "phone": "000-555-0101",
            "email": "zhang@example.org",
            "device_id": "device-7",
            "account_id": "account-7",
        }
    )
    contact = Contact.objects.get()
    assert (contact.name, contact.phone, contact.email) == ("张三", "000-555-0101", "zhang@example.org")
    report = Report.objects.get()
    kept = json.dumps([report.text, report.payload, report.origin, report.actor, report.address])
    assert not [word for word in ("张", "555", "zhang", "device-7", "account-7") if word in kept]


def test_a_latin_name_keeps_its_order(pothole: dict[str, Any]) -> None:
    sent(pothole | {"first_name": "Ada", "last_name": "Example"})
    assert Contact.objects.get().name == "Ada Example"


def test_an_address_text_is_enough_and_finds_a_place_that_it_names(pothole: dict[str, Any]) -> None:
    del pothole["lat"], pothole["long"]
    sent(pothole | {"address_string": "东坪广场北侧"})
    report = Report.objects.select_related("case").get()
    assert report.address == "东坪广场北侧"
    assert (report.lon, report.case.lon, report.case.lat) == (None, LON, LAT)


def test_an_address_id_is_a_place_of_the_register(pothole: dict[str, Any]) -> None:
    del pothole["lat"], pothole["long"]
    (place,) = places.search("南沟水库")
    sent(pothole | {"address_id": place.id})
    assert Report.objects.select_related("case").get().case.cell_id == county.division(county.CELLS["B11"])


def test_answers_to_attributes_are_kept_with_the_report_for_the_office(key: str) -> None:
    at = {"api_key": key, "lat": LAT, "long": LON}
    sent(at | {"service_code": TRAFFIC_SIGNAL, "attribute[FAULT]": "dark"})
    sent(at | {"service_code": TOILET, "attribute[FAULT][]": ["door", "light"]})
    sent(at | {"service_code": STREET_LIGHT, "attribute[POLE]": "灯-0042", "attribute[LAMPS]": "3"})
    sent(at | {"service_code": WATER_CUT, "attribute[SINCE]": "2026-05-11T08:00:00+08:00", "attribute[AREA]": ""})
    given = [intake.reports_of(row.case_id)[0].payload["attributes"] for row in Report.objects.order_by("id")]
    assert given == [
        {"FAULT": "dark"},
        {"FAULT": ["door", "light"]},
        {"POLE": "灯-0042", "LAMPS": "3"},
        {"SINCE": "2026-05-11T08:00:00+08:00"},
    ]


def test_a_media_url_is_kept_but_neither_fetched_nor_shown(pothole: dict[str, Any]) -> None:
    number = sent(pothole | {"media_url": "https://pictures.example/1.jpg"})
    assert Report.objects.get().payload == {"media_url": "https://pictures.example/1.jpg"}
    assert "media_url" not in georeport.get(f"{BASE}/requests/{number}")[0]


def test_photos_may_come_along_in_a_multipart_form(pothole: dict[str, Any], settings: Any, tmp_path: Any) -> None:
    settings.BLOBS = tmp_path
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "grey").save(content, "PNG")
    upload = SimpleUploadedFile("hole.png", content.getvalue(), "image/png")
    response = CLIENT.post(f"{BASE}/requests.json", data=pothole | {"media": upload})
    assert response.status_code == 200, response.content.decode()
    (photo,) = intake.photos_of(Report.objects.get().case_id)
    assert (photo.width, photo.height) == (64, 48)


def test_where_danger_is_possible_the_notice_names_the_emergency_numbers_first(pothole: dict[str, Any]) -> None:
    (row,) = json.loads(post(pothole | {"service_code": FALLEN_LINE}).content)
    assert row["service_notice"].index("119") < row["service_notice"].index("回执码")


def test_the_same_idempotency_key_gives_the_same_id_and_one_case(pothole: dict[str, Any]) -> None:
    first = sent(pothole, **{"Idempotency-Key": "hole-1"})
    assert sent(pothole, **{"Idempotency-Key": "hole-1"}) == first
    assert sent(pothole, **{"Idempotency-Key": "hole-2"}) != first
    assert refusal(post(pothole | {"description": "别的内容"}, **{"Idempotency-Key": "hole-1"}))[0] == 409
    assert Report.objects.count() == 2


def test_keys_of_two_clients_do_not_meet(pothole: dict[str, Any]) -> None:
    first = sent(pothole, **{"Idempotency-Key": "1"})
    assert sent(pothole | {"api_key": georeport.new_key("另一家")}, **{"Idempotency-Key": "1"}) != first


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("no key", {"api_key": ""}, 403, "api_key"),
    ("a wrong key", {"api_key": "wrong"}, 403, "api_key"),
    ("another jurisdiction", {"jurisdiction_id": "city.example"}, 404, "jurisdiction_id"),
    ("no service", {"service_code": ""}, 400, "service_code"),
    ("an unknown service", {"service_code": "999999"}, 404, "service_code"),
    ("a private matter", {"service_code": county.NEIGHBOURS}, 404, "service_code"),
    ("no place", {"lat": "", "long": ""}, 400, "lat"),
    ("half a point", {"long": ""}, 400, "long"),
    ("a point in words", {"lat": "north"}, 400, "lat"),
    ("a point beyond the poles", {"lat": "91"}, 400, "lat"),
    ("no number", {"lat": "nan"}, 400, "lat"),
    ("infinity", {"long": "1e999"}, 400, "long"),
    ("a device without a fix", {"lat": "0", "long": "0"}, 400, "long"),
    ("a point outside the county", {"lat": "36", "long": "106"}, 400, "long"),
    ("an unknown address id", {"lat": "", "long": "", "address_id": "987654321"}, 400, "address_id"),
    ("an address id beyond all numbers", {"lat": "", "long": "", "address_id": "9" * 18}, 400, "address_id"),
    ("an address id in words", {"lat": "", "long": "", "address_id": "one"}, 400, "address_id"),
    ("an address too long", {"address_string": "长" * 201}, 400, "address_string"),
    ("a description too long", {"description": "长" * 4001}, 400, "description"),
    ("a sign that can't be kept", {"description": "a\0b"}, 400, "description"),
    ("a name too long", {"first_name": "n" * 81}, 400, "first_name"),
    ("a telephone that is none", {"phone": "call me"}, 400, "phone"),
    ("an e-mail that is none", {"email": "nobody"}, 400, "email"),
    ("a picture address that isn't one", {"media_url": "javascript:alert(1)"}, 400, "media_url"),
    ("a required attribute left out", {"service_code": TRAFFIC_SIGNAL}, 400, "attribute[FAULT]"),
    ("a choice that isn't offered", {"attribute[SIZE]": "huge"}, 400, "attribute[SIZE]"),
    ("two where one is asked", {"attribute[SIZE][]": ["small", "large"]}, 400, "attribute[SIZE]"),
    ("an endless answer", {"attribute[LANE]": "l" * 501}, 400, "attribute[LANE]"),
    ("no number of lamps", {"service_code": STREET_LIGHT, "attribute[LAMPS]": "many"}, 400, "attribute[LAMPS]"),
    ("no moment", {"service_code": WATER_CUT, "attribute[SINCE]": "at dawn"}, 400, "attribute[SINCE]"),
]


@pytest.mark.parametrize(("case", "changed", "status", "named"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_wrong_is_named_in_both_formats_and_nothing_is_kept(
    pothole: dict[str, Any], case: str, changed: dict[str, Any], status: int, named: str
) -> None:
    said = {form: refusal(post(pothole | changed, form), form) for form in ("json", "xml")}
    assert said["json"] == said["xml"]
    assert said["json"][0] == status
    assert said["json"][1].startswith(f"{named}: ")
    assert Report.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("description=坑".encode("gb18030"), "application/x-www-form-urlencoded"),
        (b"description=%BF%D3", "application/x-www-form-urlencoded"),
        ("description=坑".encode("gb18030"), "application/x-www-form-urlencoded; charset=gb18030"),
        (b'{"service_code": "020101"', "application/json"),
        (b'"020101"', "application/json"),
        (b"[" * 100_000, "application/json"),
        ('{"description": "坑"}'.encode("gb18030"), "application/json"),
        (b"", "text/plain"),
        (b"&".join(b"a%d=1" % n for n in range(201)), "application/x-www-form-urlencoded"),
        (b"description=" + b"a" * 300_000, "application/x-www-form-urlencoded"),
        (b"", "multipart/form-data"),
    ],
    ids=[
        "raw GB 18030",
        "escaped GB 18030",
        "declared GB 18030",
        "half JSON",
        "JSON that is no object",
        "deep JSON",
        "JSON in GB 18030",
        "text",
        "many fields",
        "large",
        "no boundary",
    ],
)
def test_a_form_that_cannot_be_read_is_refused_with_400(body: bytes, content_type: str) -> None:
    assert refusal(post(body, content_type=content_type))[0] == 400


def test_utf_8_is_read_escaped_and_raw_and_by_either_name(key: str) -> None:
    start = f"api_key={key}&service_code={county.POTHOLE}&lat={LAT}&long={LON}&description="
    for body in ("坑".encode(), b"%E5%9D%91"):
        for content_type in ("", "; charset=UTF-8", '; charset="utf8"'):
            assert post(start.encode() + body, content_type=georeport.FORM + content_type).status_code == 200
    assert set(Report.objects.values_list("text", flat=True)) == {"坑"}


def test_a_report_is_received_when_it_comes_whatever_it_says(pothole: dict[str, Any]) -> None:
    before = datetime.now(UTC)
    sent(pothole | {"requested_datetime": "1999-01-01T00:00:00Z"})
    assert Report.objects.get().received_at >= before


def test_what_is_added_under_a_known_key_is_a_conflict(pothole: dict[str, Any]) -> None:
    first = sent(pothole, **{"Idempotency-Key": "a-1"})
    for added in (
        {"service_code": county.RUBBISH},
        {"phone": "13800001111"},
        {"media_url": "https://example.invalid/a"},
    ):
        status, told = refusal(post(pothole | added, **{"Idempotency-Key": "a-1"}))
        assert status == 409
        assert told.startswith("Idempotency-Key: ")
    assert sent(pothole, **{"Idempotency-Key": "a-1"}) == first


def test_a_spot_just_outside_the_drawn_border_is_taken(pothole: dict[str, Any]) -> None:
    sent(pothole | {"lat": 35.05, "long": 104.9998})
    assert Report.objects.select_related("case").get().case.cell_id == county.division(county.CELLS["A11"])
    assert refusal(post(pothole | {"lat": 35.05, "long": 104.99}))[0] == 400
