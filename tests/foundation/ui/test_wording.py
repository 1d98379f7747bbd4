from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from liandong.foundation.ui.wording import due_words, grouped, moment_words, zone_of

SHANGHAI = zone_of("Asia/Shanghai")


@pytest.mark.parametrize(
    ("ago", "chinese", "english"),
    [
        (timedelta(seconds=20), "刚刚 · 2026-11-22 11:59", "just now · 2026-11-22 11:59"),
        (timedelta(minutes=1), "1 分钟前 · 2026-11-22 11:59", "1 minute ago · 2026-11-22 11:59"),
        (timedelta(minutes=12), "12 分钟前 · 2026-11-22 11:48", "12 minutes ago · 2026-11-22 11:48"),
        (timedelta(hours=3), "今天 09:00 · 2026-11-22", "today 09:00 · 2026-11-22"),
        (timedelta(hours=19, minutes=40), "昨天 16:20 · 2026-11-21", "yesterday 16:20 · 2026-11-21"),
        (timedelta(days=-1), "明天 12:00 · 2026-11-23", "tomorrow 12:00 · 2026-11-23"),
        (timedelta(days=6), "6 天前 · 2026-11-16 12:00", "6 days ago · 2026-11-16 12:00"),
        (timedelta(days=-3), "3 天后 · 2026-11-25 12:00", "in 3 days · 2026-11-25 12:00"),
        (timedelta(days=31), "2026-10-22 12:00", "2026-10-22 12:00"),
    ],
)
def test_a_moment_is_told_relative_and_exact(at_noon: datetime, ago: timedelta, chinese: str, english: str) -> None:
    assert moment_words(at_noon - ago, SHANGHAI) == chinese
    with translation.override("en"):
        assert moment_words(at_noon - ago, SHANGHAI) == english


def test_yesterday_is_the_countys_yesterday(at_noon: datetime) -> None:
    late_evening = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
    early_morning = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    assert moment_words(late_evening, SHANGHAI, "relative") == "昨天 23:30"
    assert moment_words(early_morning, SHANGHAI, "relative") == "今天 00:30"


@pytest.mark.parametrize(
    ("count", "unit", "chinese", "english"),
    [
        (2, "working_day", "还剩 2 个工作日", "2 working days left"),
        (1, "working_day", "还剩 1 个工作日", "1 working day left"),
        (-3, "hour", "已超期 3 小时", "3 hours overdue"),
        (-1, "working_day", "已超期 1 个工作日", "1 working day overdue"),
        (40, "working_minute", "还剩 40 工作分钟", "40 working minutes left"),
        (0, "working_day", "今天到期", "due today"),
        (0, "minute", "即将到期", "due any moment"),
    ],
)
def test_what_is_left_is_said_in_the_unit_that_the_clock_counts(
    at_noon: datetime, count: int, unit: str, chinese: str, english: str
) -> None:
    due = at_noon + timedelta(hours=1)
    assert due_words(due, count, unit) == chinese
    with translation.override("en"):
        assert due_words(due, count, unit) == english


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=30), "还剩 30 分钟"),
        (timedelta(hours=5, minutes=50), "还剩 5 小时"),
        (timedelta(hours=47), "还剩 47 小时"),
        (timedelta(days=2, hours=1), "还剩 2 天"),
        (timedelta(minutes=-90), "已超期 1 小时"),
        (timedelta(seconds=-20), "刚刚超期"),
        (timedelta(seconds=20), "即将到期"),
    ],
)
def test_without_a_count_the_natural_time_is_told(at_noon: datetime, left: timedelta, words: str) -> None:
    assert due_words(at_noon + left) == words


def test_no_due_time_is_said_plainly() -> None:
    assert due_words(None) == "无时限"


def test_an_unknown_unit_is_an_error(at_noon: datetime) -> None:
    with pytest.raises(ValueError, match="fortnight"):
        due_words(at_noon, 1, "fortnight")


@pytest.mark.parametrize(
    ("number", "groups"),
    [("123456789", ["12", "345", "6789"]), ("1234", ["1234"]), ("26000000037", ["2", "600", "000", "0037"])],
)
def test_a_case_number_is_read_in_groups(number: str, groups: list[str]) -> None:
    assert grouped(number) == groups
    assert "".join(grouped(number)) == number
