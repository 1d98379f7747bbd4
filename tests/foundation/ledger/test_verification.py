"""Every kind of tampering is done with the rights of the tables' owner, and must be found and named."""

import json
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from liandong.foundation.ledger import keys, mark, sealing, verification
from liandong.foundation.ledger import public as ledger
from liandong.foundation.ledger.domain.chain import GENESIS
from liandong.foundation.ledger.management.commands import ledger as command
from liandong.foundation.ledger.management.commands.ledger import SENTENCES, sentence
from liandong.foundation.ledger.models import Entry, Seal, SealKey
from liandong.foundation.ledger.seals_file import SealsFile
from liandong.foundation.ledger.verification import Finding, Verified, verify
from liandong.kernel.errors import NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(record):
    """Streams case:1 … case:3 with three entries each, a seal after every round, and one entry not sealed yet."""
    for action in ("CaseReceived", "CaseAccepted", "CaseAnswered"):
        for number in (1, 2, 3):
            record(("case", number), action, office=number)
        ledger.seal()
    record(("case", 1), "CaseClosed")


@pytest.fixture
def file(data_folder):
    return data_folder / "ledger" / "seals.jsonl"


def findings(**options) -> list[Finding]:
    return list(verify(SealsFile.of_this_house(), keys.public_keys(), tally=Verified(), **options))


def codes() -> Counter[str]:
    return Counter(finding.code for finding in findings())


def entry(number, seq):
    return Entry.objects.get(stream_kind="case", stream_id=number, seq=seq)


def rehash(number, tamper):
    """Makes the chain of a stream fit its entries again, as a careful intruder would."""
    previous = GENESIS
    for row in ledger.entries(("case", number)):
        previous = ledger.entry_hash(previous, row.stream, row.seq, row.at, row.actor, row.action, row.payload)
        tamper("UPDATE ledger_entry SET hash = %s WHERE id = %s", previous, row.id)


def test_what_was_not_touched_has_no_findings(sealed):
    tally = Verified()
    assert list(verify(SealsFile.of_this_house(), keys.public_keys(), tally=tally)) == []
    assert (tally.entries, tally.seals, tally.unsealed) == (10, 3, 1)
    assert tally.newest_seal_at == ledger.last_seal().head.sealed_at


def test_ledger_without_anything_has_no_findings():
    assert findings() == []


@pytest.mark.parametrize(
    "change",
    [
        "action = 'CaseWithdrawn'",
        "actor = 'staff:99'",
        "at = at + interval '1 microsecond'",
        """payload = '{"office": 9}'""",
        """payload = '{"office": 2.0}'""",
        """payload = '[]'""",
        "hash = decode(repeat('ab', 32), 'hex')",
    ],
)
def test_changed_entry_is_named_and_only_it(sealed, tamper, change):
    tamper("UPDATE ledger_entry SET " + change + " WHERE id = %s", entry(2, 2).id)  # noqa: S608
    found = [finding for finding in findings() if finding.code == "entry_changed"]
    assert [(finding.context["stream"], finding.context["seq"], finding.context["seal"]) for finding in found] == [
        ("case:2", 2, 2)
    ]


def test_changed_entry_whose_chain_was_made_to_fit_again_is_named_by_its_seal(sealed, tamper):
    tamper("UPDATE ledger_entry SET action = 'CaseWithdrawn' WHERE id = %s", entry(2, 2).id)
    rehash(2, tamper)
    assert findings() == [
        Finding("entry_not_ours", {"stream": "case:2", "seq": 2, "action": "CaseWithdrawn", "seal": 2}),
        Finding("entry_not_ours", {"stream": "case:2", "seq": 3, "action": "CaseAnswered", "seal": 3}),
        Finding("entry_not_as_sealed", {"stream": "case:2", "seq": 2, "action": "CaseWithdrawn", "seal": 2}),
        Finding("entry_not_as_sealed", {"stream": "case:2", "seq": 3, "action": "CaseAnswered", "seal": 3}),
    ]


