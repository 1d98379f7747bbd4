"""The report page, as a browser without scripts and as the page's own scripts use it."""

from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import hypothesis
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from liandong.contexts.categories import public as categories
from liandong.contexts.intake.models import Contact, Photo, Report
from liandong.foundation.access.models import RateWindow
from liandong.foundation.files import turns
from liandong.kernel import ids, time
from tests import county
from tests.contexts.intake import pages
from tests.contexts.intake.pages import heic, jpeg, report_fields
from tests.contexts.intake.statements import statements

pytestmark = pytest.mark.django_db
REPORT = "/report/"
GAS_LEAK = "030301"


@pytest.fixture(autouse=True)
def blobs(settings: Any, tmp_path: Path) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


def send(client: Client, **changed: Any) -> pages.Page:
    return pages.post(client, REPORT, report_fields(**changed))


def sent(page: pages.Page) -> Report:
    """The report behind a redirect to its receipt."""
    assert page.status == 302, page.summary
    _, _, number, code, query = page.response.headers["Location"].split("/")
    report = Report.objects.select_related("case").get(case_id=ids.parse_case_number(number))
    assert (report.receipt_code, query) == (code, "?new=1")
    return report


def test_the_first_page_offers_report_progress_sign_in_and_the_emergency_numbers(client: Client) -> None:
    page = pages.get(client, "/")
    assert page.status == 200
    links = [each.get("href") for each in page.all("//main//a[@href]")]
    assert links[:2] == ["/report/", "/status/"]
    assert links[2].startswith("/accounts/login/")
    assert links[3:] == ["tel:110", "tel:119", "tel:120", "tel:122"]
    assert "青坪县" in page.words
    assert "示例数据" in page.words


def test_a_report_leads_to_its_receipt(client: Client) -> None:
    report = sent(send(client, address="人民路口", name="王先生", phone="000-1234"))
    assert (report.channel, report.origin, report.text) == ("web", "web", "路口有个大坑，车辆绕行")
    assert (report.address, report.actor) == ("人民路口", "reporter:0")
    assert report.case.cell_id == county.division(county.CELLS["A11"])
    assert Contact.objects.get().phone == "000-1234"


def test_without_contact_data_none_is_kept(client: Client) -> None:
    sent(send(client))
    assert not Contact.objects.exists()


def test_the_chosen_category_goes_before_what_the_words_say(client: Client) -> None:
    report = sent(send(client, category_code=county.RUBBISH))
    assert (report.case.category_code, report.case.office_id) == (county.RUBBISH, county.office("LAW"))


def test_without_a_choice_the_words_decide_as_the_page_has_said(client: Client) -> None:
    words = "厨房里燃气泄漏"
    fragment = pages.post(client, "/report/category/", {"text": words})
    assert "会归为“燃气泄漏”" in fragment.words
    assert sent(send(client, text=words)).case.category_code == GAS_LEAK


def test_the_language_of_the_page_is_kept_with_the_report(client: Client) -> None:
    response = client.post(REPORT, report_fields(text="A deep hole in the road"), headers={"accept-language": "en"})
    assert sent(pages.read(response)).case.language == "en"


def test_the_same_form_sent_twice_gives_the_same_receipt(client: Client) -> None:
    key = str(uuid4())
    first, second = send(client, idempotency_key=key), send(client, idempotency_key=key)
    assert first.response.headers["Location"] == second.response.headers["Location"]
    assert Report.objects.count() == 1


def test_changed_words_under_the_same_key_are_told_and_the_next_press_sends_them(client: Client) -> None:
    key = str(uuid4())
    send(client, idempotency_key=key)
    page = send(client, idempotency_key=key, text="另一件事：路灯不亮")
    assert page.status == 409
    assert "已经送达一次" in page.summary
    assert page.value("text") == "另一件事：路灯不亮"
    assert page.value("idempotency_key") not in ("", key)
    sent(send(client, idempotency_key=page.value("idempotency_key"), text="另一件事：路灯不亮"))
    assert Report.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 500, "a\x00b", "名"])
