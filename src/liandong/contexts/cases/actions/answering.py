"""答复: the public answer."""

from collections.abc import Sequence

from liandong.contexts.cases.change import Change
from liandong.contexts.cases.clocks.reckoning import verdict_due
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.lifecycle import State
from liandong.contexts.cases.models import Case, Message
from liandong.contexts.cases.queries import has_reporter
from liandong.contexts.cases.rows import CaseRow
from liandong.contexts.categories import public as categories
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput
from liandong.kernel.kept import FileRef

from .registry import does


@does(Action.ANSWER)
def answer_case(
    *,
    actor: Actor,
    case_id: int,
    text: str,
    version: int | None = None,
    however_short: bool = False,
    files: Sequence[FileRef] = (),
) -> CaseRow:
    """答复: the public answer with its `files`. The clock stops; the reporter has the county's verdict days to judge
    it, and so have those whose cases are joined to it. Where a device reported it and nobody else, the case ends.
    Raises InvalidInput for a blank of an answer to begin with that nobody filled.
    """
    if blank := categories.unfilled(text):
        raise InvalidInput("答复里还有没填的地方：%(blank)s", field="text", blank=blank)
    with Change(actor, case_id, Action.ANSWER, version, text, however_short=however_short) as change:
        change.say(Message.Kind.ANSWER)
        change.attach(files)
        change.set(answered_at=change.now, verdict_due_at=verdict_due(change.now), solved=None, satisfied=None)
        if not has_reporter(change.case):
            change.to = State.CLOSED
            change.set(verdict_due_at=None)
        change.set(question_lapsed_at=None)
        change.end_tasks("answered")
        if change.case.report_count > 1:
            Case.objects.filter(joined_to=change.case).update(solved=None, satisfied=None)
    return change.row
