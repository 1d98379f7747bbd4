"""Timers, subscribers and long work of cases; all may run again without harm. A case that can't go on holds up no
other.
"""

import logging
from collections.abc import Sequence

from liandong.foundation.events import public as events
from liandong.foundation.jobs import public as jobs
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.errors import Busy, LiandongError

from . import filling
from .actions import recomputing
from .actions.asking import lapse_question
from .actions.judging import lapse_verdict
from .actions.time_limits import review_parked
from .clocks.reckoning import reply_due
from .domain.lifecycle import State
from .involving import fill_parts, is_filled
from .lists import searching
from .models import Case
from .queries import asked, history, review_due

log = logging.getLogger(__name__)
BATCH = 500


@jobs.work("cases.fill_audiences", at_start=True)
def fill_audiences(_turn: jobs.Turn) -> jobs.Again | None:
    """Gives messages of the version before their audience, a portion at a time."""
    return jobs.Again() if filling.fill_some() else None


@jobs.timer(every_s=60)
def close_unjudged() -> None:
    """Closes answered cases whose verdict time has passed."""
    due = Case.objects.filter(state=State.ANSWERED, verdict_due_at__lte=time.now())
    for case_id in list(due.order_by("verdict_due_at").values_list("id", flat=True)[:BATCH]):
        try:
            lapse_verdict(case_id=case_id)
        except LiandongError as error:
            log.info("case %s stays answered: %s", case_id, error)


@jobs.timer(every_s=300)
def go_on_without_reply() -> None:
    """Gives cases back to their handlers whose reporters let the time for a reply pass."""
    waiting = asked()
    ledgers = history([row.id for row in waiting])
    for row in waiting:
        if reply_due(row, ledgers[row.id]) > time.now():
            continue
        try:
            lapse_question(case_id=row.id)
        except LiandongError as error:
            log.info("case %s waits on: %s", row.id, error)


@jobs.timer(every_s=300)
def review_parked_cases() -> None:
    """Gives parked cases back to their offices whose day of review has come."""
    for case_id in review_due(time.now()):
        try:
            review_parked(case_id=case_id)
        except LiandongError as error:
            log.info("case %s stays parked: %s", case_id, error)


@events.subscribe("CalendarLoaded")
def recompute_due_times(batch: Sequence[events.EventRow]) -> None:
    """Orders that due times become what the changed calendar says; no case is touched in the worker's transaction."""
    recomputing.order_recomputation()


@jobs.timer(every_s=6 * 3600)
def forget_searches() -> None:
    """Removes records of searches after six months."""
    searching.forget_searches()


@jobs.work(recomputing.KIND)
def follow_calendar(turn: jobs.Turn) -> jobs.Again | None:
    """Recomputes due times a little further."""
    return recomputing.go_on(int(turn.progress.get("until", 0)))


_NO_CASE = 2**63 - 1


@jobs.work("cases.fill_parts", at_start=True)
def fill_parts_of_offices(turn: jobs.Turn) -> jobs.Again | None:
    """Fills in which offices had a part in cases from before that was written down."""
    behind = int(turn.progress.get("behind", _NO_CASE))
    if behind == _NO_CASE and is_filled():
        return None
    if ledger.has_rows_to_adopt():
        return jobs.Again({"behind": behind}, in_s=5)
    try:
        further = fill_parts(behind)
    except Busy:
        return jobs.Again({"behind": behind}, in_s=1)
    return None if further is None else jobs.Again({"behind": further})
