"""A backup of an earlier version comes back in this one: receipts open, the ledger is whole, every event is read."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liandong.launch.clone import Clone
from liandong.launch.progress import Progress
from liandong.operate import archive
from liandong.operate.embedded_postgres import EmbeddedPostgres
from liandong.operate.site import Site, visiting

HERE = Path(__file__).parent
OLD = HERE / "of_0249f76"
CLONE = Clone.here()
QUIET = Progress(io.StringIO())
CONTACT = ["--contact", "测试人", "13800001234", "someone@example.invalid"]
RECEIPTS: dict[str, dict[str, Any]] = json.loads((OLD / "receipts.json").read_text())


@pytest.fixture
def site() -> Iterator[Site]:
    """The earlier installation, restored and migrated by this version."""
    folder = Path("/tmp") / f"liandong-test-upgrade-{os.getpid()}"  # noqa: S108 - its database runs as nobody
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o755)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("DATABASE_URL", raising=False)
            archive.restore(CLONE, folder / "data", OLD / "backup.tar.xz", QUIET)
            with visiting(CLONE, folder / "data", QUIET) as restored:
                yield restored
    finally:
        EmbeddedPostgres(folder / "data", folder / "data" / "logs").remove()
        shutil.rmtree(folder, ignore_errors=True)


def _read(site: Site) -> dict[str, Any]:
    """What this version's pages and readers make of it (`reading.py`)."""
    return json.loads(done(site, [sys.executable, "-m", "tests.upgrade.reading", str(OLD / "receipts.json")]))


