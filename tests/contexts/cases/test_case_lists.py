"""Lists of cases: every filter, both directions of paging, counts, the map and the live bar."""

from datetime import timedelta

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.lists import listing
from liandong.contexts.cases.models import Case, Task
from liandong.contexts.cases.public import Filters, Life, Openness, Scope, Sort, State
from liandong.contexts.intake.public import Past
from liandong.kernel import time
from liandong.kernel.errors import InvalidInput
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")
MONDAY = county.MONDAY
ALL = Filters(openness=Openness.ALL)


@pytest.fixture(autouse=True)
def monday():
    with time.at(MONDAY):
        yield


@pytest.fixture
def many() -> list[cases.CaseRow]:
    """Twelve cases in the order of receipt, of which three came in the same moment thrice."""
    return county.receive_all([county.report(received_at=MONDAY - timedelta(minutes=60 - n // 3)) for n in range(12)])


def page(cursor: str = "", *, rows: int = 5, sort: Sort = Sort.NEWEST, filters: Filters = ALL) -> cases.Page:
    return cases.list_cases(
        actor=county.post("clerk"), scope=Scope.COUNTY, filters=filters, sort=sort, cursor=cursor, rows=rows
    )


def numbers(rows: list[cases.CaseRow]) -> list[int]:
    return [row.id for row in rows]


def forward(**asked: object) -> list[list[int]]:
    pages = [page(**asked)]
    while pages[-1].next:
        pages.append(page(pages[-1].next, **asked))
    return [numbers(each.rows) for each in pages]


def backward(**asked: object) -> list[list[int]]:
    pages = [page("last", **asked)]
    while pages[-1].previous:
        pages.append(page(pages[-1].previous, **asked))
    return [numbers(each.rows) for each in reversed(pages)]


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 6, 11, 12, 13])
@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST, Sort.DUE])
def test_pages_forward_and_backward_show_every_case_once_in_one_order(
    many: list[cases.CaseRow], rows: int, sort: Sort
) -> None:
    wanted = numbers(many) if sort is not Sort.NEWEST else numbers(many)[::-1]
    there, back = forward(rows=rows, sort=sort), backward(rows=rows, sort=sort)
    assert [number for each in there for number in each] == wanted
    assert [number for each in back for number in each] == wanted
    assert all(len(each) == rows for each in there[:-1])
    assert all(len(each) == rows for each in back[1:])


def test_from_any_page_the_way_back_shows_the_page_before(many: list[cases.CaseRow]) -> None:
    first = page()
    second = page(first.next)
    third = page(second.next)
    assert (first.previous, third.next) == ("", "")
    assert page(third.previous).rows == second.rows
    assert page(second.previous).rows == first.rows
    assert page(page(third.previous).previous).rows == first.rows
    assert page(page(second.previous).next).rows == second.rows


def test_a_case_that_comes_meanwhile_shifts_nothing(many: list[cases.CaseRow]) -> None:
    first = page()
    county.receive()
    assert numbers(page(first.next).rows) == numbers(many)[::-1][5:10]


def test_an_empty_list_has_no_further_pages() -> None:
    for cursor in ("", "last"):
        assert page(cursor) == cases.Page(rows=[], next="", previous="")


