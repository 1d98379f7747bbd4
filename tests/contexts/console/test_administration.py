"""Registers in /admin/: for the administrator only, recorded like any other change; nothing there stops the house."""

import re

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.foundation.access.models import ApiKey, Staff
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.foundation.orgs.models import County, Division, Duty, Office
from liandong.foundation.registers.models import RegisterVersion
from liandong.foundation.registers.public import Cached
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import InvalidInput
from tests import county
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(Staff.objects.get(username="admin"))
    return client


def test_the_administrator_is_led_to_the_registers_and_nobody_else(admin: Client) -> None:
    assert 'href="/admin/"' in admin.get("/console/square/").content.decode()
    assert 'href="/admin/"' not in signed_in("coordinator").get("/console/square/").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "access/staff/?password__startswith=pbkdf2",
        "access/staff/?password=x",
        "access/staff/?last_login__year=2026",
        "access/apikey/?key_hash__startswith=a",
        "orgs/county/?contact_email__contains=a",
    ],
)
def test_no_column_that_is_not_offered_can_be_guessed_by_an_address(admin: Client, path: str) -> None:
    assert admin.get(f"/admin/{path}").status_code == 422
    assert admin.get("/admin/access/staff/?role__exact=handler&is_active__exact=1").status_code == 200


def fields_of(admin: Client, path: str) -> dict[str, object]:
    """What the form of a page would send if nothing were changed."""
    form = admin.get(path).context["adminform"].form
    values = {}
    for name in form.fields:
        value = form[name].value()
        if isinstance(value, (list, tuple, set)):
            value = ",".join(str(each) for each in value)
        if value not in (None, "", False):
            values[name] = value
    return values


def save(admin: Client, path: str, **changes: object):
    return admin.post(path, fields_of(admin, path) | changes)


def version(register: str) -> int:
    row = RegisterVersion.objects.filter(name=register).first()
    return row.version if row else 0


def test_a_login_that_differs_in_capitals_only_is_refused(admin: Client) -> None:
    path = f"/admin/access/staff/{Staff.objects.get(username='hud1').pk}/change/"
    answer = save(admin, path, username="HUD2")
    assert "hud2" in answer.context["adminform"].form.errors["username"][0]
    assert save(admin, path, username="HUD1").status_code == 302


PAGES = [
    "/admin/", "/admin/orgs/office/", "/admin/orgs/office/add/", "/admin/orgs/division/", "/admin/orgs/duty/",
    "/admin/orgs/duty/add/", "/admin/orgs/county/", "/admin/access/staff/", "/admin/access/staff/add/",
    "/admin/access/apikey/", "/admin/places/place/", "/admin/places/place/add/",
]  # fmt: skip


def test_every_page_opens_for_the_administrator(admin: Client) -> None:
    assert {path: admin.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)


def test_nothing_but_registers_can_be_changed_past_the_pages_that_record_it(admin: Client) -> None:
    found = html.fromstring(admin.get("/admin/").content.decode()).xpath("//th[@scope='row']/a/@href")
    assert set(found) == {path for path in PAGES if path.count("/") == 4} | {"/admin/cases/wordsearch/"}
    for path in ("/admin/account/emailaddress/", "/admin/auth/group/", "/admin/auth/group/add/"):
        assert admin.get(path).status_code == 404


@pytest.mark.parametrize("username", ["clerk", "coordinator", "law1", "town_a", "grid_a1", "leader"])
def test_for_nobody_else(client: Client, username: str) -> None:
    client.force_login(Staff.objects.get(username=username))
    for path in ("/admin/", "/admin/access/staff/"):
        assert client.get(path).status_code == 302
    assert client.post("/admin/orgs/office/add/", {"code": "X", "name": "X"}).status_code == 302
    assert not Office.objects.filter(code="X").exists()


def test_a_changed_office_is_recorded_and_known_everywhere_at_once(
    admin: Client, django_capture_on_commit_callbacks
) -> None:
    law = county.office("LAW")
    before = version("offices")
    with django_capture_on_commit_callbacks(execute=True):
        response = save(admin, f"/admin/orgs/office/{law}/change/", name="县城市管理局")
    assert response.status_code == 302
    (entry,) = ledger.entries(("offices", law))
    assert (entry.action, entry.actor) == ("RegisterRowChanged", county.post("admin").ref)
    assert entry.payload == {"row": "orgs.office", "fields": {"name": "县城市管理局"}}
    assert version("offices") > before
    assert orgs.organisation().offices[law].name == "县城市管理局"


def test_saving_without_a_change_records_nothing(admin: Client) -> None:
    law = county.office("LAW")
    before = version("offices")
    assert save(admin, f"/admin/orgs/office/{law}/change/").status_code == 302
    assert (ledger.entries(("offices", law)), version("offices")) == ([], before)


