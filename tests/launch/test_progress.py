import io
import threading

import pytest

from liandong.launch.progress import Progress, cut


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """Runs when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def wait_for(output: io.StringIO, text: str) -> bool:
    pause = threading.Event()
    for _ in range(200):
        if text in output.getvalue():
            return True
        pause.wait(0.02)
    return False


def test_a_step_is_one_line_with_its_seconds() -> None:
    output, clock = io.StringIO(), Clock()
    progress = Progress(output, clock=clock)
    with progress.step("启动数据库", "Starting the database"):
        clock.now = 1.25
    assert output.getvalue() == "✓   1.2 s  启动数据库 Starting the database\n"


def test_a_long_step_is_never_silent_for_two_seconds() -> None:
    output, clock = io.StringIO(), Clock()
    progress = Progress(output, clock=clock)
    with progress.step("安装", "Installing") as step:
        step.say("numpy")
        clock.now = 1.9
        assert wait_for(output, "1.9 s  安装 Installing … numpy\n")
        step.say("duckdb")
        clock.now = 3.8
        assert wait_for(output, "3.8 s  安装 Installing … duckdb\n")


def test_a_step_that_fails_is_marked_and_the_error_goes_on() -> None:
    output = io.StringIO()
    with pytest.raises(KeyError), Progress(output).step("一", "one"):
        raise KeyError
    assert output.getvalue().startswith("✗")


def test_steps_side_by_side_share_the_line() -> None:
    output, clock = io.StringIO(), Clock()
    progress = Progress(output, clock=clock)
    with progress.step("甲", "a"), progress.step("乙", "b"):
        clock.now = 2.0
        assert wait_for(output, "甲 a | 2.0 s  乙 b")


def test_a_terminal_gets_one_moving_line_that_is_cleared_for_the_result() -> None:
    output = Terminal()
    progress = Progress(output)
    with progress.step("甲", "a"):
        assert wait_for(output, "甲 a")
    assert "\r\x1b[K✓" in output.getvalue()


def test_terse_progress_does_not_mention_what_was_quick() -> None:
    output, clock = io.StringIO(), Clock()
    progress = Progress(output, terse=True, clock=clock)
    with progress.step("甲", "a"):
        clock.now = 0.5
    with progress.step("乙", "b"):
        clock.now = 3.0
    assert "甲" not in output.getvalue()
    assert "✓   2.5 s  乙 b\n" in output.getvalue()


def test_chinese_takes_two_columns() -> None:
    assert cut("联动abc", 5) == "联动a"
    assert cut("联动", 3) == "联"
