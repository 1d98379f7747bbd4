"""Who owns the tables and has no key may do more than change rows: write entries, lift keys, put other tables in place.
`verify` names each, and is stopped by none.
"""

import json
from collections.abc import Callable
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from PIL import Image

from liandong.contexts.cases import public as cases
from liandong.contexts.process import public as process
from liandong.contexts.process.models import Definition
from liandong.foundation.files import public as files
from liandong.foundation.ledger import adoption, keys, mark
from liandong.foundation.ledger import public as ledger
from liandong.foundation.ledger.bound import bound_table
from liandong.foundation.ledger.domain import binding
from liandong.foundation.ledger.domain.chain import GENESIS
from liandong.foundation.ledger.models import Entry
from liandong.foundation.ledger.seals_file import SealsFile
from liandong.foundation.ledger.verification import Finding, Verified, verify
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from tests import county

pytestmark = [pytest.mark.django_db, pytest.mark.rows_by_hand]
ANSWER = "SELECT id, case_id, salt, text FROM cases_message WHERE kind = 'answer'"


@pytest.fixture(autouse=True)
def data_folder(tmp_path, settings):
    settings.DATA = tmp_path / "data"
    settings.BLOBS = settings.DATA / "blobs"
    return settings.DATA


@pytest.fixture
def case() -> cases.CaseRow:
    row = county.receive("门口的路面有个大坑", address="东坪村人民路1号门口")
    worker = county.post("hud1")
    cases.claim_task(actor=worker, case_id=row.id)
    cases.answer_case(actor=worker, case_id=row.id, text="坑已经填好。")
    ledger.seal()
    return cases.find(row.id)


def sql(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters) or None)


def alter(*statements: str) -> None:
    """With what waits for the end of the transaction looked at first: a table with it can't be altered."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in statements:
        sql(statement)


def asked(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def findings() -> list[Finding]:
    marks = [kept for kept in [mark.read()] if kept]
    return list(verify(SealsFile.of_this_house(), keys.public_keys(), tally=Verified(), marks=marks))


def codes() -> set[str]:
    return {each.code for each in findings()}


def forge(stream: tuple[str, int], action: str, payload: dict) -> None:
    """An entry as the platform would write it, but for what only the house's key can make."""
    last = Entry.objects.filter(stream_kind=stream[0], stream_id=stream[1]).order_by("-seq").first()
    seq, previous, at = (last.seq + 1, bytes(last.hash), time.now()) if last else (1, GENESIS, time.now())
    digest = ledger.entry_hash(previous, stream, seq, at, "system", action, payload)
    sql(
        "INSERT INTO ledger_entry (stream_kind, stream_id, seq, at, actor, action, payload, hash, mac)"
        " VALUES (%s, %s, %s, %s, 'system', %s, %s::jsonb, %s, %s)",
        *(*stream, seq, at, action, json.dumps(payload), digest, digest[:16]),
    )


def bind_changed_answer() -> None:
    ((row_id, case_id, salt, text),) = asked(ANSWER)
    sql("UPDATE cases_message SET text = '不予处理' WHERE id = %s", row_id)
    table = bound_table("message").table
    was, now = (table.written(row_id, {"text": each}, bytes(salt)) for each in (text, "不予处理"))
    told = {"message": {str(row_id): binding.changed(was, now)}}
    forge(("case_rows", case_id), "RowsFollowed", {"bound": told})


def bind_removed_answer() -> None:
    ((row_id, case_id, _, _),) = asked(ANSWER)
    sql("DELETE FROM cases_message WHERE id = %s", row_id)
    forge(("case", case_id), "CaseNoted", {"bound": {"message": {str(row_id): None}}})


