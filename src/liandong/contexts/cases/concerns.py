"""Whose a case is to handle, and what may be done to it."""

from collections.abc import Mapping
from datetime import timedelta

from liandong.contexts.categories import public as categories
from liandong.foundation.access import public as access
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput
from liandong.kernel.rights import Right

from .domain import rights
from .domain.actions import Action
from .domain.extension import extension_rule
from .domain.lifecycle import UNSOLVED_REASONS, State
from .models import Case
from .rows import CaseRow
from .scopes import versions_of
from .visibility import is_asked_for_consent, is_given_to

ALIKE: Mapping[str, str] = {
    "is_private": "公开与不公开的事件不能合并。",
    "is_confidential": "保密与不保密的事件不能合并。",
    "complained_office_id": "反映的部门不同，不能合并。",
    "complained_staff_id": "反映的岗位不同，不能合并。",
}
"""Two cases must agree in these to be joined: who may see them and who must not handle them."""


def unlike(one: CaseRow | Case, other: CaseRow | Case) -> str:
    """Why the two can't be joined; empty where they can."""
    reasons = (sentence for column, sentence in ALIKE.items() if getattr(one, column) != getattr(other, column))
    return next(reasons, "")


def may_undo(row: CaseRow | Case, what: Action) -> bool:
    """Whether this was done to the case last, nothing has happened since, and it can be taken back."""
    return row.undo_version == row.version and (row.undo_what or Action.REASSIGN) == what


def may_ask_extension(row: CaseRow | Case) -> bool:
    """Before the due time, as often as the law has it, one request at a time (接诉即办条例 15, 信访工作条例)."""
    in_time = row.due_at is not None and time.now() < row.due_at
    return in_time and not row.extension_asked and row.extension_count < extension_rule(row.category_code).most


def may_park(row: CaseRow | Case) -> bool:
    """A time limit of the law's own never stands still (信访工作条例, 政府信息公开条例 33)."""
    return not extension_rule(row.category_code).is_statutory


def decides_extension(row: CaseRow | Case, post: Actor | access.StaffRow) -> bool:
    """Whether the post may: of leaders only the county's."""
    right = right_to_decide(row)
    return post.may(right) and (right is rights.DECIDE_EXTENSION or post.office_id is None)


def right_to_decide(row: CaseRow | Case) -> Right:
    """The first is the coordinator's to decide, the second a county leader's; where leaders don't see the case, another
    coordinator's (docs/decisions/time-limits-in-the-ledger.md).
    """
    is_coordinators = row.extension_count == 0 or row.is_private
    return rights.DECIDE_EXTENSION if is_coordinators else rights.DECIDE_SECOND_EXTENSION


def may_publish(row: CaseRow | Case) -> bool:
    """Words of a private or confidential matter, or of a complaint about an office or a post, are nobody else's."""
    complains = row.complained_office_id is not None or row.complained_staff_id is not None
    return not (row.is_private or row.is_confidential or complains)


def may_return(row: CaseRow | Case) -> bool:
    """An office that the county has designated keeps the case; the desk has nobody to return it to."""
    return not row.is_designated and row.office_id != orgs.organisation().desk_id


def is_emergency(row: CaseRow | Case) -> bool:
    """Whether the case is of a category for which the emergency numbers come first."""
    category = categories.taxonomy().named(row.category_code)
    return category is not None and category.is_emergency


def may_take_verdict(row: CaseRow | Case, actor: Actor) -> bool:
    """Reporters judge themselves. Of posts none may take it down whose office leads the case: it would judge its own
    work; the desk's clerks, who answer nothing, may for the desk too.
    """
    return actor.kind != "staff" or not judges_itself(actor, row.office_id)


def is_judgeable(carrier: Case | CaseRow) -> bool:
    """Whether a case that others are joined to has an answer whose verdict time runs."""
    if carrier.answered_at is None:
        return False
    if State(carrier.state) is State.ANSWERED:
        return True
    until = carrier.answered_at + timedelta(days=orgs.county().verdict_days)
    return State(carrier.state) is State.CLOSED and time.now() <= until


def has_judged(carrier: Case | CaseRow, case_id: int) -> bool:
    """Whether the reporter of the joined case has judged the newest answer."""
    verdicts = [entry.at for entry in ledger.entries(("case", case_id)) if entry.event == "JoinedReporterJudged"]
    return carrier.answered_at is not None and any(at >= carrier.answered_at for at in verdicts)


def judges_itself(actor: Actor, office_id: int | None) -> bool:
    """Whether the office's verdict would be taken by one of its own that may have worked on it."""
    own = actor.office_id is not None and actor.office_id == office_id
    return own and not (actor.may(rights.TAKE_OWN_VERDICTS) and office_id == orgs.organisation().desk_id)


