"""The reporter is asked, replies, or lets the reply days pass."""

from collections.abc import Sequence

from django.db import transaction

from liandong.contexts.cases.change import Change, lock_case
from liandong.contexts.cases.clocks.reckoning import reply_due
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.models import Case, Message
from liandong.contexts.cases.queries import deadline_entries, has_reporter
from liandong.contexts.cases.rows import CaseRow
from liandong.contexts.cases.rules import guards
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import Conflict, LiandongError
from liandong.kernel.kept import FileRef

from .registry import does


@guards(Action.ASK)
def _somebody_can_reply(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return None if has_reporter(case) else Conflict("这件事由设备或系统上报，没有上报人可以补充。")


@does(Action.ASK)
def ask_reporter(
    *,
    actor: Actor,
    case_id: int,
    text: str,
    version: int | None = None,
    however_short: bool = False,
    files: Sequence[FileRef] = (),
) -> CaseRow:
    """Asks the reporter; the office's clock stands still until the reply, at most for the county's reply days."""
    with Change(actor, case_id, Action.ASK, version, text, however_short=however_short) as change:
        change.say(Message.Kind.QUESTION)
        change.attach(files)
        change.set(question_lapsed_at=None)
    return change.row


@does(Action.REPLY)
@does(Action.SUPPLEMENT)
def record_reply(
    *, actor: Actor, case_id: int, text: str, version: int | None = None, files: Sequence[FileRef] = ()
) -> CaseRow:
    """The reporter's reply, by receipt or taken down by a clerk; the clock goes on. One that comes after the question
    lapsed is added to the case.
    """
    with transaction.atomic():
        action = Action.SUPPLEMENT if lock_case(case_id).question_lapsed_at else Action.REPLY
        with Change(actor, case_id, action, version, text) as change:
            change.say(Message.Kind.REPLY)
            change.attach(files)
            change.set(question_lapsed_at=None)
    return change.row


def lapse_question(*, case_id: int) -> CaseRow:
    """Gives a case back to its handler whose reporter let the reply days pass; the status page says so.

    Raises Conflict where they aren't over, perhaps because there is a newer question by now.
    """
    with Change(SYSTEM, case_id, Action.LAPSE_QUESTION) as change:
        if reply_due(change.case, deadline_entries(case_id)) > change.now:
            raise Conflict
        change.set(question_lapsed_at=change.now)
    return change.row
