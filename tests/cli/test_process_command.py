"""`./liandong process FILE`: says in both languages whether a drawing is taken, and loads it."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from liandong.contexts.process import public as process

pytestmark = pytest.mark.usefixtures("small_county")


def run(*words: object) -> str:
    out = StringIO()
    try:
        call_command("process", *map(str, words), stdout=out)
    except CommandError as error:
        return out.getvalue() + str(error)
    return out.getvalue()


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    path = tmp_path / "own.bpmn"
    path.write_text(process.shipped(process.Variant.PETITION).decode().replace("登记 · 甄别", "登记并甄别"), "utf-8")
    return path


def test_a_drawing_is_checked_and_nothing_changes(drawn: Path) -> None:
    assert "可以采用 · accepted: petition 信访事项" in run(drawn)
    assert [row.version for row in process.definitions("petition")] == [1]


def test_loaded_it_is_the_next_version(drawn: Path) -> None:
    assert "已装入 · loaded: petition，第 2 版 · version 2" in run(drawn, "--load")
    assert [(row.version, row.current) for row in process.definitions("petition")] == [(2, True), (1, False)]


def test_every_element_that_is_not_taken_is_told_in_both_languages(drawn: Path) -> None:
    source = drawn.read_text("utf-8").replace('<bpmn:manualTask id="check"', '<bpmn:scriptTask id="check"')
    drawn.write_text(source.replace("</bpmn:manualTask>", "</bpmn:scriptTask>", 1), "utf-8")
    said = run(drawn, "--load")
    assert "审核处理意见 (scriptTask check)：脚本任务要运行程序。 · A script task would run a program." in said
    assert "不能采用，共 1 处 · refused, 1 in all" in said
    assert [row.version for row in process.definitions("petition")] == [1]


def test_a_reference_model_is_told_what_it_lacks(real_data) -> None:
    assert "流程编号应为" in run(real_data("bpmn/A.1.0.bpmn"))


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    assert "读不到文件 · cannot be read" in run(tmp_path / "absent.bpmn")
