"""Who was joined to whom, read from the decisions in their order.

A case hangs on the last case of its line: on what it was joined to, or on what that was joined to since. Separating
takes a case out with all whose line leads through it; who was joined by an own later decision has another line.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Turn(StrEnum):
    """The decisions on a case. `BEGUN_AGAIN`: its reporter found it unsolved; cases that came along with it stay."""

    JOINED = "joined"
    SEPARATED = "separated"
    BEGUN_AGAIN = "begun_again"


@dataclass(frozen=True, slots=True)
class Decision:
    """`other`: the case that it was joined to, or on which it hung."""

    case_id: int
    turn: Turn
    other: int


def lines(decisions: Iterable[Decision]) -> dict[int, int]:
    """By the number of each joined case the one that it hangs under by decision; `decisions` in order."""
    under: dict[int, int] = {}
    for each in decisions:
        if each.turn is Turn.JOINED:
            under[each.case_id] = each.other
            continue
        under.pop(each.case_id, None)
        if each.turn is Turn.BEGUN_AGAIN:
            under |= {below: each.other for below, above in under.items() if above == each.case_id}
    return under


def way_up(case_id: int, under: Mapping[int, int]) -> list[int]:
    """The cases above this one, the nearest first."""
    above: list[int] = []
    while (case_id := under.get(case_id, 0)) and case_id not in above:
        above.append(case_id)
    return above


def led_by(case_id: int, cases: Collection[int], under: Mapping[int, int]) -> dict[int, list[int]]:
    """Those of `cases` whose line leads through the case, each with what lies between the two."""
    found = {each: way_up(each, under) for each in cases}
    return {each: above[: above.index(case_id)] for each, above in found.items() if case_id in above}
