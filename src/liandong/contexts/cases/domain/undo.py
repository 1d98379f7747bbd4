"""How a case stood before something that can be taken back: one struct an action, kept as JSON of form 1.

A field is only ever added, with what it is where it is missing.
"""

from datetime import datetime
from typing import Any, ClassVar

import msgspec

from .actions import Action

FORM = 1


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """`what`: the action that can be taken back. `form`: how the struct is written."""

    what: ClassVar[Action]
    form: int = FORM


class BeforeAssignment(Before, frozen=True, kw_only=True):
    """Before 指派: state, post and when it was signed for."""

    what: ClassVar[Action] = Action.ASSIGN
    state: str
    assignee_id: int | None
    accepted_at: datetime | None


class BeforeReassignment(Before, frozen=True, kw_only=True):
    """Before 改派: state, office, post and what the lead had found."""

    what: ClassVar[Action] = Action.REASSIGN
    state: str
    office_id: int | None
    assignee_id: int | None
    accepted_at: datetime | None
    queue: str
    is_designated: bool
    unhappy_at: datetime | None = None


class BeforeOverride(Before, frozen=True, kw_only=True):
    """Before 改定时限: the budget."""

    what: ClassVar[Action] = Action.OVERRIDE
    finish_budget: str


class BeforeJoining(Before, frozen=True, kw_only=True):
    """Before 合并: the columns that joining ends or changes."""

    what: ClassVar[Action] = Action.JOIN
    state: str
    queue: str
    solved: bool | None
    satisfied: int | None
    extension_asked: str
    consent_office_id: int | None
    consent_asker_id: int | None
    is_private: bool
    is_confidential: bool


def columns_of(before: Before) -> dict[str, Any]:
    """The columns of the case as they stood, its state apart."""
    return {name: getattr(before, name) for name in before.__struct_fields__ if name not in ("state", "form")}
