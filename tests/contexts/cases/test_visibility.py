"""Who sees which case: in every scope, by number, near a point and in public; and what looking on allows."""

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Action, Filters, Openness, Published, Scope, State
from liandong.kernel import geo, time
from liandong.kernel.actor import Actor, Role
from liandong.kernel.errors import NotAllowed, NotFound
from tests import county
from tests.contexts.cases.acting import case_in, take

pytestmark = pytest.mark.usefixtures("small_county")

POSTS = (
    "clerk", "coordinator", "desk", "sup", "law1", "hud1", "hud2", "jus1", "pol1", "town_a", "town_b",
    "grid_a1", "grid_b1", "leader", "law_head", "admin",
)  # fmt: skip

METRES_OF_A_DEGREE = 111_195
"""Of latitude."""


@pytest.fixture
def matters() -> dict[str, cases.CaseRow]:
    """One case of each kind, by a short name."""
    reports = {
        "pothole in A": county.report(),
        "pothole in B": county.report(at="B11"),
        "rubbish in A2": county.report(category_code=county.RUBBISH, at="A21"),
        "without place": county.report(lon=None, lat=None),
        "quarrel in A": county.report(category_code=county.NEIGHBOURS),
        "emission in B": county.report(category_code=county.EMISSION, at="B11"),
        "unclear": county.report("门口有情况", category_code="", at="B21"),
        "complaint of housing": county.report(category_code=county.RUBBISH, complained_office_id=county.office("HUD")),
        "complaint of hud2": county.report(complained_staff_id=county.post("hud2").id),
        "complaint of the desk": county.report(
            category_code=county.CONDUCT, complained_office_id=county.office("SGC"), at="B11"
        ),
    }
    return dict(zip(reports, county.receive_all(list(reports.values())), strict=True))


PUBLIC = {"pothole in A", "pothole in B", "rubbish in A2", "without place"}
OPENLY = PUBLIC | {"unclear", "complaint of housing", "complaint of hud2"}
EVERYTHING = OPENLY | {"quarrel in A", "emission in B", "complaint of the desk"}
OF_HOUSING = {"pothole in A", "pothole in B", "without place"}
SEEN = {
    ("clerk", Scope.COUNTY): EVERYTHING - {"complaint of the desk"},
    ("coordinator", Scope.COUNTY): EVERYTHING - {"complaint of the desk"},
    ("coordinator", Scope.OFFICE): {"unclear", "complaint of hud2"},
    ("desk", Scope.OFFICE): {"unclear", "complaint of hud2"},
    ("sup", Scope.OFFICE): {"complaint of the desk"},
    ("law1", Scope.OFFICE): {"rubbish in A2", "emission in B", "complaint of housing"},
    ("hud1", Scope.OFFICE): OF_HOUSING,
    ("hud2", Scope.OFFICE): OF_HOUSING,
    ("jus1", Scope.OFFICE): {"quarrel in A"},
    ("pol1", Scope.OFFICE): set(),
    ("town_a", Scope.TOWN): {"pothole in A", "rubbish in A2", "complaint of housing", "complaint of hud2"},
    ("town_a", Scope.OFFICE): set(),
    ("town_b", Scope.TOWN): {"pothole in B", "unclear"},
    ("town_b", Scope.OFFICE): set(),
    ("grid_a1", Scope.CELLS): {"pothole in A", "complaint of housing", "complaint of hud2"},
    ("grid_b1", Scope.CELLS): {"pothole in B"},
    ("leader", Scope.COUNTY): OPENLY,
    ("law_head", Scope.COUNTY): OPENLY,
    ("admin", Scope.COUNTY): OPENLY,
}


def listed(matters: dict[str, cases.CaseRow], actor: Actor, scope: Scope) -> set[str]:
    rows = cases.list_cases(actor=actor, scope=scope, filters=Filters(openness=Openness.ALL)).rows
    names = {row.id: name for name, row in matters.items()}
    return {names[row.id] for row in rows}


@pytest.mark.parametrize("username", POSTS)
def test_a_list_shows_of_a_scope_what_the_post_may_see_and_nothing_where_the_scope_isnt_its(
    matters: dict[str, cases.CaseRow], username: str
) -> None:
    actor = county.post(username)
    assert {scope: listed(matters, actor, scope) for scope in Scope} == {
        scope: SEEN.get((username, scope), set()) for scope in Scope
    }


def opens(actor: Actor, row: cases.CaseRow) -> bool:
    try:
        return cases.visible_case(actor=actor, case_id=row.id).id == row.id
    except NotFound:
        return False


