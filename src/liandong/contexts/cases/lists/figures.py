"""Figures of the home page 首页: of one scope, how many open cases are late, end today, are most urgent, came back or
wait, and how many came today beside the same day of last week.

Each figure is a list of the square, by its address, counted to the last case along the index that leads the list. One
statement has them all. A later module that keeps figures over time replaces this one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from liandong.contexts.cases.domain.lifecycle import State
from liandong.contexts.cases.domain.light import Light
from liandong.contexts.cases.scopes import Scope
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import Actor

from .filters import TODAY, YES, Filters, Openness, read
from .listing import Sort, count_each

MOST_COUNTED = 1_000_000
"""No scope has so many cases: the figures are exact."""
_WEEK = timedelta(days=7)


class Figure(StrEnum):
    """A figure. BACK: the reporter said that it isn't solved, and it is worked on again. NEW: came since midnight."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    OVERDUE = "overdue"
    TODAY = "today"
    URGENT = "urgent"
    BACK = "back"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Counted:
    """`asked`: the address of the list in the square, its scope apart. `before`: of what came today, how much had come
    by this time on the same day of last week.
    """

    figure: Figure
    number: int
    asked: Mapping[str, str]
    before: int | None = None


def figures(*, actor: Actor, scope: Scope, wanted: Sequence[Figure]) -> list[Counted]:
    """The wanted figures of a scope, in this order."""
    addresses = [asked_for(figure) for figure in wanted]
    lists = [(read(asked, actor), Sort(asked["sort"])) for asked in addresses]
    if Figure.NEW in wanted:
        lists.append((_a_week_ago(), Sort.NEWEST))
    numbers = [each.number for each in count_each(actor=actor, scope=scope, lists=lists, exact_to=MOST_COUNTED)]
    return [
        Counted(figure, number, asked, numbers[-1] if figure is Figure.NEW else None)
        for figure, asked, number in zip(wanted, addresses, numbers, strict=False)
    ]


def asked_for(figure: Figure) -> Mapping[str, str]:
    """The address of the list behind a figure."""
    match figure:
        case Figure.RECEIVED | Figure.DISPATCHED:
            return {"state": State(figure.value).value, "sort": Sort.OLDEST.value}
        case Figure.OVERDUE:
            return {"light": Light.RED.value, "sort": Sort.DUE.value}
        case Figure.TODAY:
            return {"due": TODAY, "sort": Sort.DUE.value}
        case Figure.URGENT:
            return {"severity": "1", "sort": Sort.NEWEST.value}
        case Figure.BACK:
            return {"rework": YES, "sort": Sort.OLDEST.value}
        case Figure.NEW:
            return {
                "openness": Openness.ALL.value,
                "received_from": orgs.today().isoformat(),
                "sort": Sort.NEWEST.value,
            }


def _a_week_ago() -> Filters:
    """Received on that day, up to this time of day."""
    now = time.now().astimezone(orgs.county().tz)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Filters(openness=Openness.ALL, received_from=midnight - _WEEK, received_to=now - _WEEK)
