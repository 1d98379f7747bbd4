"""What is private is found by nobody who isn't at work on it: not near by, not on a map, not over Open311."""

import json

import pytest
from django.test import Client

from liandong.contexts.cases import public as cases
from liandong.foundation.access.models import Staff
from tests import county
from tests.stories.people import Opener

WORDS = "楼上邻居半夜装修，多次劝说无效"
HERE = dict(zip(("lon", "lat"), county.POINTS["A11"], strict=True))


@pytest.fixture
def matters(committed) -> dict[str, cases.CaseRow]:
    """At one place, by name: something public, what is private by its category, and complaints of an office."""
    return {
        "pothole": county.receive("路面有个大坑"),
        "neighbours": county.receive(WORDS, category_code=county.NEIGHBOURS),
        "emission": county.receive("夜里偷排废气", category_code=county.EMISSION),
        "grievance": county.receive("坑洞报了三次没人管", complained_office_id=county.office("HUD")),
        "conduct": county.receive(
            "办事人员态度恶劣", category_code=county.CONDUCT, complained_office_id=county.office("HUD")
        ),
    }


def hidden(matters: dict[str, cases.CaseRow]) -> set[str]:
    """Whatever would betray a private case: its number, its id, its words."""
    private = [row for name, row in matters.items() if name != "pothole"]
    return {row.number for row in private} | {row.title for row in private}


def get(path: str, **query: object) -> str:
    answer = Client().get(path, query)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_near_by_shows_only_what_is_public(matters: dict[str, cases.CaseRow]) -> None:
    for path in ("/api/v1/near", "/report/near.geojson"):
        assert len(json.loads(get(path, **HERE))["features"]) == 1
    page = Client().post("/report/near/", HERE).content.decode()
    assert "1 件事" in page
    assert not any(sign in page for sign in hidden(matters))


def test_open311_knows_only_what_is_public(matters: dict[str, cases.CaseRow]) -> None:
    listed = get("/open311/v2/requests.json")
    assert matters["pothole"].number in listed
    assert not any(sign in listed for sign in hidden(matters))
    for name, row in matters.items():
        answer = Client().get(f"/open311/v2/requests/{row.number}.json")
        assert (answer.status_code == 200) == (name == "pothole"), name


@pytest.mark.parametrize(
    ("username", "sees"),
    [
        ("coordinator", {"pothole", "neighbours", "emission", "grievance", "conduct"}),
        ("leader", {"pothole", "grievance"}),
        ("admin", {"pothole", "grievance"}),
        ("town_a", {"pothole", "grievance"}),
        ("grid_a1", {"pothole", "grievance"}),
        ("hud1", {"pothole"}),
        ("jus1", {"neighbours"}),
        ("law1", {"emission"}),
    ],
)
def test_points_of_the_map_and_lines_of_the_square_are_those_of_the_posts_own_work(
    matters: dict[str, cases.CaseRow], username: str, sees: set[str]
) -> None:
    client = Client()
    client.force_login(Staff.objects.get(username=username))
    wanted = {matters[name].id for name in sees}
    points = json.loads(client.get("/api/v1/cases/points.geojson").content)["features"]
    assert {point["properties"]["id"] for point in points} == wanted
    square = client.get("/console/square/").content.decode()
    assert {name for name, row in matters.items() if row.number in square} == sees
    for name, row in matters.items():
        answer = client.get(f"/console/case/{row.number}/")
        assert (answer.status_code == 200) == (name in sees), name


def test_a_reporter_who_looks_around_before_sending_sees_nothing_of_a_neighbours_private_matter(
    open_as: Opener, matters: dict[str, cases.CaseRow]
) -> None:
    page = open_as()
    page.goto("/report/")
    page.get_by_label("地址或地点").press_sequentially("东坪")
    page.get_by_role("button", name="东坪广场").click()
    near = page.locator("#near-part")
    near.get_by_text("附近 200 米内有 1 件事正在办理").wait_for()
    assert "邻里" not in near.inner_text()
