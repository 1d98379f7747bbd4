"""`/api/v1`: lists, cases, actions, the live bar, maps and registers."""

import gzip
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import shapely
import shapely.geometry
from django.http import QueryDict
from django.test import Client

from liandong.app.api import api
from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.foundation.access.models import Staff
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Role
from tests import county

pytestmark = pytest.mark.django_db


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Staff.objects.get(username=username))
    return client


@pytest.fixture
def coordinator() -> Client:
    return signed_in("coordinator")


def get(client: Client, path: str, status: int = 200, **headers: str) -> Any:
    response = client.get(f"/api/v1/{path}", headers=headers)
    assert response.status_code == status, response.content.decode()
    kind = "application/json; charset=utf-8" if status == 200 else "application/problem+json"
    assert response.headers["Content-Type"] == kind
    return json.loads(response.content)


def numbers(client: Client, query: str = "") -> list[str]:
    return [row["number"] for row in get(client, f"cases?{query}")["rows"]]


def do(client: Client, case: cases.CaseRow, action: str, status: int = 200, **body: Any) -> Any:
    response = client.post(f"/api/v1/cases/{case.number}/{action}", json.dumps(body), content_type="application/json")
    assert response.status_code == status, response.content.decode()
    return json.loads(response.content)


def test_a_row_tells_the_case_with_the_names_of_what_it_refers_to(coordinator: Client) -> None:
    with time.at(county.MONDAY):
        case = county.receive(address="人民路1号")
        (row,) = get(coordinator, "cases")["rows"]
    assert row["number"] == case.number
    assert (row["state"], row["state_name"], row["light"]) == ("dispatched", "待签收", "green")
    assert (row["category"], row["office"]) == ("城乡道路坑洞破损", "县住房建设局")
    assert row["place"] == "青坪镇东坪村第1网格"
    assert (row["received_at"], row["due_at"]) == ("2026-05-11T02:00:00Z", "2026-05-14T09:30:00Z")
    assert "complained_office_id" not in row


def test_names_are_in_the_language_of_the_request(coordinator: Client) -> None:
    county.receive()
    (row,) = get(coordinator, "cases", **{"Accept-Language": "en"})["rows"]
    assert (row["office"], row["state_name"]) == ("Housing Office", "Dispatched")


def test_chinese_is_written_as_it_is(coordinator: Client) -> None:
    county.receive()
    content = coordinator.get("/api/v1/cases").content
    assert "路面有个大坑".encode() in content
    assert b"\\u" not in content


def test_a_list_is_narrowed_by_each_filter(coordinator: Client) -> None:
    with time.at(county.MONDAY):
        hole = county.receive(at="A11")
        rubbish = county.receive(at="B11", category_code=county.RUBBISH, channel="phone", text="垃圾成堆")
        unclear = county.receive("嗯", category_code="")
        done = county.receive(category_code=county.MANHOLE, received_at=time.now() - timedelta(days=3))
        cases.close_case(actor=county.post("coordinator"), case_id=done.id, text="重复")
        for query, expected in {
            "": [unclear, rubbish, hole],
            "openness=all": [unclear, rubbish, hole, done],
            "openness=ended": [done],
            "state=received": [unclear],
            "light=green": [unclear, rubbish, hole],
            "light=red": [],
            "category=01": [rubbish],
            f"category={county.POTHOLE}": [hole],
            f"office={county.office('HUD')}": [hole],
            f"town={county.division(county.TOWN_B)}": [rubbish],
            f"village={county.division(county.VILLAGES['B1'])}": [rubbish],
            "assignee=1": [],
            "severity=1&openness=all": [done],
            "channel=phone": [rubbish],
            "queue=category": [unclear],
            "q=垃圾&purpose=handling": [rubbish],
            f"q={hole.number}": [hole],
            "openness=all&received_to=2026-05-10": [done],
            "openness=all&received_from=2026-05-10": [unclear, rubbish, hole],
            "received_from=2026-05-11T10:00:00%2B08:00&sort=oldest": [hole, rubbish, unclear],
            "received_from=2026-05-11T10:00:01%2B08:00": [],
        }.items():
            assert numbers(coordinator, query) == [case.number for case in expected], query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("scope=moon", "scope"),
        ("scope=town", "scope"),
        ("state=done", "state"),
        ("light=blue", "light"),
        ("sort=name", "sort"),
        ("office=HUD", "office"),
        ("rows=0", "rows"),
        ("rows=201", "rows"),
        ("rows=²", "rows"),
        ("cursor=x", "cursor"),
        ("state=handling&cursor=W2ZhbHNlLCIyMDI2LTAxLTAxVDAwOjAwOjAwIiw1XQ", "cursor"),
        ("received_from=may", "received_from"),
    ],
)
def test_a_filter_that_cannot_be_read_is_400_with_its_name(coordinator: Client, query: str, field: str) -> None:
    assert get(coordinator, f"cases?{query}", 400)["field"] == field


