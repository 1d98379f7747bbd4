"""My tasks 我的任务: what waits for a post, for its office, and for its word."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, QuerySet

from liandong.contexts.cases.domain import rights
from liandong.contexts.cases.models import Case, Task
from liandong.contexts.cases.queries import rows_of
from liandong.contexts.cases.rows import CASE_COLUMNS, CaseRow
from liandong.contexts.cases.visibility import may_see
from liandong.foundation.by_key import ByKey
from liandong.kernel.actor import Actor

TASKS_LISTED = 100


def _number(staff_id: int, number: int) -> tuple[int, int]:
    return staff_id, number


_open_of_posts = ByKey(
    _number,
    lambda: Task.objects.filter(done_at=None).values_list("assignee_id").annotate(number=Count("id")),
    "assignee_id",
)


def open_tasks(*, actor: Actor, limit: int = TASKS_LISTED) -> tuple[list[CaseRow], list[CaseRow]]:
    """(cases with a task of this post, cases with a task of its office that nobody has taken), nearest due first."""
    if actor.kind != "staff":
        return [], []
    mine = Task.objects.filter(assignee_id=actor.id, done_at=None).order_by("due_at", "id")
    if actor.office_id is None or not actor.may(rights.CLAIM_FOR_OFFICE):
        return _cases_of(mine, actor, limit), []
    unclaimed = Task.objects.filter(office_id=actor.office_id, assignee=None, done_at=None).order_by("due_at", "id")
    return _cases_of(mine, actor, limit), _cases_of(unclaimed, actor, limit)


def deputy_tasks(*, actor: Actor, limit: int = TASKS_LISTED) -> dict[int, list[CaseRow]]:
    """Cases with an open task of each post for which this one stands in now, nearest due first."""
    return {
        absent: _cases_of(Task.objects.filter(assignee_id=absent, done_at=None).order_by("due_at", "id"), actor, limit)
        for absent in actor.stands_in_for
    }


def open_task_counts(staff_ids: Collection[int]) -> dict[int, int]:
    """How many open tasks each of these posts has; help for assigning, in the order of the posts."""
    found = dict(_open_of_posts.of_any(staff_ids))
    return {staff_id: found.get(staff_id, 0) for staff_id in staff_ids}


_TIMES = ("due_at", "accept_due_at", "yellow_at", "red_at", "accept_budget", "finish_budget", "provisional")


def _cases_of(wanted: QuerySet[Task], actor: Actor, limit: int) -> list[CaseRow]:
    """Each case with the clocks of the task; those of the main task are the case's own. Where a case has several tasks,
    or may not be seen, as many tasks again are looked at.
    """
    found: dict[int, CaseRow] = {}
    for first in (0, limit):
        order = list(wanted.values_list("case_id", "kind", *_TIMES)[first : first + limit])
        rows = rows_of({case_id for case_id, *_ in order} - found.keys())
        for case_id, kind, *times in order:
            row = rows.get(case_id)
            if row is not None and case_id not in found and may_see(row, actor, has_part=True):
                found[case_id] = row if kind != Task.Kind.ASSIST else _timed(row, times)
        if len(found) >= limit or len(order) < limit:
            break
    return list(found.values())[:limit]


def _timed(row: CaseRow, times: Sequence[Any]) -> CaseRow:
    """The case with the clocks of who assists, signed for or not as the clock that runs tells."""
    own = dict(zip(_TIMES, times, strict=True))
    waits = own["red_at"] is not None and own["red_at"] == own["accept_due_at"]
    return replace(row, **own, accepted_at=None if waits else row.accepted_at or row.received_at)


def awaiting_decision(*, actor: Actor, limit: int = TASKS_LISTED) -> list[CaseRow]:
    """Cases that wait for this post's word, oldest first: a town's consent, a county leader's on second extensions."""
    if actor.may(rights.CONSENT_FOR_TOWN) and actor.office_id is not None:
        rows = Case.objects.filter(consent_office_id=actor.office_id)
    elif actor.may(rights.DECIDE_SECOND_EXTENSION) and actor.office_id is None:
        rows = Case.objects.exclude(extension_asked="").filter(extension_count__gt=0, is_private=False)
    else:
        return []
    waiting = [CaseRow(*row) for row in rows.order_by("received_at", "id").values_list(*CASE_COLUMNS)[:limit]]
    return [row for row in waiting if may_see(row, actor)]