@pytest.mark.parametrize("username", POSTS)
def test_a_post_opens_what_its_lists_show_and_nothing_else(matters: dict[str, cases.CaseRow], username: str) -> None:
    actor = county.post(username)
    opened = {name for name, row in matters.items() if opens(actor, row)}
    assert opened == {name for scope in Scope for name in SEEN.get((username, scope), set())}


def test_a_case_that_is_hidden_is_refused_like_one_that_isnt_there() -> None:
    hidden = county.receive(category_code=county.NEIGHBOURS)
    refusals = []
    for case_id in (hidden.id, 10**12):
        with pytest.raises(NotFound) as refused:
            cases.visible_case(actor=county.post("pol1"), case_id=case_id)
        refusals.append(str(refused.value))
    assert refusals[0] == refusals[1]


@pytest.mark.parametrize("username", POSTS)
def test_a_post_acts_on_nothing_that_it_cannot_see(matters: dict[str, cases.CaseRow], username: str) -> None:
    actor = county.post(username)
    seen = {name for scope in Scope for name in SEEN.get((username, scope), set())}
    for name in EVERYTHING - seen:
        assert cases.possible_actions(matters[name], actor) == [], name
        with pytest.raises(NotFound):
            cases.add_note(actor=actor, case_id=matters[name].id, text="查看")


@pytest.mark.parametrize("username", ["leader", "law_head", "admin"])
@pytest.mark.parametrize("state", State)
def test_who_only_looks_on_is_offered_nothing_and_a_leader_may_urge_what_runs(username: str, state: State) -> None:
    urges = username == "leader" and state in cases.LIFECYCLE[cases.Action.URGE].sources
    offered = [cases.Action.URGE] if urges else []
    assert cases.possible_actions(case_in(state), county.post(username)) == offered


@pytest.mark.parametrize("username", ["town_a", "grid_a1"])
def test_nobody_gets_at_a_private_case_by_claiming_it(username: str) -> None:
    row = county.receive(category_code=county.NEIGHBOURS)
    with pytest.raises(NotFound):
        cases.claim_task(actor=county.post(username), case_id=row.id)
    with pytest.raises(NotFound):
        cases.visible_case(actor=county.post(username), case_id=row.id)


def test_who_was_given_a_private_case_sees_it() -> None:
    row = county.receive(category_code=county.NEIGHBOURS)
    grid = county.post("grid_a1")
    cases.assign_task(actor=county.post("jus1"), case_id=row.id, staff_id=grid.id)
    assert cases.visible_case(actor=grid, case_id=row.id).id == row.id
    assert [each.id for each in cases.open_tasks(actor=grid)[0]] == [row.id]
    assert cases.answer_case(actor=grid, case_id=row.id, text="已调解").state == State.ANSWERED


def test_a_grid_worker_without_cells_and_a_post_without_office_see_nothing(matters: dict[str, cases.CaseRow]) -> None:
    for role in (Role.GRID_WORKER, Role.HANDLER, Role.DISPATCHER):
        actor = Actor(kind="staff", id=10**6, role=role)
        assert [listed(matters, actor, scope) for scope in Scope] == [set()] * len(Scope)


def test_private_cases_without_any_office_stay_with_the_desk(matters: dict[str, cases.CaseRow]) -> None:
    Case.objects.filter(pk=matters["quarrel in A"].id).update(office=None)
    assert "quarrel in A" not in listed(matters, county.post("leader"), Scope.COUNTY)
    assert "quarrel in A" in listed(matters, county.post("clerk"), Scope.COUNTY)


@pytest.mark.parametrize("kind", ["reporter", "client"])
def test_reporters_and_client_systems_have_no_list_and_open_nothing(matters: dict, kind: str) -> None:
    actor = Actor(kind=kind, id=county.post("hud1").id, role=Role.REPORTER, office_id=county.office("HUD"))
    assert [listed(matters, actor, scope) for scope in Scope] == [set()] * len(Scope)
    for row in matters.values():
        with pytest.raises(NotFound):
            cases.visible_case(actor=actor, case_id=row.id)


def test_a_client_system_takes_no_action_of_a_reporter() -> None:
    row = case_in(State.ANSWERED)
    client = Actor(kind="client", id=1, role=Role.REPORTER)
    for action in (Action.JUDGE_SOLVED, Action.JUDGE_UNSOLVED):
        with pytest.raises(NotAllowed):
            take(action, client, row.id)


