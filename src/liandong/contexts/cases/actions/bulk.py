"""Actions on many cases at once. A deed is foreseen for each case, then the command of its action does it.

A deed is foreseen by the checks of its command, on the row that the page shows. A test holds both together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from liandong.contexts.cases.actions.assigning import assign_task, check_assignable, check_there, undo_assignment
from liandong.contexts.cases.actions.judging import look_at_verdict
from liandong.contexts.cases.actions.screening import screen_case
from liandong.contexts.cases.clocks.reckoning import promised_to
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.lifecycle import PROMISED, State
from liandong.contexts.cases.lead_offices import lead_of, needs_consent
from liandong.contexts.cases.models import DeadlineEntry
from liandong.contexts.cases.queries import find, history
from liandong.contexts.cases.rows import CaseRow, DeadlineRow
from liandong.contexts.cases.rules import check_action
from liandong.contexts.categories import public as categories
from liandong.foundation.calendar import public as calendar
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, LiandongError

from .consent import withdraw_consent
from .reassigning import check_new_lead, check_not_asked, reassign_case, undo_reassignment
from .time_limits import check_statutory, override_time_limit, undo_override
from .urging import urge_case


@dataclass(frozen=True, slots=True)
class Deed:
    """One action with what it needs: `office_id` reassign, `staff_id` assign (`despite_absence`: to a post that is
    out), `budget` override, `category_code` screen.
    """

    action: Action
    office_id: int | None = None
    staff_id: int | None = None
    budget: str = ""
    category_code: str = ""
    despite_absence: bool = False


@dataclass(frozen=True, slots=True)
class Foresight:
    """`after`: how the case would stand; None where the deed would be refused, with the reason."""

    row: CaseRow
    after: CaseRow | None
    refusal: LiandongError | None


def check_deed(deed: Deed) -> None:
    """Checks the values that don't depend on a case. Raises InvalidInput for a missing or wrong one."""
    if deed.action is Action.REASSIGN and deed.office_id not in orgs.organisation().offices:
        raise InvalidInput("没有这个部门。", field="office_id")
    if deed.action is Action.ASSIGN and deed.staff_id is None:
        raise InvalidInput("请选择岗位。", field="staff_id")
    if deed.action is Action.OVERRIDE:
        calendar.Budget.parse(deed.budget)
    if deed.action is Action.SCREEN:
        categories.leaf(deed.category_code)


def foresee(*, actor: Actor, deed: Deed, rows: Sequence[CaseRow], versions: Mapping[int, int]) -> list[Foresight]:
    """Tells the effect of the deed on each case as it stands. `versions`: as they were seen. It writes nothing."""
    moves_dates = deed.action not in (Action.URGE, Action.LOOK_AT_VERDICT)
    ledgers = history([row.id for row in rows]) if moves_dates else {}
    return [_foreseen(actor, deed, row, versions[row.id], ledgers.get(row.id, [])) for row in rows]


def _foreseen(actor: Actor, deed: Deed, row: CaseRow, version: int, ledger: list[DeadlineRow]) -> Foresight:
    try:
        check_action(row, actor, deed.action, version)
        after, line = _EFFECTS[deed.action](row, deed, actor)
        if line is not None and State(after.state) in PROMISED:
            after = _reckoned(after, [*ledger, line])
    except LiandongError as error:
        return Foresight(row, None, error)
    return Foresight(row, after, None)


def _reckoned(after: CaseRow, ledger: list[DeadlineRow]) -> CaseRow:
    promised = promised_to(after, ledger)
    yellow_at, red_at = promised.turns(State(after.state), accepted=after.accepted_at is not None)
    return replace(
        after,
        accept_due_at=promised.accept_due_at,
        due_at=promised.due_at,
        yellow_at=yellow_at,
        red_at=red_at,
        provisional=promised.provisional,
    )


Effect = tuple[CaseRow, DeadlineRow | None]


def _line(kind: DeadlineEntry.Kind) -> DeadlineRow:
    return DeadlineRow(kind, time.now(), "", "", "")


def _reassigned(row: CaseRow, deed: Deed, actor: Actor) -> Effect:
    """A town is asked first, and until it answers the case stays."""
    office_id = deed.office_id or 0
    check_new_lead(row, office_id)
    if needs_consent(row, row.category_code, office_id, actor):
        check_not_asked(row)
        return replace(row, consent_office_id=office_id), None
    after = replace(row, office_id=office_id, assignee_id=None, accepted_at=None, state=State.DISPATCHED.value)
    return after, _line(DeadlineEntry.Kind.REASSIGN)


