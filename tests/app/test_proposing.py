"""`./liandong propose`: what intake makes of texts, without a county. Its form is a promise to whoever measures it."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from liandong.app.proposing import proposed
from liandong.cli.run import WITHOUT_DATABASE
from liandong.contexts.categories import public as categories

LINES = ["村里的电线杆断了，村里断电又断网", "井盖不见了", "", "hello", "听说要建垃圾场，坚决反对"]


def test_a_line_is_answered_by_a_line_of_this_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lines.txt"
    file.write_text("\n".join(LINES) + "\n", "utf-8")
    call_command("propose", lines=file)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == len(LINES)
    for row in rows:
        assert list(row) == ["proposals", "taken", "emergency_shown", "emergency_taken"]
        assert len(row["proposals"]) <= 3
        assert all(list(each) == ["code", "score"] and 0 <= each["score"] <= 1 for each in row["proposals"])
        assert [each["score"] for each in row["proposals"]] == sorted(
            (each["score"] for each in row["proposals"]), reverse=True
        )
    assert [(row["taken"], row["emergency_shown"], row["emergency_taken"]) for row in rows] == [
        ("030202", True, True),
        ("020201", False, False),
        (None, False, False),
        (None, False, False),
        ("120201", False, False),
    ]
    assert rows[2]["proposals"] == []


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot be read.*nothing\.txt"):
        call_command("propose", lines=tmp_path / "nothing.txt")


def test_it_asks_no_database() -> None:
    assert "propose" in WITHOUT_DATABASE
    assert proposed("路灯不亮了，路灯坏了")["taken"] == "020301"


@pytest.mark.usefixtures("small_county")
def test_it_is_what_intake_itself_takes() -> None:
    for text in LINES[:2]:
        taken = categories.assess_words(text).taken
        assert taken
        assert proposed(text)["taken"] == taken.code
