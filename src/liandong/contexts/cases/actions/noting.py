"""备注, and words that the reporter adds unasked."""

from collections.abc import Sequence

from liandong.contexts.cases.change import Change
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.models import Message
from liandong.contexts.cases.rows import CaseRow
from liandong.kernel.actor import Actor
from liandong.kernel.kept import FileRef

from .registry import does


@does(Action.NOTE)
def add_note(*, actor: Actor, case_id: int, text: str, files: Sequence[FileRef] = ()) -> CaseRow:
    """备注: seen by staff only."""
    with Change(actor, case_id, Action.NOTE, text=text) as change:
        change.say(Message.Kind.NOTE, public=False, required=True)
        change.attach(files)
    return change.row


def write_note(*, actor: Actor, case_id: int, text: str) -> int:
    """A note 备注 that another room points to. Returns the message's id."""
    with Change(actor, case_id, Action.NOTE, text=text) as change:
        return change.say(Message.Kind.NOTE, public=False, required=True) or 0


def take_supplement(
    *, actor: Actor, case_id: int, text: str, led_by: str = "", files: Sequence[FileRef] = ()
) -> CaseRow:
    """The desk takes down words that the reporter adds unasked. They are the reporter's, as a reply is, and are erased
    as one. `led_by`: how they came, in our words.
    """
    with Change(actor, case_id, Action.TAKE_SUPPLEMENT, text=text) as change:
        change.say(Message.Kind.REPLY, public=True, required=True, led_by=led_by)
        change.attach(files)
    return change.row
