"""Files that an administrator brings in by the page: checked, foreseen, confirmed; nothing is written before."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from liandong.contexts.intake import importing
from liandong.contexts.intake.models import Report
from liandong.contexts.opening.commands import sweep
from liandong.contexts.opening.domain.headers import HEADERS
from liandong.contexts.opening.domain.kinds import KINDS
from liandong.contexts.opening.folder import folders
from liandong.contexts.opening.models import Upload
from liandong.contexts.opening.web.forms import MAPPINGS
from liandong.foundation.access.models import Staff
from liandong.foundation.jobs.models import Job
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.foundation.orgs.models import Office
from liandong.kernel import time
from liandong.operate.importing import registers
from tests import county
from tests.contexts.console.reading import signed_in

pytestmark = pytest.mark.usefixtures("small_county")
OFFICES = "部门代码,部门名称,职能代码\nPARK,县公园处,PAR\nLAW,县综合执法局（新）,LAW\n"
FAULTY = "部门代码,部门名称,区划代码\nPARK,县公园处,\nBAD,……,\nNEXT,县某局,000000\n"


@pytest.fixture
def admin(settings, tmp_path: Path) -> Client:
    settings.DATA = tmp_path
    return signed_in("admin")


@pytest.fixture
def bring(admin: Client) -> Callable[..., str]:
    """Chooses a file and lets it be checked; returns the address of its page."""

    def chosen(what: str, content: str, name: str = "", **options: object) -> str:
        file = SimpleUploadedFile(name or f"{what}.csv", content.encode())
        answer = admin.post(f"/opening/files/{what}/", {"file": file, **options})
        assert answer.status_code == 302, answer.context["form"].errors
        work()
        return answer.headers["Location"]

    return chosen


def work() -> None:
    """The worker's turn, without a process of its own."""
    for job in Job.objects.filter(kind="opening.work_through"):
        call_command("work_through_upload", job.key)
        job.delete()


def counts(admin: Client, page: str) -> dict[str, str]:
    return dict(admin.get(page).context["counts"])


def test_nothing_is_written_before_it_is_confirmed_and_the_ledger_knows_who_did_that(admin, bring) -> None:
    before = Office.objects.count()
    page = bring("offices", OFFICES)
    assert counts(admin, page) == {"新增": "1", "变更": "1", "未变": "0", "终止": "0"}
    assert (Office.objects.count(), orgs.organisation().offices[county.office("LAW")].name) == (before, "县综合执法局")
    assert admin.post(f"{page}confirm/").status_code == 302
    work()
    assert orgs.organisation().office_by_code["PARK"].name == "县公园处"
    row, admin_ref = Upload.objects.get(), county.post("admin").ref
    assert (row.state, row.is_open) == ("done", None)
    (confirmed,) = ledger.entries(("uploads", row.staff_id))
    assert (confirmed.actor, confirmed.event, confirmed.facts.what) == (admin_ref, "ImportConfirmed", "offices")
    assert ledger.entries(("offices", 0))[-1].actor == admin_ref


def test_every_fault_is_told_with_line_column_reason_and_what_was_filled_in(admin, bring) -> None:
    page = bring("offices", FAULTY)
    shown = admin.get(page)
    faults = [(each.line, each.column, each.value) for each in shown.context["faults"]]
    assert faults == [(3, "部门名称", "……"), (4, "区划代码", "000000")]
    assert all(each.reason for each in shown.context["faults"])
    assert admin.post(f"{page}confirm/").status_code == 302
    work()
    assert "PARK" not in orgs.organisation().office_by_code
    rejected = b"".join(admin.get(f"{page}rejected.csv").streaming_content).decode("utf-8-sig")
    assert [line.split(",")[0] for line in rejected.splitlines()[1:]] == ["3", "4"]