def test_cursors_lead_through_all_pages_and_back(coordinator: Client) -> None:
    intake.receive(actor=SYSTEM, batch=[county.report() for _ in range(7)])
    first = get(coordinator, "cases?rows=3&count=true")
    assert first["count"] == {"number": 7, "exact": True}
    assert first["previous"] == ""
    second = get(coordinator, f"cases?rows=3&cursor={first['next']}")
    third = get(coordinator, f"cases?rows=3&cursor={second['next']}")
    assert "count" not in second
    assert third["next"] == ""
    rows = [row["number"] for page in (first, second, third) for row in page["rows"]]
    assert len(set(rows)) == 7
    assert get(coordinator, f"cases?rows=3&cursor={third['previous']}")["rows"] == second["rows"]
    assert get(coordinator, "cases?rows=3&cursor=last")["rows"][-1] == third["rows"][-1]


def test_a_list_shows_the_scope_of_the_post_only() -> None:
    hole, rubbish = county.receive(at="A11"), county.receive(at="B11", category_code=county.RUBBISH)
    private = county.receive(category_code=county.NEIGHBOURS)
    for username, seen in {
        "coordinator": [private, rubbish, hole],
        "leader": [rubbish, hole],
        "hud1": [hole],
        "jus1": [private],
        "town_b": [rubbish],
        "grid_a1": [hole],
    }.items():
        assert numbers(signed_in(username)) == [case.number for case in seen], username


def test_a_list_of_fifty_takes_one_statement_after_session_and_user(
    coordinator: Client, django_assert_num_queries: Any
) -> None:
    intake.receive(actor=SYSTEM, batch=[county.report() for _ in range(50)])
    get(coordinator, "cases")
    with django_assert_num_queries(2 + 1):
        assert len(get(coordinator, "cases")["rows"]) == 50
    with django_assert_num_queries(2 + 1):
        get(coordinator, "cases/points.geojson")
    with django_assert_num_queries(2 + 1):
        get(coordinator, "live?cursor=1")


def test_a_case_is_told_with_everything_in_order(coordinator: Client) -> None:
    with time.at(county.MONDAY):
        case = county.receive(contact=intake.ContactInput("某某", "000-555-0100"))
        handler = county.post("hud1")
        cases.accept_case(actor=handler, case_id=case.id)
        cases.ask_reporter(actor=handler, case_id=case.id, text="具体在哪一侧？")
        told = get(coordinator, f"cases/{case.number}")
    assert told["case"]["assignee"] == "住建一岗"
    assert [task["kind"] for task in told["tasks"]] == ["handle"]
    assert [(said["kind"], said["text"]) for said in told["messages"]] == [("question", "具体在哪一侧？")]
    assert [report["text"] for report in told["reports"]] == ["路面有个大坑，请来修补"]
    assert [line["kind"] for line in told["deadlines"]] == ["start", "accept", "pause"]
    assert [line["action"] for line in told["actions"]] == [
        "note",
        "progress",
        "reply",
        "override",
        "close",
        "withdraw",
        "join",
        "publish",
    ]
    assert "000-555-0100" not in json.dumps(told)


def test_a_case_takes_at_most_eight_statements_after_session_and_user(
    coordinator: Client, django_assert_max_num_queries: Any
) -> None:
    case = county.receive()
    get(coordinator, f"cases/{case.number}")
    with django_assert_max_num_queries(2 + 8):
        get(coordinator, f"cases/{case.number}")


def test_a_case_that_a_post_may_not_see_is_not_there() -> None:
    private, complaint = (
        county.receive(category_code=county.NEIGHBOURS),
        county.receive(complained_office_id=county.office("LAW"), category_code=county.RUBBISH),
    )
    assert get(signed_in("hud1"), f"cases/{private.number}", 404)["code"] == "not_found"
    assert get(signed_in("law1"), f"cases/{complaint.number}", 404)
    assert do(signed_in("hud1"), private, "note", 404, text="好奇")
    assert get(signed_in("hud1"), "cases/000000198", 400)["field"] == "case_number"