def check_satisfied(satisfied: int | None) -> None:
    """1 (very dissatisfied) to 5 (very satisfied), or not said. Raises InvalidInput."""
    if satisfied is not None and satisfied not in range(1, 6):
        raise InvalidInput("满意度应为 1 到 5。", field="satisfied")


def check_unsolved(reason: str, *, solved: bool) -> None:
    """One of the few reasons, where it isn't solved, or none. Raises InvalidInput."""
    if reason and (solved or reason not in UNSOLVED_REASONS):
        raise InvalidInput("请选择没有解决在哪里。", field="reason")


def needs_category(row: CaseRow | Case) -> bool:
    """Whether nobody has said yet what the case is about: until then it can't go to another office."""
    return row.queue == "category"


def concerns(row: CaseRow | Case, actor: Actor, action: Action) -> bool:
    """Whether this is the post's to do: what its office leads, what was given to it, anything for the desk.

    Of the public matters in its town a dispatcher also sorts those that wait for an office, and leads those of the
    town's own offices; so does a grid worker in the cell. What another office leads they may only note, and the
    dispatcher urge. Consent is the town's that is asked; a leader decides second extensions, urges and does nothing
    else. Words are made public by the desk or the lead office.
    """
    if actor.kind in ("system", "reporter"):
        return True
    if actor.office_id is not None and row.complained_office_id == actor.office_id:
        return False
    if row.complained_staff_id is not None and row.complained_staff_id == actor.id:
        return False
    if action in (Action.GIVE_CONSENT, Action.DECLINE_CONSENT):
        return is_asked_for_consent(row, actor)
    if actor.may(rights.HANDLE_COUNTY):
        return True
    if action in (Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION):
        return decides_extension(row, actor)
    if is_given_to(row, actor) or (action is Action.URGE and supervises(row, actor)):
        return True
    if actor.may(rights.HANDLE_OFFICE) and row.office_id is not None and row.office_id == actor.office_id:
        return True
    if row.is_private or action in (Action.PUBLISH, Action.WITHHOLD) or not _in_the_area_of(actor, row):
        return False
    return action in (Action.NOTE, Action.TAKE_SUPPLEMENT) or row.state == State.RECEIVED or _is_led_in_its_town(row)


def supervises(row: CaseRow | Case, actor: Actor) -> bool:
    """Whether the post looks after the case from above: of public ones the county's leaders after all, those of an
    office after what it leads, a dispatcher after what lies in the town.
    """
    if row.is_private:
        return False
    if actor.may(rights.SUPERVISE_COUNTY):
        return actor.office_id is None or actor.office_id == row.office_id
    return actor.may(rights.SUPERVISE_TOWN) and row.town_id in versions_of(actor.division_id)


def works_on(row: CaseRow | Case, actor: Actor) -> bool:
    """Whether the post is the one of the lead office that works on the case now, or stands in for it."""
    leads = actor.office_id is not None and actor.office_id == row.office_id
    return leads and actor.may(rights.HANDLE_OFFICE) and is_given_to(row, actor)


def absent_behind(row: CaseRow | Case, actor: Actor) -> int | None:
    """The absent post for which a deputy acts on the case: who was given it, or whose grid cell it lies in."""
    if row.assignee_id in actor.stands_in_for:
        return row.assignee_id
    return None if row.assignee_id == actor.id else dict(actor.cells_of_absent).get(row.cell_id or 0)


def _in_the_area_of(actor: Actor, row: CaseRow | Case) -> bool:
    in_cells = actor.may(rights.HANDLE_CELLS) and row.cell_id in versions_of(*actor.cell_ids)
    return in_cells or (actor.may(rights.HANDLE_TOWN) and row.town_id in versions_of(actor.division_id))


def _is_led_in_its_town(row: CaseRow | Case) -> bool:
    registry = orgs.organisation()
    lead = registry.offices.get(row.office_id or 0)
    return lead is not None and row.town_id is not None and row.town_id in registry.path(lead.division_id)


def assignable_posts(row: CaseRow | Case) -> list[access.StaffRow]:
    """Posts that a case's task may be given to: those of the lead office, and grid workers of its town or village."""
    return [post for post in access.staff().values() if _may_be_assigned(post, row)]


def _may_be_assigned(post: access.StaffRow, row: CaseRow | Case) -> bool:
    if post.id == row.complained_staff_id or (
        post.office_id is not None and post.office_id == row.complained_office_id
    ):
        return False
    if post.may(rights.BE_ASSIGNED_IN_TOWN) and row.town_id in versions_of(*orgs.organisation().path(post.division_id)):
        return True
    of_lead = post.office_id is not None and post.office_id == row.office_id
    return of_lead and post.may(rights.BE_ASSIGNED_IN_OFFICE)
