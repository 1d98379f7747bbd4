"""A budget is written as people say it: five working days, four hours, sixty days rolled forward."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liandong.foundation.calendar.domain.budget import Budget, Counting, Unit
from liandong.kernel.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("5wd", Budget(5, Unit.DAY, Counting.WORKING)),
        ("4h", Budget(4, Unit.HOUR, Counting.NATURAL)),
        ("4wh", Budget(4, Unit.HOUR, Counting.WORKING)),
        ("120wm", Budget(120, Unit.MINUTE, Counting.WORKING)),
        ("30m", Budget(30, Unit.MINUTE, Counting.NATURAL)),
        ("60d", Budget(60, Unit.DAY, Counting.NATURAL)),
        ("60d+", Budget(60, Unit.DAY, Counting.NATURAL, roll_forward=True)),
    ],
)
def test_each_text_form_reads_and_writes_its_budget(text: str, budget: Budget) -> None:
    assert Budget.parse(text) == budget
    assert str(budget) == text


@given(
    value=st.integers(1, 3_660),
    unit=st.sampled_from(Unit),
    calendar=st.sampled_from(Counting),
    roll=st.booleans(),
)
def test_every_budget_survives_its_text(value: int, unit: Unit, calendar: Counting, roll: bool) -> None:
    may_roll = roll and unit is Unit.DAY and calendar is Counting.NATURAL
    budget = Budget(value, unit, calendar, may_roll)
    assert Budget.parse(str(budget)) == budget


def test_case_width_and_space_do_not_matter() -> None:
    assert Budget.parse(" ５ＷＤ ") == Budget.parse("5wd")


@pytest.mark.parametrize(
    "text", ["", "5", "wd", "5dw", "-5d", "5.5h", "0d", "5wd+", "4h+", "5w", "5 d d", "99999wd", "9999999999m", "五d"]
)
def test_what_is_no_budget_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Budget.parse(text)
    assert refused.value.field == "budget"


@pytest.mark.parametrize("calendar", Counting)
@pytest.mark.parametrize(("unit", "in_a_day"), [(Unit.DAY, 1), (Unit.HOUR, 24), (Unit.MINUTE, 24 * 60)])
def test_a_budget_is_ten_years_at_most_in_whatever_unit(unit: Unit, in_a_day: int, calendar: Counting) -> None:
    most = 3_660 * in_a_day
    assert Budget(most, unit, calendar).value == most
    with pytest.raises(InvalidInput):
        Budget(most + 1, unit, calendar)


@pytest.mark.parametrize(("unit", "calendar"), [(Unit.DAY, Counting.WORKING), (Unit.HOUR, Counting.NATURAL)])
def test_only_natural_days_roll_forward(unit: Unit, calendar: Counting) -> None:
    with pytest.raises(InvalidInput):
        Budget(3, unit, calendar, roll_forward=True)