def test_a_case_walks_through_its_life_by_actions(coordinator: Client) -> None:
    case = county.receive("嗯", category_code="")
    clerk, handler = signed_in("clerk"), signed_in("hud1")
    lon, lat = county.POINTS["A12"]
    screened = do(clerk, case, "screen", category_code=county.POTHOLE, lon=lon, lat=lat)["case"]
    assert (screened["state"], screened["office"], screened["lat"]) == ("dispatched", "县住房建设局", lat)
    staff_id = county.post("hud2").id
    assert do(handler, case, "accept", version=screened["version"])["case"]["state"] == "handling"
    assert do(handler, case, "assign", staff_id=staff_id)["case"]["assignee"] == "住建二岗"
    assert do(handler, case, "claim", take_over=True)["case"]["assignee"] == "住建一岗"
    assert do(handler, case, "note", text="已联系")["case"]["state"] == "handling"
    assert do(handler, case, "ask", text="在哪？")["case"]["state"] == "asked"
    assert do(clerk, case, "reply", text="路口")["case"]["state"] == "handling"
    assert do(handler, case, "answer", text="已修补。")["case"]["state"] == "answered"
    assert do(clerk, case, "judge_unsolved", satisfied=1, text="没有")["case"]["state"] == "handling"
    assert do(handler, case, "answer", text="重新修补。")["case"]["state"] == "answered"
    assert do(clerk, case, "judge_solved", satisfied=5)["case"]["satisfied"] == 5
    assert do(clerk, case, "reopen", text="又坏了")["case"]["state"] == "handling"
    to = {"office_id": county.office("LAW"), "text": "职责调整"}
    assert do(coordinator, case, "reassign", 409, **to)["field"] == "version"
    moved = do(coordinator, case, "reassign", version=cases.find(case.id).version, **to)["case"]
    assert (moved["state"], moved["office"]) == ("dispatched", "县综合执法局")
    assert do(coordinator, case, "refer_out", to="县法院", text="属诉讼事项")["case"]["state"] == "referred"
    assert do(clerk, case, "reopen", text="退回")["case"]["state"] == "dispatched"
    assert do(coordinator, case, "close", text="依法终止")["actions"] == [
        {"action": "reopen", "name": "重新办理"},
        {"action": "publish", "name": "公开内容"},
    ]
    withdrawn = county.receive()
    assert do(clerk, withdrawn, "withdraw", text="来电撤回")["case"]["state"] == "withdrawn"


def test_whatever_a_post_may_do_is_known_here(coordinator: Client) -> None:
    case = county.receive()
    of_posts = [action for action, line in cases.LIFECYCLE.items() if line.roles - {Role.REPORTER}]
    for action in of_posts:
        path = f"/api/v1/cases/{case.number}/{action}"
        said = json.loads(coordinator.post(path, "{}", content_type="application/json").content)
        known = action in cases.by_hand()
        assert ("没有这个操作" not in said.get("title", "") + said.get("detail", "")) is known, (action, said)


def test_a_danger_is_handed_over_by_telephone_and_the_case_goes_on() -> None:
    gas = county.receive("闻到煤气味", category_code=county.GAS)
    state = cases.find(gas.id).state
    assert {"action": "hand_over_emergency", "name": "已转 110/119/120/122"} in get(
        signed_in("clerk"), f"cases/{gas.number}"
    )["actions"]
    handed = do(signed_in("clerk"), gas, "hand_over_emergency", number="119", text="消防已派车")["case"]
    assert handed["state"] == state


def test_a_town_is_asked_and_answers_by_actions(coordinator: Client) -> None:
    case, town = county.receive(), signed_in("town_a")
    town_id = county.office("TWN-A")
    for answer, text, office in (
        ("decline_consent", "没有设备", "县住房建设局"),
        ("give_consent", "", "青坪镇人民政府"),
    ):
        waits = do(coordinator, case, "reassign", office_id=town_id, text="坑在村道上")["case"]
        assert (waits["office"], waits["consent_office_id"]) == ("县住房建设局", town_id)
        answered = do(town, case, answer, text=text)["case"]
        assert (answered["office"], answered["consent_office_id"]) == (office, None)