def test_changed_entry_is_found_even_when_the_marks_were_made_to_fit_in_file_and_database(sealed, tamper, file):
    tamper("UPDATE ledger_entry SET action = 'CaseWithdrawn' WHERE id = %s", entry(2, 3).id)
    rehash(2, tamper)
    leaves = sealing.covered_leaves(ledger.last_seal().head)
    tamper("UPDATE ledger_seal SET marks = %s WHERE no = 3", b"".join(leaf.hash[:4] for leaf in leaves))
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:2], ledger.last_seal().line()]) + "\n")
    not_ours, by_root = findings()
    assert (not_ours.code, not_ours.context["seq"]) == ("entry_not_ours", 3)
    assert by_root == Finding("seal_root_differs", {"seal": 3})


def test_removed_entry_is_named_by_its_chain_and_its_seal(sealed, tamper):
    gone = entry(2, 2).id
    tamper("DELETE FROM ledger_entry WHERE id = %s", gone)
    assert findings() == [
        Finding("entries_missing", {"stream": "case:2", "first": 2, "last": 2}),
        Finding("sealed_entries_removed", {"first": gone, "last": gone, "seal": 2}),
    ]


def test_removed_last_entry_of_a_stream_is_found_by_its_seal(sealed, tamper):
    gone = entry(3, 3).id
    tamper("DELETE FROM ledger_entry WHERE id = %s", gone)
    assert findings() == [Finding("sealed_entries_removed", {"first": gone, "last": gone, "seal": 3})]


def test_removed_stream_is_found_by_every_seal_it_was_in(sealed, tamper):
    tamper("DELETE FROM ledger_entry WHERE stream_id = 2")
    assert codes() == {"sealed_entries_removed": 3}


def test_emptied_table_is_found(sealed, tamper):
    tamper("DELETE FROM ledger_entry")
    assert [finding.context["last"] - finding.context["first"] for finding in findings()] == [2, 2, 2]


def test_last_entries_of_the_whole_ledger_removed_are_found(sealed, tamper):
    tamper("DELETE FROM ledger_entry WHERE id >= %s", entry(2, 3).id)
    assert codes() == {"sealed_entries_removed": 1}


def test_entry_inserted_below_the_sealed_span_is_named(sealed, tamper):
    row = entry(1, 1)
    tamper(
        "INSERT INTO ledger_entry (id, stream_kind, stream_id, seq, at, actor, action, payload, hash)"
        " VALUES (0, 'case', 77, 1, %s, 'staff:1', 'CaseReceived', '{}', %s)",
        row.at,
        ledger.entry_hash(GENESIS, ("case", 77), 1, row.at, "staff:1", "CaseReceived", {}),
    )
    assert Finding("entry_inserted", {"stream": "case:77", "seq": 1, "action": "CaseReceived", "id": 0}) in findings()


