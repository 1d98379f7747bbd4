"""Lists stay walks after a burst: whatever is asked for, few cases are read, held by what the database really did.

Fresh cases of one office, category and cell lie above all others and match nothing that is asked for, or everything.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.lists import listing
from liandong.contexts.cases.public import Filters, Openness, Scope, Sort
from liandong.kernel import time
from tests import burst, county

pytestmark = pytest.mark.rows_by_hand
FRESH = 10_000
MOST_READ = FRESH // 3
"""Rows. A walk over what lies fresh on top reads all of it; what a village or a rare severity has at all is read where
that is less.
"""
PAGES_OF_A_BURST = 140
"""At least so many pages of an index the entries of the burst fill."""
NEWEST, ALL = (Openness.OPEN, Sort.NEWEST), (Openness.ALL, Sort.NEWEST)
ENDED, OLDEST = (Openness.ENDED, Sort.NEWEST), (Openness.OPEN, Sort.OLDEST)
DUE = (Openness.OPEN, Sort.DUE)
ACTORS = {
    Scope.OFFICE: "law1",
    Scope.TOWN: "town_a",
    Scope.CELLS: "grid_a1",
    Scope.COUNTY: "clerk",
    Scope.ASSIST: "law1",
}


@pytest.fixture(scope="module")
def years(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Written once for all tests here, and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        county.load()
        burst.ordinary_years(time.now())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def fallen(years: None) -> Iterator[Callable[..., None]]:
    """`fallen("LAW", light="red")`: the burst came into that office."""
    with transaction.atomic():
        yield lambda office, **kind: burst.fall(burst.Burst(county.office(office), **kind), fresh=FRESH, now=time.now())
        transaction.set_rollback(True)


def lights_and_states() -> Iterator[Filters]:
    yield Filters()
    yield from (Filters(state=each) for each in cases.State)
    yield from (Filters(light=each) for each in cases.Light)


def others() -> Iterator[Filters]:
    """Values of every other filter that the API offers, alone."""
    yield from (Filters(category_code=each) for each in (county.RUBBISH, county.POTHOLE, "0101", "0201", "01", "02"))
    yield from (Filters(office_id=county.office(each)) for each in ("LAW", "HUD"))
    yield from (Filters(town_id=county.division(each)) for each in (county.TOWN_A, county.TOWN_B))
    yield from (Filters(village_id=county.division(county.VILLAGES[each])) for each in ("A1", "A2", "B1"))
    yield from (Filters(assignee_id=county.post(each).id) for each in ("law1", "law2", "hud1"))
    yield from (Filters(severity=each) for each in (1, 4))
    yield from (Filters(channel=each) for each in ("web", "open311", "visit"))
    yield from (Filters(queue=each) for each in ("category", "duty", "extension", "unhappy", "provisional"))
    now = time.now()
    yield Filters(received_from=now - timedelta(days=30))
    yield Filters(received_to=now - timedelta(days=30))
    yield Filters(received_from=now - timedelta(days=300), received_to=now - timedelta(days=290))


def every(
    scopes: Iterable[Scope], listed: Iterable[tuple[Openness, Sort]], wanted: Sequence[Filters]
) -> Iterator[tuple[str, str]]:
    """What is asked for in words, and its statements: the list of each sort, and the count."""
    actors = {scope: county.post(ACTORS[scope]) for scope in scopes}
    for scope, (openness, sort), filters in product(actors, listed, wanted):
        asked = {"actor": actors[scope], "scope": scope, "filters": replace(filters, openness=openness), "sort": sort}
        with CaptureQueriesContext(connection) as captured:
            cases.list_cases(**asked)
            if sort is Sort.NEWEST:
                cases.count_cases(**asked)
        chosen = {name: value for name, value in asdict(filters).items() if value != getattr(Filters(), name)}
        for each in captured.captured_queries:
            if "cases_case" in each["sql"]:
                yield f"{scope.value} {openness.value} {sort.value} {chosen}", each["sql"]


def read_much(asked: Iterable[tuple[str, str]], most: int = MOST_READ) -> str:
    """What reads more rows than it should, and how many, a line each."""
    read = ((words, burst.reads(statement)) for words, statement in asked)
    return "\n".join(f"{words}: {rows}" for words, rows in read if rows > most)


def picked() -> Iterator[Filters]:
    """What the index of open cases leads to: each picks a few of the ordinary years and nothing of the burst."""
    yield from (Filters(light=each) for each in ("red", "yellow", "none"))
    yield from (Filters(state=each) for each in ("handling", "answered", "asked"))
    yield from (Filters(severity=1), Filters(channel="open311"), Filters(state="handling", severity=2))


def test_what_is_picked_below_a_burst_is_found_without_walking_its_entries_in_the_index(
    fallen: Callable[..., None],
) -> None:
    """On indexes written anew: the bursts of tests before, taken back, still fill pages."""
    with connection.cursor() as cursor:
        cursor.execute("REINDEX TABLE cases_case")
    fallen("LAW")
    listed = [(Openness.OPEN, sort) for sort in (Sort.NEWEST, Sort.OLDEST, Sort.DUE)]
    found = every((Scope.OFFICE, Scope.TOWN, Scope.COUNTY), listed, list(picked()))
    looked_at = [(words, *burst.pages(statement)) for words, statement in found]
    assert not [each for each in looked_at if each[1] > PAGES_OF_A_BURST // 2 + 3 * each[2]]


def test_every_filter_and_sort_of_every_scope_reads_few_cases(fallen: Callable[..., None]) -> None:
    fallen("LAW")
    wanted = [*lights_and_states(), *others()]
    assert not read_much(every((Scope.OFFICE, Scope.COUNTY), (NEWEST, ALL, ENDED, OLDEST, DUE), wanted))
    assert not read_much(every((Scope.TOWN,), (NEWEST, ENDED, DUE), wanted))


def test_a_grid_worker_reads_what_the_cells_have_besides_not_the_burst(fallen: Callable[..., None]) -> None:
    fallen("LAW")
    two_cells_of_eight = burst.ORDINARY // 4 + MOST_READ
    wanted = [*lights_and_states(), *others()]
    assert not read_much(every((Scope.CELLS,), (NEWEST, ENDED, DUE), wanted), two_cells_of_eight)


@pytest.mark.parametrize(
    ("office", "kind"),
    [
        ("LAW", {"light": "yellow"}),
        ("LAW", {"light": "red"}),
        ("LAW", {"state": "handling"}),
        ("SGC", {"state": "received", "queue": "category"}),
    ],
    ids=["turned yellow", "turned red", "taken on", "unclear"],
)
def test_lights_states_and_queues_read_few_cases_whatever_the_burst_is_like(
    fallen: Callable[..., None], office: str, kind: dict[str, str]
) -> None:
    fallen(office, **kind)
    queues = (Filters(queue=each) for each in ("category", "place", "duty", "extension", "unhappy", "provisional"))
    wanted = [*lights_and_states(), *queues]
    assert not read_much(every((Scope.OFFICE, Scope.COUNTY), (NEWEST, ALL, DUE), wanted))


def test_the_map_and_the_live_bar_read_few_cases(fallen: Callable[..., None]) -> None:
    before = cases.newest_id()
    fallen("LAW")
    law1 = county.post("law1")
    most = listing.POINTS * FRESH // 100_000
    for filters in lights_and_states():
        asked = {"actor": law1, "scope": Scope.OFFICE, "filters": filters}
        with CaptureQueriesContext(connection) as captured:
            cases.list_points(**asked, most=most)
            cases.newer_than(**asked, case_id=before)
        read = [burst.reads(each["sql"]) for each in captured.captured_queries if "cases_case" in each["sql"]]
        assert max(read, default=0) <= most + MOST_READ, filters


def test_a_list_and_its_count_are_the_same_whether_they_are_picked_or_walked(
    fallen: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    fallen("LAW", light="yellow")
    wanted = [*picked(), Filters(light="green"), Filters(light="yellow"), Filters(state="dispatched")]
    scopes = {scope: county.post(ACTORS[scope]) for scope in Scope}

    def told() -> list[object]:
        found: list[object] = []
        for (scope, actor), filters, sort in product(scopes.items(), wanted, (Sort.NEWEST, Sort.OLDEST, Sort.DUE)):
            asked = {"actor": actor, "scope": scope, "filters": filters, "sort": sort, "rows": 7}
            first, count = cases.list_and_count(**asked)
            second = cases.list_cases(**asked, cursor=first.next) if first.next else None
            back = cases.list_cases(**asked, cursor=second.previous) if second else None
            last = cases.list_cases(**asked, cursor="last")
            found += [first, count, second, back, last]
            assert cases.count_cases(actor=actor, scope=scope, filters=filters, sort=sort) == count
        return found

    with time.at(time.now()):
        as_it_is = told()
        monkeypatch.setattr(listing, "FEW", -1)
        assert told() == as_it_is
