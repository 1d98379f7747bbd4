"""The duty list: the narrower category wins, then the narrower division, and nobody judges a complaint of itself."""

from hypothesis import given
from hypothesis import strategies as st

from liandong.foundation.orgs.domain.routing import DutyList, DutyRow, Routed

COUNTY, TOWN, VILLAGE, OTHER_TOWN = 1, 2, 3, 9
HERE = (COUNTY, TOWN, VILLAGE)


def route(*rows: DutyRow, code: str = "020101", barred: set[int] | None = None) -> Routed:
    return DutyList(rows).route(code, HERE, barred or set())


def test_nobodys_duty_has_no_lead() -> None:
    assert route() == Routed(None)
    assert route(DutyRow("03", 7, None, lead=True)) == Routed(None)


def test_leaf_group_domain_in_this_order() -> None:
    rows = [DutyRow(code, office, None, lead=True) for code, office in (("02", 1), ("0201", 2), ("020101", 3))]
    assert route(*rows).lead == 3
    assert route(*rows[:2]).lead == 2
    assert route(*rows[:1]).lead == 1


def test_of_one_category_the_narrowest_division_that_holds_the_place() -> None:
    rows = [
        DutyRow("02", 1, None, lead=True),
        DutyRow("02", 2, COUNTY, lead=True),
        DutyRow("02", 3, TOWN, lead=True),
        DutyRow("02", 4, VILLAGE, lead=True),
        DutyRow("02", 5, OTHER_TOWN, lead=True),
    ]
    assert [route(*rows[:count]).lead for count in (1, 2, 3, 4, 5)] == [1, 2, 3, 4, 4]


def test_a_place_that_nobody_knows_is_served_by_lines_of_the_whole_county_only() -> None:
    duties = DutyList([DutyRow("02", 1, COUNTY, lead=True), DutyRow("02", 2, None, lead=True)])
    assert duties.route("020101", ()).lead == 2


def test_those_who_assist_are_all_named_once_and_without_the_lead() -> None:
    rows = [
        DutyRow("02", 1, None, lead=True),
        DutyRow("02", 1, None, lead=False),
        DutyRow("02", 2, None, lead=False),
        DutyRow("0201", 3, TOWN, lead=False),
        DutyRow("020101", 2, None, lead=False),
        DutyRow("0201", 4, OTHER_TOWN, lead=False),
    ]
    assert route(*rows) == Routed(1, (2, 3))


def test_a_leaf_that_no_line_names_goes_where_most_of_its_group_goes() -> None:
    beside = [
        DutyRow("020102", 1, None, lead=True),
        DutyRow("020103", 2, None, lead=True),
        DutyRow("020104", 2, None, lead=True),
        DutyRow("020104", 3, TOWN, lead=True),
        DutyRow("020105", 2, OTHER_TOWN, lead=True),
        DutyRow("020106", 4, None, lead=False),
        DutyRow("020201", 5, None, lead=True),
        DutyRow("020202", 5, None, lead=True),
    ]
    assert route(*beside) == Routed(1)
    assert route(*beside, DutyRow("020107", 2, None, lead=True)) == Routed(2)
    assert route(*beside, barred={1}) == Routed(2)
    assert route(*beside, barred={1, 2, 3}) == Routed(None)
    assert route(*beside, DutyRow("020101", 4, OTHER_TOWN, lead=True)) == Routed(None)
    assert route(*beside, DutyRow("020101", 4, None, lead=True), barred={4}) == Routed(None)


def test_who_is_barred_neither_leads_nor_assists() -> None:
    rows = [
        DutyRow("020101", 1, None, lead=True),
        DutyRow("02", 2, None, lead=True),
        DutyRow("02", 1, None, lead=False),
    ]
    assert route(*rows, barred={1}) == Routed(2)
    assert route(*rows, barred={1, 2}) == Routed(None)


codes = st.sampled_from(["02", "0201", "020101", "0202", "03"])
rows = st.lists(
    st.builds(
        DutyRow, codes, st.integers(1, 4), st.sampled_from([None, COUNTY, TOWN, VILLAGE, OTHER_TOWN]), st.booleans()
    )
)


@given(rows, st.sets(st.integers(1, 4)))
def test_a_lead_is_always_a_line_that_holds_here_and_is_never_barred(lines: list[DutyRow], barred: set[int]) -> None:
    routed = route(*lines, barred=barred)
    holding = {
        line.office_id
        for line in lines
        if line.lead and "020101".startswith(line.category_code) and line.division_id in (None, *HERE)
    }
    assert routed.lead in (holding - barred or {None})
    assert barred.isdisjoint(routed.assist)


@given(rows)
def test_the_order_of_the_lines_decides_nothing_between_different_widths(lines: list[DutyRow]) -> None:
    distinct = {(line.category_code, line.division_id): line for line in lines if line.lead}
    assert route(*distinct.values()).lead == route(*reversed(distinct.values())).lead


def test_the_narrowest_line_that_leads_is_told_whatever_its_division() -> None:
    duties = DutyList([DutyRow("02", 1, None, lead=True), DutyRow("020101", 2, TOWN, lead=True)])
    assert [duties.named_by(code) for code in ("020101", "020102", "030101")] == ["020101", "02", ""]
    assert DutyList([DutyRow("0201", 1, None, lead=False)]).named_by("020101") == ""
