"""Writing the fictional county: one process tells the rows, two write them."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest

from liandong.sample import seeding
from liandong.sample.rows import CaseSeed


def no_rows() -> Iterator[CaseSeed]:
    yield from ()


def broken_rows() -> Iterator[CaseSeed]:
    raise ZeroDivisionError
    yield


def many_rows() -> Iterator[CaseSeed]:
    for number in range(50 * seeding.BATCH):
        yield cast("CaseSeed", SimpleNamespace(number=number, closed_at=None, duplicate_of=None, text="字" * 1000))


def test_nothing_to_write_is_no_fault() -> None:
    counted: list[int] = []
    with seeding.telling(no_rows) as told:
        seeding.receive_all(told, counted.append)
    assert counted == []


def test_rows_that_cannot_be_told_fail_the_whole(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ChildProcessError), seeding.telling(broken_rows) as told:
        seeding.receive_all(told, lambda done: None)
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_a_writer_that_fails_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: CaseSeed) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(seeding, "incoming", refuse)
    with pytest.raises(ChildProcessError), seeding.telling(many_rows) as told:
        seeding.receive_all(told, lambda done: None)
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_who_tells_ends_with_who_would_listen(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), seeding.telling(many_rows):
        raise ZeroDivisionError
    assert capfd.readouterr().err == ""


def test_every_row_is_taken_once_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    monkeypatch.setattr(seeding, "incoming", lambda row: row.number)
    monkeypatch.setattr(seeding, "past", lambda row: row.number)
    monkeypatch.setattr(seeding.intake, "receive", lambda **_: None)
    with seeding.telling(many_rows) as told:
        assert seeding.receive_all(told, counted.append) == []
    assert counted == [seeding.BATCH * number for number in range(1, 51)]