def adopt_changed_answer() -> None:
    ((row_id, case_id, salt, _),) = asked(ANSWER)
    sql("UPDATE cases_message SET text = '不予处理' WHERE id = %s", row_id)
    table = bound_table("message")
    names = [name for name in table.read if name != "salt"]
    ((values),) = asked(f"SELECT {', '.join(names)} FROM cases_message WHERE id = {row_id}")  # noqa: S608
    whole = table.whole(row_id, {**dict(zip(names, values, strict=True)), "salt": bytes(salt)})
    things = {str(case_id): {"message": {str(row_id): whole}}}
    forge(("case_adopted", case_id // adoption.SPAN), "RowsAdopted", {"things": things})


def begin_adoption_anew() -> None:
    ((_, case_id, _, _),) = asked(ANSWER)
    sql(
        "INSERT INTO cases_message (id, case_id, kind, public, text, actor, at)"
        " VALUES (900000, %s, 'answer', true, '好', 'x', now())",
        case_id,
    )
    forge(("ledger", 0), "AdoptionBegun", {"until": {"message": 10**9, "case": 10**9}})


@pytest.mark.parametrize("deed", [bind_changed_answer, bind_removed_answer, adopt_changed_answer, begin_adoption_anew])
@pytest.mark.parametrize("is_sealed", [False, True], ids=["not sealed", "sealed by the worker"])
def test_an_entry_that_the_house_didnt_write_is_named(case, deed: Callable[[], None], is_sealed):
    deed()
    if is_sealed:
        ledger.seal()
    last = Entry.objects.order_by("-id")[0]
    (found,) = [each for each in findings() if each.code == "entry_not_ours"]
    assert found.context["stream"] == f"{last.stream_kind}:{last.stream_id}"
    assert bool(found.context["seal"]) is is_sealed
    assert "cases_message" in {each.context.get("table") for each in findings()}


def test_entries_of_another_house_are_not_ours(case, data_folder):
    (data_folder / "keys" / "entries.json").write_text(json.dumps({"secret": "07" * 32, "since": 0}))
    assert "entry_not_ours" in codes()


@pytest.mark.parametrize(
    ("content", "code"), [(None, "entry_key_missing"), ("{}", "entry_key_unreadable"), ("[", "entry_key_unreadable")]
)
def test_a_key_that_is_gone_is_told(case, data_folder, content, code):
    place = data_folder / "keys" / "entries.json"
    place.unlink()
    if content is not None:
        place.write_text(content)
    assert codes() == {code}


@pytest.mark.parametrize("row_id", [-7, 0])
@pytest.mark.parametrize("table", ["cases_message", "cases_task", "cases_deadline_entry", "cases_case"])
def test_a_row_under_a_number_that_is_never_drawn_is_named(case, table, row_id):
    sql(
        f"INSERT INTO {table} SELECT (jsonb_populate_record(c, jsonb_build_object('id', {row_id}))).*"  # noqa: S608
        f" FROM {table} c WHERE id = (SELECT max(id) FROM {table})"
    )
    assert [(each.code, each.context["table"], each.context["row"]) for each in findings()] == [
        ("row_inserted", table, row_id)
    ]


def test_a_row_that_is_there_twice_is_named(case):
    alter("ALTER TABLE cases_message DROP CONSTRAINT cases_message_pkey CASCADE")
    sql("INSERT INTO cases_message SELECT * FROM cases_message WHERE kind = 'answer'")
    found = findings()
    assert ("row_twice", "cases_message") in {(each.code, each.context["table"]) for each in found}
    assert ("table_not_as_made", "primary key") in {(each.code, each.context.get("what")) for each in found}


def test_a_row_that_belongs_to_nothing_is_named(case):
    alter("SET LOCAL session_replication_role = replica")
    sql("INSERT INTO intake_contact (report_id, name, phone, email) VALUES (900000, '李某', '', '')")
    assert [(each.code, each.context["table"]) for each in findings()] == [("row_inserted", "intake_contact")]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("cases_case", "is_private"),
        ("cases_case", "is_confidential"),
        ("cases_case", "queue"),
        ("cases_task", "outcome"),
    ],
)
def test_nothing_in_place_of_what_is_empty_is_named(case, table, column):
    """A case that is neither private nor not is in no list."""
    alter(f"ALTER TABLE {table} ALTER {column} DROP NOT NULL")
    sql(f"UPDATE {table} SET {column} = NULL")  # noqa: S608
    found = {(each.code, each.context["table"], each.context["columns"]) for each in findings()}
    assert found == {("row_changed", table, column)}


@pytest.mark.parametrize("column", ["red_at", "yellow_at", "provisional"])
def test_a_light_that_was_put_out_is_named(case, column):
    other = county.receive("路灯不亮")
    value = "true" if column == "provisional" else "NULL"
    sql(f"UPDATE cases_case SET {column} = {value} WHERE id = %s", other.id)  # noqa: S608
    (found,) = findings()
    assert (found.code, found.context["row"], found.context["columns"]) == ("row_changed", other.id, column)


