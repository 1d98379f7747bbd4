"""One action on many cases at once 批量办理. It is foreseen for each case, then the command of the action does it.

What an action needs and how it is undone stand in its row, what it would do beside its command (`@foresees`): by the
checks of the command, on the row that the page shows. A test holds both together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from liandong.contexts.cases.clocks.reckoning import promised_to
from liandong.contexts.cases.domain.actions import ACTIONS, Action, Kind
from liandong.contexts.cases.domain.lifecycle import PROMISED, State
from liandong.contexts.cases.queries import find, history
from liandong.contexts.cases.rows import CaseRow, DeadlineRow
from liandong.contexts.cases.rules import check_action
from liandong.contexts.categories import public as categories
from liandong.foundation.calendar import public as calendar
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, LiandongError

from .registry import Given, preview_of, take_action

UNDOABLE = frozenset(action for action, spec in ACTIONS.items() if spec.undone_by)
"""Actions that can be taken back as long as nothing else has happened to the case."""


@dataclass(frozen=True, slots=True)
class BulkAction:
    """One action with what its fields hold, by the names of its command's arguments. What isn't given is left open."""

    action: Action
    given: Given = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Foresight:
    """`after`: how the case would stand; None where the action would be refused, with the reason."""

    row: CaseRow
    after: CaseRow | None
    refusal: LiandongError | None


def check_bulk_action(bulk: BulkAction) -> None:
    """Checks the values that don't depend on a case. Raises InvalidInput for a missing or wrong one."""
    for each in ACTIONS[bulk.action].fields:
        if each.needed and each.kind in _CHECKED:
            _CHECKED[each.kind](bulk.given.get(each.argument or each.name), each.name)


def _check_office(value: object, field_name: str) -> None:
    if value not in orgs.organisation().offices:
        raise InvalidInput("没有这个部门。", field=field_name)


def _check_post(value: object, field_name: str) -> None:
    if value is None:
        raise InvalidInput("请选择岗位。", field=field_name)


_CHECKED: Mapping[Kind, Callable[[object, str], object]] = {
    Kind.OFFICE: _check_office,
    Kind.POST: _check_post,
    Kind.TIME_LIMIT: lambda value, _: calendar.Budget.parse(str(value or "")),
    Kind.CATEGORY: lambda value, _: categories.leaf(str(value or "")),
}


def foresee(*, actor: Actor, bulk: BulkAction, rows: Sequence[CaseRow], versions: Mapping[int, int]) -> list[Foresight]:
    """Tells the effect of the action on each case as it stands. `versions`: as they were seen. It writes nothing."""
    preview = preview_of(bulk.action)
    ledgers = history([row.id for row in rows]) if preview and preview.moves_dates else {}
    return [_foreseen(actor, bulk, row, versions[row.id], ledgers.get(row.id, [])) for row in rows]


def _foreseen(actor: Actor, bulk: BulkAction, row: CaseRow, version: int, ledger: list[DeadlineRow]) -> Foresight:
    try:
        check_action(row, actor, bulk.action, version)
        preview = preview_of(bulk.action)
        if preview is None:
            raise InvalidInput("不能批量办理这个动作。", field="action")
        after, line = preview.effect(row, bulk.given, actor)
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


def take_bulk_action(*, actor: Actor, bulk: BulkAction, case_id: int, text: str, version: int) -> CaseRow:
    """Does the action to one case. Raises as its command does."""
    if preview_of(bulk.action) is None:
        raise InvalidInput("不能批量办理这个动作。", field="action")
    return take_action(actor=actor, case_id=case_id, action=bulk.action, given=bulk.given, text=text, version=version)


def undo_bulk_action(*, actor: Actor, action: Action, case_id: int, text: str, version: int) -> CaseRow:
    """Takes back what the action did; `version`: how it left the case. Raises Conflict once anything else happened."""
    undoing = ACTIONS[_done(action, find(case_id), version)].undone_by
    if undoing is None:
        raise InvalidInput("不能批量办理这个动作。", field="action")
    return take_action(actor=actor, case_id=case_id, action=undoing, given={}, text=text, version=version)


def _done(action: Action, row: CaseRow, version: int) -> Action:
    """A reassignment only asked, where the town hasn't answered yet."""
    is_asked = row.version == version and row.consent_office_id is not None
    return Action.ASK_CONSENT if action is Action.REASSIGN and is_asked else action
