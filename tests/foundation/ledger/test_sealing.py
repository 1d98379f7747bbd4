import json
import os
import random
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest
from django.db import close_old_connections, connection, transaction

from liandong.foundation.ledger import keys, sealing
from liandong.foundation.ledger import public as ledger
from liandong.foundation.ledger.domain.gaps import Gap, IdSet
from liandong.foundation.ledger.domain.merkle import leaf, root_over
from liandong.foundation.ledger.keys import public_keys
from liandong.foundation.ledger.models import Entry, Seal, SealKey
from liandong.foundation.ledger.queries import covered_leaves, seals
from liandong.foundation.ledger.seals_file import SealsFile
from liandong.foundation.ledger.verification import Verified, verify
from liandong.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)

INSERT = (
    "INSERT INTO ledger_entry (stream_kind, stream_id, seq, at, actor, action, payload, hash, mac)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s) RETURNING id"
)


def row_for(stream):
    (draft,) = ledger.first_entries([ledger.NewEntry(stream, "CaseReceived", {})], actor=SYSTEM, at=sealing.time.now())
    return (*draft.stream, draft.seq, draft.at, draft.actor, draft.action, draft.payload, draft.hash, draft.mac)


def insert(other, stream, id_=None):
    """One entry in the transaction of another connection; its id."""
    if id_ is None:
        return other.execute(INSERT, row_for(stream)).fetchone()[0]
    statement = INSERT.replace("(stream_kind", "(id, stream_kind").replace("VALUES (", "VALUES (%s, ")
    return other.execute(statement, (id_, *row_for(stream))).fetchone()[0]


def draw(other):
    return other.execute("SELECT nextval(pg_get_serial_sequence('ledger_entry', 'id'))").fetchone()[0]


def covered(head):
    return [found.id for found in covered_leaves(head)]


def findings():
    tally = Verified()
    return [finding.code for finding in verify(SealsFile.of_this_house(), keys.public_keys(), tally=tally)], tally


def all_is_sealed_once():
    sealed = [id_ for signed in seals() for id_ in covered(signed.head)]
    assert sorted(sealed) == sorted(Entry.objects.values_list("id", flat=True))
    found, tally = findings()
    assert found == []
    assert tally.unsealed == 0


def test_seal_signs_the_root_over_all_entries_by_id(record):
    rows = [record(("case", n % 2)) for n in range(5)]
    (head,) = ledger.seal()

    assert head.no == 1
    assert head.entries == 5
    assert head.to_id == rows[-1].id
    assert head.root == root_over([leaf(row.stream, row.seq, row.hash) for row in rows])
    assert ledger.last_seal().head == head
    all_is_sealed_once()


def test_second_seal_names_the_first_and_goes_on_where_it_ended(record):
    record()
    (first,) = ledger.seal()
    record()
    (second,) = ledger.seal()
    assert (second.no, second.previous, second.from_id) == (2, first.hash(), first.to_id)
    assert second.entries == 1
    all_is_sealed_once()


def test_nothing_new_makes_no_seal(record):
    assert ledger.seal() == []
    record()
    assert len(ledger.seal()) == 1
    assert ledger.seal() == []
    assert Seal.objects.count() == 1


def test_many_entries_make_several_seals_of_bounded_size(record, monkeypatch):
    monkeypatch.setattr(sealing, "SEAL_AT_MOST", 3)
    for _ in range(8):
        record()
    assert [head.entries for head in ledger.seal()] == [3, 3, 2]
    all_is_sealed_once()


def test_entry_whose_transaction_commits_after_the_seal_is_in_the_next_one(record, other_connection):
    late = other_connection()
    low = insert(late, ("case", 100))
    high = record(("case", 1)).id
    assert low < high

    (first,) = ledger.seal()
    assert covered(first) == [high]
    late.commit()
    (second,) = ledger.seal()
    assert second.late == ((low, low),)
    assert covered(second) == [low]
    all_is_sealed_once()


def test_entry_is_not_missed_however_long_its_transaction_lasts(record, other_connection):
    late = other_connection()
    low = insert(late, ("case", 100))
    for number in range(4):
        record(("case", number))
        ledger.seal()
    late.commit()
    (head,) = ledger.seal()
    assert covered(head) == [low]
    all_is_sealed_once()