def test_entry_inserted_into_a_gap_that_was_closed_is_named(record, tamper):
    record(("case", 1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('ledger_entry', 'id'))")
        (unused,) = cursor.fetchone()
    for number in range(2, 5):
        record(("case", number))
        ledger.seal()
    row = entry(1, 1)
    tamper(
        "INSERT INTO ledger_entry (id, stream_kind, stream_id, seq, at, actor, action, payload, hash)"
        " VALUES (%s, 'case', 77, 1, %s, 'staff:1', 'CaseReceived', '{}', %s)",
        unused,
        row.at,
        ledger.entry_hash(GENESIS, ("case", 77), 1, row.at, "staff:1", "CaseReceived", {}),
    )
    not_ours, inserted = findings()
    assert (not_ours.code, not_ours.context["stream"]) == ("entry_not_ours", "case:77")
    assert (inserted.code, inserted.context["id"]) == ("entry_inserted", unused)


def test_entries_that_changed_places_are_named(sealed, tamper):
    one, two = entry(2, 2).id, entry(3, 2).id
    for old, new in ((one, -1), (two, one), (-1, two)):
        tamper("UPDATE ledger_entry SET id = %s WHERE id = %s", new, old)
    assert findings() == [
        Finding("entry_not_as_sealed", {"stream": "case:3", "seq": 2, "action": "CaseAccepted", "seal": 2}),
        Finding("entry_not_as_sealed", {"stream": "case:2", "seq": 2, "action": "CaseAccepted", "seal": 2}),
    ]


def test_entries_whose_order_in_the_stream_was_changed_are_named(sealed, tamper):
    one, two = entry(2, 2).id, entry(2, 3).id
    for id_, seq in ((one, 9), (two, 2), (one, 3)):
        tamper("UPDATE ledger_entry SET seq = %s WHERE id = %s", seq, id_)
    named = {(finding.code, finding.context["seq"]) for finding in findings()}
    assert {("entry_changed", 2), ("entry_changed", 3)} <= named


def test_entry_moved_to_another_stream_is_found(sealed, tamper):
    tamper("UPDATE ledger_entry SET stream_id = 8 WHERE id = %s", entry(2, 1).id)
    named = {(finding.code, finding.context.get("stream")) for finding in findings()}
    assert {("entries_missing", "case:2"), ("entry_changed", "case:8"), ("entry_not_as_sealed", "case:8")} <= named


def test_change_of_what_is_not_sealed_yet_is_found_by_its_chain(sealed, tamper):
    tamper("UPDATE ledger_entry SET actor = 'staff:99' WHERE id = %s", entry(1, 4).id)
    assert findings() == [
        Finding("entry_changed", {"stream": "case:1", "seq": 4, "action": "CaseClosed", "seal": None})
    ]


@pytest.mark.parametrize(("removed", "first", "last"), [("no = 2", 2, 2), ("no >= 2", 2, 3), ("no > 0", 1, 3)])
def test_seals_removed_from_the_database_are_named_by_the_file(sealed, tamper, removed, first, last):
    tamper("DELETE FROM ledger_seal WHERE " + removed)  # noqa: S608
    assert findings() == [Finding("seals_not_in_database", {"first": first, "last": last})]


def test_truncated_file_is_named_by_the_database(sealed, file):
    file.write_text(file.read_text().splitlines(keepends=True)[0])
    assert findings() == [Finding("seals_not_in_file", {"first": 2, "last": 3})]


def test_file_that_is_gone_is_named_by_the_database(sealed, file):
    file.unlink()
    assert findings() == [Finding("seals_not_in_file", {"first": 1, "last": 3})]


def test_older_copy_of_the_file_may_end_before_the_database(sealed, file):
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:2]))
    assert findings(may_be_older=True) == []


def test_older_copy_still_shows_what_was_changed_since(sealed, file, tamper):
    copy = SealsFile(file.with_name("copy.jsonl"))
    copy.path.write_text("".join(file.read_text().splitlines(keepends=True)[:2]))
    tamper("DELETE FROM ledger_seal WHERE no = 2")
    found = list(verify(copy, keys.public_keys(), may_be_older=True, tally=Verified()))
    assert found == [Finding("seals_not_in_database", {"first": 2, "last": 2})]


def test_seal_lost_on_both_sides_is_named_once(sealed, tamper, file):
    tamper("DELETE FROM ledger_seal WHERE no = 2")
    lines = file.read_text().splitlines(keepends=True)
    file.write_text(lines[0] + lines[2])
    assert findings() == [Finding("seals_missing", {"first": 2, "last": 2})]


@pytest.mark.parametrize("column", ["root", "previous", "signature"])
def test_seal_changed_in_the_database_differs_from_the_file(sealed, tamper, column):
    tamper("UPDATE ledger_seal SET # = decode(repeat('ab', length(#)), 'hex') WHERE no = 2".replace("#", column))
    assert findings() == [Finding("seal_differs", {"seal": 2})]


def test_seal_changed_in_database_and_file_is_not_signed(sealed, tamper, file):
    tamper("UPDATE ledger_seal SET sealed_at = sealed_at - interval '1 day' WHERE no = 3")
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:2]) + ledger.last_seal().line() + "\n")
    assert findings() == [Finding("seal_not_signed", {"seal": 3})]


