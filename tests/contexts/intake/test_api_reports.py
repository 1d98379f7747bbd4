"""`/api/v1`: reports, batches, photos and receipts."""

import io
import json
from typing import Any

import pytest
from django.conf import settings as installed
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.api import ReportIn
from liandong.contexts.intake.models import Contact, Report
from liandong.foundation.access import public as access
from liandong.foundation.access.models import Staff
from liandong.foundation.files import public as files
from liandong.foundation.places import public as places
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from tests import county
from tests.contexts.intake.statements import statements

pytestmark = pytest.mark.django_db
LON, LAT = county.POINTS["A11"]
HOLE = {"text": "路口有个大坑", "lon": LON, "lat": LAT, "category_code": county.POTHOLE}
FALLEN_LINE = "030202"
CLIENT = Client(enforce_csrf_checks=True)


@pytest.fixture
def key() -> str:
    return access.create_api_key(actor=SYSTEM, name="测试客户端", channel="hotline")


def send(key: str, body: object, path: str = "reports", **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body)
    return CLIENT.generic(
        "POST", f"/api/v1/{path}", content, content_type="application/json", headers={"X-Api-Key": key, **headers}
    )


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.content.decode()
    assert response.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(response.content)
    assert told["status"] == status
    assert told["title"]
    return told


def test_a_report_is_answered_with_its_receipt(key: str) -> None:
    with time.at(county.MONDAY):
        response = send(key, HOLE)
    assert response.status_code == 201
    report = Report.objects.get()
    number = cases.find(report.case_id).number
    page = f"{installed.SITE_URL}/r/{number}/{report.receipt_code}/"
    assert json.loads(response.content) == {
        "number": number,
        "receipt_code": report.receipt_code,
        "state": "dispatched",
        "office": "县住房建设局",
        "due_at": "2026-05-14T09:30:00Z",
        "status_url": page,
        "emergency": None,
    }
    assert response.headers["Location"] == page
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert "局" in response.content.decode()


def test_a_client_s_reports_come_through_its_own_channel(key: str) -> None:
    send(key, HOLE)
    report = Report.objects.get()
    assert report.channel == "hotline"
    assert report.origin == f"api:{report.actor}"
    assert problem(send(key, HOLE | {"channel": "phone"}), 400)["field"] == "channel"


def test_without_category_one_is_proposed_from_the_words_or_the_desk_decides(key: str) -> None:
    clear = json.loads(send(key, {"text": "路边垃圾遍地，一堆垃圾没人扫", "lon": LON, "lat": LAT}).content)
    unclear = json.loads(send(key, {"text": "嗯"}).content)
    assert (clear["state"], clear["office"]) == ("dispatched", "县综合执法局")
    assert (unclear["state"], unclear["office"]) == ("received", "县社会治理中心")


def test_where_danger_is_possible_the_emergency_numbers_come_along(key: str) -> None:
    told = json.loads(send(key, HOLE | {"category_code": FALLEN_LINE}).content)
    assert told["emergency"]["numbers"] == ["110", "119", "120", "122"]
    assert "110" in told["emergency"]["notice"]
    repeated = json.loads(send(key, HOLE | {"category_code": FALLEN_LINE}, **{"Idempotency-Key": "1"}).content)
    again = send(key, HOLE | {"category_code": FALLEN_LINE}, **{"Idempotency-Key": "1"})
    assert json.loads(again.content) == repeated
    assert repeated["emergency"]


def test_words_of_danger_that_stay_unclear_bring_the_numbers_too(key: str) -> None:
    words = {"text": "有几个人拿着刀在路口打架，快来", "lon": HOLE["lon"], "lat": HOLE["lat"]}
    assert json.loads(send(key, words).content)["emergency"]["numbers"][0] == "110"
    calm = words | {"text": "高压线离房子多远才合规？"}
    assert json.loads(send(key, calm).content)["emergency"] is None


