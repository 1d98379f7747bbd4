"""Which office a new case goes to, and what waits in which queue when that isn't clear."""

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import State
from liandong.foundation.orgs import public as orgs
from liandong.foundation.orgs.models import Office
from liandong.foundation.registers import public as registers
from liandong.kernel.actor import SYSTEM
from tests import county
from tests.contexts.cases.acting import reporter

pytestmark = pytest.mark.usefixtures("small_county")


def lead(row: cases.CaseRow) -> str:
    """The lead office's code."""
    return orgs.organisation().offices[row.office_id].code if row.office_id else ""


SEWAGE = "020203"
LITTER = "010106"

ROUTES = [
    ("a leaf of a domain that one office has", county.POTHOLE, "A11", "HUD"),
    ("a leaf named in the duty list wins over its domain", county.BURNING, "A11", "TWN-A"),
    ("each town's own line counts in that town", county.BURNING, "B21", "TWN-B"),
    ("a domain's line counts where no narrower one is", LITTER, "B21", "LAW"),
    ("a group's line in a town wins over the domain's", "020301", "B21", "TWN-B"),
    ("elsewhere the domain's line stands", "020301", "A11", "HUD"),
    ("private categories are routed alike", county.NEIGHBOURS, "A21", "JUS"),
]


@pytest.mark.parametrize(("why", "category", "at", "office"), ROUTES, ids=[why for why, *_ in ROUTES])
def test_the_narrower_category_leads(why: str, category: str, at: str, office: str) -> None:
    row = county.receive(category_code=category, at=at)
    assert (lead(row), row.queue, row.state) == (office, "", State.DISPATCHED)


@pytest.mark.parametrize(("at", "office"), [("A11", "HUD"), ("B11", "TWN-A"), ("B21", "TWN-B")])
def test_of_equal_categories_the_narrower_division_leads(at: str, office: str) -> None:
    orgs.import_duties(
        actor=SYSTEM,
        rows=[
            orgs.DutyInput("0202", "TWN-B", division_code=county.TOWN_B),
            orgs.DutyInput("0202", "TWN-A", division_code=county.VILLAGES["B1"]),
        ],
    )
    assert lead(county.receive(category_code=SEWAGE, at=at)) == office


def test_a_narrow_category_everywhere_wins_over_a_wide_one_here() -> None:
    orgs.import_duties(
        actor=SYSTEM,
        rows=[
            orgs.DutyInput("02", "TWN-A", division_code=county.CELLS["A11"]),
            orgs.DutyInput("020201", "LAW"),
        ],
    )
    assert lead(county.receive(category_code=county.MANHOLE)) == "LAW"
    assert lead(county.receive(category_code=county.POTHOLE)) == "TWN-A"


def test_an_assisting_office_never_leads() -> None:
    orgs.import_duties(actor=SYSTEM, rows=[orgs.DutyInput("0301", "HUD", "assist")])
    row = county.receive(category_code=county.WATER)
    assert (lead(row), row.queue) == ("SGC", "duty")


def test_what_is_nobodys_duty_waits_at_the_desk() -> None:
    row = county.receive(category_code=county.WATER)
    assert (lead(row), row.queue, row.state, row.category_code) == ("SGC", "duty", State.RECEIVED, county.WATER)


def test_what_only_a_place_would_decide_waits_for_the_place() -> None:
    row = county.receive("有人烧秸秆", category_code=county.BURNING, at="A11", lon=None, lat=None)
    assert (lead(row), row.queue) == ("LAW", "")
    orgs.import_duties(actor=SYSTEM, rows=[orgs.DutyInput("0301", "TWN-A", division_code=county.TOWN_A)])
    row = county.receive("没水了", category_code=county.WATER, lon=None, lat=None)
    assert (lead(row), row.queue, row.state) == ("SGC", "place", State.RECEIVED)


def test_what_nobody_can_name_waits_for_its_category() -> None:
    row = county.receive("门口有情况，请派人来看看", category_code="")
    assert (lead(row), row.queue, row.state, row.category_code) == ("SGC", "category", State.RECEIVED, "")
    assert (row.accept_budget, row.finish_budget) == ("120wm", "5wd")


