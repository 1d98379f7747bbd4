"""A file of another system becomes cases. All rows are invented."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from django.db import DataError

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.clocks.refreshing import refresh_clocks
from liandong.contexts.cases.models import Case, DeadlineEntry, Message, Task
from liandong.contexts.categories import public as categories
from liandong.contexts.categories.models import Category
from liandong.contexts.intake.importing import run as run_module
from liandong.contexts.intake.models import Contact, Report
from liandong.foundation.events.models import Event
from liandong.foundation.ledger.models import Entry
from liandong.foundation.orgs import public as orgs
from liandong.kernel.errors import InvalidInput
from tests import county

CITY = """\
Unique Key,Created Date,Closed Date,Agency,Agency Name,Complaint Type,Descriptor,Incident Address,Status,Due Date,\
Resolution Description,Resolution Action Updated Date,Community Board,Borough,Latitude,Longitude
1,05/11/2026 12:10:00 AM,05/11/2026 01:10:00 PM,PARKS,Parks Office,Tree,Branch down,1 ELM STREET,Closed,\
05/12/2026 12:10:00 AM,Removed.,05/11/2026 01:10:00 PM,01 EAST,EAST,40.7,-73.9
2,05/11/2026 02:00:00 PM,,ROADS,Roads Office,Road,Pothole,2 OAK STREET,In Progress,,Will be seen to.,\
05/12/2026 09:00:00 AM,02 EAST,EAST,40.71,-73.91
3,05/12/2026 03:00:00 PM,,ROADS,Roads Office,Road,Pothole,,Open,05/20/2026 03:00:00 PM,,,0 Unspecified,Unspecified,,
4,05/12/2026 03:00:00 PM,05/01/2026 03:00:00 PM,PARKS,Parks Office,tree,branch down,,Closed,,,,,,,
5,,,PARKS,Parks Office,Tree,Root,,Open,,,,,,,
6,05/12/2026 03:00:00 PM,,PARKS
"""
MESSAGES = """\
留言编号,留言主题,留言时间,留言详情,答复意见,答复时间
11,路灯,2026/5/11 9:25:05,"青坪镇东坪村的路灯
不亮了",,
12,水井,2026/5/11 11:25:05,井盖松动,已经固定,2026/5/12 8:00:00
"""


def city(folder: Path, content: str = CITY, name: str = "city.csv") -> Path:
    path = folder / name
    path.write_text(content)
    return path


def case_of(key: str, origin: str = "import:nyc311") -> cases.CaseRow:
    return cases.find(Report.objects.get(origin=origin, origin_key=key).case_id)


def rejected(folder: Path) -> list[dict[str, str]]:
    with (folder / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def imported(import_file, tmp_path) -> run_module.Tally:
    return import_file(city(tmp_path), "nyc311")


def test_every_row_is_taken_or_rejected_with_line_reason_and_its_columns(imported, tmp_path):
    assert (imported.read, imported.taken, imported.repeated, imported.rejected) == (6, 3, 0, 3)
    rows = rejected(tmp_path)
    assert [row["行号 line"] for row in rows] == ["5", "6", "7"]
    assert [row["原因"] for row in rows] == [
        "办结时间早于收到时间。",
        "没有收到时间。",
        "这一行有 4 列，表头有 16 列。",
    ]
    assert rows[1]["reason"] != rows[1]["原因"]
    assert (rows[0]["Unique Key"], rows[0]["Agency"]) == ("4", "PARKS")
    assert (tmp_path / "rejected.csv").stat().st_mode & 0o077 == 0


def test_an_ended_matter_has_its_dates_and_answer_but_no_task_clock_or_notice(imported):
    case = case_of("1")
    assert case.state == "closed"
    assert case.received_at == datetime(2026, 5, 11, 4, 10, tzinfo=UTC)
    assert case.closed_at == datetime(2026, 5, 11, 17, 10, tzinfo=UTC)
    assert case.due_at == datetime(2026, 5, 12, 4, 10, tzinfo=UTC)
    assert (case.accept_due_at, case.yellow_at, case.red_at) == (None, None, None)
    assert not Task.objects.filter(case_id=case.id).exists()
    assert not DeadlineEntry.objects.filter(case_id=case.id).exists()
    assert not Event.objects.filter(stream_kind="case", stream_id=case.id).exists()
    assert Message.objects.get(case_id=case.id).text == "Removed."


def test_an_open_matter_has_a_task_and_clocks_from_when_it_was_received(imported):
    case = case_of("2")
    assert (case.state, case.clock_from) == ("handling", datetime(2026, 5, 11, 18, tzinfo=UTC))
    assert case.accepted_at == datetime(2026, 5, 12, 13, tzinfo=UTC)
    assert case.due_at is not None
    assert Task.objects.get(case_id=case.id).office_id == county.office("ROADS")
    assert not Message.objects.filter(case_id=case.id).exists()
    assert not Event.objects.filter(stream_kind="case", stream_id=case.id).exists()


def test_the_due_time_of_the_source_stands_for_an_open_matter_also_when_clocks_are_recomputed(imported):
    case = case_of("3")
    assert case.due_at == datetime(2026, 5, 20, 19, tzinfo=UTC)
    row = Case.objects.get(pk=case.id)
    refresh_clocks(row)
    assert row.due_at == case.due_at


def test_the_ledger_has_every_imported_case(imported):
    keys = {case_of(key).id for key in "123"}
    assert set(Entry.objects.filter(stream_kind="case").values_list("stream_id", flat=True)) == keys


def test_categories_of_the_source_get_local_codes_that_stay(imported, import_file, tmp_path):
    branch = categories.taxonomy().by_code[case_of("1").category_code]
    group = categories.taxonomy().by_code[branch.parent_code]
    assert (branch.zh, branch.en, group.zh) == ("Branch down", "Branch down", "Tree")
    assert branch.code >= "90"
    more = CITY.splitlines()[0] + "\n7,05/12/2026 03:00:00 PM,,PARKS,P,Tree,A first name,,Open,,,,,,,\n"
    more += "8,05/12/2026 03:00:00 PM,,PARKS,P,TREE,branch  DOWN,,Open,,,,,,,\n"
    assert import_file(city(tmp_path, more), "nyc311").made.categories == 1
    assert case_of("8").category_code == branch.code != case_of("7").category_code
    assert Category.objects.filter(code=branch.code).count() == 1


def test_a_source_with_more_than_99_names_fills_further_groups_and_domains(import_file, tmp_path):
    content = "id,time,label\n" + "".join(f"{n},2026-05-11 10:00:00,种类{n}\n" for n in range(250))
    mapping = """