@pytest.mark.parametrize(
    "cursor", ["x", "=", "é", "bnVsbA", "eyJhIjoxfQ", "last ", "W3RydWUsIngiLDFd", "A" * 5000, "\0"]
)
def test_a_cursor_that_isnt_ours_is_refused(many: list[cases.CaseRow], cursor: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        page(cursor)
    assert refused.value.field == "cursor"


def test_what_is_due_comes_first_then_what_has_no_clock_and_nothing_that_has_ended() -> None:
    slow, urgent = county.receive(), county.receive(category_code=county.MANHOLE)
    late = county.receive(received_at=MONDAY - timedelta(days=20))
    county.receive(past=Past(Life(State.CLOSED, closed_at=MONDAY)))
    asked, earlier = (
        county.receive(received_at=at, past=Past(Life(State.ASKED, accepted_at=MONDAY, paused_since=MONDAY)))
        for at in (MONDAY, MONDAY - timedelta(days=2))
    )
    wanted = [late.id, urgent.id, slow.id, earlier.id, asked.id]
    for rows in (1, 2, 3, 4, 5, 6):
        there, back = forward(rows=rows, sort=Sort.DUE), backward(rows=rows, sort=Sort.DUE)
        assert [number for each in there for number in each] == wanted
        assert [number for each in back for number in each] == wanted
    clerk = county.post("clerk")
    asked_for = {"actor": clerk, "scope": Scope.COUNTY, "filters": ALL, "sort": Sort.DUE}
    assert cases.count_cases(**asked_for) == cases.Count(5, exact=True)
    assert [number for number, _ in cases.list_versions(**asked_for)] == wanted
    assert [point.id for point in cases.list_points(**asked_for)] == wanted


@pytest.fixture
def mixed() -> dict[str, cases.CaseRow]:
    early = MONDAY - timedelta(days=3)
    rows = {
        "plain": county.receive(),
        "old": county.receive(received_at=early),
        "in B": county.receive(at="B12"),
        "law": county.receive(category_code=county.RUBBISH),
        "urgent": county.receive(category_code=county.MANHOLE),
        "by phone": county.receive(channel="phone"),
        "unclear": county.receive("门口有情况", category_code=""),
        "taken": county.receive(),
        "closed": county.receive(past=Past(Life(State.CLOSED, accepted_at=MONDAY, closed_at=MONDAY))),
        "withdrawn": county.receive(past=Past(Life(State.WITHDRAWN, closed_at=MONDAY))),
    }
    rows["taken"] = cases.accept_case(actor=county.post("hud1"), case_id=rows["taken"].id)
    return rows


OPENED = {"plain", "old", "in B", "law", "urgent", "by phone", "unclear", "taken"}
ENDED = {"closed", "withdrawn"}
POTHOLES = {"plain", "old", "in B", "by phone", "taken", "closed", "withdrawn"}
FILTERS = [
    ("open", Filters, OPENED),
    ("ended", lambda: Filters(openness=Openness.ENDED), ENDED),
    ("all", lambda: ALL, OPENED | ENDED),
    ("state", lambda: Filters(state="handling"), {"taken"}),
    ("state of the ended", lambda: Filters(openness=Openness.ALL, state="withdrawn"), {"withdrawn"}),
    ("red", lambda: Filters(light="red"), {"old"}),
    ("green", lambda: Filters(light="green"), OPENED - {"old"}),
    ("without light", lambda: Filters(openness=Openness.ALL, light="none"), ENDED),
    ("leaf", lambda: Filters(category_code=county.MANHOLE), {"urgent"}),
    ("group", lambda: Filters(openness=Openness.ALL, category_code="0201"), POTHOLES),
    ("domain", lambda: Filters(openness=Openness.ALL, category_code="02"), POTHOLES | {"urgent"}),
    ("office", lambda: Filters(office_id=county.office("LAW")), {"law"}),
    ("town", lambda: Filters(town_id=county.division(county.TOWN_B)), {"in B"}),
    ("village", lambda: Filters(village_id=county.division(county.VILLAGES["B1"])), {"in B"}),
    ("assignee", lambda: Filters(assignee_id=county.post("hud1").id), {"taken"}),
    ("severity", lambda: Filters(severity=1), {"urgent"}),
    ("channel", lambda: Filters(channel="phone"), {"by phone"}),
    ("queue", lambda: Filters(queue="category"), {"unclear"}),
    ("from, inclusive", lambda: Filters(received_from=MONDAY), OPENED - {"old"}),
    ("to, exclusive", lambda: Filters(received_to=MONDAY), {"old"}),
    ("text", lambda: Filters(text="门口"), {"unclear"}),
    (
        "several together",
        lambda: Filters(category_code="02", channel="web", severity=3),
        {"plain", "old", "in B", "taken"},
    ),
    ("what contradicts itself", lambda: Filters(state="closed"), set()),
    ("an office that isn't there", lambda: Filters(office_id=10**30), set()),
    ("a severity that isn't there", lambda: Filters(severity=10**6), set()),
]


@pytest.mark.parametrize(("name", "filters", "wanted"), FILTERS, ids=[name for name, *_ in FILTERS])
def test_a_filter_keeps_what_it_says_in_list_count_map_and_live_bar(
    mixed: dict[str, cases.CaseRow], name: str, filters, wanted: set[str]
) -> None:
    asked = {"actor": county.post("clerk"), "scope": Scope.COUNTY, "filters": filters()}
    ids = {mixed[each].id for each in wanted}
    assert set(numbers(cases.list_cases(**asked).rows)) == ids
    assert cases.count_cases(**asked) == cases.Count(len(wanted), exact=True)
    assert {point.id for point in cases.list_points(**asked)} == ids
    assert cases.newer_than(**asked, case_id=0).number == len(wanted)


def test_a_list_shows_the_case_as_it_is(mixed: dict[str, cases.CaseRow]) -> None:
    found = {row.id: row for row in page(rows=50).rows}
    assert found == {row.id: cases.find(row.id) for row in mixed.values()}


@pytest.fixture
def thousand() -> None:
    row = county.receive()
    columns = {
        field.attname: getattr(Case.objects.get(pk=row.id), field.attname) for field in Case._meta.concrete_fields
    }
    del columns["id"]
    Case.objects.bulk_create(Case(**columns) for _ in range(listing.COUNT_EXACT_TO))


def test_counts_are_exact_to_a_thousand_and_then_say_more(thousand: None) -> None:
    asked = {"actor": county.post("clerk"), "scope": Scope.COUNTY, "filters": ALL}
    assert cases.count_cases(**asked) == cases.Count(1000, exact=False)
    Case.objects.filter(pk=Case.objects.order_by("-id").first().pk).delete()
    assert cases.count_cases(**asked) == cases.Count(1000, exact=True)
    newer = cases.newer_than(**asked, case_id=0)
    assert (newer.number, newer.newest) == (100, Case.objects.order_by("-id").first().pk)


def test_the_live_bar_counts_what_came_since_and_says_where_to_go_on() -> None:
    first = county.receive()
    asked = {"actor": county.post("clerk"), "scope": Scope.COUNTY, "filters": Filters(category_code=county.POTHOLE)}
    assert cases.newer_than(**asked, case_id=first.id) == cases.Newer(0, first.id)
    second = county.receive()
    county.receive(category_code=county.RUBBISH)
    assert cases.newer_than(**asked, case_id=first.id) == cases.Newer(1, second.id)
    assert cases.newer_than(**asked, case_id=second.id).number == 0


def test_a_map_shows_the_first_of_the_list_that_have_a_point() -> None:
    rows = [county.receive() for _ in range(3)]
    county.receive(lon=None, lat=None)
    points = cases.list_points(actor=county.post("clerk"), scope=Scope.COUNTY, filters=ALL, most=2)
    assert [point.id for point in points] == [rows[2].id, rows[1].id]
    assert (points[0].lon, points[0].lat, points[0].light) == (rows[2].lon, rows[2].lat, "green")


def test_a_list_a_count_a_map_and_a_live_bar_are_one_statement_each(
    many: list[cases.CaseRow], django_assert_num_queries
) -> None:
    asked = {"actor": county.post("town_a"), "scope": Scope.TOWN, "filters": Filters(text="坑")}
    for read in (cases.list_cases, cases.count_cases, cases.list_points):
        with django_assert_num_queries(1):
            read(**asked)
    with django_assert_num_queries(1):
        cases.newer_than(**asked, case_id=0)


def test_a_list_that_is_picked_takes_one_statement_more_and_brings_its_count_along(
    many: list[cases.CaseRow], django_assert_num_queries
) -> None:
    asked = {"actor": county.post("clerk"), "scope": Scope.COUNTY, "filters": Filters(severity=many[0].severity)}
    with django_assert_num_queries(2):
        listed, count = cases.list_and_count(**asked)
    assert (len(listed.rows), count) == (12, cases.Count(12, exact=True))
    with django_assert_num_queries(1):
        assert cases.count_cases(**asked) == count


def test_the_numbers_of_several_lists_are_those_of_each_alone(
    many: list[cases.CaseRow], django_assert_num_queries
) -> None:
    contradictory = Filters(state="closed")
    lists = [(Filters(), Sort.OLDEST), (Filters(queue="category"), Sort.OLDEST), (contradictory, Sort.NEWEST)]
    lists += [(Filters(severity=many[0].severity), Sort.DUE), (Filters(queue="unhappy"), Sort.WAITING)]
    clerk = county.post("clerk")
    with django_assert_num_queries(1):
        together = cases.count_each(actor=clerk, scope=Scope.COUNTY, lists=lists)
    alone = [cases.count_cases(actor=clerk, scope=Scope.COUNTY, filters=each, sort=sort) for each, sort in lists]
    assert together == alone
    assert [count.number for count in together][:3] == [12, 0, 0]


@pytest.mark.rows_by_hand
def test_tasks_are_looked_at_further_where_one_case_has_several() -> None:
    twice, other, last = county.receive(), county.receive(), county.receive()
    law = county.post("hud1")
    for row in (twice, other, last):
        cases.accept_case(actor=law, case_id=row.id)
    own = Task.objects.filter(assignee_id=law.id, done_at=None)
    first = own.get(case_id=twice.id)
    Task.objects.bulk_create(
        Task(
            case_id=twice.id, kind="assist", office_id=law.office_id, assignee_id=law.id, created_at=MONDAY, due_at=due
        )
        for due in (first.due_at, first.due_at)
    )
    mine, _ = cases.open_tasks(actor=law, limit=2)
    assert numbers(mine) == [twice.id, other.id]