@pytest.mark.parametrize(
    ("content", "said"),
    [("名称\n甲\n", "缺少列"), ("部门代码,部门名称\n", "没有一行数据"), ('部门代码,部门名称\nA,"甲\n', "引号")],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(admin, bring, content: str, said: str) -> None:
    shown = admin.get(bring("offices", content))
    assert said in shown.context["faults"][0].reason
    assert "确认导入" not in shown.content.decode()
    assert Upload.objects.get().is_open is None


def test_a_second_file_waits_until_the_first_is_confirmed_or_given_up(admin, bring) -> None:
    page = bring("offices", OFFICES)
    answer = admin.post("/opening/files/duties/", {"file": SimpleUploadedFile("d.csv", b"a,b\n")})
    assert answer.status_code == 400
    assert "请先确认或放弃它" in answer.content.decode()
    assert admin.post(f"{page}give-up/").headers["Location"] == "/opening/files/"
    assert Upload.objects.get().state == "dropped"
    assert not list(folders().iterdir())
    assert bring("offices", OFFICES)
    assert admin.post(f"{page}confirm/").status_code == 302
    assert Upload.objects.filter(state="importing").count() == 0


@pytest.mark.parametrize("name", ["offices.xlsx", "offices", "../../etc/passwd"])
def test_what_is_no_table_is_refused_in_the_form(admin, name: str) -> None:
    answer = admin.post("/opening/files/offices/", {"file": SimpleUploadedFile(name, b"x")})
    assert answer.status_code == 400
    assert answer.context["form"].errors["file"]
    assert not Upload.objects.exists()


def test_reports_come_in_row_by_row_and_what_is_rejected_can_be_downloaded(admin, bring) -> None:
    mapping = b'[source]\nname = "old"\n[columns]\nkey = "k"\nreceived_at = "t"\ntext = "w"\n'
    rows = "k,t,w\n1,2026-03-02 09:00,路灯不亮\n2,gestern,x\n"
    before = Report.objects.count()
    page = bring("reports", rows, mapping_file=SimpleUploadedFile("old.toml", mapping))
    assert counts(admin, page) == {"读到": "2", "收下": "1", "已有": "0", "拒收": "1"}
    assert Report.objects.count() == before
    admin.post(f"{page}confirm/")
    work()
    assert Report.objects.count() == before + 1
    assert b"gestern" in b"".join(admin.get(f"{page}rejected.csv").streaming_content)


def test_options_of_the_form_are_those_of_the_command(admin, bring) -> None:
    page = bring("calendar", "日期,类别,名称\n2031-05-01,放假,劳动节\n", source="2031 通知", covers_until="2031-06-30")
    assert "安排到 2031-06-30" in " ".join(admin.get(page).context["remarks"])


def test_a_file_is_gone_after_a_day_and_can_no_longer_be_confirmed(admin, bring) -> None:
    page = bring("offices", OFFICES)
    with time.at(time.now() + timedelta(days=1, minutes=1)):
        sweep()
    assert Upload.objects.get().state == "dropped"
    assert not list(folders().iterdir())
    shown = admin.get(page)
    assert (shown.status_code, shown.context["rows"]) == (200, ())


def test_who_may_no_longer_set_the_county_up_imports_nothing(admin, bring) -> None:
    page = bring("offices", OFFICES)
    admin.post(f"{page}confirm/")
    Staff.objects.filter(username="admin").update(is_active=False)
    work()
    assert Upload.objects.get().state == "refused"
    assert "PARK" not in orgs.organisation().office_by_code


@pytest.mark.parametrize("username", ["clerk", "coordinator", "law1", "leader"])
def test_nobody_else_brings_files_in(username: str) -> None:
    client = signed_in(username)
    assert [client.get(path).status_code for path in ("/opening/", "/opening/files/", "/opening/files/offices/")] == [
        403,
        403,
        403,
    ]
    assert client.get(f"/opening/uploads/{UUID(int=1)}/").status_code == 403


def test_the_page_offers_what_the_command_takes_and_names_columns_it_understands() -> None:
    assert set(KINDS) == set(registers.LOADERS) | {"reports"}
    for name, columns in HEADERS.items():
        assert all(column.header in registers.COLUMNS[name][column.name] for column in columns)
    assert sorted(MAPPINGS) == importing.shipped_mappings()