[source]
name = "many"
[columns]
key = "id"
received_at = "time"
text = "label"
[categories]
columns = ["label"]
create = true
zh = "某系统"
"""
    assert import_file(city(tmp_path, content), mapping).made.categories == 250
    codes = {row.zh: row.code for row in categories.taxonomy().leaves() if row.zh.startswith("种类")}
    assert len(set(codes.values())) == 250
    assert {code[:4] for code in codes.values()} == {"9001", "9002", "9003"}
    again = import_file(city(tmp_path, content), mapping)
    assert (again.repeated, again.made.categories) == (250, 0)


def test_offices_and_divisions_are_those_of_the_source(imported):
    registry = orgs.organisation()
    case = case_of("1")
    assert registry.offices[case.office_id].name == "Parks Office"
    path = [registry.divisions[item] for item in registry.path(case.division_id)]
    assert [(row.kind, row.name) for row in path] == [("county", "纽约市"), ("town", "EAST"), ("village", "01 EAST")]
    assert case.village_id == case.division_id


def test_a_place_that_the_source_does_not_know_stays_unknown(imported):
    case = case_of("3")
    assert (case.division_id, case.lon, case.address) == (None, None, "")


def test_the_same_file_again_is_all_repeated(imported, import_file, tmp_path):
    again = import_file(city(tmp_path), "nyc311")
    assert (again.taken, again.repeated, again.rejected) == (0, 3, 3)
    assert Case.objects.count() == 3
    assert (again.made.categories, again.made.offices, again.made.divisions) == (0, 0, 0)


def test_the_same_rows_in_another_form_of_the_file_are_the_same_reports(imported, import_file, tmp_path):
    plain = list(csv.DictReader(CITY.splitlines()))[:3]
    snake = [{name.lower().replace(" ", "_"): value for name, value in row.items() if value} for row in plain]
    lines = city(tmp_path, "\n".join(map(json.dumps, snake)), "city.jsonl")
    array = city(tmp_path, json.dumps(snake), "city.json")
    parquet = tmp_path / "city.parquet"
    with duckdb.connect() as connection:
        connection.execute("COPY (SELECT * FROM read_json(?)) TO ? (FORMAT parquet)", [str(lines), str(parquet)])
    for path in (lines, array, parquet):
        assert import_file(path, "nyc311").repeated == 3


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Branch down,1 ELM", "Root,1 ELM"),
        ("1 ELM STREET", "9 ELM STREET"),
        ("40.7,-73.9\n", "40.8,-73.9\n"),
        ("01 EAST,EAST", "03 EAST,EAST"),
        ("1,05/11/2026 12:10:00 AM", "1,05/11/2026 12:11:00 AM"),
    ],
    ids=["category", "address", "point", "division", "moment"],
)
def test_a_row_that_says_anything_else_under_its_key_is_a_conflict(imported, import_file, tmp_path, before, after):
    assert before in CITY
    again = import_file(city(tmp_path, CITY.replace(before, after, 1)), "nyc311")
    assert (again.taken, again.repeated, again.rejected) == (0, 2, 4)
    assert any("幂等键" in " ".join(map(str, row.values())) for row in rejected(tmp_path))


def test_what_has_become_of_a_row_meanwhile_is_no_conflict(imported, import_file, tmp_path):
    later = CITY.replace("In Progress", "Closed").replace("Will be seen to.", "Filled.").replace("ROADS", "STREETS")
    assert import_file(city(tmp_path, later), "nyc311").repeated == 3


def test_the_same_key_with_other_words_is_a_conflict_in_the_file_and_over_runs(import_file, tmp_path):
    one, two = MESSAGES, MESSAGES.replace("井盖松动", "井盖丢失")
    twins = one + "11,路灯,2026/5/11 9:25:05,别的内容,,\n"
    first = import_file(city(tmp_path, twins), "city_messages")
    assert (first.taken, first.rejected) == (2, 1)
    second = import_file(city(tmp_path, two), "city_messages")
    assert (second.repeated, second.rejected) == (1, 1)


def test_a_key_that_the_file_has_twice_with_the_same_content_is_known_and_said(import_file, tmp_path):
    again = "12,水井,2026/5/11 11:25:05,井盖松动,已经固定,2026/5/12 8:00:00\n"
    first = import_file(city(tmp_path, MESSAGES + "\n" + again + ",,,,,\n"), "city_messages")
    assert (first.taken, first.repeated, first.twice, first.rejected, first.blank) == (2, 1, 1, 0, 2)
    second = import_file(city(tmp_path, MESSAGES), "city_messages")
    assert (second.repeated, second.twice) == (2, 0)


@pytest.mark.parametrize(
    "header", ["留言编号,留言主题,留言时间,留言详情,留言详情,", "留言编号,留言主题,留言时间,留言详情, 留言详情 ,"]
)
def test_two_columns_of_one_name_that_the_mapping_uses_refuse_the_file(import_file, tmp_path, header):
    with pytest.raises(InvalidInput, match="留言详情"):
        import_file(city(tmp_path, f"{header}\n1,题,2026/5/11 9:00:00,甲,乙,\n"), "city_messages")
    assert not Report.objects.exists()


def test_two_other_columns_of_one_name_are_kept_apart(import_file, tmp_path):
    content = "留言编号,留言主题,留言时间,留言详情,备注,备注\n1,题,2026/5/11 9:00:00,甲,一,二\n"
    assert import_file(city(tmp_path, content), "city_messages").taken == 1
    assert Report.objects.get().payload["备注 (2)"] == "二"


def test_a_message_with_a_reply_is_closed_and_one_without_waits_at_the_desk(import_file, tmp_path):
    import_file(city(tmp_path, MESSAGES), "city_messages")
    waiting, replied = (case_of(key, "import:city-messages") for key in ("11", "12"))
    assert (waiting.state, waiting.queue, waiting.title) == ("received", "category", "路灯")
    assert Report.objects.get(origin_key="11").text == "青坪镇东坪村的路灯\n不亮了"
    assert Report.objects.get(origin_key="11").payload == {"留言编号": "11", "留言时间": "2026/5/11 9:25:05"}
    assert (replied.state, replied.answered_at, replied.closed_at) == (
        "closed",
        datetime(2026, 5, 12, 0, tzinfo=UTC),
        datetime(2026, 5, 12, 0, tzinfo=UTC),
    )


def test_words_of_an_archive_may_be_longer_than_a_form_allows(import_file, tmp_path):
    content = (
        MESSAGES.splitlines()[0]
        + f"\n1,长,2026/5/11 9:00:00,{'长' * 19_000},,\n2,更长,2026/5/11 9:00:00,{'长' * 20_001},,\n"
    )
    found = import_file(city(tmp_path, content), "city_messages")
    assert (found.taken, found.rejected) == (1, 1)


def test_a_category_table_and_the_duty_list_dispatch_an_open_matter(import_file, tmp_path):
    content = "id,time,kind,lon,lat\n1,2026-05-11 10:00:00,坑洞,105.05,35.05\n2,2026-05-11 10:00:00,别的,105.05,35.05\n"
    mapping = f"""
