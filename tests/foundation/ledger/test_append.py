import pytest
from django.db import Error, connection, transaction

from liandong.foundation.ledger import commands
from liandong.foundation.ledger import public as ledger
from liandong.foundation.ledger.domain.chain import GENESIS
from liandong.foundation.ledger.models import Entry, Seal
from liandong.kernel import time
from liandong.kernel.errors import Conflict

pytestmark = pytest.mark.django_db


def test_entries_of_a_stream_are_read_in_order(record):
    record(("case", 1), "CaseReceived", category="SAN-01")
    record(("case", 2), "CaseReceived")
    record(("case", 1), "CaseAccepted")

    first, second = ledger.entries(("case", 1))
    assert [(row.seq, row.action, row.actor) for row in (first, second)] == [
        (1, "CaseReceived", "staff:17"),
        (2, "CaseAccepted", "staff:17"),
    ]
    assert first.payload == {"category": "SAN-01"}
    assert ledger.entries(("case", 3)) == []


def test_each_hash_is_taken_over_the_one_before(record):
    rows = [record(("case", 1), action, n=n) for n, action in enumerate("ABC")]
    previous = GENESIS
    for row in rows:
        reckoned = ledger.entry_hash(previous, row.stream, row.seq, row.at, row.actor, row.action, row.payload)
        assert row.hash == reckoned
        previous = row.hash
    assert ledger.entries(("case", 1)) == rows


def test_several_entries_take_two_statements(clerk, record, django_assert_num_queries):
    record(("case", 1), "A")
    wanted = [
        ledger.NewEntry(("case", 1), "B", {}),
        ledger.NewEntry(("office", 1), "A", {"说明": "中文"}),
        ledger.NewEntry(("case", 1), "C", {}),
    ]
    with transaction.atomic(), django_assert_num_queries(2):
        rows = ledger.append_many(actor=clerk, entries=wanted)

    assert [(row.stream, row.seq, row.action) for row in rows] == [
        (("case", 1), 2, "B"),
        (("office", 1), 1, "A"),
        (("case", 1), 3, "C"),
    ]
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    assert ledger.entries(("office", 1)) == [rows[1]]


def test_appending_nothing_is_nothing_and_asks_nothing(clerk, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(0):
        assert ledger.append_many(actor=clerk, entries=[]) == []
        ledger.bind_rows(actor=clerk)


def test_entry_carries_the_moment_of_the_only_clock(record):
    moment = time.now().replace(year=2020)
    with time.at(moment):
        assert record().at == moment


def test_first_entries_fit_the_table_as_they_are(clerk):
    drafts = ledger.first_entries(
        [ledger.NewEntry(("case", 1), "CaseReceived", {"n": 1}), ledger.NewEntry(("case", 1), "CaseRouted", {})],
        actor=clerk,
        at=time.now(),
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_entry (stream_kind, stream_id, seq, at, actor, action, payload, hash)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, %s)",
            [(*d.stream, d.seq, d.at, d.actor, d.action, d.payload, d.hash) for d in drafts],
        )
    with transaction.atomic():
        row = commands.append(actor=clerk, stream=("case", 1), action="CaseAccepted", payload={})
    assert row.seq == 3


@pytest.mark.django_db(transaction=True)
def test_entry_outside_a_transaction_is_refused(clerk):
    with pytest.raises(transaction.TransactionManagementError):
        commands.append(actor=clerk, stream=("case", 1), action="A", payload={})


def test_refused_payload_leaves_nothing_behind(clerk):
    wanted = [ledger.NewEntry(("case", 1), "A", {}), ledger.NewEntry(("case", 2), "A", {"lon": 1.5})]
    with pytest.raises(ledger.NotCanonical), transaction.atomic():
        ledger.append_many(actor=clerk, entries=wanted)
    assert ledger.entries(("case", 1)) == []


def test_lost_race_for_a_stream_ends_as_conflict(clerk, record, other_connection):
    record(("case", 1), "A")
    rival = other_connection()
    copy = (
        "INSERT INTO ledger_entry (stream_kind, stream_id, seq, at, actor, action, payload, hash) SELECT stream_kind,"
    )
    with transaction.atomic():
        heads = Entry.objects.filter(stream_id=1).count()
        assert heads == 1
        connection.execute_wrappers.append(
            _once(
                lambda: (
                    rival.execute(f"{copy} 1, 2, at, actor, 'B', payload, hash FROM ledger_entry") and rival.commit()
                )
            )
        )
        try:
            with pytest.raises(Conflict):
                commands.append(actor=clerk, stream=("case", 1), action="C", payload={})
        finally:
            connection.execute_wrappers.clear()
    assert [row.action for row in ledger.entries(("case", 1))] == ["A", "B"]


def _once(act):
    """Runs `act` between the reading of the head and the insertion."""
    done = []

    def wrapper(execute, sql, params, many, context):
        if "INSERT INTO ledger_entry" in sql and not done:
            done.append(True)
            act()
        return execute(sql, params, many, context)

    return wrapper


@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize(("model", "column"), [(Entry, "seq"), (Seal, "no")])
def test_tables_refuse_to_be_changed(model, column, statement):
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        with pytest.raises(Error, match="only grows"):
            cursor.execute(statement.format(table, column, column))


def test_id_sequence_hands_out_ids_one_by_one():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seqcache FROM pg_sequence WHERE seqrelid = pg_get_serial_sequence('ledger_entry', 'id')::regclass"
        )
        assert cursor.fetchone() == (1,), "sealing relies on ids drawn by the transaction that uses them"
