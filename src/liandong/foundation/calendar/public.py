"""Door of the working calendar: budgets, due times, and the notices they rest on."""

from .commands import load_notice, set_office_hours, withdraw_notice
from .domain.budget import Budget, Counting, Unit
from .domain.china import builtin_china
from .domain.deadline import Pause, due, yellow
from .domain.explanation import (
    CountedDay,
    CountedSpan,
    Explanation,
    PausedDay,
    PauseTaken,
    RolledForward,
    SkippedDay,
    StartDayNotCounted,
    Step,
    explain,
)
from .domain.work_calendar import DayKind, DayNotice, DayReason, Due, WorkCalendar
from .queries import covered_until, work_calendar

__all__ = [
    "Budget",
    "CountedDay",
    "CountedSpan",
    "Counting",
    "DayKind",
    "DayNotice",
    "DayReason",
    "Due",
    "Explanation",
    "Pause",
    "PauseTaken",
    "PausedDay",
    "RolledForward",
    "SkippedDay",
    "StartDayNotCounted",
    "Step",
    "Unit",
    "WorkCalendar",
    "builtin_china",
    "covered_until",
    "due",
    "explain",
    "load_notice",
    "set_office_hours",
    "withdraw_notice",
    "work_calendar",
    "yellow",
]