def test_words_that_clearly_speak_for_a_category_choose_it() -> None:
    row = county.receive("井盖丢了，路中间一个洞", category_code="")
    assert (row.category_code, lead(row), row.queue) == (county.MANHOLE, "HUD", "")


def test_a_source_that_names_the_office_is_believed() -> None:
    row = county.receive("转来一件", category_code="", office_code="JUS")
    assert (lead(row), row.queue, row.state) == ("JUS", "", State.DISPATCHED)


@pytest.mark.parametrize("named", [True, False])
def test_the_office_complained_of_never_leads_even_when_a_source_names_it(named: bool) -> None:
    row = county.receive(
        category_code=county.POTHOLE,
        office_code="HUD" if named else "",
        complained_office_id=county.office("HUD"),
    )
    assert (lead(row), row.queue) == ("SGC", "duty")


def test_where_the_first_office_is_barred_the_next_line_of_the_duty_list_leads() -> None:
    row = county.receive(category_code=county.BURNING, complained_office_id=county.office("TWN-A"))
    assert lead(row) == "LAW"


COMPLAINTS_OF_THE_DESK = [
    ("where the category is unclear", {"text": "门口有情况，请派人来看看", "category_code": ""}),
    ("where nobody has the duty", {"category_code": county.WATER}),
    ("where it is about conduct", {"category_code": county.CONDUCT}),
]


@pytest.mark.parametrize(
    ("where", "report"), COMPLAINTS_OF_THE_DESK, ids=[where for where, _ in COMPLAINTS_OF_THE_DESK]
)
def test_a_complaint_of_the_desk_is_the_supervision_offices_who_can_work_on_it(where: str, report: dict) -> None:
    row = county.receive(**report, complained_office_id=county.office("SGC"))
    assert (lead(row), row.queue, row.state) == ("SUP", "", State.DISPATCHED)
    sup = county.post("sup")
    assert [each.id for each in cases.open_tasks(actor=sup)[1]] == [row.id]
    cases.accept_case(actor=sup, case_id=row.id)
    assert cases.answer_case(actor=sup, case_id=row.id, text="已调查处理").state == State.ANSWERED


def test_a_complaint_of_the_desk_that_isnt_solved_twice_is_coordinated_by_supervision() -> None:
    row = county.receive(category_code=county.CONDUCT, complained_office_id=county.office("SGC"))
    sup = county.post("sup")
    cases.accept_case(actor=sup, case_id=row.id)
    for _ in range(2):
        cases.answer_case(actor=sup, case_id=row.id, text="已调查处理")
        row = cases.record_verdict(actor=reporter(row), case_id=row.id, solved=False)
    assert row.state == State.COORDINATING
    assert [(task.kind, task.office_id) for task in cases.tasks(row.id) if task.done_at is None] == [
        ("coordinate", county.office("SUP"))
    ]


def test_without_any_desk_a_case_is_still_received() -> None:
    orgs.import_offices(actor=SYSTEM, rows=[orgs.OfficeInput("SGC", "县社会治理中心", "", "SGC", is_desk=False)])
    row = county.receive("门口有情况，请派人来看看", category_code="")
    assert (row.office_id, row.queue, row.state) == (None, "category", State.RECEIVED)
    assert cases.visible_case(actor=county.post("clerk"), case_id=row.id) == row


def test_screening_never_gives_a_case_to_the_office_complained_of() -> None:
    row = county.receive("门口有情况", category_code="", complained_office_id=county.office("TWN-A"))
    after = cases.screen_case(actor=county.post("clerk"), case_id=row.id, category_code=county.BURNING)
    assert lead(after) == "LAW"


@pytest.mark.parametrize("named", [True, False])
def test_an_office_that_has_ended_leads_nothing_more(named: bool) -> None:
    Office.objects.filter(code="HUD").update(active=False)
    registers.bump("offices")
    row = county.receive(category_code=county.POTHOLE, office_code="HUD" if named else "")
    assert (lead(row), row.queue) == ("SGC", "duty")