def test_counts_points_and_the_live_bar_see_no_more_than_the_list(matters: dict[str, cases.CaseRow]) -> None:
    everything = Filters(openness=Openness.ALL)
    for (username, scope), names in SEEN.items():
        asked = {"actor": county.post(username), "scope": scope, "filters": everything}
        assert cases.count_cases(**asked).number == len(names)
        with_point = {matters[name].id for name in names if matters[name].lon is not None}
        assert {point.id for point in cases.list_points(**asked)} == with_point
        assert cases.newer_than(**asked, case_id=0).number == len(names)


def test_what_anybody_may_see_has_no_private_case_and_no_complaint(matters: dict[str, cases.CaseRow]) -> None:
    codes = {row.category_code for row in matters.values()}
    rows = cases.list_published(Published(category_codes=codes), most=100)
    assert {row.id for row in rows} == {matters[name].id for name in PUBLIC} | {matters["unclear"].id}
    by_number = Published(category_codes=codes, ids=[row.id for row in matters.values()])
    assert [row.id for row in cases.list_published(by_number, most=100)] == [row.id for row in rows]


def test_near_a_point_there_are_no_private_cases_and_no_complaints(matters: dict[str, cases.CaseRow]) -> None:
    found = {row.id for at in county.POINTS.values() for row in cases.near_by(*at)}
    with_point = {name for name in PUBLIC | {"unclear"} if matters[name].lon is not None}
    assert found == {matters[name].id for name in with_point}


def test_near_a_point_there_are_no_ended_and_no_old_cases(matters: dict[str, cases.CaseRow]) -> None:
    ended = case_in(State.WITHDRAWN, at="A22")
    old = county.receive(at="A22", received_at=time.now() - county.days(31))
    fresh = county.receive(at="A22", received_at=time.now() - county.days(29))
    found = {row.id for row in cases.near_by(*county.POINTS["A22"])}
    assert found & {ended.id, old.id, fresh.id} == {fresh.id}


@pytest.mark.parametrize("about", ["an office", "a post"])
def test_a_complaint_is_shown_to_nobody_in_public(about: str) -> None:
    plain, complaint = county.receive(), county.receive()
    of_office = {"complained_office_id": county.office("HUD")}
    of_post = {"complained_staff_id": county.post("leader").id}
    Case.objects.filter(pk=complaint.id).update(**(of_office if about == "an office" else of_post))
    shown = cases.list_published(Published([county.POTHOLE]), most=10)
    assert [row.id for row in shown] == [plain.id]
    assert [row.id for row in cases.near_by(*county.POINTS["A11"])] == [plain.id]


def test_asking_from_many_places_finds_the_street_and_not_the_door() -> None:
    lon, lat = county.POINTS["A11"]
    row = county.receive(lon=lon + 0.000_412, lat=lat - 0.000_377)
    street = (round(lon + 0.000_412, 3), round(lat - 0.000_377, 3))
    for east in range(-3, 4):
        for north in range(-3, 4):
            here = (lon + east * 0.000_7, lat + north * 0.000_7)
            found = [each for each in cases.near_by(*here) if each.id == row.id]
            distance_m = geo.distance_m(geo.LonLat(*here), geo.LonLat(*street))
            assert bool(found) == (round(distance_m) <= 200)
            for each in found:
                assert (each.lon, each.lat, each.distance_m) == (*street, round(distance_m))


@pytest.mark.parametrize(("metres", "is_near"), [(0, True), (199, True), (200, True), (201, False), (290, False)])
def test_near_is_what_is_two_hundred_metres_away_and_no_more(metres: int, is_near: bool) -> None:
    lon, lat = county.POINTS["A11"]
    row = county.receive(lon=lon, lat=lat)
    found = cases.near_by(lon, lat + metres / METRES_OF_A_DEGREE)
    assert [(each.id, each.distance_m) for each in found] == ([(row.id, metres)] if is_near else [])


def test_of_many_cases_near_a_point_the_ten_nearest_are_told_the_newest_of_one_street_first() -> None:
    lon, lat = county.POINTS["A11"]
    farther, farthest = county.receive(lon=lon, lat=lat + 0.001), county.receive(lon=lon + 0.002, lat=lat)
    here = [county.receive(lon=lon, lat=lat).id for _ in range(9)]
    nearest_first = [*reversed(here), farther.id, farthest.id]
    assert [row.id for row in cases.near_by(lon, lat, most=20)] == nearest_first
    assert [row.id for row in cases.near_by(lon, lat)] == nearest_first[:10]