def test_a_key_that_is_none_makes_no_two_reports_the_same(client: Client, key: str) -> None:
    sent(send(client, idempotency_key=key))
    sent(send(client, idempotency_key=key))
    assert Report.objects.count() == 2


def test_an_address_of_the_register_gives_the_place(client: Client) -> None:
    report = sent(send(client, lon="", lat="", address="东坪广场门口"))
    assert report.case.cell_id == county.division(county.CELLS["A11"])


def test_an_address_that_nobody_knows_is_a_place_too(client: Client) -> None:
    report = sent(send(client, lon="", lat="", address="村口老槐树下", category_code=county.RUBBISH))
    assert (report.case.division_id, report.case.address) == (None, "村口老槐树下")


def test_a_photo_is_enough_to_say_what_it_is(client: Client, blobs: Path) -> None:
    report = sent(send(client, text="", photos=[jpeg(), heic()]))
    kept = list(Photo.objects.filter(report=report).order_by("id"))
    assert [(each.media_type, each.width) for each in kept] == [("image/jpeg", 64), ("image/jpeg", 60)]
    assert set(pages.blobs(blobs)) == {each.sha256 for each in kept}


def test_the_same_photo_twice_is_kept_once(client: Client) -> None:
    report = sent(send(client, photos=[jpeg(name="a.jpg"), jpeg(name="b.jpg")]))
    assert Photo.objects.filter(report=report).count() == 1


@pytest.mark.parametrize("text", ["第一行。\n" * 800, "𠮷" * 2000, "路灯不亮👍"])
def test_as_much_as_the_form_lets_type_is_taken_and_a_line_break_is_one_sign(client: Client, text: str) -> None:
    address, name = "𠮷" * 100, "𠮷" * 40
    report = sent(send(client, text=text.strip().replace("\n", "\r\n"), address=address, name=name))
    assert (report.text, report.address, report.contact.name) == (text.strip(), address, name)


FAULTS = [
    ({"text": "", "photos": []}, "text", "请写几句话说明情况，或附上照片。"),
    ({"text": "  \r\n "}, "text", "请写几句话说明情况，或附上照片。"),
    ({"text": "\u200b\u2060\u3164"}, "text", "请写几句话说明情况，或附上照片。"),
    ({"text": "👍👍", "category_code": county.POTHOLE}, "text", "请写几句话说明情况，或附上照片。"),
    ({"text": "𠮷" * 2001}, "text", "内容不能超过 4000 字，现在有 4002 字。"),
    ({"address": "𠮷" * 101}, "address", ""),
    ({"name": "𠮷" * 41}, "name", ""),
    ({"text": "坑" * 4001}, "text", "内容不能超过 4000 字，现在有 4001 字。"),
    ({"text": "乱码\ufffd\ufffd"}, "text", "有些字符没能识别"),
    ({"text": "零\x00字节"}, "text", ""),
    ({"lon": "", "lat": ""}, "address", "请在地图上选出位置，或写下地址。"),
    ({"lon": "", "lat": "", "address": "👍"}, "address", "请在地图上选出位置，或写下地址。"),
    ({"lon": "", "lat": "", "address": "……"}, "address", "请在地图上选出位置，或写下地址。"),
    ({"address": "路" * 201}, "address", ""),
    ({"lon": ""}, "lon", "经度和纬度须同时填写。"),
    ({"lat": ""}, "lat", "经度和纬度须同时填写。"),
    ({"lon": "east"}, "lon", ""),
    ({"lon": "nan"}, "lon", ""),
    ({"lon": "1e400"}, "lon", ""),
    ({"lon": "181"}, "lon", "超出"),
    ({"lat": "-91"}, "lat", "超出"),
    ({"lon": "0", "lat": "0"}, "lon", "坐标为 0, 0"),
    ({"lon": "106.0", "lat": "36.0"}, "lon", "不在本县范围内"),
    ({"category_code": "999999"}, "category_code", ""),
    ({"category_code": "01"}, "category_code", ""),
    ({"complained_office_id": "x"}, "complained_office_id", ""),
    ({"phone": "打电话"}, "phone", "电话号码格式不正确。"),
    ({"phone": "1" * 41}, "phone", ""),
    ({"email": "a b@c"}, "email", "电子邮箱格式不正确，请只填一个完整的地址。"),
    ({"name": "名" * 81}, "name", ""),
]