def done(site: Site, command: list[str | Path], code: int = 0) -> str:
    """What the command says within the site; it must end so."""
    env = site.environment(PYTHONPATH=f"{CLONE.root / 'src'}:{CLONE.root}")
    ended = subprocess.run(
        [str(part) for part in command], env=env, cwd=CLONE.root, capture_output=True, text=True, check=False
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout + (ended.stderr if code else "")


def _the_ledger_verifies_as_it_was_written(site: Site) -> None:
    """Once it has been sealed, as `up` does within minutes: the earlier version had no high-water mark."""
    done(site, site.command("ledger", "seal"))
    assert "没有发现改动" in done(site, site.command("ledger", "verify"))


def _every_receipt_opens_and_is_proved_by_the_script_alone(read: dict[str, Any], tmp_path: Path) -> None:
    assert {name: each["status"] for name, each in read["receipts"].items()} == dict.fromkeys(RECEIPTS, 200)
    (tmp_path / "verify_receipt.py").write_text(read["script"])
    (tmp_path / "ledger.pub.pem").write_text(read["key"])
    for name, each in read["receipts"].items():
        (tmp_path / "receipt.json").write_text(json.dumps(each["document"]))
        command = [sys.executable, "-I", "-S", "verify_receipt.py", "receipt.json", "--key", "ledger.pub.pem"]
        left = CONTACT if each["document"]["committed"]["contact"] is None else []
        ended = subprocess.run([*command, *left], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
        if name == "erased":
            assert "the words were erased" in ended.stdout
        else:
            assert ended.returncode == 0, (name, ended.stdout + ended.stderr)


def _every_entry_is_read_into_its_struct_with_all_that_it_holds(read: dict[str, Any]) -> None:
    assert read["unknown"] == []
    assert read["lost"] == []


def _earlier_names_are_read_as_the_present_ones(read: dict[str, Any]) -> None:
    assert {tuple(pair) for pair in read["renamed"]} == {
        ("CaseUrged", "ReporterUrged"),
        ("ReporterReplied", "ReporterSupplemented"),
        ("NoteAdded", "SupplementTaken"),
        ("DeskTaskClaimed", "CaseTakenUp"),
        ("EmergencyHandedOver", "EmergencyNumberTold"),
    }
    assert {"CaseUrged", "ReporterReplied", "NoteAdded"} <= set(read["kept"])


def _the_case_page_tells_everything_in_words(read: dict[str, Any]) -> None:
    assert read["untold"] == []
    assert {name: status for name, status in read["pages"].items() if status != 200} == {}
    (taken,) = [told for told in read["timelines"]["passed"] if told["what"] == "催办" and told["who"] == "上报人"]
    assert "县住房建设局" in taken["detail"]
    (deputy,) = [told for told in read["timelines"]["deputy"] if told["what"] == "请上报人补充"]
    assert "代" in deputy["who"]


def _the_reporter_reads_the_steps_of_then(read: dict[str, Any]) -> None:
    steps = read["steps"]
    assert "您催了一次，已转告县住房建设局" in steps["passed"]
    assert steps["asked"].count("您已补充说明") == 1
    assert steps["asked"].count("您补充了情况") == 1
    assert "改由县综合执法局办理" in steps["passed"]
    assert "与别人上报的同一件事合并办理" in steps["joined"]


def _lists_export_with_every_case(read: dict[str, Any]) -> None:
    assert read["exported"] >= len(RECEIPTS)


def _events_that_waited_while_the_version_changed_come_to_their_subscribers(read: dict[str, Any]) -> None:
    assert {"CaseUrged", "ReporterReplied", "NoteAdded", "DeskTaskClaimed"} <= set(read["waited"])
    assert read["left"] == {"events": 0, "retries": 0, "dead": 0}
    assert read["told"] == {"urged": 2, "replied": 2}


def _what_was_done_by_then_is_undone_now(read: dict[str, Any]) -> None:
    assert read["undone"] == {
        "to_undo": ["dispatched", "HUD"],
        "to_unassign": ["handling", "hud1"],
        "to_give_back": ["handling", "3wd"],
        "to_separate": ["dispatched", None],
        "to_consent": ["dispatched", "TWN-A"],
        "to_reply": ["handling", None],
    }


def _the_ledger_goes_on_from_there_and_verifies(site: Site) -> None:
    done(site, site.command("ledger", "seal"))
    assert "没有发现改动" in done(site, site.command("ledger", "verify"))


def _photos_and_papers_are_in_a_backup_and_what_is_lost_or_exchanged_afterwards_is_named(site: Site) -> None:
    served = papers_of_a_case(site, "write")
    assert len(served) == 4, served  # a photo and a document of the report, and of its answer
    done(site, site.command("ledger", "seal"))
    folder = site.data.path.parent / "again"
    archive.write(site, folder.with_name("whole.tar"), QUIET)
    try:
        archive.restore(CLONE, folder, folder.with_name("whole.tar"), QUIET)
        with visiting(CLONE, folder, QUIET) as restored:
            assert papers_of_a_case(restored, "read", *served) == served
            assert "没有发现改动" in done(restored, restored.command("ledger", "verify"))
            blobs = {digest: folder / "blobs" / digest[:2] / digest for digest in served.values()}
            lost, changed, *whole = blobs
            blobs[lost].unlink()
            blobs[changed].write_bytes(blobs[changed].read_bytes()[:-1])
            named = done(restored, restored.command("ledger", "verify"), code=1)
            assert [named.count(what) for what in ("不见了", "被调换或改动")] == [1, 1], named
            assert not any(digest in named for digest in whole)
    finally:
        EmbeddedPostgres(folder, folder / "logs").remove()


def papers_of_a_case(site: Site, *words: str) -> dict[str, Any]:
    return dict(json.loads(done(site, [sys.executable, "-m", "tests.upgrade.papers_of_a_case", *words])))


@pytest.mark.takes_long
def test_an_installation_of_an_earlier_version_is_whole_in_this_one(site: Site, tmp_path: Path) -> None:
    """One restoring for all of it: in the order in which a county would meet it."""
    _the_ledger_verifies_as_it_was_written(site)
    read = _read(site)
    _every_receipt_opens_and_is_proved_by_the_script_alone(read, tmp_path)
    for holds in (
        _every_entry_is_read_into_its_struct_with_all_that_it_holds,
        _earlier_names_are_read_as_the_present_ones,
        _the_case_page_tells_everything_in_words,
        _the_reporter_reads_the_steps_of_then,
        _lists_export_with_every_case,
        _events_that_waited_while_the_version_changed_come_to_their_subscribers,
        _what_was_done_by_then_is_undone_now,
    ):
        holds(read)
    _the_ledger_goes_on_from_there_and_verifies(site)
    _photos_and_papers_are_in_a_backup_and_what_is_lost_or_exchanged_afterwards_is_named(site)
