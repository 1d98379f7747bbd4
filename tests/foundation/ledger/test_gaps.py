from hypothesis import given, settings
from hypothesis import strategies as st

from liandong.foundation.ledger.domain.gaps import Gap, IdSet, absent, runs, still_open, without

IDS = st.sets(st.integers(1, 60)).map(sorted)
FEW = settings(max_examples=60, deadline=None)


def ids_of(ranges):
    return [id_ for first, last in ranges for id_ in range(first, last + 1)]


@FEW
@given(IDS)
def test_runs_hold_the_ids_and_no_others(ids):
    assert ids_of(runs(ids)) == ids


@FEW
@given(IDS)
def test_absent_is_what_present_leaves_out(present):
    assert ids_of(absent(present, 1, 60)) == [id_ for id_ in range(1, 61) if id_ not in present]


@FEW
@given(IDS, IDS)
def test_without_takes_ids_out_of_ranges(ids, taken):
    assert ids_of(without(runs(ids), taken)) == [id_ for id_ in ids if id_ not in taken]


@FEW
@given(IDS, st.integers(1, 60), st.integers(1, 60))
def test_id_set_knows_its_ids_and_what_lies_outside(ids, first, last):
    found = IdSet(runs(ids))
    assert [id_ for id_ in range(-1, 70) if id_ in found] == ids
    assert ids_of(found.outside(first, last)) == [id_ for id_ in range(first, last + 1) if id_ not in ids]


def test_gap_stays_open_while_one_of_its_transactions_lives():
    gap = Gap(((5, 5), (9, 508)), ("3/17", "4/1"))
    assert still_open([gap], [], {"4/1", "7/7"}) == [gap]
    assert still_open([gap], [5, 100], {"3/17"}) == [Gap(((9, 99), (101, 508)), gap.held_by)]
    assert still_open([gap], [], {"7/7"}) == []


def test_gap_stays_open_while_any_transaction_is_prepared_for_it_has_changed_its_name():
    gap = Gap(((5, 5),), ("3/17",))
    assert still_open([gap], [], {"-1/901"}) == [gap]