@pytest.mark.parametrize(
    ("change", "table", "column"),
    [
        ("UPDATE cases_case SET due_at = 'infinity'", "cases_case", "due_at"),
        ("UPDATE cases_message SET at = '0044-03-15 BC'", "cases_message", "at"),
        ("UPDATE cases_message SET at = '20000-01-01'", "cases_message", "at"),
        ("UPDATE intake_report SET payload = '[]'", "intake_report", "payload"),
        (f"UPDATE intake_report SET payload = '{'[' * 3000}{']' * 3000}'", "intake_report", "payload"),  # noqa: S608
    ],
    ids=["infinity", "before Christ", "after 9999", "a list for an object", "nested deeply"],
)
def test_what_python_cant_read_is_named_and_stops_nothing(case, change, table, column):
    sql(change)
    found = {(each.code, each.context["table"], each.context["columns"]) for each in findings()}
    assert found == {("row_changed", table, column)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE ledger_entry SET at = 'infinity'", "entry_changed"),
        (f"""UPDATE ledger_entry SET payload = '{'{"a":' * 3000}1{"}" * 3000}'""", "entry_changed"),  # noqa: S608
        ("""UPDATE ledger_entry SET payload = payload || '{"bound":{"message":{"x":"y","1":5,"2":[1]}}}'""",
         "entry_changed"),
        (f"""UPDATE ledger_entry SET payload = '{'{"bound":' * 3000}1{"}" * 3000}'""", "entry_changed"),  # noqa: S608
        ("UPDATE ledger_seal SET open_gaps = '[1]'", "seal_unreadable"),
        ("""UPDATE ledger_seal SET late_ids = '[["x"]]'""", "seal_unreadable"),
        ("UPDATE ledger_seal SET sealed_at = 'infinity'", "seal_differs"),
    ],
)  # fmt: skip
def test_a_ledger_that_python_cant_read_is_named_and_stops_nothing(case, change, code):
    sql(change)
    assert code in codes()