def test_the_same_idempotency_key_gives_the_same_receipt_with_200(key: str) -> None:
    first = send(key, HOLE, **{"Idempotency-Key": "a-1"})
    again = send(key, HOLE, **{"Idempotency-Key": "a-1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert json.loads(first.content) == json.loads(again.content)
    assert problem(send(key, HOLE | {"text": "别的"}, **{"Idempotency-Key": "a-1"}), 409)["code"] == "conflict"
    assert Report.objects.count() == 1


def test_everything_that_a_report_may_say_arrives(key: str) -> None:
    (place,) = places.search("南沟水库")
    given = {
        "text": "水库边护栏坏了",
        "address": "南沟村水库",
        "place_id": place.id,
        "category_code": county.POTHOLE,
        "office_code": "LAW",
        "complained_office": "HUD",
        "contact": {"name": "某某", "phone": "000-555-0100", "email": "x@example.org"},
        "received_at": "2026-05-01T08:00:00+08:00",
        "language": "zh",
    }
    assert send(key, given).status_code == 201
    report = Report.objects.select_related("case").get()
    assert report.case.cell_id == county.division(county.CELLS["B11"])
    assert (report.case.office_id, report.case.complained_office_id) == (county.office("LAW"), county.office("HUD"))
    assert report.received_at == county.local(1, 8)
    assert (report.case.language, report.address) == ("zh", "南沟村水库")
    assert Contact.objects.get().phone == "000-555-0100"


def test_a_point_of_a_domestic_map_is_kept_as_delivered_and_used_as_wgs_84(key: str) -> None:
    send(key, HOLE | {"crs": "gcj02"})
    report = Report.objects.select_related("case").get()
    assert (report.lon, report.lat, report.crs) == (LON, LAT, "gcj02")
    assert report.case.lon != LON
    assert abs(report.case.lon - LON) < 0.01


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"text": "", "category_code": ""}, 400, "text"),
    ({"text": "\u3164\u2800👍", "category_code": ""}, 400, "text"),
    ({"text": "长" * 4001}, 400, "text"),
    ({"text": "长" * 3999 + "\r\n长"}, 400, "text"),
    ({"text": "a\0"}, 400, "text"),
    ({"category_code": "999999"}, 400, "category_code"),
    ({"category_code": "01"}, 400, "category_code"),
    ({"lat": None}, 400, "lat"),
    ({"lat": 91}, 400, "lat"),
    ({"lon": 106, "lat": 36}, 400, "lon"),
    ({"address": "长" * 201}, 400, "address"),
    ({"division_code": "1"}, 400, "division_code"),
    ({"office_code": "NONE"}, 400, "office_code"),
    ({"complained_office": "NONE"}, 400, "complained_office"),
    ({"lon": None, "lat": None, "place_id": 987654321}, 400, "place_id"),
    ({"place_id": 987654321}, 400, "place_id"),
    ({"lon": None, "lat": None, "place_id": 10**30}, 400, "place_id"),
    ({"photos": ["forged"]}, 400, "photos"),
    ({"contact": {"email": "nobody"}}, 400, "email"),
    ({"contact": {"name": "\0"}}, 400, "name"),
    ({"received_at": "2099-01-01T00:00:00Z"}, 400, "received_at"),
    ({"received_at": "2026-01-01T00:00:00"}, 400, "received_at"),
    ({"idempotency_key": "k" * 121}, 400, "idempotency_key"),
    ({"text": 1}, 422, "text"),
    ({"lon": "east"}, 422, "lon"),
    ({"crs": "mercator"}, 422, "crs"),
    ({"photos": ["p"] * 10}, 422, "photos"),
    ({"contact": {"phone": 5}}, 422, "contact.phone"),
    ({"language": "much too long"}, 422, "language"),
    ({"long": 105.05}, 422, ""),
]


