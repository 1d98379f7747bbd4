"""The reporter is asked, replies, or lets the reply days pass."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from liandong.contexts.cases.attachments import attachments_of
from liandong.contexts.cases.change import Change, lock_case
from liandong.contexts.cases.clocks.reckoning import reply_due
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.audience import THE_REPORTER
from liandong.contexts.cases.domain.lifecycle import OPEN, State
from liandong.contexts.cases.models import Case, Message
from liandong.contexts.cases.queries import deadline_entries, find, has_reporter, messages
from liandong.contexts.cases.rows import CaseRow, row_of
from liandong.contexts.cases.rules import guards
from liandong.kernel import time, written
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import Conflict, LiandongError
from liandong.kernel.kept import FileRef

from .registry import does

COMES_AGAIN_WITHIN = timedelta(minutes=30)


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
def record_reply(
    *, actor: Actor, case_id: int, text: str, version: int | None = None, files: Sequence[FileRef] = ()
) -> CaseRow:
    """The reporter's reply, by receipt or taken down by a clerk; the clock goes on. One that comes after the question
    lapsed is added to the case.
    """
    with transaction.atomic():
        if lock_case(case_id).question_lapsed_at:
            return add_supplement(actor=actor, case_id=case_id, text=text, version=version, files=files)
        with Change(actor, case_id, Action.REPLY, version, text) as change:
            change.say(Message.Kind.REPLY)
            change.attach(files)
    return change.row


@does(Action.SUPPLEMENT)
def add_supplement(
    *, actor: Actor, case_id: int, text: str, version: int | None = None, files: Sequence[FileRef] = ()
) -> CaseRow:
    """Words that the reporter adds unasked, also while the answer waits for the verdict; of a joined case they stay
    with that. What was just said with the same files, and comes again, is kept once.
    """
    with transaction.atomic():
        case = lock_case(case_id)
        if _is_said_already(case, actor, text, files):
            return row_of(case)
        with Change(actor, case_id, Action.SUPPLEMENT, version, text) as change:
            change.say(Message.Kind.REPLY)
            change.attach(files)
            change.set(question_lapsed_at=None)
    return change.row


def _is_said_already(case: Case, actor: Actor, text: str, files: Sequence[FileRef]) -> bool:
    """Whether it is the newest message of the case, as it comes again after a torn connection."""
    newest = messages(case.pk, reader=THE_REPORTER)[-1:]
    if [(each.kind, each.actor, each.text) for each in newest] != [
        (Message.Kind.REPLY, actor.ref, written.cleaned(text))
    ]:
        return False
    if time.now() - newest[0].at > COMES_AGAIN_WITHIN:
        return False
    kept = attachments_of(newest).get(newest[0].id, [])
    return {each.sha256 for each in kept} == {file.sha256 for file in files}


@guards(Action.SUPPLEMENT)
def _is_in_hand(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    """A joined case is over when that which carries its matter is."""
    if case.joined_to_id is None or State(find(case.joined_to_id).state) in OPEN:
        return None
    return Conflict("这件事已经结束，不能再补充。")


def lapse_question(*, case_id: int) -> CaseRow:
    """Gives a case back to its handler whose reporter let the reply days pass; the status page says so.

    Raises Conflict where they aren't over, perhaps because there is a newer question by now.
    """
    with Change(SYSTEM, case_id, Action.LAPSE_QUESTION) as change:
        if reply_due(change.case, deadline_entries(case_id)) > change.now:
            raise Conflict
        change.set(question_lapsed_at=change.now)
    return change.row
