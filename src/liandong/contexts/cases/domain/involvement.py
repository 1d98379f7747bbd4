"""The parts that offices have in a case 参与: whoever leads it, coordinates it, or assists."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

ASSIST = "assist"
"""The kind of a task beside the main one."""


class Role(StrEnum):
    """An office has one of these in a case; of several the first here."""

    LEAD = "lead"
    COORDINATE = "coordinate"
    ASSIST = "assist"


ROLE_NAMES: Mapping[Role, str] = {Role.LEAD: "牵头", Role.COORDINATE: "统筹", Role.ASSIST: "协办"}


def role_of(kind: str) -> Role:
    """The role of an office that has, or had, a task of this kind."""
    return {ASSIST: Role.ASSIST, "coordinate": Role.COORDINATE}.get(kind, Role.LEAD)


def involved(lead_id: int | None, open_tasks: Iterable[tuple[int | None, str]]) -> dict[int, Role]:
    """Who has a part in a case now, by office. `open_tasks`: (office, kind) of each.

    A main task of an office that doesn't lead is coordination.
    """
    found: dict[int, Role] = {}
    for office_id, kind in open_tasks:
        if office_id is not None and (kind != ASSIST or office_id not in found):
            found[office_id] = Role.ASSIST if kind == ASSIST else Role.COORDINATE
    if lead_id is not None:
        found[lead_id] = Role.LEAD
    return found
