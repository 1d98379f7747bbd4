"""Columns that rows of the version before lack. `fill_…` works in the transaction that it is called in and may come
again for rows that are filled.
"""

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from liandong.contexts.cases.clocks.refreshing import refresh_main_tasks
from liandong.contexts.cases.domain.involvement import PartRole
from liandong.contexts.cases.involving import settle_involvement, write_parts_of_before
from liandong.contexts.cases.models import Case, DeadlineEntry, Involvement, Message, Task
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Busy

from .holding import held

_CLOCKS = ("accept_budget", "finish_budget", "accept_due_at", "yellow_at", "red_at", "provisional")
_AUDIENCES = """
UPDATE cases_message SET audience = CASE WHEN public THEN 'reporter' ELSE 'involved' END
WHERE id = ANY(%s) AND audience = ''
"""
_FIRST_CLOCKS = """
UPDATE cases_task AS task SET accept_budget = matter.accept_budget, finish_budget = matter.finish_budget,
    accept_due_at = matter.accept_due_at, yellow_at = matter.yellow_at, red_at = matter.red_at,
    provisional = matter.provisional
FROM cases_case AS matter
WHERE matter.id = task.case_id AND task.id = ANY(%s) AND task.done_at IS NULL AND task.kind <> 'assist'
    AND task.accept_budget = '' AND task.finish_budget = ''
"""
_TASKS_OF_LINES = """
UPDATE cases_deadline_entry AS line SET task_id = (
    SELECT task.id FROM cases_task task
    WHERE task.case_id = line.case_id AND task.kind <> 'assist' AND task.created_at <= line.at
    ORDER BY task.created_at DESC, task.id DESC
    LIMIT 1)
WHERE line.id = ANY(%s) AND line.task_id IS NULL
"""
"""A line is of the main task that was open then, or had ended last."""


def lacking_audience() -> QuerySet[Message]:
    """Messages without one."""
    return Message.objects.filter(audience="")


def fill_audiences(keys: Collection[Any]) -> None:
    """They get the one by which they are read anyway. The ledger is told of adopted rows alone: its other entries on
    these rows are from before the column, and say nothing of it.
    """
    _execute(Message, _AUDIENCES, keys)


def lacking_clocks() -> QuerySet[Task]:
    """Open main tasks whose clocks aren't those of their case: of before, or the version before went on with the case
    after they were filled.
    """
    differs = Q()
    for name in _CLOCKS:
        was, now = F(name), F(f"case__{name}")
        differs |= ~Q(**{name: now}) if "_at" not in name else _moved(name, was, now)
    return Task.objects.filter(differs, done_at=None).exclude(kind=Task.Kind.ASSIST)


def _moved(name: str, was: F, now: F) -> Q:
    """Other moments, or one of them none."""
    both = Q(**{f"{name}__isnull": False, f"case__{name}__isnull": False})
    neither = Q(**{f"{name}__isnull": True, f"case__{name}__isnull": True})
    return (both & ~Q(**{name: now})) | ~(both | neither)


def fill_clocks(keys: Collection[Any]) -> None:
    """They get their case's. Of a task without clocks the ledger isn't told unless it was adopted: its entries on it
    are from before the columns, and say nothing of them. Raises Busy.
    """
    cases = held(Case.objects.filter(tasks__in=list(keys)).distinct().values_list("pk", flat=True))
    _execute(Task, _FIRST_CLOCKS, keys)
    moved = set(lacking_clocks().filter(pk__in=keys).values_list("case_id", flat=True))
    for case in cases:
        if case.pk in moved:
            refresh_main_tasks(case)
    ledger.bind_rows(actor=SYSTEM)


def lacking_task() -> QuerySet[DeadlineEntry]:
    """Lines of the deadline ledger that name no task, though there was one. One that was written before there was any
    stays the case's, also of those that this version writes.
    """
    tasks = Task.objects.filter(case_id=OuterRef("case_id"), created_at__lte=OuterRef("at")).exclude(
        kind=Task.Kind.ASSIST
    )
    return DeadlineEntry.objects.filter(Exists(tasks), task=None)


def fill_tasks(keys: Collection[Any]) -> None:
    """They name the main task that was open then. The ledger isn't told, as above."""
    _execute(DeadlineEntry, _TASKS_OF_LINES, keys)


def lacking_parts() -> QuerySet[Case]:
    """Cases whose offices involved aren't those of lead office and tasks: of before, or the version before went on with
    the case after they were filled.
    """
    own = Involvement.objects.filter(case_id=OuterRef("pk"))
    lead = own.filter(office_id=OuterRef("office_id"), role=PartRole.LEAD, until=None)
    of_task = Involvement.objects.filter(case_id=OuterRef("case_id"), office_id=OuterRef("office_id"))
    untold = Task.objects.filter(~Exists(of_task), case_id=OuterRef("pk"), office__isnull=False)
    still = Task.objects.filter(case_id=OuterRef("case_id"), office_id=OuterRef("office_id"), done_at=None)
    stale = own.filter(~Exists(still) | Q(role=PartRole.LEAD), until=None).exclude(
        office_id=Coalesce(OuterRef("office_id"), 0)
    )
    return Case.objects.filter((Q(office__isnull=False) & ~Exists(lead)) | Exists(untold) | Exists(stale))


def fill_parts(keys: Collection[Any]) -> None:
    """They get the parts that nothing tells of; what the version before changed after that is settled. Raises Busy,
    also while the ledger adopts rows: it binds these only behind them.
    """
    if ledger.has_rows_to_adopt():
        raise Busy
    cases = held(keys)
    write_parts_of_before(cases)
    stale = set(lacking_parts().filter(pk__in=keys).values_list("pk", flat=True))
    for case in cases:
        if case.pk in stale:
            settle_involvement(case, Task.objects.filter(case=case, done_at=None), time.now())
    ledger.bind_rows(actor=SYSTEM)


def _execute(model: type[Any], statement: str, keys: Collection[Any]) -> None:
    """Of rows that this version has adopted the ledger knows the columns already: it is told of these."""
    until = ledger.horizons().get(model.binding.name, 0)
    adopted = [key for key in keys if key <= until]
    before = _read(model, adopted)
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(keys)])
    for key, now in _read(model, adopted).items():
        ledger.altered(model, key, before[key], now)
    ledger.bind_rows(actor=SYSTEM)


def _read(model: type[Any], keys: Collection[Any]) -> dict[Any, dict[str, Any]]:
    return {row["id"]: row for row in model.objects.filter(pk__in=keys).values()} if keys else {}
