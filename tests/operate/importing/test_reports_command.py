from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from liandong.contexts.intake.models import Report
from liandong.kernel.errors import NotFound

CONTENT = "留言编号,留言主题,留言时间,留言详情\n1,路灯,2026/5/11 9:00:00,不亮\n2,井盖,,松动\n"


@pytest.fixture
def messages(write, tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write("messages.csv", CONTENT)


def test_a_run_ends_with_what_was_taken_and_where_the_rejected_rows_are(run_import, messages, tmp_path):
    said = run_import("reports", messages, "--source", "city_messages")
    assert "读 2 行：收下 1，已有 0，拒收 1" in said
    assert "2 rows read: 1 taken, 0 known already, 1 rejected" in said
    assert "没有收到时间。" in said
    assert "rejected-messages.csv" in said
    assert (tmp_path / "rejected-messages.csv").exists()


def test_repeated_keys_and_blank_rows_are_said(run_import, write, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = CONTENT.splitlines()
    said = run_import("reports", write("m.csv", "\n".join([*content[:2], "", content[1]])), "--source", "city_messages")
    assert "1 have a key that the file has more than once" in said
    assert "blank rows passed over: 1" in said


def test_rejected_rows_fail_a_strict_run_that_keeps_the_others(run_import, messages):
    with pytest.raises(CommandError):
        run_import("reports", messages, "--source", "city_messages", "--strict")
    assert Report.objects.count() == 1


def test_a_dry_run_says_that_nothing_was_written(run_import, messages, tmp_path):
    said = run_import("reports", messages, "--source", "city_messages", "--dry-run", "--rejected", tmp_path / "r.csv")
    assert "收下 1" in said
    assert "什么都没有写入" in said
    assert not Report.objects.exists()
    assert (tmp_path / "r.csv").exists()


def test_a_file_without_rejected_rows_leaves_no_list(run_import, write, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_import("reports", write("good.csv", "\n".join(CONTENT.splitlines()[:2])), "--source", "city_messages")
    assert not (tmp_path / "rejected-good.csv").exists()


def test_a_mapping_of_ones_own_is_a_file(run_import, write, messages):
    mapping = """
[source]
name = "own"
[columns]
received_at = { column = "留言时间", formats = ["%Y/%m/%d %H:%M:%S"] }
text = "留言详情"
"""
    run_import("reports", messages, "--source", write("own.toml", mapping))
    assert Report.objects.get().origin == "import:own"


def test_a_mapping_or_file_that_is_not_there_is_named(run_import, messages, tmp_path):
    with pytest.raises(NotFound):
        run_import("reports", messages, "--source", tmp_path / "none.toml")
    with pytest.raises(CommandError):
        run_import("reports", tmp_path / "none.csv", "--source", "city_messages")


def test_a_terminal_shows_a_bar_and_then_the_summary(db, messages):
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    call_command("import", "reports", str(messages), "--source", "city_messages", stdout=screen)
    bar, summary = screen.getvalue().rsplit("\r", 1)
    assert "100%" in bar
    assert "收下 1" in summary


def test_an_interrupted_run_says_how_far_it_came_and_how_to_go_on(run_import, messages, monkeypatch):
    monkeypatch.setattr("liandong.operate.importing.reports.Progress.__call__", _interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_import("reports", messages, "--source", "city_messages")
    assert "收下 1" in run_import.said
    assert "再次运行同一命令即从中断处继续" in run_import.said


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