def test_an_office_that_is_ended_gets_no_new_case(admin: Client) -> None:
    assert save(admin, f"/admin/orgs/office/{county.office('HUD')}/change/", active="").status_code == 302
    assert county.receive().queue == "duty"


def test_a_new_duty_leads_at_once(admin: Client) -> None:
    assert county.receive(category_code=county.WATER).queue == "duty"
    response = admin.post(
        "/admin/orgs/duty/add/",
        {"category_code": "0301", "office": county.office("TWN-A"), "kind": "lead", "basis": "三定", "active": "on"},
    )
    assert response.status_code == 302
    assert county.receive(category_code=county.WATER).office_id == county.office("TWN-A")
    assert ledger.entries(("duties", Duty.objects.latest("id").pk))[0].action == "RegisterRowAdded"


@pytest.mark.parametrize(
    ("name", "value"), [("zone", "Mars/Olympus"), ("yellow_percent", "0"), ("yellow_percent", "150"), ("map_crs", "x")]
)
def test_a_county_setting_that_would_stop_every_case_is_refused_in_the_form(
    admin: Client, name: str, value: str
) -> None:
    response = save(admin, "/admin/orgs/county/1/change/", **{name: value})
    assert response.status_code == 200
    assert name in response.context["adminform"].form.errors
    assert county.receive().number


def test_there_is_no_second_county_and_no_second_desk(admin: Client) -> None:
    assert admin.get("/admin/orgs/county/add/").status_code == 403
    assert admin.post("/admin/orgs/county/add/", {"name": "乙县", "zone": "Asia/Shanghai"}).status_code == 403
    response = save(admin, f"/admin/orgs/office/{county.office('LAW')}/change/", is_desk="on")
    assert response.status_code == 200
    assert (County.objects.count(), orgs.organisation().desk_id) == (1, county.office("SGC"))


def test_divisions_come_by_file_not_by_hand(admin: Client) -> None:
    before = Division.objects.count()
    assert admin.post("/admin/orgs/division/add/", {"name": "新村"}).status_code == 403
    assert Division.objects.count() == before


