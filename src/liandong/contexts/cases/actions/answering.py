"""答复: the public answer, and 阶段进展 on the way to it."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext

from liandong.contexts.cases.change import Change, keep_words
from liandong.contexts.cases.clocks.explaining import day_words
from liandong.contexts.cases.clocks.reckoning import verdict_due
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.audience import Audience
from liandong.contexts.cases.domain.events import PartsLeftOpen
from liandong.contexts.cases.domain.lifecycle import State
from liandong.contexts.cases.models import Case, Message
from liandong.contexts.cases.queries import has_reporter
from liandong.contexts.cases.rows import CaseRow
from liandong.contexts.categories import public as categories
from liandong.foundation.events import public as events
from liandong.foundation.language import writing_to
from liandong.foundation.orgs import public as orgs
from liandong.kernel import written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, PartsGoOn
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
    unfinished: str = "",
    files: Sequence[FileRef] = (),
) -> CaseRow:
    """答复: the public answer with its `files`. The clock stops; the reporter has the county's verdict days to judge
    it, and so have those whose cases are joined to it. Where a device reported it and nobody else, the case ends.
    `unfinished`: why it is given while offices still assist; all involved read it.

    Raises InvalidInput for a blank of an answer to begin with that nobody filled, PartsGoOn where offices assist and
    nothing says why.
    """
    if blank := categories.unfilled(text):
        raise InvalidInput("答复里还有没填的地方：%(blank)s", field="text", blank=blank)
    with Change(actor, case_id, Action.ANSWER, version, text, however_short=however_short) as change:
        _leave_parts_open(change, unfinished)
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


def _leave_parts_open(change: Change, reason: str) -> None:
    """Offices that assist still may go on; that the lead didn't wait for them stands in the ledger with the reason."""
    offices = change.assisting
    if not offices or change.actor.kind == "system":
        return
    words = written.cleaned(reason)
    if not words:
        raise PartsGoOn(field="unfinished", count=len(offices), offices="、".join(map(orgs.office_name, offices)))
    written.check(words)
    message = keep_words(change.case, change.actor, Message.Kind.REASON, words, Audience.INVOLVED, change.now)
    facts = PartsLeftOpen(assisting=list(offices), message=message)
    events.happened(actor=change.actor, stream=("case", change.case.pk), facts=facts)


@does(Action.PROGRESS)
def tell_progress(
    *,
    actor: Actor,
    case_id: int,
    text: str,
    next_step: str = "",
    next_on: date | None = None,
    files: Sequence[FileRef] = (),
) -> CaseRow:
    """阶段进展: what has been done, `next_step` what comes next and `next_on` until when, with pictures. Our
    words in it are in the reporter's language. The reporter reads it at once; no clock stops. Raises InvalidInput for a
    day without a step.
    """
    step = written.cleaned(next_step)
    if next_on is not None and not step:
        raise InvalidInput("请写下一步做什么。", field="next_step")
    with Change(actor, case_id, Action.PROGRESS, text=text) as change:
        with writing_to(change.case.language):
            change.text = "\n".join(filter(None, (change.text, _next(step, next_on))))
        change.say(Message.Kind.PROGRESS)
        change.attach(files)
    return change.row


def _next(step: str, on: date | None) -> str:
    if not step:
        return ""
    if on is None:
        return gettext("下一步：%(step)s") % {"step": step}
    return gettext("下一步：%(step)s（%(day)s前）") % {"step": step, "day": day_words(on)}
