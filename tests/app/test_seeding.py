"""Writing the fictional county in two processes."""

from collections.abc import Iterator

import pytest

from liandong.app import seeding
from liandong.app.sample.rows import CaseSeed


def no_rows() -> Iterator[CaseSeed]:
    yield from ()


def broken_rows() -> Iterator[CaseSeed]:
    raise ZeroDivisionError
    yield


def test_nothing_to_write_is_no_fault() -> None:
    told: list[int] = []
    seeding.receive_all(no_rows, told.append)
    assert told == []


def test_a_writer_that_fails_fails_the_whole(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ChildProcessError):
        seeding.receive_all(broken_rows, lambda done: None)
    assert "ZeroDivisionError" in capfd.readouterr().err
