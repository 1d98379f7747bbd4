"""The parts that offices have in a case 参与: whoever leads it, coordinates it, or assists."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

ASSIST = "assist"
"""The kind of a task beside the main one."""


class PartRole(StrEnum):
    """An office has one of these in a case; of several the first here."""

    LEAD = "lead"
    COORDINATE = "coordinate"
    ASSIST = "assist"
    LEFT = "left"
    """It gave its part back, or the part was taken from it: the case is closed to it at once."""


ROLE_NAMES: Mapping[PartRole, str] = {
    PartRole.LEAD: "牵头",
    PartRole.COORDINATE: "统筹",
    PartRole.ASSIST: "协办",
    PartRole.LEFT: "已退出协办",
}


class Outcome(StrEnum):
    """How a part ended that ended before its case; else it has the state in which the case ended."""

    ANSWERED = "answered"
    RETURNED = "returned"
    RELEASED = "released"
    TAKEN_BACK = "taken_back"
    SPLIT = "split"
    LEADS = "leads"


OUTCOME_NAMES: Mapping[str, str] = {
    Outcome.ANSWERED: "已办完",
    Outcome.RETURNED: "已退回",
    Outcome.RELEASED: "不用再办",
    Outcome.TAKEN_BACK: "已收回",
    Outcome.SPLIT: "另立一件",
    Outcome.LEADS: "改为牵头",
}


def role_of(kind: str) -> PartRole:
    """The role of an office that has, or had, a task of this kind."""
    return {ASSIST: PartRole.ASSIST, "coordinate": PartRole.COORDINATE}.get(kind, PartRole.LEAD)


def involved(lead_id: int | None, open_tasks: Iterable[tuple[int | None, str]]) -> dict[int, PartRole]:
    """Who has a part in a case now, by office. `open_tasks`: (office, kind) of each.

    A main task of an office that doesn't lead is coordination.
    """
    found: dict[int, PartRole] = {}
    for office_id, kind in open_tasks:
        if office_id is not None and (kind != ASSIST or office_id not in found):
            found[office_id] = PartRole.ASSIST if kind == ASSIST else PartRole.COORDINATE
    if lead_id is not None:
        found[lead_id] = PartRole.LEAD
    return found
