"""备注, and words that the reporter adds unasked."""

from collections.abc import Sequence

from liandong.contexts.cases.change import Change
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.audience import OF_NOTES, Audience
from liandong.contexts.cases.models import Message
from liandong.contexts.cases.rows import CaseRow
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput
from liandong.kernel.kept import FileRef

from .registry import does


@does(Action.NOTE)
def add_note(*, actor: Actor, case_id: int, text: str, audience: str = "", files: Sequence[FileRef] = ()) -> CaseRow:
    """备注: never the reporter's to read. `audience`: one of `OF_NOTES`, all involved without. Raises InvalidInput."""
    if audience and audience not in OF_NOTES:
        raise InvalidInput("请选择给谁看。", field="audience")
    with Change(actor, case_id, Action.NOTE, text=text) as change:
        change.say(Message.Kind.NOTE, audience=Audience(audience) if audience else None)
        change.attach(files)
    return change.row


def write_note(*, actor: Actor, case_id: int, text: str) -> int:
    """A note 备注 that another room points to. Returns the message's id."""
    with Change(actor, case_id, Action.NOTE, text=text) as change:
        return change.say(Message.Kind.NOTE) or 0


def take_supplement(
    *, actor: Actor, case_id: int, text: str, led_by: str = "", files: Sequence[FileRef] = ()
) -> CaseRow:
    """The desk takes down words that the reporter adds unasked. They are the reporter's, as a reply is, and are erased
    as one. `led_by`: how they came, in our words.
    """
    with Change(actor, case_id, Action.TAKE_SUPPLEMENT, text=text) as change:
        change.say(Message.Kind.REPLY, led_by=led_by)
        change.attach(files)
    return change.row
