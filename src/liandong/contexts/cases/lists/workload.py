"""Workload 工作量: what a post has in hand, for that post alone; and open cases by office. No figure ranks posts."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from django.db.models import Count, Q, QuerySet

from liandong.contexts.cases.clocks.reckoning import minutes_a_day
from liandong.contexts.cases.domain.lifecycle import State
from liandong.contexts.cases.domain.light import Light, light
from liandong.contexts.cases.lights import due_today, ending, lit, tonight
from liandong.contexts.cases.lists.tasks import TASKS_LISTED
from liandong.contexts.cases.models import Case, Task
from liandong.contexts.cases.rows import CASE_COLUMNS, CaseRow
from liandong.contexts.cases.scopes import CaseQuerySet, Scope
from liandong.foundation.calendar import public as calendar
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import Actor

FINISHED_DAYS = 30
_NOT_DONE = ("replaced", State.JOINED, State.WITHDRAWN, State.REFERRED)
"""Ends of a task that say nothing of work: it went elsewhere, or the matter did."""


class WorkFigure(StrEnum):
    """A counted figure; each has its list. `today`, `week`: the running clock ends, until Sunday in the county.
    `dispatched`: waits to be signed for; `back`: came back because the reporter said that it isn't solved.
    """

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    NONE = "none"
    TODAY = "today"
    WEEK = "week"
    DISPATCHED = "dispatched"
    BACK = "back"
    ASKED = "asked"
    PARKED = "parked"
    ANSWERED = "answered"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Workload:
    """Cases in hand by figure. `median_days`: working days from when the task came to the answer, of those answered in
    the last 30 days, what the reporter took to reply included; None where nothing was answered.
    """

    numbers: Mapping[WorkFigure, int]
    open: int
    median_days: float | None


@dataclass(frozen=True, slots=True)
class OfficeLoad:
    """Open cases of one office, and how many of them are late; `office_id` None: with no office yet."""

    office_id: int | None
    open: int
    late: int


def workload(*, actor: Actor) -> Workload:
    """Two statements, both led by the post's own tasks, which are few enough to be counted here: making a statement
    that counts them takes longer.
    """
    now = time.now()
    in_hand = list(_open_tasks(actor).values_list("case_id", *_TOLD))
    figures = {(case_id, figure) for case_id, *told in in_hand for figure in _figures(now, *told)}
    counted = Counter(figure for _, figure in figures)
    numbers = {figure: counted[figure] for figure in _conditions(now)}
    done = list(_done_tasks(actor).values_list("case_id", "case__state", "outcome", "created_at", "done_at"))
    numbers[WorkFigure.ANSWERED] = len({case_id for case_id, state, *_ in done if state == State.ANSWERED})
    numbers[WorkFigure.FINISHED] = len({case_id for case_id, *_ in done})
    answered = [(begun, ended) for *_, outcome, begun, ended in done if ended and outcome == "answered"]
    return Workload(numbers, len({case_id for case_id, *_ in in_hand}), _median_days(answered))


def workload_cases(*, actor: Actor, figure: WorkFigure, limit: int = TASKS_LISTED) -> list[CaseRow]:
    """The cases behind a figure: of what is in hand the nearest due first, of what is done the latest first."""
    conditions = _conditions(time.now())
    if figure in conditions:
        found = _open_tasks(actor).filter(conditions[figure]).order_by("due_at", "id")
    else:
        found = _done_tasks(actor).order_by("-done_at", "-id")
        if figure is WorkFigure.ANSWERED:
            found = found.filter(case__state=State.ANSWERED)
    order = list(dict.fromkeys(found.values_list("case_id", flat=True)[: limit * 2]))[:limit]
    rows = {row[0]: CaseRow(*row) for row in Case.objects.filter(pk__in=order).values_list(*CASE_COLUMNS)}
    return [rows[pk] for pk in order]


def open_by_office(*, actor: Actor, scope: Scope) -> list[OfficeLoad]:
    """Open cases of the scope by office, one statement over what is open; in the order of the offices."""
    rows = Case.objects.visible_to(actor, scope, "overview").filter(closed_at=None)
    found = _by_office(rows, time.now())
    return sorted(found, key=lambda load: load.office_id or 0)


def _by_office(rows: CaseQuerySet[Case], now: datetime) -> list[OfficeLoad]:
    counted = rows.order_by().values_list("office_id").annotate(open=Count("id"), late=Count("id", lit(Light.RED, now)))
    return [OfficeLoad(*row) for row in counted]


def _open_tasks(actor: Actor) -> QuerySet[Task]:
    return _own(actor).filter(done_at=None)


def _done_tasks(actor: Actor) -> QuerySet[Task]:
    """Tasks that were the post's until they were done, within 30 days."""
    since = time.now() - timedelta(days=FINISHED_DAYS)
    return _own(actor).filter(done_at__gte=since).exclude(outcome__in=_NOT_DONE)


def _own(actor: Actor) -> QuerySet[Task]:
    """Tasks of the post, but of no case that has come to complain of it."""
    complained = Q(case__complained_staff_id=actor.id, case__complained_staff_id__isnull=False)
    if actor.office_id is not None:
        complained |= Q(case__complained_office_id=actor.office_id, case__complained_office_id__isnull=False)
    return Task.objects.filter(assignee_id=actor.id).exclude(complained)


_TOLD = ("case__state", "case__rework_count", "yellow_at", "red_at")


def _figures(
    now: datetime, state: str, reworks: int, yellow_at: datetime | None, red_at: datetime | None
) -> Iterator[WorkFigure]:
    """The figures that a case in hand counts for, by the light of the task, as `_conditions` has them."""
    yield WorkFigure(light(now, yellow_at, red_at).value)
    night, sunday = _ends(now)
    if red_at is not None and now < red_at < night:
        yield WorkFigure.TODAY
    if red_at is not None and now < red_at < sunday:
        yield WorkFigure.WEEK
    if state in (State.DISPATCHED, State.ASKED, State.PARKED):
        yield WorkFigure(state)
    if reworks and state != State.ANSWERED:
        yield WorkFigure.BACK


def _ends(now: datetime) -> tuple[datetime, datetime]:
    """Of the day and of the week, in the county."""
    night = tonight(now)
    return night, night + timedelta(days=6 - now.astimezone(orgs.county().tz).weekday())


def _conditions(now: datetime) -> Mapping[WorkFigure, Q]:
    _, sunday = _ends(now)
    return {
        **{WorkFigure(light.value): lit(light, now) for light in Light},
        WorkFigure.TODAY: due_today(now),
        WorkFigure.WEEK: ending(now, sunday),
        WorkFigure.DISPATCHED: Q(case__state=State.DISPATCHED),
        WorkFigure.BACK: Q(case__rework_count__gt=0) & ~Q(case__state=State.ANSWERED),
        WorkFigure.ASKED: Q(case__state=State.ASKED),
        WorkFigure.PARKED: Q(case__state=State.PARKED),
    }


def _median_days(answered: list[tuple[datetime, datetime]]) -> float | None:
    table = calendar.work_calendar(orgs.county().zone)
    day = timedelta(minutes=minutes_a_day(table))
    spans = [table.working_time_between(begun, ended).duration / day for begun, ended in answered]
    return round(median(spans), 1) if spans else None
