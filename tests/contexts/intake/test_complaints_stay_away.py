"""Complaints about an office or a post, also of a public category: nothing that anybody may read shows them, and nobody
who is complained of sees, counts or finds them.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Action
from liandong.foundation.access import public as access
from liandong.foundation.access.models import ApiKey
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Conflict, NotFound
from tests import county
from tests.contexts.console.reading import signed_in
from tests.contexts.intake.georeport import BASE, get

OF = {
    "an office": lambda: {"complained_office_id": county.office("HUD")},
    "a post": lambda: {"complained_staff_id": county.post("hud1").id},
}
LON, LAT = county.POINTS["A11"]


@pytest.fixture(autouse=True)
def monday(small_county: None) -> Iterator[None]:
    with time.at(county.MONDAY):
        yield


@pytest.fixture(params=sorted(OF))
def rows(request: pytest.FixtureRequest) -> tuple[cases.CaseRow, cases.CaseRow]:
    """(a complaint, another case of the same category at the same place): led by an office, in no queue."""
    complaint, other = county.receive("经办人态度很差，坑也不补"), county.receive()
    Case.objects.filter(pk=complaint.id).update(**OF[request.param]())
    assert complaint.queue == ""
    assert complaint.office_id == county.office("HUD")
    return cases.find(complaint.id), other


def test_open311_lists_and_gives_the_other_alone(rows: tuple[cases.CaseRow, cases.CaseRow]) -> None:
    complaint, other = rows
    listed = [each["service_request_id"] for each in get(f"{BASE}/requests")]
    assert listed == [other.number]
    assert (
        get(f"{BASE}/requests", service_request_id=f"{complaint.number},{other.number}")[0]["service_request_id"]
        == other.number
    )
    get(f"{BASE}/requests/{complaint.number}", 404)


def test_a_partner_with_the_right_to_words_gets_none_of_it(rows: tuple[cases.CaseRow, cases.CaseRow]) -> None:
    key = access.create_api_key(actor=SYSTEM, name="合作系统")
    ApiKey.objects.update(reads_words=True)
    said = Client().get(f"{BASE}/requests.json", {"api_key": key}).content.decode()
    assert "路面有个大坑" in said
    assert "坑也不补" not in said


@pytest.mark.parametrize("path", ["/api/v1/near", "/report/near.geojson"])
def test_no_point_near_by_is_the_complaints(rows: tuple[cases.CaseRow, cases.CaseRow], path: str) -> None:
    found = Client().get(path, {"lon": LON, "lat": LAT}).json()["features"]
    assert len(found) == 1
    assert rows[0].number not in str(found)


def test_a_resident_who_reports_the_same_is_offered_the_other_alone(rows: tuple[cases.CaseRow, cases.CaseRow]) -> None:
    sent = {"lon": LON, "lat": LAT, "text": "路面有个大坑", "category_code": county.POTHOLE}
    body = Client().post("/report/near/", sent).content.decode()
    assert body.count('name="same_as"') in (1, 2)
    assert "坑也不补" not in body


def test_its_words_are_published_by_nobody(rows: tuple[cases.CaseRow, cases.CaseRow]) -> None:
    complaint, other = rows
    coordinator = county.post("coordinator")
    assert Action.PUBLISH not in cases.possible_actions(complaint, coordinator)
    assert Action.PUBLISH in cases.possible_actions(other, coordinator)
    page = signed_in("coordinator").get(f"/console/case/{complaint.number}/").content.decode()
    assert "/do/publish/" not in page
    with pytest.raises(Conflict):
        cases.take_action(actor=coordinator, case_id=complaint.id, action=Action.PUBLISH, given={})


def seen_by(username: str, row: cases.CaseRow) -> list[str]:
    """Where a post comes upon the case."""
    client = signed_in(username)
    paths: dict[str, Any] = {
        "page": f"/console/case/{row.number}/",
        "sheet": f"/console/case/{row.number}/sheet/",
        "square": "/console/square/?scope=office",
        "tasks": "/console/",
        "api": f"/api/v1/cases/{row.number}",
        "list": "/api/v1/cases?scope=office",
        "points": "/api/v1/cases/points.geojson?scope=office",
    }
    found = []
    for name, path in paths.items():
        answer = client.get(path, follow=True)
        if answer.status_code == 200 and row.number in answer.content.decode().replace(" ", ""):
            found.append(name)
    return found


def test_who_is_complained_of_comes_upon_it_nowhere(rows: tuple[cases.CaseRow, cases.CaseRow]) -> None:
    complaint, other = rows
    assert seen_by("hud1", complaint) == []
    assert {"page", "api", "list"} <= set(seen_by("hud1", other))
    with pytest.raises(NotFound):
        cases.visible_case(actor=county.post("hud1"), case_id=complaint.id)
    handler = county.post("hud1")
    (scope, *_) = cases.scopes_of(handler)
    count = cases.count_cases(actor=handler, scope=scope, filters=cases.Filters())
    assert count.number == 1


def test_who_is_complained_of_is_offered_no_action_on_it(rows: tuple[cases.CaseRow, cases.CaseRow]) -> None:
    complaint, other = rows
    assert cases.possible_actions(complaint, county.post("hud1")) == []
    assert cases.possible_actions(other, county.post("hud1")) != []
