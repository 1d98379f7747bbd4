"""A list as a spreadsheet, read back from its XML; contacts behind a purpose; every export on record."""

import io
import tracemalloc
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from lxml import etree, html

from liandong.contexts.cases import public as cases
from liandong.contexts.console import exporting
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import ContactReading
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from tests import county
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")
EXPORT = "/console/export/?list=square"
MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
EPOCH_1899 = datetime(1899, 12, 30, tzinfo=UTC) - county.hours(8)
PHONE = "000-8888"


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


class Sheet:
    """The one worksheet of an .xlsx: `rows` of cells as (type, text) by heading."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            assert book.testzip() is None
            self.xml = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
            self.styles = etree.fromstring(book.read("xl/styles.xml"))
        lines = [self._cells(row) for row in self.xml.findall(".//m:row", MAIN)]
        self.headings = {column: text for column, (_, text) in lines[0].items()}
        self.rows = [{self.headings[column]: cell for column, cell in line.items()} for line in lines[1:]]

    def _cells(self, row: Any) -> dict[str, tuple[str, str]]:
        return {
            cell.get("r").rstrip("0123456789"): (cell.get("t", "n"), "".join(cell.itertext()))
            for cell in row.findall("m:c", MAIN)
        }

    def column(self, heading: str) -> list[str]:
        return [row.get(heading, ("", ""))[1] for row in self.rows]


def exported(client: Client, path: str = EXPORT, **form: str) -> Sheet:
    response = client.post(path, form)
    assert response.status_code == 200, response.content.decode()[:400]
    assert "attachment" in response["Content-Disposition"]
    return Sheet(b"".join(response.streaming_content))


def with_contact(**fields: Any) -> cases.CaseRow:
    return county.receive(contact=intake.ContactInput("张某", PHONE, ""), **fields)


def records(username: str) -> list[dict[str, Any]]:
    return [county.facts(entry) for entry in ledger.entries(("export", county.post(username).id))]


def test_a_filtered_list_comes_in_its_order_with_names_and_codes() -> None:
    pothole, manhole = county.receive(address="人民路1号"), county.receive(category_code=county.MANHOLE)
    county.receive(category_code=county.RUBBISH)
    sheet = exported(signed_in("clerk"), f"{EXPORT}&category=02&sort=oldest")
    assert sheet.column("编号") == [pothole.number, manhole.number]
    first = {heading: text for heading, (_, text) in sheet.rows[0].items()}
    wanted = {
        "灯": "正常",
        "状态": "待签收",
        "分类代码": "020101",
        "部门": "县住房建设局",
        "地点": "人民路1号",
        "渠道": "网页",
    }
    assert {heading: first[heading] for heading in wanted} == wanted
    assert first["区划"] == "青坪镇东坪村第1网格"


def test_dates_are_dates_of_the_county_and_the_head_stays_in_sight() -> None:
    county.receive()
    sheet = exported(signed_in("clerk"))
    kind, number = sheet.rows[0]["收到时间"]
    since_1899 = timedelta(days=float(number))
    assert (kind, EPOCH_1899 + timedelta(seconds=round(since_1899.total_seconds()))) == ("n", county.local(11, 10))
    assert "yyyy-mm-dd hh:mm" in sheet.styles.xpath("//m:numFmt/@formatCode", namespaces=MAIN)
    (pane,) = sheet.xml.findall(".//m:pane", MAIN)
    assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "1")
    assert sheet.xml.find("m:autoFilter", MAIN).get("ref") == "A1:S2"


@pytest.mark.parametrize(
    "title", ["=1+1", "@SUM(A1)", "+86", "-1", '=HYPERLINK("http://x")', "http://example.org", "{=1}"]
)
def test_no_text_becomes_a_formula_or_a_link(title: str) -> None:
    county.receive(title=title, address=title)
    sheet = exported(signed_in("clerk"))
    assert [sheet.rows[0][heading] for heading in ("标题", "地点")] == [("inlineStr", title)] * 2
    assert sheet.xml.findall(".//m:f", MAIN) == sheet.xml.findall(".//m:hyperlink", MAIN) == []


def test_signs_that_xml_cant_hold_are_kept_from_breaking_the_file() -> None:
    county.receive(title="a\x0bb<&>\ufffe")
    exported(signed_in("clerk"))


@pytest.mark.parametrize(("username", "count"), [("clerk", 2), ("hud1", 1), ("town_b", 1), ("grid_a1", 1), ("pol1", 0)])
def test_a_post_exports_what_it_sees(username: str, count: int) -> None:
    county.receive()
    county.receive(category_code=county.RUBBISH, at="B11")
    if count:
        assert len(exported(signed_in(username)).rows) == count
    else:
        assert "没有可以导出的事件" in words(html.fromstring(signed_in(username).get(EXPORT).content.decode()))


def test_my_tasks_and_queues_are_exported_too() -> None:
    unclear, free = county.receive("门口有情况", category_code=""), county.receive()
    mine = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    tasks = "/console/export/?list=tasks"
    assert exported(signed_in("hud1"), tasks).column("编号") == [mine.number, free.number]
    assert exported(signed_in("hud1"), f"{tasks}&show=green").column("编号") == [mine.number]
    assert exported(signed_in("clerk"), "/console/export/?list=queue").column("编号") == [unclear.number]
    assert signed_in("hud1").get("/console/export/?list=queue").status_code == 400


def test_an_export_is_on_record_with_codes_and_without_words() -> None:
    county.receive("王家门口的坑")
    exported(signed_in("clerk"), f"{EXPORT}&category=02&q=王家&purpose=supervision&light=green")
    (told,) = records("clerk")
    assert told == {
        "list": "square",
        "scope": "county",
        "filters": {"category_code": "02", "light": "green", "text": True, "sort": "newest"},
        "rows": 1,
    }


def test_contacts_come_for_a_purpose_and_every_one_is_a_reading() -> None:
    row, _ = with_contact(), county.receive()
    (report,) = intake.reports_of(row.id)
    refused = signed_in("clerk").post(EXPORT, {"contacts": "1"})
    assert (refused.status_code, ContactReading.objects.count()) == (400, 0)
    assert html.fromstring(refused.content.decode()).xpath("//a[@href='#id_purpose']")
    sheet = exported(signed_in("clerk"), contacts="1", purpose="sample")
    assert sheet.column("电话") == ["", PHONE]
    (reading,) = ContactReading.objects.values_list("report_id", "staff_id", "purpose")
    assert reading == (report.id, county.post("clerk").id, "sample")
    (entry,) = [each for each in ledger.entries(("contact", report.id)) if each.event == "ContactRead"]
    assert (entry.actor, county.facts(entry)) == (county.post("clerk").ref, {"purpose": "sample"})
    (told,) = records("clerk")
    assert (told["contacts"], told["purpose"], PHONE in str(told)) == (True, "sample", False)


def test_confidential_contacts_are_left_out_always() -> None:
    with_contact(category_code=county.EMISSION)
    assert exported(signed_in("clerk"), contacts="1", purpose="callback").column("电话") == [""]
    assert not ContactReading.objects.exists()


def test_without_asking_there_are_no_contacts() -> None:
    with_contact()
    sheet = exported(signed_in("clerk"))
    assert "电话" not in sheet.headings.values()


@pytest.mark.parametrize(
    ("username", "path", "may"),
    [
        ("coordinator", EXPORT, True),
        ("hud1", EXPORT, True),
        ("hud1", "/console/export/?list=tasks", False),
        ("town_a", EXPORT, False),
        ("grid_a1", EXPORT, False),
        ("leader", EXPORT, False),
    ],
)
def test_contacts_are_for_the_desk_and_for_the_handlers_own_office(username: str, path: str, may: bool) -> None:
    with_contact()
    client = signed_in(username)
    offered = html.fromstring(client.get(path).content.decode()).xpath("//input[@name='contacts']")
    answer = client.post(path, {"contacts": "1", "purpose": "callback"})
    assert (bool(offered), answer.status_code) == (may, 200 if may else 403)


def test_too_much_is_said_before_anything_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        with_contact()
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    client = signed_in("clerk")
    assert "一次最多导出 1 行" in words(html.fromstring(client.get(EXPORT).content.decode()))
    assert client.post(EXPORT).status_code == 400
    monkeypatch.setattr(exporting, "MOST_ROWS", 100)
    monkeypatch.setattr("liandong.contexts.intake.contact_lists.MOST_CASES", 1)
    answer = client.post(EXPORT, {"contacts": "1", "purpose": "callback"})
    assert answer.status_code == 400
    assert html.fromstring(answer.content.decode()).xpath("//input[@name='contacts'][@checked]")
    assert (records("clerk"), ContactReading.objects.count()) == ([], 0)


def test_head_and_names_are_in_the_language_of_the_page() -> None:
    county.receive("Pothole", title="Pothole")
    client = signed_in("clerk", "en")
    sheet = exported(client)
    assert {"Number", "Light", "Title", "Received at"} <= set(sheet.headings.values())
    assert all(text.isascii() for row in sheet.rows for heading, (_, text) in row.items() if heading != "Place")
    assert chinese(html.fromstring(client.get(EXPORT).content.decode())) == []


def test_the_file_is_named_after_list_and_day() -> None:
    county.receive()
    response = signed_in("clerk").post(EXPORT)
    response.close()
    assert "事件广场-2026-05-11.xlsx" in unquote(response["Content-Disposition"])


def test_a_long_list_is_walked_by_key_whole_and_in_order() -> None:
    rows = county.receive_all([county.report() for _ in range(25)])
    listed = {"actor": county.post("clerk"), "scope": cases.Scope.COUNTY, "filters": cases.Filters()}
    walked = [row.id for batch in cases.walk_cases(**listed, batch=10) for row in batch]
    assert walked == [row.id for row in reversed(rows)]


def test_memory_doesnt_grow_with_the_rows(tmp_path: Any) -> None:
    row = county.receive()
    peaks = []
    for batches in (1, 8):
        tracemalloc.start()
        with (tmp_path / f"{batches}.xlsx").open("wb+") as file:
            exporting.write(file, exporting.columns(), ([row] * 250 for _ in range(batches)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 500_000