def draw_without_number(other):
    """Now and then drawing an id is written to the log and gives the transaction its number: then draw another."""
    while True:
        id_ = draw(other)
        if other.execute("SELECT pg_current_xact_id_if_assigned()").fetchone() == (None,):
            return id_
        other.rollback()


def horizon(function):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


def wait_for_horizon(number):
    """What runs in the other databases of the server holds it back for a while."""
    deadline = monotonic() + 120
    while horizon("pg_snapshot_xmin") <= number:
        assert monotonic() < deadline
        sleep(0.1)


def test_id_that_is_drawn_before_its_transaction_has_a_number_is_waited_for(record, other_connection):
    """The horizon of transaction ids passes such a transaction, for it has none yet; its lock on the sequence shows."""
    record(("case", 0))
    late = other_connection()
    low = draw_without_number(late)
    record(("case", 1))
    xmax_at_first_sight = horizon("pg_snapshot_xmax")
    ledger.seal()
    for number in range(2, 5):
        record(("case", number))
        ledger.seal()
    wait_for_horizon(xmax_at_first_sight)
    record(("case", 5))
    ledger.seal()
    insert(late, ("case", 100), low)
    late.commit()

    (head,) = ledger.seal()
    assert covered(head) == [low]
    all_is_sealed_once()


def test_savepoint_that_is_rolled_back_does_not_let_go_of_the_ids_of_its_transaction(record, other_connection):
    late = other_connection()
    late.execute("SAVEPOINT here")
    low = draw(late)
    late.execute("ROLLBACK TO here")
    for number in range(3):
        record(("case", number))
        ledger.seal()
    insert(late, ("case", 100), low)
    late.commit()
    (head,) = ledger.seal()
    assert covered(head) == [low]


def test_prepared_transaction_is_waited_for(record, other_connection):
    late = other_connection()
    if late.execute("SHOW max_prepared_transactions").fetchone() == ("0",):
        pytest.skip("this server has no prepared transactions")
    low = insert(late, ("case", 100))
    record(("case", 1))
    ledger.seal()
    late.execute("PREPARE TRANSACTION 'late'")
    record(("case", 2))
    ledger.seal()
    late.rollback()
    late.autocommit = True
    late.execute("COMMIT PREPARED 'late'")
    (head,) = ledger.seal()
    assert covered(head) == [low]


def test_rolled_back_batch_is_one_gap_that_the_next_seal_but_one_has_forgotten(record, other_connection):
    record(("case", 1))
    ledger.seal()
    lost = other_connection()
    first = insert(lost, ("case", 1000))
    last = [insert(lost, ("case", 1000 + number)) for number in range(1, 500)][-1]
    lost.rollback()

    record(("case", 2))
    (head,) = ledger.seal()
    assert [gap.ids for gap in head.gaps] == [((first, last),)]
    record(("case", 3))
    (head,) = ledger.seal()
    assert head.gaps == ()
    all_is_sealed_once()


def test_gap_stays_open_while_the_transaction_that_may_fill_it_lives(record, other_connection):
    slow = other_connection()
    low = insert(slow, ("case", 100))
    for number in range(3):
        record(("case", number))
        (head,) = ledger.seal()
        assert low in IdSet(ids for gap in head.gaps for ids in gap.ids)
    slow.rollback()
    record(("case", 9))
    (head,) = ledger.seal()
    assert head.gaps == ()


def test_gaps_of_another_cluster_resolve_after_a_restore(record, monkeypatch):
    """A restored database has other transactions; whatever held an id there is not here."""
    record(("case", 1))
    monkeypatch.setattr(sealing, "_holders", lambda: ["8000/4000000000"])
    with transaction.atomic():
        record(("case", 2))
        transaction.set_rollback(True)
    record(("case", 3))
    (head,) = ledger.seal()
    assert [gap.held_by for gap in head.gaps] == [("8000/4000000000",)]
    monkeypatch.undo()

    record(("case", 4))
    (head,) = ledger.seal()
    assert head.gaps == ()
    all_is_sealed_once()


