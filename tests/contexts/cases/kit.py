"""Every action with what its row says, for tests that go through the whole table: states, roles, words, version.

Nothing of a row is repeated here. `_COME` has what an action waits for besides its state.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Action, CaseRow, State
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Actor, Role
from tests import county
from tests.contexts.cases.acting import actor, case_of, needs, take

ROLES = tuple(role.value for role in Role)
UNDOES: Mapping[Action, Action] = {
    spec.undone_by: action for action, spec in cases.ACTIONS.items() if spec.undone_by is not None
}
"""What an undoing takes back."""

_OF_A_POST = frozenset({Action.ASSIGN, Action.URGE, Action.URGE_BY_REPORTER})
"""They concern the post that has the case in hand."""


def _come(action: Action, role: str) -> dict[str, object]:
    """Columns of a case for which the action is due: the verdict's time, the question's end, a request."""
    come: dict[Action, Callable[[], dict[str, object]]] = {
        Action.LAPSE: lambda: {"verdict_due_at": time.now()},
        Action.REVIEW: lambda: {"review_at": time.now()},
        Action.GRANT_EXTENSION: lambda: {"extension_asked": "1wd", "extension_count": int(role == "leader")},
        Action.REFUSE_EXTENSION: lambda: {"extension_asked": "1wd", "extension_count": int(role == "leader")},
        Action.GIVE_CONSENT: lambda: {"consent_office_id": county.office("TWN-A")},
        Action.DECLINE_CONSENT: lambda: {"consent_office_id": county.office("TWN-A")},
        Action.LOOK_AT_VERDICT: lambda: {"unhappy_at": time.now()},
        Action.WITHHOLD: lambda: {"is_published": True},
        Action.SUPPLEMENT: lambda: {"question_lapsed_at": time.now()},
    }
    return come.get(action, dict)()


@dataclass(frozen=True)
class ActionKit:
    """One action of the table."""

    action: Action

    def __str__(self) -> str:
        return self.action.value

    @property
    def spec(self) -> Any:
        return cases.ACTIONS[self.action]

    @property
    def states(self) -> list[State]:
        return [state for state in State if state in self.spec.line.sources]

    @property
    def other_states(self) -> list[State]:
        return [state for state in State if state not in self.spec.line.sources]

    @property
    def roles(self) -> list[str]:
        return [role for role in ROLES if role in self.spec.line.roles]

    @property
    def other_roles(self) -> list[str]:
        return [role for role in ROLES if role not in self.spec.line.roles]

    @property
    def is_by_hand(self) -> bool:
        return self.action in cases.by_hand()

    @property
    def needs_words(self) -> bool:
        return self.action in cases.NEEDS_WORDS and self.is_by_hand

    @property
    def is_at_once(self) -> bool:
        """Whether it can be done to a case as it lies there, alone: nothing is taken back, no other case or office has
        a part in it.
        """
        line = self.spec.line
        joins = line.to is State.JOINED or line.sources == {State.JOINED}
        return not (joins or self.action in UNDOES or self.action in (Action.ASK_CONSENT, Action.GIVE_CONSENT))

    def case(self, state: State, role: str = "coordinator") -> CaseRow:
        """A case in this state that a post of this role may act on, and what the action waits for has come."""
        fields = {"category_code": county.GAS} if self.action is Action.TELL_EMERGENCY_NUMBER else {}
        row = case_of(role, state, **fields)
        come = _come(self.action, role)
        if come and (state is State.ANSWERED or "verdict_due_at" not in come):
            Case.objects.filter(pk=row.id).update(**come)
        return cases.find(row.id)

    def due_case(self) -> CaseRow:
        """A case that it can be done to, also where it takes something back or another case has a part in it."""
        if self.action is Action.SEPARATE or self.action in UNDOES:
            done = ActionKit(UNDOES.get(self.action, Action.JOIN))
            return done.take(done.due_case())
        row = self.case(next((state for state in self.states if state is not State.RECEIVED), State.RECEIVED))
        if self.action in _OF_A_POST:
            cases.claim_task(actor=county.post("hud1"), case_id=row.id)
        if row.joined_to_id is not None:
            cases.answer_case(actor=county.post("hud1"), case_id=row.joined_to_id, text="已修补平整")
        return cases.find(row.id)

    def by(self, row: CaseRow) -> Actor:
        """One who may, by the row; the coordinator before others."""
        first = sorted(self.roles, key=lambda role: role != "coordinator")[:1]
        return actor(first[0], row) if first else SYSTEM

    def take(self, row: CaseRow, by: Actor | None = None, **changed: Any) -> CaseRow:
        return take(self.action, by or self.by(row), row.id, **changed)

    def given(self) -> dict[str, Any]:
        return needs(self.action)


KITS = [ActionKit(action) for action in Action]