[source]
name = "own"
[columns]
key = "id"
received_at = "time"
text = "kind"
lon = "lon"
lat = "lat"
[categories]
columns = ["kind"]
table = {{ "坑洞" = "{county.POTHOLE}" }}
"""
    import_file(city(tmp_path, content), mapping)
    known, unknown = case_of("1", "import:own"), case_of("2", "import:own")
    assert (known.state, known.office_id, known.queue) == ("dispatched", county.office("HUD"), "")
    assert (unknown.state, unknown.queue) == ("received", "category")
    assert known.cell_id == county.division(county.CELLS["A11"])


def test_codes_of_our_own_registers_are_checked_row_by_row(import_file, tmp_path):
    content = f"id,time,office,place\n1,2026-05-11,LAW,{county.TOWN_A}\n2,2026-05-11,NO,\n3,2026-05-11,,123\n"
    mapping = """
[source]
name = "codes"
[columns]
key = "id"
received_at = "time"
text = { constant = "某事" }
[offices]
code = "office"
[divisions]
code = "place"
"""
    found = import_file(city(tmp_path, content), mapping)
    assert found.taken == 1
    assert {zh for zh, _ in found.reasons} == {"没有这个部门。", "没有这个区划代码。"}
    assert case_of("1", "import:codes").town_id == county.division(county.TOWN_A)


def test_contact_data_is_kept_where_contacts_are_and_nowhere_else(import_file, tmp_path):
    content = "id,time,text,who,call\n1,2026-05-11,某事,某某,000-12345\n"
    mapping = """
