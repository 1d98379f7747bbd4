"""Words are public only where the reporter allows it or a post releases them, without names and numbers of persons."""

import json
from typing import Any

import pytest
from django.test import Client

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case, Publication
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Report
from liandong.contexts.intake.story import Story
from liandong.foundation.access import public as access
from liandong.foundation.access.models import ApiKey, Staff
from liandong.foundation.events import public as events
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Conflict, NotAllowed, NotFound
from tests import county
from tests.contexts.intake import pages
from tests.contexts.intake.georeport import BASE, get, new_key, sent

pytestmark = pytest.mark.django_db

WORDS = "王建国家门口的路灯不亮，请打 +8613900001234 或座机（0599）1234567，浙A12345 停在灯下"
MASKED = "***家门口的路灯不亮，请打 *** 或座机***，*** 停在灯下"
CONTACT = intake.ContactInput("王建国", "13900001234", "wjg@example.invalid")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def told(case: cases.CaseRow, **asked: object) -> dict[str, Any]:
    """What is left out is None."""
    (row,) = get(f"{BASE}/requests/{case.number}", **asked)
    return {"description": None, "status_notes": None} | row


def answered(case: cases.CaseRow, text: str = "王建国先生：已修好，有问题打 13900001234。") -> None:
    cases.accept_case(actor=county.post("hud1"), case_id=case.id)
    cases.answer_case(actor=county.post("hud1"), case_id=case.id, text=text)
    while events.drain():
        pass


def test_without_permission_only_kind_street_state_and_office_are_public() -> None:
    case = county.receive(WORDS, contact=CONTACT, address="青坪镇人民路12号王建国家，13900001234")
    answered(case)
    row = told(case)
    assert (row["description"], row["status_notes"]) == (None, None)
    assert (row["address"], row["agency_responsible"]) == ("青坪镇人民路", "县住房建设局")
    assert not [word for word in ("王建国", "1390000", "路灯") if word in json.dumps(row, ensure_ascii=False)]


def test_a_point_shows_the_street_and_not_the_door() -> None:
    lon, lat = county.POINTS["A11"]
    case = county.receive(lon=lon + 0.000_412, lat=lat - 0.000_377, may_publish=True)
    assert (told(case)["long"], told(case)["lat"]) == (round(lon, 3), round(lat, 3))


def test_an_address_without_a_street_is_told_by_town_and_village() -> None:
    case = county.receive(address="3号楼201王建国家", contact=CONTACT)
    assert told(case)["address"] == "青坪镇 东坪村"


def test_what_the_reporter_allows_is_public_without_names_and_numbers_and_so_is_the_answer() -> None:
    case = county.receive(WORDS, contact=CONTACT, may_publish=True)
    assert told(case)["description"] == MASKED
    answered(case)
    assert told(case)["status_notes"] == "***先生：已修好，有问题打 ***。"


@pytest.mark.parametrize(
    "fields",
    [
        {"category_code": county.NEIGHBOURS},
        {"category_code": county.EMISSION},
        {"complained_office_id": "LAW"},
    ],
    ids=str,
)
def test_a_private_or_confidential_matter_or_a_complaint_is_never_published(fields: dict[str, Any]) -> None:
    if "complained_office_id" in fields:
        fields = {"complained_office_id": county.office("LAW")}
    case = county.receive(WORDS, may_publish=True, **fields)
    assert not Publication.objects.exists()
    assert not case.is_published
    with pytest.raises(Conflict):
        intake.publish_words(actor=county.post("clerk"), case_id=case.id)


def test_what_turns_out_to_be_private_is_withdrawn_from_public_view() -> None:
    case = county.receive("嗯", category_code="", may_publish=True)
    assert Publication.objects.exists()
    cases.screen_case(actor=county.post("clerk"), case_id=case.id, category_code=county.NEIGHBOURS)
    assert not Publication.objects.exists()
    assert not cases.find(case.id).is_published


