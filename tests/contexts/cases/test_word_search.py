"""A search with words is bounded and on record; numbers of persons and names of reporters can't be searched."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from liandong.contexts.cases import jobs
from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import WordSearch
from liandong.contexts.cases.public import Filters, Scope
from liandong.contexts.intake.public import ContactInput
from liandong.foundation.access.models import Staff
from liandong.kernel import time
from liandong.kernel.errors import InvalidInput, TooMany
from tests import county

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def found(asked: str, username: str = "hud1", purpose: str = "", scope: Scope = Scope.OFFICE, **more: object) -> set:
    actor = county.post(username)
    filters = cases.search(actor=actor, scope=scope, filters=Filters(text=asked, **more), purpose=purpose)
    return {row.id for row in cases.list_cases(actor=actor, scope=scope, filters=filters).rows}


@pytest.mark.parametrize(
    "asked",
    [
        "13900001234", "139 0000 1234", "+86 139-0000-1234", "１３９００００１２３４", "一三九零零零零一二三四",
        "路灯 13900001234", "330102199001011234", "330102 19900101 1234", "浙A12345", "浙a·12345", "0571-88110106",
        "(0571)88110106", "88110106", "8811 0106", "王建国88110106", "6222021234567890123", "wjg@example.org",
        "微信号abc_1234",
    ],
)  # fmt: skip
def test_a_number_of_a_person_is_refused_with_the_way_to_the_phone_desk(asked: str) -> None:
    county.receive(f"请联系{asked}")
    with pytest.raises(InvalidInput) as refused:
        found(asked)
    assert refused.value.field == "q"
    assert "电话坐席" in refused.value.message
    assert not WordSearch.objects.exists()


@pytest.mark.parametrize(
    "asked", ["20260511", "2025-2026年", "灯杆 0012345", "12345热线", "G320国道", "3号楼", "1388号"]
)
def test_numbers_of_things_are_searched(asked: str) -> None:
    row = county.receive(f"说的是{asked}")
    assert row.id in found(asked)


def test_names_and_numbers_in_a_report_are_not_in_the_index_nor_in_its_title() -> None:
    contact = ContactInput("王建国", "13900001234")
    row = county.receive("王建国家的路灯坏了，打 13900001234", contact=contact, address="王建国家门口")
    assert found("路灯") == {row.id}
    assert found("王建国") == set()
    assert row.title == "***家的路灯坏了，打 ***"


def test_words_look_back_a_year_and_further_for_a_purpose() -> None:
    now = time.now()
    fresh = county.receive("路灯坏了", received_at=now - timedelta(days=300))
    old = county.receive("路灯坏了", received_at=now - timedelta(days=400))
    assert found("路灯") == {fresh.id}
    assert found("路灯", purpose="same") == {fresh.id, old.id}
    with pytest.raises(InvalidInput) as refused:
        found("路灯", received_from=now - timedelta(days=500))
    assert refused.value.field == "purpose"
    assert found("路灯", purpose="request", received_from=now - timedelta(days=500)) == {fresh.id, old.id}


@pytest.mark.parametrize("purpose", ["", "curiosity"])
def test_the_whole_county_is_searched_for_a_purpose_only(purpose: str) -> None:
    row = county.receive("路灯坏了")
    with pytest.raises(InvalidInput) as refused:
        found("路灯", "clerk", purpose, Scope.COUNTY)
    assert refused.value.field == "purpose"
    assert found("路灯", "clerk", "handling", Scope.COUNTY) == {row.id}


def test_a_case_number_needs_no_purpose_and_is_not_recorded() -> None:
    row = county.receive("路灯坏了")
    assert found(row.number, "clerk", scope=Scope.COUNTY) == {row.id}
    assert not WordSearch.objects.exists()


def test_a_search_is_recorded_once_an_hour_with_post_purpose_and_hits_and_without_its_words() -> None:
    county.receive("路灯坏了")
    found("路灯", purpose="same")
    found(" 路灯 ", purpose="same")
    (kept,) = WordSearch.objects.all()
    hud = county.post("hud1")
    assert (kept.staff_id, kept.scope, kept.purpose, kept.hits, kept.at) == (hud.id, "office", "same", 1, time.now())
    assert "路灯".encode() not in bytes(kept.words)
    found("路灯", purpose="handling")
    found("路灯", "hud2", purpose="same")
    with time.at(county.MONDAY + timedelta(minutes=61)):
        found("路灯", purpose="same")
    assert WordSearch.objects.count() == 4


def test_sixty_searches_an_hour_and_no_more() -> None:
    for number in range(60):
        found(f"灯{number}号")
    with pytest.raises(TooMany):
        found("再来一次")
    assert found("灯3号") == set()
    found("再来一次", "hud2")
    with time.at(county.MONDAY + timedelta(minutes=61)):
        found("再来一次")


def test_searches_are_forgotten_after_six_months() -> None:
    found("路灯")
    with time.at(county.MONDAY + timedelta(days=180)):
        jobs.forget_searches()
        assert WordSearch.objects.exists()
    with time.at(county.MONDAY + timedelta(days=185)):
        jobs.forget_searches()
        assert not WordSearch.objects.exists()


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Staff.objects.get(username=username))
    return client


def test_every_door_to_a_list_keeps_the_record() -> None:
    county.receive("路灯坏了")
    client = signed_in("clerk")
    refused = client.get("/api/v1/cases", {"q": "路灯"})
    assert (refused.status_code, refused.json()["field"]) == (400, "purpose")
    paths = ("/api/v1/cases", "/api/v1/cases/points.geojson", "/api/v1/live", "/console/square/", "/console/export/")
    for path in paths:
        WordSearch.objects.all().delete()
        assert client.get(path, {"q": "路灯", "purpose": "same"}).status_code == 200, path
        assert WordSearch.objects.get().purpose == "same", path


def test_the_square_keeps_what_was_typed_and_says_what_is_missing() -> None:
    row = county.receive("路灯坏了")
    for asked, sentence in (("路灯", "请选择搜索的目的"), ("13900001234", "个人号码不能搜索")):
        page = signed_in("clerk").get("/console/square/", {"q": asked}).content.decode()
        assert sentence in page
        assert f'value="{asked}"' in page
        assert row.number in page


def test_filters_without_words_stay_as_they_are() -> None:
    filters = Filters(text="  ", channel="web")
    assert cases.search(actor=county.post("clerk"), scope=Scope.COUNTY, filters=filters) == replace(filters)
    assert not WordSearch.objects.exists()


def test_the_administrator_looks_at_the_records_and_changes_none() -> None:
    found("路灯", purpose="supervision")
    admin = signed_in("admin")
    page = admin.get("/admin/cases/wordsearch/").content.decode()
    assert "住建一岗" in page
    assert "督办检查" in page
    assert "路灯" not in page
    kept = WordSearch.objects.get()
    assert admin.get(f"/admin/cases/wordsearch/{kept.pk}/change/").status_code == 404
    assert signed_in("coordinator").get("/admin/cases/wordsearch/").status_code == 302