[source]
name = "people"
[columns]
key = "id"
received_at = "time"
text = "text"
[contact]
name = "who"
phone = "call"
"""
    import_file(city(tmp_path, content), mapping)
    contact = Contact.objects.get(report__origin="import:people")
    assert (contact.name, contact.phone) == ("某某", "000-12345")
    report = Report.objects.get(origin="import:people")
    assert "某某" not in json.dumps(report.payload, ensure_ascii=False) + report.text


def test_a_dry_run_tells_the_same_and_writes_nothing(import_file, tmp_path):
    found = import_file(city(tmp_path), "nyc311", dry_run=True)
    assert (found.taken, found.rejected, found.made.categories, found.made.offices) == (3, 3, 2, 2)
    assert not Report.objects.exists()
    assert "PARKS" not in orgs.organisation().office_by_code
    assert not any(row.zh == "Pothole" for row in categories.taxonomy().leaves())


def test_a_run_that_was_stopped_goes_on_where_it_stopped(import_file, tmp_path, monkeypatch):
    monkeypatch.setattr(run_module, "BATCH", 2)
    content = MESSAGES.splitlines()[0] + "\n" + "".join(f"{n},题,2026/5/11 9:00:00,第{n}件事,,\n" for n in range(7))
    path = city(tmp_path, content)
    tally = run_module.Tally()

    def stop(seen: run_module.Tally) -> None:
        if seen.read == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(path, "city_messages", progress=stop, tally=tally)
    assert (tally.taken, Report.objects.count()) == (4, 4)
    again = import_file(path, "city_messages")
    assert (again.repeated, again.taken) == (4, 3)


def test_signs_that_cannot_be_kept_reject_their_row_alone_wherever_they_stand(import_file, tmp_path):
    row = {"留言时间": "2026-05-11 09:00:00", "留言详情": "某事"}
    wrong = [{"留言详情": "甲\0"}, {"备注": "\ud800"}, {"备注": {"甲": ["\0"]}}, {"留言编号": "\ud800"}]
    lines = [row | {"留言编号": f"{n}"} | values for n, values in enumerate([{}, *wrong, {"备注": "\\u0000"}])]
    found = import_file(city(tmp_path, "\n".join(map(json.dumps, lines)), "signs.jsonl"), "city_messages")
    assert (found.taken, found.rejected) == (2, 4)


def test_one_row_that_the_database_refuses_does_not_take_its_batch_with_it(import_file, tmp_path, monkeypatch):
    receive = run_module.receive

    def refuse(*, batch, **rest):
        if any("不可存" in report.text for report in batch):
            raise DataError("value out of range")
        return receive(batch=batch, **rest)

    monkeypatch.setattr(run_module, "receive", refuse)
    lines = "".join(f"{n},题,2026/5/11 9:00:00,{'不可存' if n == 5 else '可存'},,\n" for n in range(9))
    found = import_file(city(tmp_path, MESSAGES.splitlines()[0] + "\n" + lines), "city_messages")
    assert (found.taken, found.rejected) == (8, 1)
    assert rejected(tmp_path)[0]["留言编号"] == "5"


def test_a_file_without_the_column_of_receipt_rejects_every_row_with_that_reason(import_file, tmp_path):
    torn = "Unique Key,Agency Name,Complaint Type,Descriptor\n1,Parks Office,Tree\n2,Parks Office,Tree,Root\n"
    found = import_file(city(tmp_path, torn), "nyc311")
    assert (found.taken, found.rejected) == (0, 2)
    assert found.reasons[("没有收到时间。", "There is no time of receipt.")] == 2
    assert "Created Date" in found.missing_columns
    assert "NYC" not in orgs.organisation().by_code


def test_rejected_rows_are_no_formulas_and_are_imported_again_once_mended(import_file, tmp_path):
    head = "留言编号,留言主题,留言时间,留言详情,答复意见,答复时间,=备注"
    told = ["=cmd|'/C calc'!A0", "+8613800000001", "'＝1", "-1", "@SUM(1)"]
    lines = [f'{n},主题,,"{text}",,,"{text}"' for n, text in enumerate(told, 1)]
    found = import_file(city(tmp_path, "\n".join([head, *lines, ""]), "messages.csv"), "city_messages")
    assert (found.taken, found.rejected) == (0, 5)
    with (tmp_path / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@＝")]
    for row in rows[1:]:
        row[rows[0].index("留言时间")] = "2026/5/11 9:25:05"
    with (tmp_path / "mended.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    found = import_file(tmp_path / "mended.csv", "city_messages")
    assert (found.taken, found.rejected) == (5, 0)
    reports = Report.objects.order_by("id")
    assert [report.text for report in reports] == told
    assert [report.payload["=备注"] for report in reports] == told
    assert not {"行号 line", "原因", "reason", "…"} & set(reports[0].payload)


def test_an_apostrophe_of_another_file_stays(import_file, tmp_path):
    content = "留言编号,留言主题,留言时间,留言详情,答复意见,答复时间\n1,主题,2026/5/11 9:25:05,'=1,,\n"
    import_file(city(tmp_path, content, "messages.csv"), "city_messages")
    assert Report.objects.get().text == "'=1"