def test_transactions_without_ids_do_not_keep_gaps_open(record, other_connection):
    reader = other_connection()
    reader.execute("SELECT count(*) FROM ledger_entry")
    record(("case", 1))
    with transaction.atomic():
        record(("case", 2))
        transaction.set_rollback(True)
    record(("case", 3))
    (head,) = ledger.seal()
    assert len(head.gaps) == 1
    assert head.gaps[0].held_by == ()


def test_one_sealer_at_a_time(record, other_connection):
    record()
    rival = other_connection()
    rival.execute("SELECT pg_advisory_xact_lock(%s)", [sealing._SEALER_LOCK])
    assert ledger.seal() == []
    rival.commit()
    assert len(ledger.seal()) == 1


def advisory_locks(other: psycopg.Connection) -> int:
    """In this database: other checks lock in theirs."""
    (count,) = other.execute(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
        " WHERE locktype = 'advisory' AND datname = current_database()"
    ).fetchone()
    other.commit()
    return int(count)


def test_no_lock_is_left_on_the_connection_by_who_seals_verifies_or_reconciles(record, other_connection):
    """A pooler gives the connection to somebody else after each transaction."""
    other = other_connection()
    before = advisory_locks(other)
    record()
    assert len(ledger.seal()) == 1
    assert advisory_locks(other) == before
    assert list(verify(SealsFile.of_this_house(), public_keys(), tally=Verified())) == []
    assert advisory_locks(other) == before
    ledger.reconcile(actor=SYSTEM)
    assert advisory_locks(other) == before


def test_a_sealer_that_fails_leaves_no_lock(record, other_connection, monkeypatch):
    other = other_connection()
    before = advisory_locks(other)
    record()

    def broken(_signed):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(sealing, "_record", broken)
        with pytest.raises(OSError, match="No space"):
            ledger.seal()
    assert advisory_locks(other) == before
    assert ledger.seal() == []
    assert ledger.last_seal().head.no == 1


def test_every_entry_is_sealed_once_while_many_write_roll_back_and_seal_at_once(other_connection):
    stop = threading.Event()

    def write(other, base):
        chance = random.Random(base)
        for number in range(60):
            for place in range(chance.randint(1, 4)):
                insert(other, ("case", base + number * 10 + place))
            if chance.random() < 0.5:
                other.execute("SELECT pg_sleep(0.005)")
            other.rollback() if chance.random() < 0.3 else other.commit()

    def go_on_sealing():
        while not stop.is_set():
            ledger.seal()
        close_old_connections()
        connection.close()

    sealers = [threading.Thread(target=go_on_sealing) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(other_connection(), 10_000 * n)) for n in range(1, 5)]
    for thread in sealers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    ledger.seal()
    assert Seal.objects.count() > 3
    assert any(signed.head.late for signed in seals())
    all_is_sealed_once()


def test_seals_file_has_a_line_for_every_seal(record, data_folder):
    for _ in range(3):
        record()
        ledger.seal()
    lines = (data_folder / "ledger" / "seals.jsonl").read_text().splitlines()
    assert lines == [signed.line() for signed in seals()]
    assert json.loads(lines[0])["seal"]["entries"] == 1


KILLED_BETWEEN = """
import os, signal, django
django.setup()
from pathlib import Path
from django.conf import settings
from liandong.foundation.ledger import sealing
settings.DATA = Path(os.environ["DATA_OF_THE_TEST"])
settings.DATABASES["default"]["NAME"] = os.environ["DATABASE_OF_THE_TEST"]
sealing._record = lambda signed: os.kill(os.getpid(), signal.SIGKILL)
sealing.seal()
"""