def test_ledger_sealed_anew_with_a_key_of_ones_own_is_found(sealed, tamper, data_folder, file):
    trusted = keys.public_keys()
    tamper("UPDATE ledger_entry SET action = 'CaseWithdrawn' WHERE id = %s", entry(2, 3).id)
    rehash(2, tamper)
    tamper("DELETE FROM ledger_seal")
    file.unlink()
    mark.path().unlink()
    keys.new_key()
    ledger.seal()
    found = list(verify(SealsFile.of_this_house(), trusted, tally=Verified()))
    assert [finding.code for finding in found] == ["entry_not_ours", "seal_key_unknown"]


def test_lines_that_are_no_seals_or_out_of_order_are_named(sealed, file):
    lines = file.read_text().splitlines(keepends=True)
    file.write_text(lines[0] + "{}\n" + lines[1] + lines[0] + lines[2])
    assert findings() == [
        Finding("line_unreadable", {"line": 2}),
        Finding("line_misplaced", {"line": 4, "seal": 1}),
    ]


def test_every_finding_has_a_sentence_that_its_context_fills(sealed):
    assert sentence(Finding("sealed_entries_removed", {"first": 4, "last": 5, "seal": 2})) == (
        "第 2 号封存所含的记录（编号 4 至 5）被删除。"
    )
    whole = {"stream": "case:1", "seq": 1, "action": "A", "seal": 3, "first": 1, "last": 2, "id": 5, "line": 7,
             "key": "ab", "previous": 2, "table": "t", "row": 1, "thing": "x", "columns": "text", "since": "2026",
             "at": "2026", "to": 9, "mark": 3, "file": "f", "what": "w", "sequence": "s", "highest": 4}  # fmt: skip
    for code in SENTENCES:
        assert "%(" not in sentence(Finding(code, whole))


def run(*words):
    out = StringIO()
    call_command("ledger", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_command_says_that_nothing_was_found(sealed):
    assert "核验了 10 条留痕、3 号封存（尚未封存 1 条）" in run("verify")


def test_command_names_each_finding_and_fails(sealed, tamper, capsys):
    tamper("UPDATE ledger_entry SET action = 'CaseWithdrawn' WHERE id = %s", entry(2, 2).id)
    out = StringIO()
    with pytest.raises(CommandError, match="发现 1 处问题") as failure:
        call_command("ledger", "verify", stdout=out)
    assert failure.value.returncode == 1
    zh, en = out.getvalue().splitlines()
    assert zh == "case:2 第 2 条（CaseWithdrawn，第 2 号封存）：内容与哈希不符，记录被改动。"
    assert en.startswith("  case:2")
    assert "CaseWithdrawn" in en


def test_command_checks_against_a_copy_and_a_key_kept_elsewhere(sealed, file, tmp_path, tamper, data_folder):
    copy, key = tmp_path / "seals.jsonl", tmp_path / "ledger.pub.pem"
    copy.write_bytes(file.read_bytes())
    key.write_bytes((data_folder / "keys" / "ledger.pub.pem").read_bytes())
    tamper("DELETE FROM ledger_seal WHERE no = 3")
    file.unlink()
    with pytest.raises(CommandError, match="发现 1 处"):
        run("verify", "--seals", str(copy), "--public-key", str(key))
    with pytest.raises(CommandError, match="没有这个文件"):
        run("verify", "--seals", str(tmp_path / "none"))
    with pytest.raises(keys.NotAKey):
        run("verify", "--public-key", str(tmp_path / "none"))
    with pytest.raises(keys.NotAKey):
        run("verify", "--public-key", str(copy))


def test_command_does_not_trust_the_database_for_its_own_key(sealed, data_folder):
    (data_folder / "keys" / "ledger.pub.pem").unlink()
    assert SealKey.objects.count() == 1
    with pytest.raises(CommandError, match="发现 1 处"):
        run("verify")


def test_long_list_of_findings_is_cut_unless_asked_for(sealed, tamper, monkeypatch):
    monkeypatch.setattr(command, "SHOWN", 2)
    tamper("UPDATE ledger_entry SET actor = 'staff:99'")
    out = StringIO()
    with pytest.raises(CommandError, match="发现 10 处"):
        call_command("ledger", "verify", stdout=out)
    assert len([line for line in out.getvalue().splitlines() if not line.startswith(" ")]) == 3
    with pytest.raises(CommandError):
        call_command("ledger", "verify", "--all", stdout=(whole := StringIO()))
    assert len([line for line in whole.getvalue().splitlines() if not line.startswith(" ")]) == 10


def test_verify_holds_few_entries_at_a_time(sealed, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(verification, "_CHUNK", 2)
    with django_assert_max_num_queries(101):
        assert findings() == []


def test_proof_holds_without_the_database(sealed, tmp_path, data_folder):
    document = tmp_path / "proof.json"
    document.write_text(run("proof", "case:2", "2"))
    public = str(data_folder / "keys" / "ledger.pub.pem")
    assert "第 2 号封存" in run("check-proof", str(document), "--public-key", public)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("entry", "action"), "CaseWithdrawn"),
        (("entry", "payload"), {"office": 3}),
        (("entry", "payload"), {"office": 2.5}),
        (("entry", "seq"), 3),
        (("entry", "stream"), "case:3"),
        (("entry", "at"), "2020-01-01T00:00:00.000000Z"),
        (("entry", "previous"), "00" * 32),
        (("index",), 0),
        (("path",), []),
        (("seal", "root"), "00" * 32),
        (("seal", "sealed_at"), "2020-01-01T00:00:00.000000Z"),
        (("seal",), {}),
        (("signature",), "00" * 64),
        (("signature",), 5),
    ],
)
def test_proof_with_anything_changed_is_refused(sealed, tmp_path, data_folder, path, value):
    document = json.loads(run("proof", "case:2", "2"))
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    changed = tmp_path / "proof.json"
    changed.write_text(json.dumps(document))
    with pytest.raises(CommandError, match="证明不成立"):
        run("check-proof", str(changed), "--public-key", str(data_folder / "keys" / "ledger.pub.pem"))


