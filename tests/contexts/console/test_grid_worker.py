"""The grid worker's pages: the own cells and what is assigned, nothing else."""

from typing import Any

import pytest

from liandong.contexts.cases import public as cases
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import signed_in

pytestmark = pytest.mark.usefixtures("small_county")
NEAR = "/desk/register/near/"


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def point(cell: str) -> dict[str, str]:
    lon, lat = county.POINTS[cell]
    return {"lon": str(lon), "lat": str(lat)}


def cells_of(username: str) -> list[dict[str, Any]]:
    """Properties of the cells on a grid worker's map."""
    drawn = signed_in(username).get("/console/cells.geojson").json()["features"]
    return [each["properties"] for each in drawn if each["properties"]["level"] == "cell"]


def test_the_map_of_a_grid_worker_shows_the_own_cells() -> None:
    assert [(each["code"], each["own"]) for each in cells_of("grid_a1")] == [
        (county.CELLS["A11"], True),
        (county.CELLS["A12"], True),
    ]
    assert signed_in("hud1").get("/console/cells.geojson").status_code == 403
    page = signed_in("grid_a1").get("/console/square/").content.decode()
    assert 'data-cells="/console/cells.geojson"' in page


def test_with_the_cells_of_whom_he_stands_in_for() -> None:
    beside = county.grid_worker_beside("grid_a1")
    assert cells_of(beside) == []
    county.away("grid_a1", beside)
    assert len(cells_of(beside)) == 2


def test_outside_the_own_cells_nothing_opens_but_what_is_assigned() -> None:
    near, far, given = county.receive(at="A11"), county.receive(at="B11"), county.receive(at="A21")
    cases.assign_task(actor=county.post("hud1"), case_id=given.id, staff_id=county.post("grid_a1").id)
    client = signed_in("grid_a1")
    opened = {row.id: client.get(f"/console/case/{row.number}/").status_code for row in (near, far, given)}
    assert opened == {near.id: 200, far.id: 404, given.id: 200}
    shown = client.get("/console/square/").content.decode()
    assert [row.title in shown and f'data-point-id="{row.id}"' in shown for row in (near, far, given)] == [
        True, False, False,
    ]  # fmt: skip
    assert client.get("/console/square/?scope=county").status_code == 400


def test_near_by_matters_open_where_they_are_his() -> None:
    mine, other = county.receive(at="A11"), county.receive(at="B11")
    client = signed_in("grid_a1")
    link = "/console/case/{}/".format
    assert link(mine.number) in client.post(NEAR, point("A11")).content.decode()
    body = client.post(NEAR, point("B11")).content.decode()
    assert ("near-list" in body, link(other.number) in body) == (True, False)


def test_a_resident_gets_no_numbers_of_near_by_matters(client) -> None:
    row = county.receive(at="A11")
    assert row.number not in client.post("/report/near/", point("A11")).content.decode()
    assert client.post(NEAR, point("A11")).status_code == 302


def test_the_place_begins_at_the_device_for_grid_workers_only() -> None:
    begins = {
        name: b"data-locate-at-once" in signed_in(name).get("/desk/register/").content for name in ("grid_a1", "clerk")
    }
    assert begins == {"grid_a1": True, "clerk": False}


def test_what_is_near_costs_a_fixed_number_of_statements(django_assert_num_queries) -> None:
    client = signed_in("clerk")
    for count in (1, 8):
        for _ in range(count):
            county.receive(at="A11")
        with django_assert_num_queries(6):
            client.post(NEAR, point("A11"))
