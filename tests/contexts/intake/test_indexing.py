"""Words of old cases and places are cut anew beside the service: from the reports, to be stopped and taken up."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import pytest
from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Model, Value

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Filters, Scope
from liandong.contexts.intake import indexing
from liandong.contexts.intake import public as intake
from liandong.foundation.jobs.models import Job
from liandong.foundation.jobs.public import Order, order
from liandong.foundation.jobs.turns import order_at_start
from liandong.foundation.places import indexing as places_indexing
from liandong.foundation.places import public as places
from liandong.foundation.places.models import Place
from liandong.foundation.places.public import PlaceInput
from liandong.foundation.registers import word_index
from liandong.foundation.registers.models import WordIndex
from liandong.foundation.registers.public import Indexed, word_indexes
from liandong.foundation.registers.word_index import SETTLED
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from tests import county, long_work

pytestmark = pytest.mark.usefixtures("small_county")
SAID = "𬭚山路一〇四号门口有个大坑"


def found(asked: str) -> set[int]:
    filters = Filters(text=asked)
    return {row.id for row in cases.list_cases(actor=county.post("clerk"), scope=Scope.COUNTY, filters=filters).rows}


def index() -> None:
    """What the worker does after a start."""
    order(Order("intake.index_words"), anew=False)
    long_work.turn("intake.index_words")


def forget_words() -> None:
    """As an earlier way of cutting left them."""
    Case.objects.update(tokens=Value("'门口'", output_field=SearchVectorField()))


def words() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, tokens::text FROM cases_case")
        return dict(cursor.fetchall())


def test_old_cases_are_found_by_their_words_after_the_job_and_it_ends() -> None:
    rows = [
        county.receive(SAID),
        county.receive("晚上很黑", title="ئازادلىق يولى", address="𠮷野巷7号"),
        county.receive("", address="东坪村"),
        county.receive("长" * 30 + "。" + "句" * 70),
    ]
    whole = words()
    forget_words()
    assert found("𬭚山") == set()
    index()
    assert words() == whole
    assert (found("一〇四"), found("𠮷野"), found("ئازادلىق")) == ({rows[0].id}, {rows[1].id}, {rows[1].id})
    (row,) = [row for row in word_indexes() if row.name == indexing.INDEX]
    assert (row.rows, row.finished_at) == (4, None)
    with time.at(time.now() + SETTLED):
        index()
    (row,) = [row for row in word_indexes() if row.name == indexing.INDEX]
    assert (row.rows, row.finished_at is not None) == (4, True)
    assert not Job.objects.exists()


def test_what_was_erased_does_not_come_back() -> None:
    row = county.receive(SAID)
    intake.erase_words(actor=county.post("coordinator"), case_id=row.id)
    index()
    assert found("大坑") == set()
    assert words()[row.id] == ""


def test_a_job_that_was_stopped_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [county.receive(f"{SAID}，第{n}次") for n in range(5)]
    forget_words()
    monkeypatch.setattr(indexing, "STEP", 2)
    monkeypatch.setattr("liandong.foundation.registers.word_index.WORKED_S", -1)
    indexing.go_on()
    assert found("大坑") == set()
    monkeypatch.setattr("liandong.foundation.registers.word_index.WORKED_S", 1)
    real, steps = cases.write_words, []

    def stop(said: object) -> int:
        steps.append(real(said))
        if len(steps) == 2:
            raise KeyboardInterrupt
        return steps[-1]

    monkeypatch.setattr(cases, "write_words", stop)
    with pytest.raises(KeyboardInterrupt):
        indexing.go_on()
    assert WordIndex.objects.get(pk=indexing.INDEX).done_until == rows[1].id
    indexing.go_on()
    assert found("大坑") == {row.id for row in rows}


def test_a_new_way_of_cutting_begins_once_more_and_an_older_process_leaves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    county.receive(SAID)
    index()
    WordIndex.objects.update(finished_at=time.now(), scheme=1)
    assert indexing.go_on().rows == 1
    WordIndex.objects.update(scheme=99)
    assert indexing.go_on() == Indexed(0, is_done=True)


def test_a_case_written_by_the_version_before_while_it_is_replaced_is_met_too() -> None:
    county.receive(SAID)
    index()
    late = county.receive("后来的石拱桥塌了")
    forget_words()
    with time.at(time.now() + timedelta(minutes=1)):
        index()
    assert found("石拱桥") == {late.id}


MANY = 5
WORKS: dict[str, tuple[ModuleType, type[Model], Callable[[], int]]] = {
    "intake.index_words": (indexing, Case, lambda: len(found("砸锅巷"))),
    "places.index_words": (places_indexing, Place, lambda: len(places.search("砸锅巷"))),
}
"""The works that cut words anew: whose, and how many are found by theirs."""


@pytest.mark.parametrize("work", WORKS)
def test_a_worker_that_starts_cuts_all_old_words_anew_few_rows_at_a_time(
    work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, table, count_found = WORKS[work]
    for number in range(MANY):
        county.receive(f"砸锅巷{number}号的井盖没了")
    named = [
        PlaceInput(f"砸锅巷老井{number}", *county.POINTS["A11"], source_id=f"well {number}") for number in range(MANY)
    ]
    places.import_places(actor=SYSTEM, rows=named)
    table.objects.update(tokens=Value("'门口'", output_field=SearchVectorField()))
    assert count_found() == 0
    monkeypatch.setattr(module, "STEP", 2)
    monkeypatch.setattr(word_index, "WORKED_S", 600)
    order_at_start()
    assert long_work.turn(work)
    assert count_found() == MANY
    (looked_at,) = [row.rows for row in word_indexes() if row.name == module.INDEX]
    assert looked_at == table.objects.count()


def test_known_places_are_cut_anew_too() -> None:
    places.import_places(actor=SYSTEM, rows=[PlaceInput("𠮷祥寺", *county.POINTS["A11"], source="t", source_id="1")])
    Place.objects.update(tokens=None)
    assert places.search("𠮷祥") == []
    order(Order("places.index_words"))
    long_work.turn("places.index_words")
    assert [row.name for row in places.search("𠮷祥")] == ["𠮷祥寺"]