@pytest.mark.parametrize(("changed", "field", "says"), FAULTS)
def test_a_fault_is_told_beside_its_field_and_above_and_nothing_typed_is_lost(
    client: Client, changed: dict[str, Any], field: str, says: str
) -> None:
    given = report_fields(name="王先生", **({"category_code": county.CONDUCT} if "complained" in field else {}))
    given |= changed
    page = pages.post(client, REPORT, given)
    assert page.status == 422
    assert page.error(field)
    assert says in page.error(field)
    assert page.all(f"//*[@data-error-summary]//a[@href='#id_{field}']")
    assert page.value("phone") == given.get("phone", "")
    assert page.value("address") == given.get("address", "")
    assert not Report.objects.exists()


def test_lines_as_browsers_send_them_count_as_one_sign_each(client: Client) -> None:
    assert "\r" not in sent(send(client, text="坑\r\n" * 2000)).text


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_bytes_that_are_no_utf8_are_told_instead_of_being_garbled(client: Client, form: str) -> None:
    words = "路面有坑".encode("gb18030")
    if form == "urlencoded":
        body, kind = b"lon=105.05&lat=35.05&text=" + quote(words).encode(), "application/x-www-form-urlencoded"
    else:
        parts = {"lon": b"105.05", "lat": b"35.05", "text": words}
        lines = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n'.encode() + v for k, v in parts.items()]
        body, kind = b"\r\n".join([*lines, b"--x--\r\n"]), "multipart/form-data; boundary=x"
    page = pages.read(client.generic("POST", REPORT, body, content_type=kind))
    assert page.status == 422
    assert "没能识别" in page.error("text")


def test_another_fault_keeps_the_photos_here_and_shows_them_again(client: Client, blobs: Path) -> None:
    page = send(client, lon="", lat="", photos=[jpeg("red"), jpeg("green")])
    assert page.status == 422
    tokens = [each.get("value") for each in page.all("//input[@name='kept']")]
    thumbs = [each.get("src") for each in page.all("//fieldset//img")]
    assert len(tokens) == len(thumbs) == 2
    shown = client.get(thumbs[0])
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    report = sent(send(client, kept=tokens, photos=[jpeg("blue")]))
    assert Photo.objects.filter(report=report).count() == 3


def test_a_kept_photo_that_is_unticked_stays_out(client: Client) -> None:
    page = send(client, lon="", lat="", photos=[jpeg("red"), jpeg("green")])
    first = page.all("//input[@name='kept']")[0].get("value")
    assert Photo.objects.filter(report=sent(send(client, kept=[first]))).count() == 1


def test_nobody_gets_at_a_photo_by_its_hash(client: Client) -> None:
    send(client, lon="", lat="", photos=[jpeg()])
    page = send(client, kept=["0" * 64])
    assert page.status == 422
    assert "已过期" in page.error("photos")
    assert client.get(f"/report/photo/{'0' * 64}/").status_code == 404


def test_the_page_that_holds_the_photos_itself_is_not_shown_them_again(client: Client) -> None:
    given = report_fields(lon="", lat="", photos=[jpeg()])
    page = pages.post(client, REPORT, given, headers={"x-upload": "1"})
    assert page.status == 422
    assert not page.has("kept")


