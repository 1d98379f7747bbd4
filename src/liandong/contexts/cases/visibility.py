"""Which cases a post may open, of rows in hand; `scopes` says the same in SQL."""

from liandong.kernel import time
from liandong.kernel.actor import Actor

from .domain import rights
from .domain.audience import AT_WORK, Tie
from .models import Case
from .rows import CaseRow
from .scopes import versions_of


def is_judged(main: CaseRow) -> bool:
    """Whether nothing is left to be said of a matter, by its main case: it has ended, or the reporter's time to judge
    is over.
    """
    is_over = main.verdict_due_at is not None and main.verdict_due_at <= time.now()
    return main.closed_at is not None or is_over


def may_see(row: CaseRow, actor: Actor, *, has_part: bool = False) -> bool:
    """Whether a post may open the case: the same rule as `visible_to`, over all scopes that the post has; and a town's
    dispatcher whose consent is asked for, who has to know what for.

    `has_part`: whether a part of the actor's office opens it: while that lasts, then until the matter is judged.
    """
    if is_complained_of(row, actor):
        return False
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


def ties_of(row: CaseRow, actor: Actor, *, has_part: bool = False) -> frozenset[Tie]:
    """The ties of the actor to the case; none where it may not open it. `has_part`: as of `may_see`."""
    if is_complained_of(row, actor):
        return frozenset({Tie.COMPLAINED})
    if actor.kind == "system":
        return AT_WORK
    if actor.kind != "staff" or not may_see(row, actor, has_part=has_part):
        return frozenset()
    in_town = actor.may(rights.SEE_TOWN) and row.town_id in versions_of(actor.division_id)
    found = {
        Tie.LEAD: is_given_to(row, actor) or (actor.office_id is not None and actor.office_id == row.office_id),
        Tie.INVOLVED: has_part or is_asked_for_consent(row, actor),
        Tie.SUPERVISOR: actor.may(rights.SUPERVISE_COUNTY) or (in_town and actor.may(rights.SUPERVISE_TOWN)),
        Tie.DESK: actor.may(rights.HANDLE_COUNTY),
    }
    return frozenset({Tie.ONLOOKER, *(tie for tie, holds in found.items() if holds)})


def is_complained_of(row: CaseRow | Case, actor: Actor) -> bool:
    """Whether the case complains of the actor's office or post."""
    of_office = actor.office_id is not None and row.complained_office_id == actor.office_id
    return of_office or (actor.kind == "staff" and row.complained_staff_id == actor.id)


def is_asked_for_consent(row: CaseRow | Case, actor: Actor) -> bool:
    """Whether it is this town's dispatcher whose consent to lead the case is asked for."""
    asked = row.consent_office_id is not None and row.consent_office_id == actor.office_id
    return asked and actor.may(rights.CONSENT_FOR_TOWN)


def is_given_to(row: CaseRow | Case, actor: Actor) -> bool:
    """Whether the case is the post's own, or of a post for which it stands in now."""
    return actor.kind == "staff" and row.assignee_id in (actor.id, *actor.stands_in_for)
