"""已电话移交: an emergency number was told of the danger."""

from liandong.contexts.cases.change import Change
from liandong.contexts.cases.concerns import is_emergency
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.events import EmergencyNumberTold
from liandong.contexts.cases.domain.lifecycle import EMERGENCY_NUMBERS
from liandong.contexts.cases.models import Case, Message
from liandong.contexts.cases.rows import CaseRow
from liandong.contexts.cases.rules import guards
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, InvalidInput, LiandongError

from .registry import does


@guards(Action.TELL_EMERGENCY_NUMBER)
def _is_a_danger(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return None if is_emergency(case) else Conflict("这类事项没有紧急电话移交。")


@does(Action.TELL_EMERGENCY_NUMBER)
def tell_emergency_number(*, actor: Actor, case_id: int, number: str, text: str, version: int | None = None) -> CaseRow:
    """已转: who was told of the danger by telephone, and what was said. The case goes on as it was.

    Raises Conflict where the category isn't one of dangers, InvalidInput for any other number.
    """
    with Change(actor, case_id, Action.TELL_EMERGENCY_NUMBER, version, text) as change:
        if number not in EMERGENCY_NUMBERS:
            raise InvalidInput("请选择转给哪个号码。", field="number")
        change.say(Message.Kind.NOTE)
        change.tell(EmergencyNumberTold(number=number))
    return change.row