def _overridden(row: CaseRow, deed: Deed, actor: Actor) -> Effect:
    wanted = calendar.Budget.parse(deed.budget)
    check_statutory(row, wanted)
    after = replace(row, finish_budget=str(wanted))
    return after, _line(DeadlineEntry.Kind.OVERRIDE)


def _urged(row: CaseRow, deed: Deed, actor: Actor) -> Effect:
    return replace(row, urge_count=row.urge_count + 1), None


def _assigned(row: CaseRow, deed: Deed, actor: Actor) -> Effect:
    check_assignable(row, deed.staff_id or 0)
    check_there(deed.staff_id or 0, deed.despite_absence)
    accepted_at = row.accepted_at or time.now()
    after = replace(row, assignee_id=deed.staff_id, state=State.HANDLING.value, accepted_at=accepted_at)
    return after, _line(DeadlineEntry.Kind.ACCEPT)


def _looked_at(row: CaseRow, deed: Deed, actor: Actor) -> Effect:
    return replace(row, unhappy_at=None), None


def _screened(row: CaseRow, deed: Deed, actor: Actor) -> Effect:
    category = categories.leaf(deed.category_code)
    after = replace(
        row,
        office_id=lead_of(row, category, None),
        category_code=category.code,
        accept_budget=category.accept_budget,
        finish_budget=category.finish_budget,
        state=State.DISPATCHED.value,
        queue="",
    )
    return after, _line(DeadlineEntry.Kind.START)


_EFFECTS: Mapping[Action, Callable[[CaseRow, Deed, Actor], Effect]] = {
    Action.REASSIGN: _reassigned,
    Action.OVERRIDE: _overridden,
    Action.URGE: _urged,
    Action.ASSIGN: _assigned,
    Action.LOOK_AT_VERDICT: _looked_at,
    Action.SCREEN: _screened,
}
BULK_ACTIONS = tuple(_EFFECTS)


def _take_back(*, actor: Actor, case_id: int, text: str, version: int) -> CaseRow:
    """A reassignment; where the town has only been asked so far, the request."""
    row = find(case_id)
    is_asked = row.version == version and row.consent_office_id is not None
    taken_back = withdraw_consent if is_asked else undo_reassignment
    return taken_back(actor=actor, case_id=case_id, text=text, version=version)


_UNDOING: Mapping[Action, Callable[..., CaseRow]] = {
    Action.REASSIGN: _take_back,
    Action.OVERRIDE: undo_override,
    Action.ASSIGN: undo_assignment,
}
UNDOABLE = frozenset(_UNDOING)
"""Deeds that can be taken back as long as nothing else has happened to the case."""


def do_deed(*, actor: Actor, deed: Deed, case_id: int, text: str, version: int) -> CaseRow:
    """The command of the deed's action. Raises as that does."""
    match deed.action:
        case Action.REASSIGN:
            office_id = deed.office_id or 0
            return reassign_case(actor=actor, case_id=case_id, office_id=office_id, text=text, version=version)
        case Action.OVERRIDE:
            return override_time_limit(actor=actor, case_id=case_id, budget=deed.budget, text=text, version=version)
        case Action.URGE:
            return urge_case(actor=actor, case_id=case_id, text=text, version=version)
        case Action.ASSIGN:
            return assign_task(
                actor=actor,
                case_id=case_id,
                staff_id=deed.staff_id or 0,
                despite_absence=deed.despite_absence,
                version=version,
            )
        case Action.LOOK_AT_VERDICT:
            return look_at_verdict(actor=actor, case_id=case_id, text=text, version=version)
        case Action.SCREEN:
            code = deed.category_code
            return screen_case(actor=actor, case_id=case_id, category_code=code, text=text, version=version)
        case _:
            raise InvalidInput("不能批量办理这个动作。", field="action")


def undo_deed(*, actor: Actor, action: Action, case_id: int, text: str, version: int) -> CaseRow:
    """Takes back what the deed did; `version`: how it left the case. Raises Conflict once anything else happened."""
    return _UNDOING[action](actor=actor, case_id=case_id, text=text, version=version)