def test_a_post_releases_words_and_takes_them_back_and_both_are_on_record() -> None:
    case = county.receive(WORDS, contact=CONTACT)
    answered(case)
    intake.publish_words(actor=county.post("hud1"), case_id=case.id)
    row = told(case)
    assert (row["description"], row["status_notes"]) == (MASKED, "***先生：已修好，有问题打 ***。")
    cases.withhold_words(actor=county.post("clerk"), case_id=case.id)
    assert told(case)["description"] is None
    actions = [entry.action for entry in ledger.entries(("case", case.id))]
    assert actions[-2:] == ["WordsPublished", "WordsWithheld"]
    assert "路灯" not in str([county.facts(entry) for entry in ledger.entries(("case", case.id))])


@pytest.mark.parametrize("username", ["town_a", "grid_a1", "leader", "admin", "law1"])
def test_nobody_but_the_desk_and_the_lead_office_releases_words(username: str) -> None:
    case = county.receive(WORDS)
    with pytest.raises((NotAllowed, NotFound)):
        intake.publish_words(actor=county.post(username), case_id=case.id)
    assert told(case)["description"] is None


def test_a_reporter_allows_and_takes_back_on_the_status_page(client: Client) -> None:
    answer = pages.post(client, "/report/", pages.report_fields(text=WORDS))
    address = answer.response.headers["Location"].split("?")[0]
    case = cases.find(Case.objects.get().pk)
    assert "没有公开" in pages.get(client, address).words
    assert client.post(f"{address}publish/").status_code == 302
    assert "路灯不亮" in told(case)["description"]
    assert "已经公开" in pages.get(client, address).words
    assert client.post(f"{address}withhold/").status_code == 302
    assert told(case)["description"] is None
    assert client.post(f"{address}withhold/").status_code == 409


def test_the_tick_of_the_form_and_the_parameter_of_the_machine_doors_allow(client: Client) -> None:
    pages.post(client, "/report/", pages.report_fields(text="路口有个大坑", may_publish="on"))
    lon, lat = county.POINTS["A11"]
    asked = {"api_key": new_key(), "service_code": county.POTHOLE, "description": "坑", "lat": lat, "long": lon}
    sent(asked | {"may_publish": "true"})
    key = access.create_api_key(actor=SYSTEM, name="合作方")
    body = {"text": "井盖响", "lon": lon, "lat": lat, "category_code": county.POTHOLE, "may_publish": True}
    answer = client.post("/api/v1/reports", body, "application/json", headers={"X-API-Key": key})
    assert answer.status_code == 201
    assert [row.is_published for row in Case.objects.all()] == [True] * 3


def test_an_answer_names_none_of_those_who_report_the_same_matter() -> None:
    carrier = county.receive(WORDS, contact=CONTACT, may_publish=True)
    other = county.receive(contact=intake.ContactInput("李秀兰", "13700004321"))
    cases.join_case(actor=county.post("clerk"), case_id=other.id, to=carrier.id)
    answered(carrier, "李秀兰、王建国：已修好，打过 137 0000 4321。")
    assert told(carrier)["status_notes"] == "***、***：已修好，打过 ***。"


def test_erasing_takes_the_words_from_public_view() -> None:
    case = county.receive(WORDS, contact=CONTACT, may_publish=True, address="人民路12号")
    answered(case)
    intake.erase_words(actor=county.post("coordinator"), case_id=case.id)
    row = told(case)
    assert (row["description"], row["status_notes"], row["address"]) == (None, None, "青坪镇 东坪村")
    assert not Publication.objects.exists()


def test_a_partner_with_the_right_reads_masked_words_and_no_other_key_does() -> None:
    case = county.receive(WORDS, contact=CONTACT)
    answered(case)
    key = new_key()
    assert told(case, api_key=key)["description"] is None
    ApiKey.objects.update(reads_words=True)
    registers_changed()
    row = told(case, api_key=key)
    assert (row["description"], row["status_notes"]) == (MASKED, "***先生：已修好，有问题打 ***。")
    assert told(case, api_key="wrong")["description"] is None
    assert told(case)["description"] is None