@pytest.mark.parametrize(("changed", "status", "field"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_is_wrong_is_named_and_nothing_is_kept(key: str, changed: dict[str, Any], status: int, field: str) -> None:
    assert problem(send(key, HOLE | changed), status).get("field", "") == field
    assert Report.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"text": "\\ud800"}', b"[" * 100_000])
def test_what_is_not_json_of_a_report_is_422(key: str, body: bytes) -> None:
    assert problem(send(key, body), 422)["code"] == "malformed_payload"


def test_a_body_over_a_megabyte_is_413(key: str) -> None:
    assert problem(send(key, b" " * (1024 * 1024 + 1)), 413)["code"] == "too_large"


@pytest.mark.parametrize("given", ["", "wrong"])
def test_without_a_key_or_a_session_it_is_401(given: str) -> None:
    assert problem(send(given, HOLE), 401)["code"] == "not_signed_in"
    assert problem(send(given, [HOLE], "reports/batch"), 401)
    assert problem(send(given, b"", "photos"), 401)


def test_a_key_opens_reports_and_receipts_and_nothing_else(key: str) -> None:
    for path in ("cases", "cases/points.geojson", "cases/000000197", "live", "places?q=x"):
        assert problem(CLIENT.get(f"/api/v1/{path}", headers={"X-Api-Key": key}), 401)
    assert problem(send(key, b"{}", "cases/000000197/accept"), 401)


@pytest.fixture
def clerk() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(Staff.objects.get(username="clerk"))
    return client


def test_a_post_sends_with_the_csrf_token_of_its_page_only(clerk: Client) -> None:
    clerk.cookies["csrftoken"] = token = "t" * 32
    body, kind = json.dumps(HOLE | {"channel": "visit"}), "application/json"
    assert problem(clerk.post("/api/v1/reports", body, content_type=kind), 403)
    sent = clerk.post("/api/v1/reports", body, content_type=kind, headers={"X-CSRFToken": token})
    assert sent.status_code == 201
    assert Report.objects.get().channel == "visit"


def test_only_posts_that_take_reports_send_them(key: str) -> None:
    for username, status in [
        ("town_a", 201),
        ("grid_a1", 201),
        ("coordinator", 201),
        ("leader", 403),
        ("admin", 403),
        ("law1", 403),
    ]:
        client = Client()
        client.force_login(Staff.objects.get(username=username))
        assert client.post("/api/v1/reports", json.dumps(HOLE), content_type="application/json").status_code == status
    assert list(Report.objects.order_by("id").values_list("channel", flat=True)) == ["phone", "grid", "phone"]


def test_each_report_of_a_batch_is_answered_by_itself(key: str) -> None:
    sent = [
        HOLE | {"idempotency_key": "1"},
        HOLE | {"category_code": "999999"},
        {"text": 7},
        HOLE | {"idempotency_key": "1"},
        HOLE | {"idempotency_key": "1", "text": "别的"},
        HOLE | {"idempotency_key": "2"},
    ]
    response = send(key, sent, "reports/batch")
    assert response.status_code == 200
    answers = json.loads(response.content)["answers"]
    assert [answer["status"] for answer in answers] == [201, 400, 422, 200, 409, 201]
    assert answers[1]["error"]["field"] == "category_code"
    assert answers[2]["error"]["field"] == "text"
    assert answers[0]["report"]["number"] == answers[3]["report"]["number"] != answers[5]["report"]["number"]
    assert Report.objects.count() == 2
    again = json.loads(send(key, sent, "reports/batch").content)["answers"]
    assert [answer["status"] for answer in again] == [200, 400, 422, 200, 409, 200]


def test_a_batch_has_at_most_five_hundred_reports(key: str) -> None:
    assert problem(send(key, [HOLE] * 501, "reports/batch"), 413)
    assert problem(send(key, HOLE, "reports/batch"), 422)
    assert json.loads(send(key, [], "reports/batch").content) == {"answers": []}


def _item(**changed: object) -> bytes:
    return json.dumps(HOLE | changed).encode()


SPOILT = {
    "a longitude beyond all": (_item(lon=1e308), 400),
    "a longitude that is no number of the machine": (_item().replace(str(LON).encode(), b"1e999"), 422),
    "not a number": (_item().replace(str(LON).encode(), b"NaN"), 422),
    "infinity": (_item().replace(str(LON).encode(), b"-Infinity"), 422),
    "a longitude just beyond": (_item(lon=180.0001), 400),
    "a latitude just beyond": (_item(lat=-90.0001), 400),
    "a longitude without end in a domestic system": (_item(lon=1e300, lat=1e300, crs="bd09"), 400),
    "a place of thirty digits": (_item(place_id=10**30, lon=None, lat=None), 400),
    "a place of five thousand digits": (_item(place_id=0).replace(b": 0}", b": " + b"9" * 5000 + b"}"), 422),
    "the year 1": (_item(received_at="0001-01-01T00:00:00+14:00"), 400),
    "the year 9999": (_item(received_at="9999-12-31T23:59:59-14:00"), 400),
    "half a sign": (_item(text="\ud83d"), 422),
    "half a sign in the key": (_item(idempotency_key="\udc00"), 422),
    "a zero": (_item(text="a\0"), 400),
    "a zero in the key": (_item(idempotency_key="k\0"), 400),
    "a zero in the contact": (_item(contact={"phone": "138\0 0000111"}), 400),
    "bytes that are no text": (b'{"text": "\xff\xfe"}', 422),
    "a line break within a text": (b'{"text": "a\nb"}', 422),
    "deep brackets": (b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 422),
    "deep braces": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 422),
    "a key of 121 signs": (_item(idempotency_key="k" * 121), 400),
    "an unknown system": (_item(crs="mercator"), 422),
    "no object": (b"7", 422),
    "nothing": (b"null", 422),
}


