"""A post's own figures, each with the cases behind it; open cases by office."""

from datetime import timedelta

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import WorkFigure
from liandong.kernel import time
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def taken(username: str = "hud1", **fields: object) -> cases.CaseRow:
    row = county.receive(**fields)
    return cases.accept_case(actor=county.post(username), case_id=row.id)


def numbers(username: str = "hud1") -> dict[str, int]:
    """What isn't nought."""
    found = cases.workload(actor=county.post(username)).numbers
    return {figure.value: number for figure, number in found.items() if number}


def test_what_is_in_hand_is_counted_by_light_and_by_when_it_is_due() -> None:
    taken()  # three working days: Thursday
    taken(category_code=county.MANHOLE)  # two hours
    assert numbers() == {"green": 2, "today": 1, "week": 2}
    with time.at(county.MONDAY + county.hours(1.8)):
        assert numbers() == {"green": 1, "yellow": 1, "today": 1, "week": 2}
    with time.at(county.MONDAY + county.hours(3)):
        assert numbers() == {"green": 1, "red": 1, "week": 1}
    with time.at(county.local(17, 23)):
        assert numbers() == {"red": 2}


@pytest.mark.parametrize(("minutes_before_midnight", "is_today"), [(1, True), (0, False), (-30, False)])
def test_a_day_of_work_ends_at_midnight_of_the_county(minutes_before_midnight: int, is_today: bool) -> None:
    """A manhole without its cover is secured within two hours, by night too."""
    with time.at(county.local(12, 22) - timedelta(minutes=minutes_before_midnight)):
        taken(category_code=county.MANHOLE)
        assert numbers() == {"green": 1, "week": 1} | ({"today": 1} if is_today else {})


def test_on_friday_what_is_due_on_monday_isnt_due_this_week() -> None:
    with time.at(county.local(13, 10)):
        taken()  # Wednesday + 3 working days: Monday
        assert numbers() == {"green": 1}


def test_what_waits_is_counted_apart_and_has_no_light() -> None:
    asked, parked = taken(), taken()
    cases.ask_reporter(actor=county.post("hud1"), case_id=asked.id, text="在哪一侧？")
    review = county.local(20, month=6).date()
    park = {"ground": "season", "review_on": review, "text": "雨季"}
    cases.park_case(actor=county.post("coordinator"), case_id=parked.id, **park)
    assert numbers() == {"none": 2, "asked": 1, "parked": 1}


def test_what_was_answered_waits_for_its_verdict_and_is_finished_for_thirty_days() -> None:
    row = taken()
    with time.at(county.local(12, 10)):
        cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已填平。")
        assert numbers() == {"answered": 1, "finished": 1}
        cases.record_verdict(actor=county.post("clerk"), case_id=row.id, solved=True)
        assert numbers() == {"finished": 1}
    with time.at(county.local(12, 10) + county.days(31)):
        assert numbers() == {}


def test_the_median_counts_working_days_from_when_the_task_came() -> None:
    for day in (12, 13, 18):  # one and two working days, and over a weekend five
        with time.at(county.MONDAY):
            row = taken()
        with time.at(county.local(day, 10)):
            cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="好了")
    with time.at(county.local(19)):
        assert cases.workload(actor=county.post("hud1")).median_days == 2.0
        assert cases.workload(actor=county.post("hud2")).median_days is None


def test_what_was_joined_withdrawn_or_referred_was_not_finished() -> None:
    one, two, three = taken(), taken(), taken()
    cases.join_case(actor=county.post("clerk"), case_id=one.id, to=county.receive().id)
    cases.withdraw_case(actor=county.post("clerk"), case_id=two.id)
    cases.refer_out(actor=county.post("clerk"), case_id=three.id, to="县人民法院", text="属诉讼事项")
    assert numbers() == {}


def test_what_went_to_another_office_was_not_finished() -> None:
    row = taken()
    cases.reassign_case(
        actor=county.post("coordinator"), case_id=row.id, office_id=county.office("LAW"), text="属执法范围"
    )
    assert numbers() == {}


def test_figures_are_the_posts_own() -> None:
    taken("hud1")
    assert numbers("hud2") == numbers("coordinator") == {}


@pytest.mark.parametrize("figure", [WorkFigure.GREEN, WorkFigure.WEEK, WorkFigure.ANSWERED, WorkFigure.FINISHED])
def test_behind_a_figure_stand_the_cases_it_counts(figure: WorkFigure) -> None:
    mine = taken()
    taken("hud2")
    if figure in (WorkFigure.ANSWERED, WorkFigure.FINISHED):
        cases.answer_case(actor=county.post("hud1"), case_id=mine.id, text="好了")
    assert [row.id for row in cases.workload_cases(actor=county.post("hud1"), figure=figure)] == [mine.id]


def test_open_cases_are_counted_by_office_within_the_scope() -> None:
    taken()
    county.receive(category_code=county.RUBBISH, at="B11")
    county.receive(category_code=county.NEIGHBOURS)  # private: another office's is nobody's figure but the county's
    by_office = {
        name: {
            load.office_id: (load.open, load.late)
            for load in cases.open_by_office(actor=county.post(name), scope=scope)
        }
        for name, scope in (("coordinator", cases.Scope.COUNTY), ("town_a", cases.Scope.TOWN))
    }
    hud, law, jus = county.office("HUD"), county.office("LAW"), county.office("JUS")
    assert by_office["coordinator"] == {hud: (1, 0), law: (1, 0), jus: (1, 0)}
    assert by_office["town_a"] == {hud: (1, 0)}


def test_the_figures_take_two_statements_and_the_offices_one(django_assert_num_queries) -> None:
    for _ in range(3):
        taken()
    actor = county.post("hud1")
    cases.workload(actor=actor)
    with django_assert_num_queries(2):
        cases.workload(actor=actor)
    coordinator = county.post("coordinator")
    with django_assert_num_queries(1):
        cases.open_by_office(actor=coordinator, scope=cases.Scope.COUNTY)
