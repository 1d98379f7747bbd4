"""Runs that could not follow the table 流程停滞: recorded, listed, and placed anew. The case itself goes on without its
run; only the drawing on its page is missing.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import F, Q

from liandong.contexts.cases import public as cases
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import Actor, Role
from liandong.kernel.errors import Conflict, NotAllowed

from .domain.drawing import DrawingRefused
from .models import Run, StuckRun
from .queries import RunRow
from .runs import Step, follow, run_at

log = logging.getLogger(__name__)

COUNT_EXACT_TO = 1000
ERROR_SIGNS = 300


class RunStuck(Conflict):
    """这件事件的流程停滞了，已记入“流程停滞”队列；事件照常办理。"""

    code = "run_stuck"


@dataclass(frozen=True, slots=True)
class StuckRow:
    """`error`: what the engine said, for who mends the drawing."""

    case_id: int
    why: str
    error: str
    since: datetime
    tried_at: datetime
    attempts: int


WHY = dict(StuckRun.Why.choices)


def stuck_runs(*, after: tuple[datetime, int] | None = None, most: int = 50) -> list[StuckRow]:
    """Those that wait longest first; `after`: the (since, case) that the page before ended with."""
    rows = StuckRun.objects.order_by("since", "case_id")
    if after:
        since, case_id = after
        rows = rows.filter(since__gte=since).filter(Q(since__gt=since) | Q(case_id__gt=case_id))
    return [StuckRow(*row) for row in rows.values_list(*StuckRow.__slots__)[:most]]


def count_stuck() -> cases.Count:
    """Exact up to 1,000."""
    number = StuckRun.objects.values("pk")[: COUNT_EXACT_TO + 1].count()
    return cases.Count(min(number, COUNT_EXACT_TO), number <= COUNT_EXACT_TO)


def follow_or_note(case_id: int, steps: Sequence[Step]) -> None:
    """Leads a run along, and notes it as stuck where it can't go. What the database refuses is raised: that is the
    worker's to repeat.
    """
    try:
        with transaction.atomic():
            follow(case_id, steps)
    except DatabaseError:
        raise
    except Exception as failure:  # noqa: BLE001 (whatever the engine says of a drawing)
        _note(case_id, failure)
    else:
        StuckRun.objects.filter(pk=case_id).delete()


def run_or_note(case_id: int) -> RunRow:
    """The run as its case stands, made at first need. Raises RunStuck, having noted it; NotFound."""
    cases.find(case_id)
    try:
        row = run_at(case_id)
    except DatabaseError:
        raise
    except Exception as failure:
        _note(case_id, failure)
        raise RunStuck from failure
    StuckRun.objects.filter(pk=case_id).delete()
    return row


def place_anew(*, actor: Actor, case_id: int) -> RunRow:
    """重新放置: forgets how the run came where it is and places it by the table where its case stands, on the current
    drawing. Raises RunStuck where that fails too, NotFound, NotAllowed.
    """
    if not actor.has(Role.CLERK, Role.COORDINATOR):
        raise NotAllowed
    cases.visible_case(actor=actor, case_id=case_id)
    try:
        with transaction.atomic():
            Run.objects.select_for_update().filter(pk=case_id).delete()
            row = run_at(case_id)
            StuckRun.objects.filter(pk=case_id).delete()
            facts = {"process": row.definition.key, "version": row.definition.version}
            ledger.append(actor=actor, stream=("run", case_id), action="RunPlacedAnew", payload=facts)
    except DatabaseError:
        raise
    except Exception as failure:
        _note(case_id, failure)
        raise RunStuck from failure
    return row


def _note(case_id: int, failure: Exception) -> None:
    log.error("the run of case %s is stuck", case_id, exc_info=failure)
    is_drawing = isinstance(failure, DrawingRefused | LookupError)
    why = StuckRun.Why.DEFINITION if is_drawing else StuckRun.Why.ENGINE
    now, error = time.now(), f"{type(failure).__name__}: {failure}"[:ERROR_SIGNS]
    again = StuckRun.objects.filter(pk=case_id).update(why=why, error=error, tried_at=now, attempts=F("attempts") + 1)
    if not again:
        made = StuckRun(case_id=case_id, why=why, error=error, since=now, tried_at=now)
        StuckRun.objects.bulk_create([made], ignore_conflicts=True)
