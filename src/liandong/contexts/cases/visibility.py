"""Which cases a post may open, of rows in hand; `scopes` says the same in SQL."""

from dataclasses import dataclass
from datetime import datetime

from liandong.kernel import time
from liandong.kernel.actor import Actor

from .domain import rights
from .models import Case
from .rows import CaseRow
from .scopes import versions_of


@dataclass(frozen=True, slots=True)
class Part:
    """The part that the actor's office has in a case, or had until a moment."""

    until: datetime | None


NOW = Part(None)
"""A part that lasts."""


def is_judged(row: CaseRow) -> bool:
    """Whether nothing is left to be said of the case: it has ended, or the reporter's time to judge is over."""
    is_over = row.verdict_due_at is not None and row.verdict_due_at <= time.now()
    return row.closed_at is not None or is_over


def complains_of(row: CaseRow, actor: Actor) -> bool:
    """Whether the case complains of the post or of its office: it is hidden from them."""
    if actor.office_id is not None and row.complained_office_id == actor.office_id:
        return True
    return actor.kind == "staff" and row.complained_staff_id == actor.id


def may_see(row: CaseRow, actor: Actor, part: Part | None = None) -> bool:
    """Whether a post may open the case: the same rule as `visible_to`, over all scopes that the post has; and a town's
    dispatcher whose consent is asked for, who has to know what for.

    `part`: of the actor's own office. It opens the case while it lasts, then until the verdict is over.
    """
    if complains_of(row, actor):
        return False
    has_part = part is not None and (part.until is None or not is_judged(row))
    own_office = actor.office_id is not None and (actor.office_id == row.office_id or has_part)
    if own_office and actor.may(rights.HANDLE_OFFICE):
        return True
    if is_asked_for_consent(row, actor):
        return True
    if is_given_to(row, actor):
        return True
    if row.is_private and not actor.may(rights.SEE_PRIVATE):
        return False
    return (
        actor.may(rights.SEE_COUNTY)
        or (actor.may(rights.SEE_OFFICE) and actor.office_id is not None and row.office_id == actor.office_id)
        or (actor.may(rights.SEE_TOWN) and row.town_id in versions_of(actor.division_id))
        or (actor.may(rights.SEE_CELLS) and row.cell_id in versions_of(*actor.cell_ids))
    )


def is_asked_for_consent(row: CaseRow | Case, actor: Actor) -> bool:
    """Whether it is this town's dispatcher whose consent to lead the case is asked for."""
    asked = row.consent_office_id is not None and row.consent_office_id == actor.office_id
    return asked and actor.may(rights.CONSENT_FOR_TOWN)


def is_given_to(row: CaseRow | Case, actor: Actor) -> bool:
    """Whether the case is the post's own, or of a post for which it stands in now."""
    return actor.kind == "staff" and row.assignee_id in (actor.id, *actor.stands_in_for)