def test_an_action_says_what_is_missing_stale_or_not_allowed(coordinator: Client) -> None:
    case = county.receive()
    handler = signed_in("hud1")
    assert do(handler, case, "assign", 400)["field"] == "staff_id"
    assert do(coordinator, case, "reassign", 400, text="理由")["field"] == "office_id"
    assert do(handler, case, "note", 400)["field"] == "text"
    assert do(coordinator, case, "refer_out", 400, text="理由")["field"] == "to"
    assert do(handler, case, "accept", 409, version=99)["code"] == "conflict"
    assert do(handler, case, "answer", 409, text="太早")["code"] == "conflict"
    assert do(handler, case, "close", 403, text="x")["code"] == "not_allowed"
    assert do(handler, case, "lapse", 404)["code"] == "not_found"
    assert do(handler, case, "accept", 422, version="one")["field"] == "version"
    assert do(handler, case, "accept", 422, verson=1)["code"] == "malformed_payload"
    assert get(coordinator, f"cases/{case.number}")["case"]["version"] == 1


TAKEN_OVER: list[tuple[str, str, dict[str, Any]]] = [
    ("claim", "hud2", {}),
    ("assign", "hud2", {"staff_id": "hud2"}),
    ("reassign", "coordinator", {"office_id": "LAW", "text": "职责调整"}),
    ("refer_out", "coordinator", {"to": "县法院", "text": "属诉讼事项"}),
    ("undo_assign", "coordinator", {"text": "指派错了"}),
    ("join", "hud2", {"number": "other", "text": "同一个坑"}),
    ("answer", "hud2", {"text": "已经修补。"}),
    ("close", "coordinator", {"text": "依法终止"}),
    ("withdraw", "clerk", {"text": "来电撤回"}),
]


@pytest.mark.parametrize(("action", "by", "given"), TAKEN_OVER, ids=[action for action, *_ in TAKEN_OVER])
def test_what_a_colleague_has_in_hand_is_taken_over_only_by_who_knows_it(
    action: str, by: str, given: dict[str, Any]
) -> None:
    case, other, client = county.receive(), county.receive(), signed_in(by)
    county.cases.assign_task(actor=county.post("hud2"), case_id=case.id, staff_id=county.post("hud1").id)
    ids = {"hud2": county.post("hud2").id, "LAW": county.office("LAW"), "other": other.number}
    given = {name: ids.get(value, value) for name, value in given.items()}
    refused = do(client, case, action, 409, **given)
    assert (refused["code"], refused["field"]) == ("conflict", "version")
    assert "住建一岗" in refused["title"]
    assert cases.find(case.id).assignee_id == county.post("hud1").id
    assert do(client, case, action, 409, version=1, take_over=True, **given)
    assert do(client, case, action, take_over=True, **given)


def test_what_waits_at_the_desk_is_taken_from_a_colleague_only_by_who_knows_it(coordinator: Client) -> None:
    case = county.receive("嗯", category_code="")
    assert do(coordinator, case, "take_up")["case"]["number"] == case.number
    assert do(coordinator, case, "take_up")["case"]["number"] == case.number  # one's own
    for action, given in (("take_up", {}), ("screen", {"category_code": county.POTHOLE})):
        assert do(signed_in("clerk"), case, action, 409, **given)["field"] == "version"
    version = cases.find(case.id).version
    assert do(signed_in("clerk"), case, "screen", version=version, category_code=county.POTHOLE)["case"]["office"]


def test_a_deputy_goes_on_without_asking() -> None:
    case = county.receive()
    county.cases.assign_task(actor=county.post("hud2"), case_id=case.id, staff_id=county.post("hud1").id)
    county.away("hud1", "hud2")
    assert do(signed_in("hud2"), case, "claim")["case"]["assignee"] == "住建二岗"


def test_who_may_not_do_it_is_told_that_first() -> None:
    case = county.receive()
    county.cases.assign_task(actor=county.post("hud2"), case_id=case.id, staff_id=county.post("hud1").id)
    assert do(signed_in("hud2"), case, "reassign", 403, office_id=county.office("LAW"), text="不归我们")


ENDPOINTS = [(method, path) for path, methods in api.get_openapi_schema()["paths"].items() for method in methods]


@pytest.mark.parametrize(("method", "path"), ENDPOINTS, ids=lambda value: value)
def test_a_query_parameter_that_an_endpoint_doesnt_know_is_refused_by_name(
    method: str, path: str, coordinator: Client
) -> None:
    path = path.format(number=county.receive().number, action="note", code="7K2M-9QXR-4TBD", part_id=1)
    for query, name in (("stat=open", "stat"), ("cursor_=1", "cursor_"), ("api_key=x", "api_key")):
        answer = coordinator.generic(method.upper(), f"{path}?{query}", "{}", content_type="application/json")
        told = json.loads(answer.content)
        assert (answer.status_code, told["code"], told["field"]) == (400, "invalid_input", name)
        assert name in told["title"]
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_square_asks_the_api_only_what_it_knows(coordinator: Client) -> None:
    page = coordinator.get("/console/square/?light=red&cursor=last&utm_source=mail&office=&fbclid=1").content.decode()
    for part in ("points.geojson", "live"):
        (query,) = re.findall(rf"/api/v1/[a-z/]*{part}\?([^\"]*)", page)[:1]
        assert set(QueryDict(query.replace("&amp;", "&"))) == {"light", "scope", "sort"}


