"""The county's own settings, its desk, and divisions that are replaced while cases and posts go on."""

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Filters, Scope
from liandong.foundation.access import public as access
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import InvalidInput
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")

WRONG = [
    ("zone", "Mars/Olympus"),
    ("zone", ""),
    ("map_crs", "epsg:3857"),
    ("yellow_percent", 0),
    ("yellow_percent", 101),
    ("yellow_percent", -5),
    ("verdict_days", 0),
    ("verdict_days", 100_000),
    ("reply_days", 0),
    ("reply_days", 1_000),
    ("name", ""),
    ("name", "县" * 61),
    ("contact_email", "nobody"),
    ("colour", "red"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_setting_that_would_stop_the_house_is_refused_and_nothing_changes(name: str, value: object) -> None:
    before = orgs.county()
    with pytest.raises(InvalidInput) as refused:
        orgs.set_up_county(actor=SYSTEM, **{name: value})
    assert refused.value.field == name
    assert orgs.county() == before
    assert county.receive().number


def test_a_setting_is_recorded_by_name_and_used_at_once() -> None:
    orgs.set_up_county(actor=SYSTEM, verdict_days=10)
    assert orgs.county().verdict_days == 10
    (entry,) = ledger.entries(("county", 0))
    assert (entry.action, county.facts(entry)) == ("RegisterImported", {"settings": ["verdict_days"]})


def test_there_is_one_desk() -> None:
    with pytest.raises(InvalidInput) as refused:
        orgs.import_offices(actor=SYSTEM, rows=[orgs.OfficeInput("NEW", "另一个台", is_desk=True)])
    assert refused.value.field == "is_desk"
    assert orgs.organisation().desk_id == county.office("SGC")


def test_the_desk_moves_when_the_old_one_gives_it_up_first() -> None:
    orgs.import_offices(
        actor=SYSTEM,
        rows=[
            orgs.OfficeInput("SGC", "县社会治理中心", role_code="SGC"),
            orgs.OfficeInput("JUS", "县司法局", role_code="JUS", is_desk=True),
        ],
    )
    assert orgs.organisation().desk_id == county.office("JUS")


@pytest.fixture
def renamed() -> tuple[cases.CaseRow, cases.CaseRow]:
    """A case from before and one from after town A got another name; the posts followed."""
    before = county.receive(category_code=county.BURNING)
    town = orgs.organisation().by_code[county.TOWN_A]
    orgs.import_divisions(
        actor=SYSTEM,
        rows=[orgs.DivisionInput(county.TOWN_A, "青坪街道", "town", county.COUNTY)],
        valid_from=time.now().date(),
    )
    assert orgs.organisation().by_code[county.TOWN_A].id != town.id
    access.follow_divisions(actor=SYSTEM)
    return before, county.receive(category_code=county.BURNING)


def test_after_a_town_is_renamed_its_office_leads_as_before(renamed: tuple[cases.CaseRow, cases.CaseRow]) -> None:
    before, after = renamed
    assert after.office_id == before.office_id == county.office("TWN-A")
    assert after.town_id == county.division(county.TOWN_A) != before.town_id


def test_after_a_town_is_renamed_its_posts_have_the_old_cases_and_the_new(
    renamed: tuple[cases.CaseRow, cases.CaseRow],
) -> None:
    ids = {row.id for row in renamed}
    dispatcher, clerk = county.post("town_a"), county.post("clerk")
    town = county.division(county.TOWN_A)
    for asked in (
        {"actor": dispatcher, "scope": Scope.TOWN, "filters": Filters()},
        {"actor": clerk, "scope": Scope.COUNTY, "filters": Filters(town_id=town)},
    ):
        assert {row.id for row in cases.list_cases(**asked).rows} == ids
        assert cases.count_cases(**asked).number == 2
    for row in renamed:
        assert cases.visible_case(actor=dispatcher, case_id=row.id).id == row.id
        assert cases.possible_actions(row, dispatcher) != []
        assert county.post("grid_a1").id in {post.id for post in cases.assignable_posts(row)}


def test_after_a_cell_is_redrawn_its_worker_has_the_old_cases_and_the_new() -> None:
    before = county.receive()
    cell = county.CELLS["A11"]
    narrower = {
        "type": "Polygon",
        "coordinates": [[[105.0, 35.0], [105.09, 35.0], [105.09, 35.1], [105.0, 35.1], [105.0, 35.0]]],
    }
    orgs.import_divisions(
        actor=SYSTEM, rows=[orgs.DivisionInput(cell, "东坪村第1网格", "cell", county.VILLAGES["A1"], outline=narrower)]
    )
    access.follow_divisions(actor=SYSTEM)
    after = county.receive()
    assert after.cell_id == county.division(cell) != before.cell_id
    listed = cases.list_cases(actor=county.post("grid_a1"), scope=Scope.CELLS, filters=Filters()).rows
    assert {row.id for row in listed} == {before.id, after.id}
