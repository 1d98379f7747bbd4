"""The clerk's form: who may use it, what it keeps, what is read out afterwards; and photos for those at work."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.models import Contact, Photo, Report
from liandong.contexts.intake.same_matter import token_of
from liandong.foundation.access.models import Staff
from liandong.foundation.files import public as files
from liandong.foundation.ledger import public as ledger
from tests import county
from tests.contexts.intake import pages
from tests.contexts.intake.pages import jpeg, report_fields

pytestmark = pytest.mark.django_db
REGISTER = "/desk/register/"


@pytest.fixture(autouse=True)
def blobs(settings: Any, tmp_path: Path) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Staff.objects.get(username=username))
    return client


@pytest.fixture
def clerk() -> Client:
    return signed_in("clerk")


def save(client: Client, **changed: Any) -> pages.Page:
    return pages.post(client, REGISTER, report_fields(channel="phone", **changed))


def saved(page: pages.Page) -> Report:
    assert page.status == 302, page.summary
    assert page.response.headers["Location"] == REGISTER
    return Report.objects.select_related("case").latest("id")


@pytest.mark.parametrize("username", ["clerk", "coordinator", "town_a", "grid_a1"])
def test_those_who_take_matters_down_have_the_form(username: str) -> None:
    assert pages.get(signed_in(username), REGISTER).status == 200


@pytest.mark.parametrize("username", ["hud1", "leader", "admin"])
def test_other_posts_do_not(username: str) -> None:
    client = signed_in(username)
    assert client.get(REGISTER).status_code == 403
    assert save(client).status == 403
    assert client.post(REGISTER + "category/", {"text": "坑"}).status_code == 403


def test_nobody_else_sees_it(client: Client) -> None:
    answer = client.get(REGISTER)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("channel", ["phone", "visit", "letter", "hotline", "grid"])
def test_a_matter_is_kept_with_its_channel_and_the_post_that_took_it_down(clerk: Client, channel: str) -> None:
    page = pages.post(clerk, REGISTER, report_fields(channel=channel, name="来电人", phone="000-777"))
    report = saved(page)
    assert (report.channel, report.origin, report.actor) == (channel, "desk", county.post("clerk").ref)
    assert Contact.objects.get().phone == "000-777"


def test_number_and_code_stand_above_the_next_empty_form(clerk: Client) -> None:
    report = saved(save(clerk, category_code=county.POTHOLE))
    page = pages.get(clerk, REGISTER)
    case = cases.find(report.case_id)
    assert case.number in page.words.replace(" ", "")
    assert report.receipt_code in page.words
    assert "县住房建设局 · 承诺答复" in page.words
    assert page.value("text") == ""
    assert report.receipt_code in pages.get(clerk, REGISTER).words


def test_the_code_is_read_out_by_the_post_that_saved_it_only(clerk: Client) -> None:
    report = saved(save(clerk))
    assert report.receipt_code not in pages.get(signed_in("coordinator"), REGISTER).words


def test_the_receipt_opens_the_status_page_like_any_other(clerk: Client, client: Client) -> None:
    report = saved(save(clerk))
    given = {"number": cases.find(report.case_id).number, "code": report.receipt_code}
    assert pages.post(client, "/status/", given).status == 302


@pytest.mark.parametrize("channel", ["", "web", "open311", "x"])
def test_a_channel_that_no_desk_has_is_refused(clerk: Client, channel: str) -> None:
    page = pages.post(clerk, REGISTER, report_fields(channel=channel, address="某处"))
    assert page.status == 422
    assert page.all("//a[@href='#id_channel_0']")
    assert page.value("address") == "某处"
    assert not Report.objects.exists()


@pytest.mark.parametrize(("changed", "field"), [({"text": ""}, "text"), ({"lon": "", "lat": ""}, "address")])
def test_a_matter_needs_words_and_a_place_here_too(clerk: Client, changed: dict[str, str], field: str) -> None:
    page = save(clerk, **changed)
    assert (page.status, bool(page.error(field))) == (422, True)


def test_sent_twice_it_is_one_matter(clerk: Client) -> None:
    key = str(uuid4())
    assert saved(save(clerk, idempotency_key=key)) == saved(save(clerk, idempotency_key=key))


def test_an_office_complained_of_stays_away_whatever_the_category(clerk: Client) -> None:
    report = saved(save(clerk, category_code=county.POTHOLE, complained_office_id=str(county.office("HUD"))))
    assert report.case.complained_office_id == county.office("HUD")
    assert report.case.office_id != county.office("HUD")


def test_a_post_complained_of_bars_its_office(clerk: Client) -> None:
    report = saved(save(clerk, category_code=county.CONDUCT, complained_staff_id=str(county.post("law1").id)))
    assert report.case.complained_staff_id == county.post("law1").id
    assert report.case.complained_office_id == county.office("LAW")


def test_a_complaint_about_the_clerks_own_office_still_gives_its_number(clerk: Client) -> None:
    report = saved(save(clerk, category_code=county.CONDUCT, complained_office_id=str(county.office("SGC"))))
    assert report.receipt_code in pages.get(clerk, REGISTER).words


def test_a_caller_who_was_put_through_leaves_a_record_of_it(clerk: Client) -> None:
    report = saved(save(clerk, category_code="030301", handed_to="119"))
    case = cases.find(report.case_id)
    assert case.state == cases.State.REFERRED
    (message,) = cases.messages(case.id)
    assert message.text == "119 火警：登记时已电话移交。"
    assert "已移交，只作记录" in pages.get(clerk, REGISTER).words


def joined_and_handed_over(clerk: Client, category_code: str) -> cases.CaseRow:
    lon, lat = county.POINTS["A11"]
    first = county.receive(category_code=category_code, lon=lon, lat=lat)
    report = saved(save(clerk, category_code=category_code, handed_to="119", same_as=token_of(first.id)))
    assert cases.find(report.case_id).joined_to_id == first.id
    return cases.find(first.id)


def test_a_danger_that_another_had_reported_keeps_the_record_that_the_caller_was_put_through(clerk: Client) -> None:
    carrier = joined_and_handed_over(clerk, "030301")
    assert carrier.is_open
    assert ledger.entries(("case", carrier.id))[-1].action == "EmergencyNumberTold"
    (message,) = cases.messages(carrier.id)
    assert message.text == "登记时已电话移交。"
    assert "没有记上" not in str(pages.get(clerk, REGISTER).response.content, "utf-8")


def test_put_through_for_what_is_no_danger_and_joined_is_noted_on_the_other_case_and_said(clerk: Client) -> None:
    carrier = joined_and_handed_over(clerk, county.POTHOLE)
    assert [message.text for message in cases.messages(carrier.id)] == ["119 火警：登记时已电话移交。"]
    assert "电话移交已记为备注" in str(pages.get(clerk, REGISTER).response.content, "utf-8")


def test_an_emergency_that_was_not_handed_over_is_called_to_mind(clerk: Client) -> None:
    saved(save(clerk, category_code="030301"))
    assert "请同时电话通知" in pages.get(clerk, REGISTER).words


def test_a_grid_worker_begins_with_the_patrol_and_hands_nothing_over() -> None:
    page = pages.get(signed_in("grid_a1"), REGISTER)
    assert page.all("//input[@name='channel'][@checked]")[0].get("value") == "grid"
    assert not page.has("handed_to")
    saved(save(signed_in("grid_a1"), handed_to="110"))
    assert cases.find(Report.objects.get().case_id).state != cases.State.REFERRED


def test_without_scripts_a_look_first_proposes_category_and_place(clerk: Client) -> None:
    page = save(clerk, text="路灯坏了", lon="", lat="", address="东坪广场", look="1")
    assert page.status == 200
    assert page.all("//button[@name='pick']")
    assert page.all("//button[@name='pick_place']")
    assert not Report.objects.exists()


def test_the_parts_of_the_form_stay_the_clerks(clerk: Client) -> None:
    category = pages.post(clerk, REGISTER + "category/", {"text": "路灯坏了", "category_code": county.CONDUCT})
    assert not category.has("complained_office_id")
    assert {each.get("hx-post") for each in category.all("//button")} == {REGISTER + "category/"}
    places = pages.post(clerk, REGISTER + "places/", {"address": "东坪"})
    assert {each.get("hx-post") for each in places.all("//button")} == {REGISTER + "place/"}
    place = places.all("//button")[0].get("value")
    assert pages.post(clerk, REGISTER + "place/", {"pick_place": place}).value("address") == "东坪广场"


def test_the_form_costs_a_fixed_number_of_statements(clerk: Client, django_assert_num_queries: Any) -> None:
    pages.get(clerk, REGISTER)
    with django_assert_num_queries(2):
        pages.get(clerk, REGISTER)


def photo_of(clerk: Client, **changed: Any) -> str:
    saved(save(clerk, photos=[jpeg()], **changed))
    return Photo.objects.latest("id").sha256


def test_photos_are_seen_by_posts_that_see_the_case(clerk: Client) -> None:
    digest = photo_of(clerk, category_code=county.POTHOLE)
    for username, status in (("clerk", 200), ("hud1", 200), ("law1", 404), ("town_a", 200), ("town_b", 404)):
        for kind in ("photo", "thumb"):
            answer = signed_in(username).get(f"/desk/{kind}/{digest}")
            assert (username, answer.status_code) == (username, status)
    shown = clerk.get(f"/desk/photo/{digest}")
    assert (shown.headers["Content-Type"], shown.headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert shown.headers["Cache-Control"].startswith("private")


def test_a_photo_of_very_many_cases_is_seen_by_whoever_sees_one_of_them() -> None:
    photo = files.PhotoRef("ab" * 32, "image/jpeg", 64, 48, 9)
    path = files.path_of(photo.sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\xff\xd8")
    county.receive_all([county.report(category_code=county.CONDUCT, photos=(photo,)) for _ in range(25)])
    assert signed_in("hud1").get(f"/desk/photo/{photo.sha256}").status_code == 404
    county.receive(category_code=county.POTHOLE, photos=(photo,))
    assert signed_in("hud1").get(f"/desk/photo/{photo.sha256}").status_code == 200


def test_photos_of_a_complaint_stay_away_from_those_complained_of(clerk: Client) -> None:
    digest = photo_of(clerk, category_code=county.RUBBISH, complained_office_id=str(county.office("LAW")))
    assert signed_in("law1").get(f"/desk/photo/{digest}").status_code == 404


def test_photos_ask_for_a_sign_in_and_only_known_ones_exist(clerk: Client, client: Client) -> None:
    digest = photo_of(clerk)
    assert client.get(f"/desk/photo/{digest}").status_code == 302
    assert clerk.get(f"/desk/photo/{'0' * 64}").status_code == 404