def test_a_count_is_asked_for_with_yes_or_no(coordinator: Client) -> None:
    assert get(coordinator, "cases?count=yes", 400)["field"] == "count"
    assert "count" not in get(coordinator, "cases?count=false")


def test_an_action_without_a_body_is_one_without_words() -> None:
    case = county.receive()
    response = signed_in("hud1").post(f"/api/v1/cases/{case.number}/accept", content_type="application/json")
    assert json.loads(response.content)["case"]["state"] == "handling"


def test_an_action_needs_the_csrf_token_of_its_page() -> None:
    case = county.receive()
    client = Client(enforce_csrf_checks=True)
    client.force_login(Staff.objects.get(username="hud1"))
    path = f"/api/v1/cases/{case.number}/accept"
    assert client.post(path, "{}", content_type="application/json").status_code == 403
    client.cookies["csrftoken"] = "t" * 32
    kept = client.post(path, "{}", content_type="application/json", headers={"X-CSRFToken": "t" * 32})
    assert kept.status_code == 200


def test_the_live_bar_learns_how_many_came_since() -> None:
    client = signed_in("hud1")
    first = county.receive()
    county.receive(category_code=county.RUBBISH)
    assert get(client, f"live?cursor={first.id}") == {"cursor": str(first.id), "fresh": 0}
    last = county.receive()
    assert get(client, f"live?cursor={first.id}") == {"cursor": str(last.id), "fresh": 1}
    assert get(client, f"live?cursor={first.id}&category=01")["fresh"] == 0
    assert get(client, "live")["fresh"] == 2
    assert get(client, "live?cursor=now", 400)["field"] == "cursor"


def test_the_live_bar_counts_to_a_hundred_and_goes_on_from_the_newest(coordinator: Client) -> None:
    intake.receive(actor=SYSTEM, batch=[county.report() for _ in range(120)])
    newest = cases.list_points(actor=county.post("coordinator"), scope=cases.Scope.COUNTY, filters=cases.Filters())[0]
    assert get(coordinator, "live?cursor=0") == {"cursor": str(newest.id), "fresh": 100}


def test_points_carry_what_the_map_shows(coordinator: Client) -> None:
    with time.at(county.MONDAY):
        case = county.receive(at="A11")
        county.receive("说不清在哪", lon=None, lat=None)
        county.receive(at="B11", category_code=county.RUBBISH)
        found = get(coordinator, f"cases/points.geojson?category={county.POTHOLE}")
    assert found["type"] == "FeatureCollection"
    assert found["features"] == [
        {
            "type": "Feature",
            "properties": {
                "id": case.id,
                "number": case.number,
                "light": "green",
                "kind": "城乡道路坑洞破损",
                "due": "2026-05-14 17:30",
                "url": f"/console/case/{case.number}/",
            },
            "geometry": {"type": "Point", "coordinates": list(county.POINTS["A11"])},
        }
    ]


def test_anybody_may_ask_what_is_open_near_by_without_the_words_of_others() -> None:
    lon, lat = county.POINTS["A11"]
    here = county.receive("门口有个大坑", at="A11")
    county.receive(at="A11", category_code=county.NEIGHBOURS)
    county.receive(at="A12")
    (feature,) = get(Client(), f"near?lon={lon}&lat={lat}")["features"]
    told = feature["properties"]
    assert {"number", "case_id", "url"} & set(told) == set()
    assert here.number not in json.dumps(feature)
    assert told["id"] == 0
    assert told["kind"] == "城乡道路坑洞破损"
    assert "门口" not in json.dumps(feature, ensure_ascii=False)
    assert get(Client(), f"near?lon={lon}&lat={lat}&category=01")["features"] == []
    assert get(Client(), "near?lon=x&lat=1", 400)["field"] == "lon"
    assert get(Client(), "near?lon=1", 400)["field"] == "lat"
    assert get(Client(), "near?lon=nan&lat=1", 400)["field"] == "lon"