@pytest.mark.parametrize("is_known", [False, True], ids=["a new key", "a known key"])
@pytest.mark.parametrize("what", SPOILT)
def test_one_spoilt_report_of_a_batch_costs_none_of_the_others(key: str, what: str, is_known: bool) -> None:
    spoilt, status = SPOILT[what]
    if is_known:
        send(key, HOLE | {"idempotency_key": "known"})
        named = b'"idempotency_key": "known", "text"'
        spoilt = spoilt if b"_key" in spoilt else spoilt.replace(b'"text"', named, 1)
    before, good = Report.objects.count(), [_item(text=f'第{n}件，{{["') for n in range(3)]
    body = b" [" + b", ".join([good[0], spoilt, *good[1:]]) + b"] "
    response = send(key, body, "reports/batch")
    assert response.status_code == 200, response.content.decode()
    answers = json.loads(response.content)["answers"]
    first, middle, *others = [answer["status"] for answer in answers]
    assert [first, *others] == [201, 201, 201]
    assert middle == status or (is_known and middle == 409)
    assert answers[1]["error"]["title"]
    assert Report.objects.count() == before + 3


@pytest.mark.parametrize("body", [b"[{]}", b"[1", b"{}", b"", b"[]]", b"[[]", b"[1],[NaN]"])
def test_what_is_no_list_is_refused_as_a_whole(key: str, body: bytes) -> None:
    assert problem(send(key, body, "reports/batch"), 422)


@pytest.fixture
def picture(settings: Any, tmp_path: Any) -> SimpleUploadedFile:
    settings.BLOBS = tmp_path
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "grey").save(content, "PNG")
    return SimpleUploadedFile("hole.png", content.getvalue(), "image/png")


def test_a_photo_is_sent_first_and_named_in_the_report(key: str, picture: SimpleUploadedFile) -> None:
    kept = CLIENT.post("/api/v1/photos", {"photo": picture}, headers={"X-Api-Key": key})
    photo = json.loads(kept.content)
    assert (photo["width"], photo["height"]) == (64, 48)
    assert send(key, {"photos": [photo["token"]], "lon": LON, "lat": LAT}).status_code == 201
    (row,) = intake.photos_of(Report.objects.get().case_id)
    assert files.path_of(row.sha256).exists()


def test_a_photo_that_comes_under_a_known_key_is_not_dropped_silently(key: str, picture: SimpleUploadedFile) -> None:
    headers = {"X-Api-Key": key}
    assert send(key, HOLE, **{"Idempotency-Key": "a-1"}).status_code == 201
    token = json.loads(CLIENT.post("/api/v1/photos", {"photo": picture}, headers=headers).content)["token"]
    for added in ({"photos": [token]}, {"complained_office": "HUD"}, {"category_code": "010101"}, {"language": "en"}):
        told = problem(send(key, HOLE | added, **{"Idempotency-Key": "a-1"}), 409)
        assert (told["code"], told["field"]) == ("conflict", "idempotency_key")
        assert "换一个幂等键" in told["title"]
    assert send(key, HOLE, **{"Idempotency-Key": "a-1"}).status_code == 200
    assert send(key, HOLE | {"photos": [token]}, **{"Idempotency-Key": "a-2"}).status_code == 201
    assert [len(intake.photos_of(report.case_id)) for report in Report.objects.order_by("id")] == [0, 1]