def kill_between_file_and_database(data_folder: Path) -> None:
    environment = os.environ | {
        "DATA_OF_THE_TEST": str(data_folder),
        "DATABASE_OF_THE_TEST": connection.settings_dict["NAME"],
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    done = subprocess.run([sys.executable, "-c", KILLED_BETWEEN], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    with sealing.only_sealer(wait=True):
        pass  # the server has noticed that the killed sealer is gone


def test_seal_that_only_the_file_has_after_a_crash_is_taken_over(record, data_folder):
    record(("case", 1))
    ledger.seal()
    record(("case", 2))
    kill_between_file_and_database(data_folder)
    assert Seal.objects.count() == 1
    assert SealsFile.of_this_house().last().head.no == 2

    record(("case", 3))
    (head,) = ledger.seal()
    assert head.no == 3
    assert covered(head) == [ledger.entries(("case", 3))[0].id]
    all_is_sealed_once()


def test_crash_at_the_very_first_seal_is_taken_over_too(record, data_folder):
    record()
    kill_between_file_and_database(data_folder)
    assert ledger.seal() == []
    assert Seal.objects.count() == 1
    all_is_sealed_once()


def test_line_that_a_crash_cut_short_never_counted(record, data_folder):
    record()
    ledger.seal()
    path = data_folder / "ledger" / "seals.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    all_is_sealed_once()

    record()
    (head,) = ledger.seal()
    assert head.no == 2
    all_is_sealed_once()


def test_seal_in_the_file_that_the_entries_do_not_bear_out_is_not_taken_over(record, data_folder, tamper):
    record(("case", 1))
    ledger.seal()
    second = record(("case", 2))
    kill_between_file_and_database(data_folder)
    tamper("DELETE FROM ledger_entry WHERE id = %s", second.id)
    with pytest.raises(ledger.SealsDisagree):
        ledger.seal()


def test_sealing_stops_when_the_file_has_lost_seals(record, data_folder):
    for _ in range(2):
        record()
        ledger.seal()
    path = data_folder / "ledger" / "seals.jsonl"
    path.write_text(path.read_text().splitlines(keepends=True)[0])
    record()
    with pytest.raises(ledger.SealsDisagree):
        ledger.seal()
    assert Seal.objects.count() == 2


def test_reconcile_after_restoring_an_older_database_sets_the_newer_lines_aside(record, data_folder, tamper):
    record(("case", 1))
    ledger.seal()
    second = record(("case", 2))
    ledger.seal()
    tamper("DELETE FROM ledger_entry WHERE id = %s", second.id)
    tamper("DELETE FROM ledger_seal WHERE no = 2")

    assert ledger.reconcile(actor=SYSTEM) == (1, 0)
    (note,) = ledger.entries(("ledger", 0))
    aside = data_folder / "ledger" / str(note.payload["file"])
    assert len(aside.read_text().splitlines()) == 2
    assert note.payload["aside"] == 1
    assert len(ledger.seal()) == 1
    all_is_sealed_once()


def test_reconcile_writes_the_seals_that_the_file_lacks(record, data_folder):
    record()
    ledger.seal()
    (data_folder / "ledger" / "seals.jsonl").unlink()
    assert ledger.reconcile(actor=SYSTEM) == (0, 1)
    ledger.seal()
    all_is_sealed_once()


def test_reconcile_of_what_agrees_records_nothing(record):
    record()
    ledger.seal()
    assert ledger.reconcile(actor=SYSTEM) == (0, 0)
    assert ledger.entries(("ledger", 0)) == []


def test_private_key_is_for_its_owner_only(record, data_folder):
    old = os.umask(0)
    try:
        record()
        ledger.seal()
    finally:
        os.umask(old)
    folder = data_folder / "keys"
    assert stat.S_IMODE((folder / "ledger.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.iterdir()) == ["entries.json", "ledger.pem", "ledger.pub.pem"]
    (public,) = keys.public_keys().values()
    assert [bytes(row.public_key) for row in SealKey.objects.all()] == [keys.raw(public)]


def test_lost_key_is_not_replaced_in_silence(record, data_folder):
    record()
    ledger.seal()
    (data_folder / "keys" / "ledger.pem").unlink()
    record()
    with pytest.raises(keys.SealKeyMissing):
        ledger.seal()


def test_new_key_signs_on_and_old_seals_still_hold(record):
    heads = []
    for _ in range(3):
        record()
        heads += ledger.seal()
        keys.new_key()
    assert len({head.key_id for head in heads}) == 3
    assert len(keys.public_keys()) == 4
    all_is_sealed_once()


def test_gap_reads_as_it_was_written():
    gap = Gap(((5, 5), (9, 508)), ("3/17",))
    assert sealing.gaps_document([gap]) == [{"ids": [[5, 5], [9, 508]], "held_by": ["3/17"]}]
