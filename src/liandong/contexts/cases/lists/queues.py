"""Who has what waits in a queue, and since when it waits there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from liandong.contexts.cases.clocks.reckoning import worked
from liandong.contexts.cases.domain.lifecycle import State
from liandong.contexts.cases.models import Task
from liandong.contexts.cases.rows import CaseRow
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time

from .filters import EXTENSIONS, PROVISIONAL, UNHAPPY


@dataclass(frozen=True, slots=True)
class Waiting:
    """`assignee_id` None: nobody has taken it; `may_be_taken`: a post of the desk can."""

    office_id: int | None
    assignee_id: int | None
    since: datetime
    may_be_taken: bool


def waiting(rows: Sequence[CaseRow], queue: str) -> Mapping[int, Waiting]:
    """Of the cases of one queue, by id: the owner of the open task, and since when it waits there."""
    ids = [row.id for row in rows]
    open_tasks = Task.objects.filter(case_id__in=ids, done_at=None).exclude(kind=Task.Kind.ASSIST).order_by("id")
    tasks = {task[0]: task for task in open_tasks.values_list("case_id", "office_id", "assignee_id", "created_at")}
    asked = ledger.last_times("case", ids, "ExtensionAsked") if queue == EXTENSIONS else {}
    return {
        row.id: _waiting(
            row, tasks.get(row.id) or (row.id, row.office_id, row.assignee_id, row.received_at), queue, asked
        )
        for row in rows
    }


def _waiting(
    row: CaseRow, task: tuple[int, int | None, int | None, datetime], queue: str, asked: Mapping[int, datetime]
) -> Waiting:
    _, office_id, assignee_id, opened_at = task
    since = {
        EXTENSIONS: asked.get(row.id, row.changed_at),
        UNHAPPY: row.unhappy_at or row.changed_at,
        PROVISIONAL: row.clock_from,
    }.get(queue, opened_at)
    return Waiting(office_id, assignee_id, since, State(row.state) in (State.RECEIVED, State.COORDINATING))


def working_age(since: datetime) -> tuple[int, str]:
    """(count, unit) of office time since then."""
    now = time.now()
    return worked(min(since, now), now)
