"""Door of the working calendar: budgets, due times, and the notices they rest on."""

from .commands import load_notice, set_office_hours
from .domain.budget import Budget, Counting, Unit
from .domain.china import builtin_china
from .domain.deadline import Pause, due, yellow
from .domain.work_calendar import DayKind, DayNotice, Due, WorkCalendar
from .queries import work_calendar

__all__ = [
    "Budget",
    "Counting",
    "DayKind",
    "DayNotice",
    "Due",
    "Pause",
    "Unit",
    "WorkCalendar",
    "builtin_china",
    "due",
    "load_notice",
    "set_office_hours",
    "work_calendar",
    "yellow",
]
