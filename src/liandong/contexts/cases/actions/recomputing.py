"""Due times follow the calendar: after it has changed, every case that owes an answer is looked at, few at a time, and
the one whose dates move is changed in a short transaction of its own (docs/decisions/due-times-follow-the-calendar.md).
"""

import logging

from django.db import transaction

from liandong.contexts.cases.change import Change, lock_case
from liandong.contexts.cases.clocks.reckoning import Promise, promised_to
from liandong.contexts.cases.clocks.refreshing import due_times, refresh_clocks, refresh_main_tasks
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.lifecycle import PROMISED, State
from liandong.contexts.cases.queries import assist_tasks_between, history, promised_after
from liandong.contexts.cases.rows import CaseRow, DeadlineRow, TaskRow
from liandong.foundation.jobs import public as jobs
from liandong.foundation.ledger import public as ledger
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Busy, InvalidInput

from .assisting import recompute_assist_task

log = logging.getLogger(__name__)

KIND = "cases.recompute_due_times"
SETTLED_S = 5
"""How old an order is before it is followed: by then every process reckons with the new calendar
(`registers.cache.RECHECK_S`), and no case is written by the old one behind our back.
"""
LOOKED_AT, CHANGED = 2000, 100
"""Cases that one turn looks at and changes at most: a second or two."""
BUSY_S = 1.0


def order_recomputation() -> None:
    """In the caller's transaction: all open cases are to be looked at, from the first on."""
    jobs.order(jobs.Order(KIND, in_s=SETTLED_S))


def go_on(until: int) -> jobs.Again | None:
    """Looks at some cases more, behind the one that was looked at last.

    May be stopped anywhere: what was changed is committed, what was looked at twice changes nothing. A case that
    somebody is at work on is waited for, and met again next time.
    """
    rows = promised_after(until, LOOKED_AT)
    is_last = len(rows) < LOOKED_AT
    beside = assist_tasks_between(until, None if is_last else rows[-1].id)
    own, pasts = {row.id: row for row in rows}, history([row.id for row in rows])
    changed = 0
    for case_id in sorted(own.keys() | beside.keys()):
        try:
            if case_id in own:
                changed += _look_at(own[case_id], pasts[case_id])
            changed += sum(_look_at_task(task) for task in beside.get(case_id, ()))
        except Busy:
            return jobs.Again({"until": until}, in_s=BUSY_S)
        until = case_id
        if changed >= CHANGED:
            return jobs.Again({"until": until})
    return None if is_last else jobs.Again({"until": until})


def _look_at(row: CaseRow, past: list[DeadlineRow]) -> bool:
    """Whether the case had to be changed. One that no calendar reaches is left as it is."""
    try:
        promised = promised_to(row, past)
        if _shown(row) == _as_shown(promised, row):
            return False
        recompute_case(case_id=row.id)
    except InvalidInput as error:
        log.warning("due times of case %s stay as they are: %s", row.id, error)
        return False
    return True


def _look_at_task(row: TaskRow) -> bool:
    """Whether a task beside the main one had to be changed. One that no calendar reaches is left as it is."""
    try:
        return recompute_assist_task(row)
    except InvalidInput as error:
        log.warning("due times of task %s of case %s stay as they are: %s", row.id, row.case_id, error)
        return False


def recompute_case(*, case_id: int) -> None:
    """Due times as the calendar has them now. What was promised and moves is recorded; where only the yellow
    moment or the provisional mark differs, nothing is told. Raises Busy.
    """
    with transaction.atomic():
        case = lock_case(case_id)
        if State(case.state) not in PROMISED:
            return
        before = due_times(case)
        refresh_clocks(case)
        if due_times(case) == before:
            case.save(update_fields=["accept_due_at", "yellow_at", "red_at", "provisional"])
            refresh_main_tasks(case)
            ledger.bind_rows(actor=SYSTEM)
            return
        with Change(SYSTEM, case_id, Action.RECOMPUTE):
            pass


def _shown(row: CaseRow) -> tuple[object, ...]:
    return row.accept_due_at, row.due_at, row.yellow_at, row.red_at, row.provisional


def _as_shown(promised: Promise, row: CaseRow) -> tuple[object, ...]:
    turns = promised.turns(State(row.state), accepted=row.accepted_at is not None)
    return promised.accept_due_at, promised.due_at, *turns, promised.provisional
