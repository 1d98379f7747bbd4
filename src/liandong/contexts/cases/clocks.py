"""Accept clock and finish clock of a case: due times from budgets, history and the calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from liandong.foundation.calendar import public as calendar
from liandong.foundation.orgs import public as orgs

from .domain.lifecycle import RUNNING, State


@dataclass(frozen=True, slots=True)
class Promise:
    """Due and yellow moments of both clocks, UTC; None where the category has no such budget."""

    accept_due_at: datetime | None
    accept_yellow_at: datetime | None
    due_at: datetime | None
    due_yellow_at: datetime | None
    provisional: bool

    def turns(self, state: State, *, accepted: bool) -> tuple[datetime | None, datetime | None]:
        """(yellow_at, red_at) of the clocks that run in this state: the nearer of accept and finish before acceptance."""
        if state not in RUNNING:
            return None, None
        if accepted:
            return self.due_yellow_at, self.due_at
        yellows = [moment for moment in (self.accept_yellow_at, self.due_yellow_at) if moment]
        reds = [moment for moment in (self.accept_due_at, self.due_at) if moment]
        return min(yellows, default=None), min(reds, default=None)


@lru_cache(maxsize=256)
def _budget(text: str) -> calendar.Budget:
    return calendar.Budget.parse(text)


def promise(
    accept_budget: str, finish_budget: str, start: datetime, pauses: Iterable[calendar.Pause] = ()
) -> Promise:
    """What is promised for a case whose clocks started at `start`. Budgets in compact text, "" for none."""
    county = orgs.county()
    table = calendar.work_calendar(county.zone)
    share = county.yellow_percent / 100
    stands = list(pauses)
    accept = _budget(accept_budget) if accept_budget else None
    finish = _budget(finish_budget) if finish_budget else None
    due = calendar.due(table, start, finish, stands) if finish else None
    accept_due = calendar.due(table, start, accept) if accept else None
    return Promise(
        accept_due_at=accept_due.at if accept_due else None,
        accept_yellow_at=calendar.yellow(table, start, accept, share=share).at if accept else None,
        due_at=due.at if due else None,
        due_yellow_at=calendar.yellow(table, start, finish, stands, share).at if finish else None,
        provisional=bool((due and due.provisional) or (accept_due and accept_due.provisional)),
    )