def test_what_is_no_photo_is_refused(key: str, picture: SimpleUploadedFile) -> None:
    headers = {"X-Api-Key": key}
    bad = SimpleUploadedFile("x.jpg", b"words", "image/jpeg")
    assert problem(CLIENT.post("/api/v1/photos", {"photo": bad}, headers=headers), 400)["field"] == "photos"
    assert problem(CLIENT.post("/api/v1/photos", {"other": picture}, headers=headers), 400)["field"] == "photo"
    torn = CLIENT.generic("POST", "/api/v1/photos", b"--x", content_type="multipart/form-data", headers=headers)
    assert problem(torn, 422)


def test_a_receipt_tells_what_the_reporter_may_know(key: str) -> None:
    told = json.loads(send(key, HOLE).content)
    case_id = Report.objects.get().case_id
    handler = county.post("hud1")
    cases.accept_case(actor=handler, case_id=case_id)
    cases.add_note(actor=handler, case_id=case_id, text="内部备注")
    cases.answer_case(actor=handler, case_id=case_id, text="已修补。")
    path = f"/api/v1/receipts/{told['number']}/{told['receipt_code'].lower()}"
    receipt = json.loads(CLIENT.get(path, headers={"X-Api-Key": key}).content)
    assert (receipt["state"], receipt["state_name"], receipt["office"]) == ("answered", "待评价", "县住房建设局")
    assert [(said["kind"], said["text"]) for said in receipt["messages"]] == [("answer", "已修补。")]
    assert problem(CLIENT.get(path), 401)


def test_receipt_codes_cannot_be_tried_out(key: str) -> None:
    number = json.loads(send(key, HOLE).content)["number"]
    path = f"/api/v1/receipts/{number}/0000-0000-0000"
    statuses = [CLIENT.get(path, headers={"X-Api-Key": key}).status_code for _ in range(12)]
    assert statuses == [404] * 10 + [429] * 2


def test_one_report_takes_two_statements(key: str) -> None:
    send(key, HOLE)
    with statements() as told:
        send(key, HOLE)
    assert len(told) == 2, told


_ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.integers(min_value=10**15, max_value=10**400),
        st.floats(),
        st.text(st.characters(), max_size=12),
        st.sampled_from(["\ud800", "\0", "k" * 121, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]),
        st.datetimes().map(lambda at: at.isoformat() + "Z"),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = [*ReportIn.__struct_fields__, "unknown"]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spoilt=st.dictionaries(st.sampled_from(_FIELDS), _ANYTHING, max_size=3), is_known=st.booleans())
def test_whatever_one_report_of_a_batch_says_the_others_are_taken(
    key: str, spoilt: dict[str, object], is_known: bool
) -> None:
    known = HOLE | ({"idempotency_key": "known"} if is_known else {})
    if is_known:
        send(key, known)
    response = send(key, [HOLE, known | spoilt, HOLE], "reports/batch")
    assert response.status_code == 200, response.content.decode()
    first, middle, last = (answer["status"] for answer in json.loads(response.content)["answers"])
    assert (first, last) == (201, 201)
    assert middle in (200, 201, 400, 409, 422)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(
        st.binary(max_size=80),
        st.dictionaries(
            st.sampled_from(
                [*HOLE, "address", "place_id", "contact", "photos", "received_at", "crs", "idempotency_key"]
            ),
            st.one_of(
                st.text(max_size=20),
                st.integers(),
                st.floats(allow_nan=False),
                st.none(),
                st.lists(st.text(max_size=5)),
                st.datetimes(timezones=st.just(county.MONDAY.tzinfo)).map(lambda at: at.isoformat()),
            ),
        ).map(lambda given: json.dumps(HOLE | given).encode()),
    )
)
def test_whatever_is_sent_the_answer_is_no_fault_of_ours(key: str, body: bytes) -> None:
    assert send(key, body).status_code in (200, 201, 400, 409, 422)
    assert send(key, b"[" + body + b"]", "reports/batch").status_code in (200, 422)