def registers_changed() -> None:
    """As the administration does when it saves a key."""
    admin = Client()
    admin.force_login(Staff.objects.get(username="admin"))
    key = ApiKey.objects.get()
    page = {"name": key.name, "channel": "open311", "office": "", "reads_words": "on", "active": "on"}
    ApiKey.objects.update(reads_words=False)
    assert admin.post(f"/admin/access/apikey/{key.pk}/change/", page).status_code == 302


def test_the_list_of_a_thousand_reads_no_contact(django_assert_num_queries) -> None:
    intake.receive(actor=SYSTEM, batch=[county.report(WORDS, contact=CONTACT, may_publish=True) for _ in range(30)])
    get(f"{BASE}/requests")
    with django_assert_num_queries(2):
        rows = get(f"{BASE}/requests", page_size=1000)
    assert {row["description"] for row in rows} == {MASKED}


def erased(case: cases.CaseRow) -> None:
    (report,) = intake.reports_of(case.id)
    intake.erase_contact(actor=county.post("coordinator"), report_id=report.id)


def test_where_a_contact_was_erased_words_do_not_become_public_any_more() -> None:
    case = county.receive("我叫王建国，路灯不亮", contact=CONTACT)
    erased(case)
    for read in (intake.public_words, lambda id_: intake.publish_words(actor=county.post("clerk"), case_id=id_)):
        with pytest.raises(Conflict):
            read(case.id)
    assert told(case)["description"] is None


def test_an_answer_after_the_contact_was_erased_is_not_public() -> None:
    case = county.receive("我叫王建国，路灯不亮", contact=CONTACT, may_publish=True)
    erased(case)
    answered(case)
    assert told(case)["description"] == "我叫***，路灯不亮"
    assert told(case)["status_notes"] is None


def test_a_partner_reads_no_words_whose_contact_was_erased() -> None:
    key = new_key("partner")
    ApiKey.objects.update(reads_words=True)
    registers_changed()
    case = county.receive("我叫王建国，路灯不亮", contact=CONTACT)
    assert told(case, api_key=key)["description"] == "我叫***，路灯不亮"
    erased(case)
    assert told(case, api_key=key)["description"] is None


def test_public_words_hold_no_sign_that_turns_or_hides_what_stands_beside_it() -> None:
    case = county.receive("路灯\u202e不\u200b亮\x07了", may_publish=True)
    assert told(case)["description"] == "路灯不亮了"
    answered(case, "已\u202e修好。")
    assert told(case)["status_notes"] == "已修好。"


def test_of_a_matter_that_several_reported_none_reads_names_and_numbers_of_another() -> None:
    one = county.receive("路灯不亮", contact=CONTACT)
    other = county.receive("路灯不亮", contact=intake.ContactInput("李卫东方", "13911112222", "lwd@example.invalid"))
    cases.join_case(actor=county.post("coordinator"), case_id=other.id, to=one.id)
    cases.accept_case(actor=county.post("hud1"), case_id=one.id)
    text = "已告知王建国（13900001234，wjg@example.invalid）和李卫东方（139 1111 2222），有事请打 0599-8811010。"
    cases.answer_case(actor=county.post("hud1"), case_id=one.id, text=text)
    for own, hidden in ((one, ("李卫东方", "1111")), (other, ("王建国", "13900001234", "wjg@"))):
        row = cases.find(own.id)
        (report,) = intake.reports_of(own.id)
        code = Report.objects.get(pk=report.id).receipt_code
        told_to = Story.of(intake.open_receipt(number=row.number, code=code)).last("answer")
        assert told_to is not None
        assert not [word for word in hidden if word in told_to.text], told_to.text
        assert "8811010" in told_to.text


def test_the_status_page_does_not_offer_what_is_refused(client: Client) -> None:
    case = county.receive("我叫王建国，路灯不亮", contact=CONTACT)
    report = Report.objects.get(case_id=case.id)
    page = f"/r/{case.number}/{report.receipt_code}/"
    assert f"{page}publish/" in client.get(page).content.decode()
    erased(case)
    assert f"{page}publish/" not in client.get(page).content.decode()
