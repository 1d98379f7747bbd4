"""A county is told what it still lacks before it can open: found in its registers, named, with the way to mend it."""

import pytest
from django.test import Client

from liandong.contexts.categories import public as categories
from liandong.foundation.access.models import Staff
from liandong.foundation.calendar.models import Notice
from liandong.foundation.orgs.models import County, Division, Duty, Office
from liandong.foundation.registers.public import Cached
from liandong.foundation.rooms import public as rooms
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import signed_in

ALL = {lack.name for room in rooms.rooms() for lack in room.lacks}


def found() -> dict[str, rooms.Missing]:
    Cached.forget_all()
    return {each.lack.name: each.missing for each in rooms.lacking()}


@pytest.mark.usefixtures("small_county")
def test_each_check_finds_what_was_taken_away_and_names_it() -> None:
    Staff.objects.filter(office__code="HUD").update(is_active=False)
    Staff.objects.filter(username="law1").update(office=None)
    Staff.objects.filter(role="grid_worker").update(is_active=False)
    Division.objects.filter(code=county.TOWN_A).update(outline=None)
    Office.objects.filter(is_desk=True).update(is_desk=False)
    Duty.objects.all().delete()
    Duty.objects.create(category_code="8888", office_id=county.office("LAW"))
    Notice.objects.all().delete()
    now = found()
    assert {
        "orgs.outlines", "orgs.desk", "categories.leads", "categories.duties", "cases.posts_of_offices",
        "access.places", "access.cells", "orgs.years",
    } <= now.keys()  # fmt: skip
    assert now["categories.duties"].names == ("8888",)
    assert "8888" not in {row.code for row in categories.taxonomy().leaves()}
    assert any("law1" in name for name in now["access.places"].names)


@pytest.mark.usefixtures("small_county")
def test_the_page_leads_to_where_each_is_mended(django_assert_max_num_queries) -> None:
    Staff.objects.filter(username="hud1").update(password="")
    with django_assert_max_num_queries(40):
        page = signed_in("admin").get("/opening/")
    line = next(each for each in page.context["needed"] if each.lacking.lack.name == "access.passwords")
    assert (line.url, line.lacking.missing.count > 0) == ("/admin/access/staff/", True)
    front = signed_in("admin").get("/admin/").content.decode()
    assert "开通前还缺" in front


@pytest.mark.usefixtures("small_county")
def test_a_county_that_is_still_empty_lacks_the_registers_and_its_pages_say_what_to_do(client: Client) -> None:
    admin, clerk = (Staff.objects.get(username=name) for name in ("admin", "clerk"))
    County.objects.all().delete()
    Office.objects.update(active=False)
    Division.objects.update(valid_to=time.now().date())
    assert {"orgs.county", "orgs.towns", "orgs.offices", "orgs.desk"} <= found().keys()
    for path in ("/", "/report/"):
        assert "还没有开通网上上报" in client.get(path).content.decode()
    client.force_login(admin)
    for path in ("/console/square/", "/console/tasks/"):
        page = client.get(path).content.decode()
        assert "/opening/files/" in page
        assert "filter-form" not in page
    assert client.get("/opening/").status_code == 200
    client.force_login(clerk)
    page = client.get("/console/tasks/").content.decode()
    assert "系统管理员正在登记" in page
    assert "/opening/files/" not in page


def test_every_check_runs_on_its_own(db) -> None:
    for lack in (lack for room in rooms.rooms() for lack in room.lacks):
        assert isinstance(rooms.called(lack.find)(), rooms.Missing)
    assert len(ALL) == sum(len(room.lacks) for room in rooms.rooms())


@pytest.mark.usefixtures("small_county")
def test_who_sets_the_county_up_reads_on_the_home_page_how_much_is_lacking_and_others_do_not() -> None:
    Cached.forget_all()
    assert "/opening/" in signed_in("admin").get("/console/").content.decode().partition("<main")[2]
    assert "/opening/" not in signed_in("hud1").get("/console/").content.decode()