@pytest.mark.parametrize(
    ("statements", "table", "what"),
    [
        (["ALTER TABLE cases_message RENAME TO away", "CREATE VIEW cases_message AS SELECT * FROM away"],
         "cases_message", "view"),
        (["ALTER TABLE cases_message ENABLE ROW LEVEL SECURITY"], "cases_message", "row level security"),
        (["CREATE TABLE child () INHERITS (cases_message)"], "cases_message", "inheritance"),
        (["CREATE RULE r AS ON INSERT TO access_staff DO ALSO NOTHING"], "access_staff", "rule r"),
        (["CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
          "CREATE TRIGGER t BEFORE INSERT ON cases_message FOR EACH ROW EXECUTE FUNCTION f()"],
         "cases_message", "trigger t"),
        (["CREATE DOMAIN d AS text", "ALTER TABLE cases_message ALTER text TYPE d"], "cases_message", "column text"),
        (["CREATE SCHEMA apart", "ALTER TABLE cases_publication SET SCHEMA apart",
          "SET LOCAL search_path = apart, public"], "cases_publication", "schema apart"),
        (["CREATE FUNCTION jsonb_typeof(json) RETURNS text LANGUAGE sql AS $$SELECT ''::text$$"],
         "", "function jsonb_typeof(json)"),
        (["CREATE FUNCTION same(varchar, varchar) RETURNS boolean LANGUAGE sql AS $$SELECT true$$",
          "CREATE OPERATOR public.= (leftarg = varchar, rightarg = varchar, procedure = same)"],
         "", "operator =(character varying,character varying)"),
        (["SET LOCAL search_path = public, pg_catalog"], "", "search_path"),
        (["DROP TABLE cases_publication"], "cases_publication", "missing"),
        (["ALTER TABLE cases_message DROP COLUMN text"], "cases_message", "missing text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_table_that_isnt_as_it_was_made_is_named(case, statements, table, what):
    alter(*statements)
    found = [(each.context["table"], each.context["what"]) for each in findings() if each.code == "table_not_as_made"]
    assert found == [(table, what)]


@pytest.mark.parametrize("table", ["ledger_entry", "cases_case", "cases_message"])
def test_a_sequence_that_was_set_back_is_named(case, table):
    ((highest,),) = asked(f"SELECT max(id) FROM {table}")  # noqa: S608
    try:
        sql(f"SELECT setval('{table}_id_seq', {highest - 1 or 1}, {highest > 1})".lower())
        found = [each for each in findings() if each.code == "sequence_rewound"]
        assert [each.context["sequence"] for each in found] == ([f"{table}_id_seq"])
    finally:
        sql(f"SELECT setval('{table}_id_seq', {highest + 1})")


@pytest.mark.parametrize("change", ["xml = ''", "spec = '{}'", "current = NOT current", "sha256 = repeat('0', 64)"])
def test_a_drawing_that_was_changed_is_named(case, change):
    sql(f"UPDATE process_definition SET {change} WHERE id = (SELECT min(id) FROM process_definition)")  # noqa: S608
    (found,) = findings()
    assert (found.code, found.context["table"]) == ("row_changed", "process_definition")
    assert found.context["columns"] == change.split(" ", maxsplit=1)[0]


@pytest.fixture
def drawings_of_before(case, data_folder) -> None:
    """Drawings that were loaded when the ledger bound none: neither it nor its mark speaks of them."""
    Entry.objects.filter(stream_kind="process").delete()
    kept = mark.read()
    rows = {name: last for name, last in kept.rows.items() if name != "process_definition"}
    unsigned = mark.Mark(kept.seal, kept.head, kept.to, kept.entries, rows, kept.at, kept.key_id)
    mark.path().write_text(mark.signed(unsigned, keys.signing_key()).text())


def test_rows_of_a_table_that_is_bound_later_are_adopted_once(drawings_of_before):
    assert adoption.begin()
    while adoption.go_on():
        pass
    own = [each for each in findings() if each.code != "sealed_entries_removed"]
    assert own == []
    ledger.seal()
    sql("UPDATE process_definition SET xml = ''")
    assert {each.context.get("columns") for each in findings() if each.code == "row_changed"} == {"xml"}
    assert not adoption.begin()


def test_what_the_mark_knows_as_bound_is_never_adopted(case):
    Entry.objects.filter(stream_kind="process").delete()
    with pytest.raises(adoption.AdoptionRefused):
        adoption.begin()


def test_nothing_waits_any_more_once_all_is_adopted(drawings_of_before):
    """A number that was left free below the horizon isn't one of the past."""
    sql("DELETE FROM process_definition WHERE id = (SELECT min(id) FROM process_definition)")
    ((free,),) = asked("SELECT min(id) - 1 FROM process_definition")
    adoption.begin()
    while adoption.go_on():
        pass
    sql(
        "INSERT INTO process_definition SELECT (jsonb_populate_record(d, jsonb_build_object('id', %s, 'current', false,"
        " 'version', 99))).* FROM process_definition d LIMIT 1",
        free,
    )
    assert ("row_inserted", free) in {(each.code, each.context.get("row")) for each in findings()}


def run(*words: str) -> str:
    out = StringIO()
    call_command("ledger", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.mark.parametrize(("deed", "said"), [("exchanged", "被调换或改动"), ("removed", "不见了")])
def test_a_photo_whose_bytes_were_exchanged_is_named(case, deed, said, capsys):
    content = BytesIO()
    Image.new("RGB", (8, 6)).save(content, "PNG")
    photo = files.keep_photo(BytesIO(content.getvalue()), len(content.getvalue()))
    county.receive("另一个坑", photos=(photo,))
    assert "没有发现改动" in run("verify")
    place = files.path_of(photo.sha256)
    if deed == "exchanged":
        place.write_bytes(place.read_bytes()[:-1] + b"x")
    else:
        place.unlink()
    with pytest.raises(CommandError, match="发现 1 处"):
        call_command("ledger", "verify", stdout=(out := StringIO()), stderr=StringIO())
    assert photo.sha256 in out.getvalue()
    assert said in out.getvalue()
    assert "没有发现改动" in run("verify", "--without-files")


def test_a_mark_that_was_replaced_by_an_older_one_is_named(case):
    older = mark.path().read_bytes()
    for _ in range(2):
        cases.add_note(actor=county.post("clerk"), case_id=case.id, text="记一笔")
        ledger.seal()
    mark.path().write_bytes(older)
    with pytest.raises(CommandError, match="发现 1 处"):
        call_command("ledger", "verify", stdout=(out := StringIO()), stderr=StringIO())
    assert "标记被换成了较早的一份" in out.getvalue()


def test_a_mark_is_written_after_each_seal(case, monkeypatch):
    monkeypatch.setattr("liandong.foundation.ledger.sealing.SEAL_AT_MOST", 1)
    for _ in range(3):
        cases.add_note(actor=county.post("clerk"), case_id=case.id, text="记一笔")
    kept = []
    write = mark.keep
    monkeypatch.setattr(mark, "keep", lambda head, key: (kept.append(head.no), write(head, key)))
    made = ledger.seal()
    assert len(made) >= 3
    assert kept == [head.no for head in made]


def test_a_process_that_is_loaded_again_is_bound(case):
    process.load_definition(actor=SYSTEM, source=process.shipped("default") + b"<!-- again -->")
    assert Definition.objects.filter(key="default").count() == 2
    assert findings() == []