@pytest.mark.parametrize(("level", "count"), [("county", 1), ("town", 2), ("village", 4), ("cell", 8)])
def test_outlines_of_a_level_are_public_and_whole(level: str, count: int) -> None:
    response = Client().get(f"/api/v1/divisions.geojson?level={level}")
    assert response.headers["Content-Type"] == "application/geo+json"
    features = json.loads(response.content)["features"]
    assert len(features) == count
    assert {feature["properties"]["level"] for feature in features} == {level}
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    assert shapely.union_all(shapes).area == pytest.approx(0.08)
    assert all(feature["properties"]["name"] and feature["properties"]["code"] for feature in features)


def test_outlines_are_not_sent_twice_and_change_with_the_register() -> None:
    client = Client()
    first = client.get("/api/v1/divisions.geojson?level=village")
    etag = first.headers["ETag"]
    assert client.get("/api/v1/divisions.geojson?level=village", headers={"If-None-Match": etag}).status_code == 304
    packed = client.get("/api/v1/divisions.geojson?level=village", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == first.content
    english = client.get("/api/v1/divisions.geojson?level=village", headers={"Accept-Language": "en"})
    assert english.headers["ETag"] != etag
    orgs.import_divisions(
        actor=SYSTEM,
        rows=[orgs.DivisionInput(county.VILLAGES["A1"], "改名村", "village", county.TOWN_A)],
    )
    changed = client.get("/api/v1/divisions.geojson?level=village", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert client.get("/api/v1/divisions.geojson?level=moon").status_code == 400


def test_registers_are_told_in_the_language_of_the_request(coordinator: Client) -> None:
    offices = {row["code"]: row for row in get(Client(), "offices", **{"Accept-Language": "en"})}
    assert (offices["LAW"]["name"], offices["LAW"]["phone"]) == ("Law Enforcement Office", "000-1001")
    categories = {row["code"]: row for row in get(Client(), "categories")}
    assert categories[county.POTHOLE]["name"] == "城乡道路坑洞破损"
    assert categories[county.POTHOLE]["leaf"] is True
    assert [row["name"] for row in get(coordinator, "places?q=东坪广场")] == ["东坪广场"]


def test_what_is_not_there_is_a_problem_too() -> None:
    for path in ("nothing", "cases/1/2/3", "Cases"):
        assert get(Client(), path, 404)["code"] == "not_found"


def test_a_method_that_an_address_does_not_know_is_a_problem_too(coordinator: Client) -> None:
    response = coordinator.delete("/api/v1/cases")
    assert (response.status_code, response.headers["Content-Type"]) == (405, "application/problem+json")
    assert json.loads(response.content)["code"] == "method_refused"
    assert "GET" in response.headers["Allow"]


def test_every_answer_and_body_of_the_document_has_a_schema() -> None:
    document = json.loads(Client().get("/api/v1/openapi.json").content)
    assert document["openapi"].startswith("3.1")
    operations = {
        (path, method): entry for path, methods in document["paths"].items() for method, entry in methods.items()
    }
    assert ("/api/v1/cases/{number}/{action}", "post") in operations
    assert len({entry["operationId"] for entry in operations.values()}) == len(operations)
    schemas = document["components"]["schemas"]
    for (path, _), entry in operations.items():
        told = entry["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema")
        assert told or path == "/api/v1/divisions.geojson", path
        assert entry["responses"]["default"]
    missing = [ref for ref in _references(document) if ref.removeprefix("#/components/schemas/") not in schemas]
    assert missing == []
    assert api.docs_url is None


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [ref for each in value.values() for ref in _references(each)]
    return [ref for each in value for ref in _references(each)] if isinstance(value, list) else []


def test_a_single_sign_as_answer_is_asked_back_unless_it_is_said_to_be_all() -> None:
    handler = signed_in("hud1")
    case = county.receive()
    do(handler, case, "accept")
    assert do(handler, case, "answer", 409, text="好")["code"] == "very_short"
    assert cases.find(case.id).state == cases.State.HANDLING
    do(handler, case, "answer", 400, text="\u200b", however_short=True)
    do(handler, case, "answer", text="好", however_short=True)
    assert cases.messages(case.id)[-1].text == "好"


def test_a_line_break_counts_once_however_a_client_writes_it() -> None:
    case = county.receive()
    do(signed_in("hud1"), case, "note", text="一\r\n" * 1999 + "二三")
    assert cases.messages(case.id)[-1].text == "一\n" * 1999 + "二三"