def test_proof_by_another_key_is_refused(sealed, tmp_path, data_folder):
    document = tmp_path / "proof.json"
    document.write_text(run("proof", "case:2", "2"))
    keys.new_key()
    with pytest.raises(CommandError, match="not signed by the given key"):
        run("check-proof", str(document), "--public-key", str(data_folder / "keys" / "ledger.pub.pem"))


def test_proof_of_what_is_not_sealed_yet_asks_for_patience(sealed):
    with pytest.raises(ledger.NotSealedYet):
        ledger.proof(("case", 1), 4)
    ledger.seal()
    assert ledger.proof(("case", 1), 4)["seal"]["no"] == 4


def test_proof_of_what_does_not_exist_is_not_found(sealed):
    for seq in (0, 9):
        with pytest.raises(NotFound):
            ledger.proof(("case", 1), seq)


@pytest.mark.django_db(transaction=True)
def test_proof_of_an_entry_that_came_late_leads_to_the_seal_that_took_it(
    record, other_connection, tmp_path, data_folder
):
    late = other_connection()
    digest = ledger.entry_hash(GENESIS, ("case", 9), 1, record(("case", 1)).at, "staff:1", "CaseReceived", {})
    late.execute(
        "INSERT INTO ledger_entry (stream_kind, stream_id, seq, at, actor, action, payload, hash)"
        " SELECT 'case', 9, 1, at, 'staff:1', 'CaseReceived', '{}', %s FROM ledger_entry",
        (digest,),
    )
    record(("case", 2))
    ledger.seal()
    late.commit()
    record(("case", 3))
    ledger.seal()
    document = tmp_path / "proof.json"
    document.write_text(run("proof", "case:9", "1"))
    assert "第 2 号封存" in run(
        "check-proof", str(document), "--public-key", str(data_folder / "keys" / "ledger.pub.pem")
    )
    assert Seal.objects.get(no=2).late_ids