@pytest.mark.parametrize("model", ["orgs/office", "orgs/duty", "orgs/division", "access/staff", "places/place"])
def test_nothing_is_deleted_only_ended(admin: Client, model: str) -> None:
    listed = admin.get(f"/admin/{model}/")
    pk = listed.context["cl"].result_list[0].pk
    assert admin.post(f"/admin/{model}/{pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in listed.content.decode()


def test_a_post_gets_its_cells_and_a_password_that_nobody_reads(admin: Client) -> None:
    grid = Staff.objects.get(username="grid_a1")
    cell = county.division(county.CELLS["B21"])
    path = f"/admin/access/staff/{grid.pk}/change/"
    response = save(admin, path, cells=county.CELLS["B21"], new_password="a long password 7")
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert county.post("grid_a1").cell_ids == (cell,)
    assert Client().login(username="grid_a1", password="a long password 7")
    (entry,) = ledger.entries(("staff", grid.pk))
    assert entry.payload["fields"] == {"cells": "changed", "new_password": "changed"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_speaks_in_words_of_the_framework(admin: Client, language: str) -> None:
    law = Office.objects.get(code="LAW").pk
    paths = [*PAGES, f"/admin/orgs/office/{law}/change/", f"/admin/orgs/office/{law}/history/", "/admin/orgs/"]
    for path in paths:
        page = html.fromstring(admin.get(path, headers={"accept-language": language}).content.decode())
        assert not re.search(r"Django|Select .* to change|选择.*来修改|-{5}", words(page)), path
        assert page.xpath("//nav[@class='site-nav']"), path
        if language == "en":
            data = "//main//td | //main//tbody//th | //main//h1 | //title | //datalist | //select | //input/@value"
            for each in page.xpath(data):
                if hasattr(each, "clear"):
                    each.clear()
            assert [text for text in chinese(page) if not text.startswith("县")] == [], path


def test_a_form_with_faults_says_them_in_our_words_beside_the_fields(admin: Client) -> None:
    page = admin.post("/admin/orgs/duty/add/", {"division": "没有的村", "kind": "lead"})
    assert page.context["adminform"].form.errors == {
        "category_code": ["请填写这一项。"],
        "office": ["请填写这一项。"],
        "division": ["没有这个区划：没有的村。请填写登记册里的代码。"],
    }
    duty = Duty.objects.filter(division=None).first()
    assert duty
    again = {"category_code": duty.category_code, "office": duty.office_id, "kind": duty.kind}
    refused = admin.post("/admin/orgs/duty/add/", again)
    assert "清单里已有这一行" in refused.content.decode()


def test_a_division_is_given_by_code_or_by_a_name_that_only_one_has(admin: Client) -> None:
    law = county.office("LAW")
    town = Division.objects.get(code=county.TOWN_A)
    for written in (town.code, town.name):
        assert save(admin, f"/admin/orgs/office/{law}/change/", division=written).status_code == 302
        assert Office.objects.get(pk=law).division_id == town.pk
    Division.objects.filter(code=county.TOWN_B).update(name=town.name)
    Cached.forget_all()
    refused = save(admin, f"/admin/orgs/office/{law}/change/", division=town.name)
    assert county.TOWN_B in refused.context["adminform"].form.errors["division"][0]


def test_the_changes_of_a_row_are_told_with_post_and_value_but_no_secret(admin: Client) -> None:
    law = Staff.objects.get(username="law1")
    path = f"/admin/access/staff/{law.pk}/change/"
    save(admin, path, post_name="执法二岗", new_password="a long password 7")
    (change,) = admin.get(path.replace("change", "history")).context["changes"]
    assert change.post == str(Staff.objects.get(username="admin"))
    assert dict(change.fields) == {"岗位名称": "执法二岗", "密码": "已更改（不显示）"}


@pytest.mark.parametrize("password", ["short", "1234567890", "password1234"])
def test_a_password_that_is_easily_guessed_is_refused(admin: Client, password: str) -> None:
    law = Staff.objects.get(username="law1")
    response = save(admin, f"/admin/access/staff/{law.pk}/change/", new_password=password)
    assert "new_password" in response.context["adminform"].form.errors


def test_a_post_made_by_hand_cannot_sign_in_before_it_has_a_password(admin: Client) -> None:
    response = admin.post(
        "/admin/access/staff/add/",
        {
            "username": "new1",
            "post_name": "新设一岗",
            "role": "handler",
            "office": county.office("LAW"),
            "is_active": "on",
        },
    )
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert not Staff.objects.get(username="new1").has_usable_password()
    assert access.staff()[Staff.objects.get(username="new1").pk].post_name == "新设一岗"


def test_a_key_can_be_switched_off_but_not_made_or_read(admin: Client) -> None:
    key = access.create_api_key(actor=SYSTEM, name="气象站")
    pk = ApiKey.objects.get().pk
    assert admin.get("/admin/access/apikey/add/").status_code == 403
    page = admin.get(f"/admin/access/apikey/{pk}/change/").content.decode()
    assert key not in page
    assert bytes(ApiKey.objects.get().key_hash).hex() not in page
    assert save(admin, f"/admin/access/apikey/{pk}/change/", active="").status_code == 302
    assert access.client(key) is None


def test_a_place_added_by_hand_is_found_by_its_name_and_lies_in_its_cell(admin: Client) -> None:
    lon, lat = county.POINTS["B22"]
    response = admin.post(
        "/admin/places/place/add/",
        {"name": "观音桥", "kind": "bridge", "address": "北沟村5号", "lon": lon, "lat": lat, "active": "on"},
    )
    assert response.status_code == 302, response.context["adminform"].form.errors
    row = county.receive("桥栏杆断了", lon=None, lat=None, address="观音桥头")
    assert row.cell_id == county.division(county.CELLS["B22"])


def test_a_place_that_cannot_be_is_refused_in_the_form(admin: Client) -> None:
    response = admin.post("/admin/places/place/add/", {"name": "无处", "lon": 500, "lat": 35, "active": "on"})
    assert response.status_code == 200
    assert "lon" in response.context["adminform"].form.errors


def test_a_case_whose_post_was_ended_shows_that(admin: Client) -> None:
    row = county.receive()
    hud = Staff.objects.get(username="hud1")
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    assert save(admin, f"/admin/access/staff/{hud.pk}/change/", is_active="").status_code == 302
    clerk = Client()
    clerk.force_login(Staff.objects.get(username="clerk"))
    assert "已停用岗位" in clerk.get(f"/console/case/{row.number}/").content.decode()


@pytest.mark.parametrize("name", ["\u3164\u200b", "……", "🏢"])
def test_a_name_that_nobody_can_read_out_is_refused_in_form_and_file(admin: Client, name: str) -> None:
    law, post = Office.objects.get(code="LAW"), Staff.objects.get(username="law1")
    for path, field in (
        (f"/admin/orgs/office/{law.pk}/change/", "name"),
        (f"/admin/access/staff/{post.pk}/change/", "post_name"),
        ("/admin/orgs/county/1/change/", "name"),
    ):
        assert field in save(admin, path, **{field: name}).context["adminform"].form.errors
    with pytest.raises(InvalidInput):
        orgs.import_offices(actor=SYSTEM, rows=[orgs.OfficeInput(code="LAW", name=name)])
    with pytest.raises(InvalidInput):
        access.import_staff(actor=SYSTEM, rows=[access.StaffInput("law1", name, "handler", office_code="LAW")])
    assert (Office.objects.get(code="LAW").name, Staff.objects.get(username="law1").post_name) == (
        law.name,
        post.post_name,
    )