def test_what_is_no_picture_is_named_and_the_rest_is_kept(client: Client) -> None:
    bad = SimpleUploadedFile("notes.jpg", b"no picture", "image/jpeg")
    page = send(client, photos=[bad, jpeg()])
    assert page.status == 422
    assert "notes.jpg：无法识别的文件" in page.error("photos")
    assert len(page.all("//input[@name='kept']")) == 1
    assert page.value("text") == "路口有个大坑，车辆绕行"


def test_a_photo_over_the_limit_is_named_with_413_and_the_rest_is_kept(client: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 2000
    huge = SimpleUploadedFile("huge.jpg", b"x" * 2001, "image/jpeg")
    page = send(client, photos=[huge, jpeg()])
    assert page.status == 413
    assert "huge.jpg：照片不能超过" in page.error("photos")
    assert len(page.all("//input[@name='kept']")) == 1


def test_a_body_larger_than_nine_photos_is_refused_unread(client: Client, settings: Any) -> None:
    settings.BODY_MAX_BYTES = 1000
    page = send(client, photos=[jpeg(size=(600, 600))])
    assert page.status == 413
    assert "上传的内容超过了限制" in page.words
    assert not Report.objects.exists()


def test_of_more_than_nine_photos_nine_are_kept(client: Client) -> None:
    page = send(client, photos=[jpeg(size=(20 + n, 20)) for n in range(10)])
    assert page.status == 422
    assert "最多 9 个文件" in page.error("photos")
    assert len(page.all("//input[@name='kept']")) == 9


def test_a_complaint_about_staff_asks_which_office_it_is_about_so_that_it_stays_away(client: Client) -> None:
    complaint = {"category_code": county.CONDUCT, "lon": "", "lat": ""}
    page = send(client, **complaint)
    assert page.status == 422
    assert "请选择反映的部门" in page.error("complained_office_id")
    report = sent(send(client, **complaint, complained_office_id=str(county.office("LAW"))))
    assert report.case.complained_office_id == county.office("LAW")
    assert report.case.office_id == county.office("SUP")


def test_a_complaint_may_leave_open_which_office_it_is_about(client: Client) -> None:
    report = sent(send(client, category_code=county.CONDUCT, complained_office_id="0"))
    assert report.case.complained_office_id is None


def test_an_office_complained_of_counts_for_complaints_only(client: Client) -> None:
    report = sent(send(client, category_code=county.POTHOLE, complained_office_id=str(county.office("LAW"))))
    assert report.case.complained_office_id is None


def test_the_emergency_numbers_come_before_the_picker(client: Client) -> None:
    page = pages.post(client, "/report/category/", {"text": "厨房燃气泄漏，快来人"})
    words = page.words
    assert "这不是报警渠道" in words
    assert [each.get("href") for each in page.all("//a")] == ["tel:110", "tel:119", "tel:120", "tel:122"]
    chosen = pages.post(client, "/report/category/", {"text": "", "category_code": GAS_LEAK})
    assert "这不是报警渠道" in chosen.words
    assert "这不是报警渠道" not in pages.post(client, "/report/category/", {"text": "路面有坑"}).words


def test_a_typed_place_is_suggested_with_its_village_and_a_press_fills_it_in(client: Client) -> None:
    found = pages.post(client, "/report/places/", {"address": "东坪广"})
    (button,) = found.all("//button")
    assert "东坪广场" in button.text_content()
    assert "青坪镇 · 东坪村" in button.text_content()
    picked = pages.post(client, "/report/place/", {"address": "东坪广", "pick_place": button.get("value")})
    lon, lat = county.POINTS["A11"]
    values = (picked.value("address"), float(picked.value("lon")), float(picked.value("lat")))
    assert values == ("东坪广场", pytest.approx(lon), pytest.approx(lat))


@pytest.mark.parametrize("place", ["", "x", "-1", "9" * 30, "123456789"])
def test_a_place_that_does_not_exist_changes_nothing(client: Client, place: str) -> None:
    picked = pages.post(client, "/report/place/", {"address": "东坪广", "pick_place": place})
    assert (picked.status, picked.value("address"), picked.value("lon")) == (200, "东坪广", "")


def test_open_matters_near_by_are_shown_by_category_never_in_their_reporters_words(client: Client) -> None:
    county.receive("王某家门口有个大坑")
    county.receive("邻居吵架", category_code=county.NEIGHBOURS)
    lon, lat = county.POINTS["A11"]
    near = pages.post(client, "/report/near/", {"lon": lon, "lat": lat})
    assert "附近 200 米内有 1 件事正在办理" in near.words
    assert "道路坑洼" in near.words or categories.taxonomy().by_code[county.POTHOLE].zh in near.words
    assert "王某" not in near.words
    points = client.get("/report/near.geojson", {"lon": lon, "lat": lat}).json()
    (feature,) = points["features"]
    assert feature["geometry"]["coordinates"] == [round(lon, 3), round(lat, 3)]
    assert "王某" not in str(points)


def test_of_more_open_matters_near_by_than_are_listed_it_is_said_that_there_are_more(client: Client) -> None:
    lon, lat = county.POINTS["A11"]
    county.receive_all([county.report() for _ in range(10)])
    page = pages.post(client, "/report/near/", {"lon": lon, "lat": lat})
    assert "附近 200 米内有 10 件事正在办理" in page.words
    county.receive()
    page = pages.post(client, "/report/near/", {"lon": lon, "lat": lat})
    assert "附近 200 米内有 10 件以上的事正在办理" in page.words
    assert len(page.all("//button[@name='same_as'][@value!='']")) == 10


def test_what_is_near_is_asked_for_a_typed_place_too(client: Client) -> None:
    county.receive()
    assert "1 件事" in pages.post(client, "/report/near/", {"address": "东坪广场"}).words


@pytest.mark.parametrize("point", [{}, {"lon": "x", "lat": "1"}, {"lon": "999", "lat": "1"}, {"lon": "105.05"}])
def test_near_nothing_is_nothing(client: Client, point: dict[str, str]) -> None:
    assert pages.post(client, "/report/near/", point).words == ""
    assert client.get("/report/near.geojson", point).json()["features"] == []


def test_without_scripts_a_look_first_shows_place_neighbours_and_category(client: Client) -> None:
    county.receive()
    page = send(client, lon="", lat="", address="东坪广场", text="路灯坏了", look="1", photos=[jpeg()])
    assert page.status == 200
    assert "1 件事正在办理" in page.words
    assert page.all("//button[@name='pick_place']")
    assert page.all("//button[@name='pick']")
    assert page.has("kept")
    assert page.value("text") == "路灯坏了"
    assert Report.objects.count() == 1


def test_looks_with_photos_are_counted_like_reports_and_keep_nothing_past_the_limit(
    client: Client, blobs: Path
) -> None:
    for n in range(30):
        assert send(client, look="1", photos=[jpeg(size=(20 + n, 20))]).status == 200
    kept = len(set(pages.blobs(blobs)))
    for press in ({"look": "1"}, {"pick": county.POTHOLE}, {"pick_place": "1"}):
        page = send(client, name="王先生", photos=[jpeg("blue")], **press)
        assert page.status == 429
        assert "请过十分钟再试" in page.summary
        assert (page.value("text"), page.value("name")) == ("路口有个大坑，车辆绕行", "王先生")
    assert len(set(pages.blobs(blobs))) == kept == 30
    assert send(client).status == 429
    assert send(client, look="1").status == 200  # without photos it costs nothing


@pytest.mark.parametrize("press", [{}, {"look": "1"}], ids=["sent", "looked at"])
def test_where_pictures_queue_the_words_are_kept_and_it_may_be_tried_again(
    client: Client, monkeypatch: Any, press: dict[str, str]
) -> None:
    monkeypatch.setattr(turns, "_room", BoundedSemaphore(1))
    with turns._room:
        page = send(client, name="王先生", photos=[jpeg(), jpeg("blue")], **press)
    assert page.status == 503
    assert page.response.headers["Retry-After"] == "5"
    assert "照片正在排队处理" in page.words
    assert (page.value("text"), page.value("name")) == ("路口有个大坑，车辆绕行", "王先生")
    assert not Report.objects.exists()
    assert sent(send(client, photos=[jpeg()])).photos.count() == 1


OTHER = {
    "a photo": {"photos": [True]},
    "a complaint": {"category_code": county.CONDUCT, "complained_office_id": True},
    "another category": {"category_code": county.RUBBISH},
    "another place": {"address": "南沟村口"},
    "a way to reach": {"phone": "13800001111"},
}


@pytest.mark.parametrize("what", OTHER)
def test_whatever_is_added_under_the_same_key_is_told_kept_on_the_page_and_sent_with_the_next_press(
    client: Client, what: str
) -> None:
    key, changed = str(uuid4()), dict(OTHER[what])
    first = sent(send(client, idempotency_key=key))
    if "photos" in changed:
        changed["photos"] = [jpeg()]
    if "complained_office_id" in changed:
        changed["complained_office_id"] = str(first.case.office_id)
    page = send(client, idempotency_key=key, **changed)
    assert page.status == 409
    assert "这次的改动没有保存" in page.summary
    assert page.value("idempotency_key") != key
    for name, value in changed.items():
        assert page.has("kept") if name == "photos" else page.value(name) == value
    fields = {name: page.value(name) for name in changed if name != "photos"}
    kept = {"kept": page.value("kept")} if page.has("kept") else {}
    second = sent(send(client, idempotency_key=page.value("idempotency_key"), **fields, **kept))
    assert second.pk != first.pk
    assert second.photos.count() == len(kept)
    if what == "a complaint":
        assert second.case.complained_office_id == first.case.office_id != second.case.office_id


def test_a_place_just_outside_the_drawn_border_is_taken_and_one_far_out_isnt(client: Client) -> None:
    report = sent(send(client, lon="104.9998", lat="35.05"))
    assert report.case.cell_id == county.division(county.CELLS["A11"])
    far = send(client, lon="104.99", lat="35.05")
    assert far.status == 422
    assert "不在本县范围内" in far.summary


def test_without_scripts_a_press_on_a_place_fills_it_in(client: Client) -> None:
    offered = send(client, lon="", lat="", address="东坪广场", look="1")
    place = offered.all("//button[@name='pick_place']")[0].get("value")
    page = send(client, lon="", lat="", address="东坪广", pick_place=place)
    assert (page.value("address"), page.value("lon")) == ("东坪广场", "105.050000")


def test_after_too_many_reports_from_one_address_the_form_stays_filled(client: Client) -> None:
    for _ in range(30):
        assert send(client, text="").status == 422
    page = send(client, name="王先生")
    assert page.status == 429
    assert "请过十分钟再试" in page.summary
    assert (page.value("text"), page.value("name")) == ("路口有个大坑，车辆绕行", "王先生")
    assert not Report.objects.exists()
    assert send(Client(REMOTE_ADDR="192.0.2.77")).status == 302


def test_the_address_that_asks_is_counted_but_not_kept(client: Client) -> None:
    sent(send(client))
    assert [row.key for row in RateWindow.objects.all() if "127.0.0.1" in row.key] == []


def test_a_form_from_another_site_is_refused(settings: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(REPORT, report_fields()).status_code == 403
    assert not Report.objects.exists()


def test_every_part_of_the_form_works_in_english(client: Client) -> None:
    county.receive()
    english = {"headers": {"accept-language": "en"}}
    page = pages.post(client, REPORT, report_fields(text="Gas leak", look="1"), **english)
    assert "This is not an emergency line" in page.words
    assert "1 matter is being handled within 200 m" in page.words
    faulty = pages.post(client, REPORT, report_fields(text=""), **english)
    assert "add a photo" in faulty.error("text")


def test_the_ground_of_the_map_is_the_county_with_its_divisions_and_known_places(client: Client) -> None:
    response = client.get("/ground.geojson", headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    ground = client.get("/ground.geojson").json()
    levels = [each["properties"]["level"] for each in ground["features"]]
    assert levels == ["county"] + ["town"] * 2 + ["village"] * 4 + ["place"] * 2
    again = client.get("/ground.geojson", headers={"if-none-match": client.get("/ground.geojson").headers["ETag"]})
    assert again.status_code == 304


def test_the_page_asks_the_database_nothing_but_what_its_place_needs(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.get(REPORT)
    with django_assert_num_queries(0):
        client.get(REPORT)
    with django_assert_num_queries(0):
        client.post("/report/category/", {"text": "路灯坏了"})
    with django_assert_num_queries(2):  # the nearest known place, and the open matters
        client.post("/report/near/", {"lon": "105.05", "lat": "35.05"})


def test_a_report_over_the_page_costs_three_statements(client: Client) -> None:
    sent(send(client))
    with statements() as told:
        send(client, text="又一个坑", idempotency_key=str(uuid4()))
    assert len(told) == 3, told


WILD = st.one_of(st.text(max_size=60), st.sampled_from(["nan", "-0", "1e999", "9" * 40, "\ufffd", "\x00", "0120301"]))
NAMES = [
    "text", "address", "lon", "lat", "category_code", "complained_office_id", "name", "phone", "email", "kept", "pick",
    "pick_place", "look", "idempotency_key", "number", "code",
]  # fmt: skip


@given(fields=st.dictionaries(st.sampled_from(NAMES), WILD))
@hypothesis.settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize(
    "path", [REPORT, "/report/category/", "/report/place/", "/report/places/", "/report/near/", "/status/"]
)
def test_whatever_is_typed_the_page_answers(client: Client, path: str, fields: dict[str, str]) -> None:
    RateWindow.objects.all().delete()
    assert client.post(path, fields).status_code in {200, 302, 404, 409, 422}


@given(number=st.text(max_size=20), code=st.text(max_size=20))
@hypothesis.settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_link_holds_the_page_answers(client: Client, number: str, code: str) -> None:
    RateWindow.objects.all().delete()
    address = f"/r/{quote(number, safe='')}/{quote(code, safe='')}/"
    assert client.get(address).status_code == 404


def test_the_receipt_promises_what_the_calendar_says(client: Client) -> None:
    with time.at(county.MONDAY):
        report = sent(send(client, category_code=county.POTHOLE))
    assert report.case.due_at == county.local(14, 17, 30)


def test_a_village_is_offered_as_an_area_and_gives_no_point(client: Client) -> None:
    offered = pages.post(client, "/report/places/", {"address": "南沟村三组"})
    (button,) = [each for each in offered.all("//button") if "只到村（社区）" in each.text_content()]
    picked = pages.post(client, "/report/place/", {"address": "南沟村三组", "pick_place": button.get("value")})
    assert (picked.value("address"), picked.value("lon")) == ("南沟村三组", "")
    assert "位置只记到这里" in picked.words


def test_a_short_form_that_was_picked_is_written_out(client: Client) -> None:
    village = f"d{county.division(county.VILLAGES['B1'])}"
    picked = pages.post(client, "/report/place/", {"address": "南沟三组", "pick_place": village})
    assert picked.value("address") == "白沟镇南沟村 南沟三组"


@pytest.mark.parametrize("key", ["d", "d0", "dd1", "d" + "9" * 30, "-1", "１"])
def test_what_was_never_offered_picks_nothing(client: Client, key: str) -> None:
    picked = pages.post(client, "/report/place/", {"address": "某处", "pick_place": key})
    assert (picked.status, picked.value("address"), picked.value("lon")) == (200, "某处", "")
