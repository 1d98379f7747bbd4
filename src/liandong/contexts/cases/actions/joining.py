"""Many reports, one matter: a case is joined 合并 to the one that carries it already, and separated again without loss.

Each report keeps its own case, number and receipt; the joined one rests, its reporter follows the other and judges too
(docs/decisions/joined-cases.md).
"""

from collections.abc import Sequence

from django.db import transaction

from liandong.contexts.cases.actions.judging import may_judge, record_verdict
from liandong.contexts.cases.change import Change, lock_case, main_task_in
from liandong.contexts.cases.concerns import check_satisfied, check_unsolved, concerns, has_judged, is_judgeable, unlike
from liandong.contexts.cases.domain import channels
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.events import (
    CaseJoined,
    CaseSeparated,
    JoinedReporterJudged,
    ReportsAdded,
    ReportsFacts,
    ReportsRemoved,
)
from liandong.contexts.cases.domain.joins import led_by
from liandong.contexts.cases.domain.lifecycle import OPEN, UNHAPPY, State
from liandong.contexts.cases.domain.undo import BeforeJoining, columns_of
from liandong.contexts.cases.models import Case, DeadlineEntry, Message, Task, Undo
from liandong.contexts.cases.queries import find, joined_with_reporter, visible_case
from liandong.contexts.cases.rows import CaseRow
from liandong.contexts.cases.rules import guards
from liandong.foundation.events import public as events
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, InvalidInput, LiandongError, NotAllowed
from liandong.kernel.kept import FileRef

from .registry import does
from .undoing import keep, read

_SEEN_BY = ("is_private", "is_confidential")
_LIMITS = ("category_code", "category_version", "severity", "accept_budget", "finish_budget")


@does(Action.JOIN)
def join_case(*, actor: Actor, case_id: int, to: int, text: str = "", version: int | None = None) -> CaseRow:
    """合并 to another open case; what was joined to this one goes along.

    Raises InvalidInput where the two can't be one matter, NotFound or NotAllowed where the other isn't the post's,
    Conflict where it has ended or is joined itself.
    """
    with transaction.atomic():
        _lock_carriers(case_id, to)
        with Change(actor, case_id, Action.JOIN, version, text) as change:
            carrier = _joinable(change.case, to, actor)
            change.say(Message.Kind.NOTE)
            along = list(Case.objects.filter(joined_to=change.case).values_list("pk", flat=True))
            Case.objects.filter(pk__in=along).update(joined_to=carrier)
            before = _stood(change.case)
            keep(change, before, joined_to=to)
            told = {"state": before.state, **columns_of(before)}
            change.tell(CaseJoined(was=told, carrier=to, came_along=along))
            change.set(joined_to_id=to, report_count=1, solved=None, satisfied=None)
            change.end_tasks("joined")
        _recount(actor, carrier, ReportsAdded, case_id)
    return change.row


@does(Action.SEPARATE)
def separate_case(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """撤销合并: the case stands again as before it was joined, with what came along with it. What its reporter was
    promised stays; an office that hadn't signed for it has the accept time from now on.
    """
    with transaction.atomic():
        carrier = _lock_with_carrier(case_id)
        with Change(actor, case_id, Action.SEPARATE, version, text) as change:
            change.say(Message.Kind.REASON)
            _stand_again(change)
            if change.case.accepted_at is None:
                change.deadline(DeadlineEntry.Kind.SEPARATE)
        _recount(actor, carrier, ReportsRemoved, case_id)
    return change.row


@does(Action.JUDGE_JOINED)
def judge_joined(
    *,
    actor: Actor,
    case_id: int,
    solved: bool,
    satisfied: int | None = None,
    text: str = "",
    version: int | None = None,
    files: Sequence[FileRef] = (),
    reason: str = "",
) -> CaseRow:
    """The verdict of a reporter whose case is joined, on the answer that the other case got.

    “Solved” ends that one where a device or a system reported it and nobody is left who could still judge. “Not solved”
    takes it back to its office while it waits for verdicts; where it has closed by now, this case is separated and goes
    to the same office anew, once more. Raises Conflict before there is an answer, after the verdict
    time, and for a second verdict on the same answer.
    """
    check_satisfied(satisfied)
    check_unsolved(reason, solved=solved)
    with transaction.atomic():
        carrier = _lock_with_carrier(case_id)
        with Change(actor, case_id, Action.JUDGE_JOINED, version, text) as change:
            change.say(Message.Kind.VERDICT)
            change.attach(files)
            change.set(solved=solved, satisfied=satisfied)
            if satisfied is not None and satisfied <= UNHAPPY:
                change.set(unhappy_at=change.now)
            change.tell(JoinedReporterJudged(solved=solved, satisfied=satisfied, carrier=carrier.pk, reason=reason))
            begins_again = not solved and State(carrier.state) is State.CLOSED
            if begins_again:
                _begin_again(change, carrier)
        if begins_again:
            _recount(actor, carrier, ReportsRemoved, case_id)
        elif not solved:
            record_verdict(
                actor=actor, case_id=carrier.pk, solved=False, satisfied=satisfied, joined=case_id, reason=reason
            )
        elif _is_last_word(carrier):
            record_verdict(actor=actor, case_id=carrier.pk, solved=True, joined=case_id)
    return change.row


def _is_last_word(carrier: Case) -> bool:
    """Whether nobody reported the main case itself, it waits for verdicts, and all who joined it have given theirs."""
    if carrier.channel not in channels.WITHOUT_REPORTER or State(carrier.state) is not State.ANSWERED:
        return False
    return not joined_with_reporter(carrier.pk).filter(solved=None).exists()


def judge_matter(
    *,
    actor: Actor,
    own: CaseRow,
    solved: bool,
    satisfied: int | None,
    text: str,
    version: int | None = None,
    files: Sequence[FileRef] = (),
    reason: str = "",
) -> CaseRow:
    """The verdict of a reporter on the answer, whether the own case is joined or not. Raises as `judge_joined`,
    `record_verdict`.
    """
    judge = judge_joined if own.is_joined else record_verdict
    return judge(
        actor=actor,
        case_id=own.id,
        solved=solved,
        satisfied=satisfied,
        text=text,
        version=version,
        files=files,
        reason=reason,
    )


def _lock_carriers(*case_ids: int) -> None:
    """Those that aren't joined, in the order of their numbers; what is joined is only ever locked after the case that
    carries its matter, so that no two commands wait for each other.
    """
    carriers = Case.objects.filter(pk__in=case_ids, joined_to=None).order_by("pk").values_list("pk", flat=True)
    for case_id in list(carriers):
        lock_case(case_id)


def _lock_with_carrier(case_id: int) -> Case:
    """Locks both rows; the case itself where it isn't joined, which its state then says. Raises NotFound; Conflict
    where it was joined to another meanwhile.
    """
    to = Case.objects.filter(pk=case_id).values_list("joined_to_id", flat=True).first() or case_id
    carrier = lock_case(to)
    if (lock_case(case_id).joined_to_id or case_id) != to:
        raise Conflict
    return carrier


def _joinable(case: Case, to: int, actor: Actor) -> Case:
    if to == case.pk:
        raise InvalidInput("不能合并到事件自己。", field="number")
    if actor.kind == "staff":
        visible_case(actor=actor, case_id=to)
    other = lock_case(to)
    if not concerns(other, actor, Action.JOIN):
        raise NotAllowed
    if other.joined_to_id is not None:
        raise Conflict("那个事件自己已经合并到别的事件，请合并到主事件。")
    if State(other.state) not in OPEN:
        raise Conflict("那个事件已经结束，不能再合并进去。")
    if sentence := unlike(case, other):
        raise InvalidInput(sentence, field="number")
    return other


def _stood(case: Case) -> BeforeJoining:
    """How a case stood, for separating it again."""
    return BeforeJoining(
        state=case.state,
        queue=case.queue,
        solved=case.solved,
        satisfied=case.satisfied,
        extension_asked=case.extension_asked,
        consent_office_id=case.consent_office_id,
        consent_asker_id=case.consent_asker_id,
        is_private=case.is_private,
        is_confidential=case.is_confidential,
    )


def _stand_again(change: Change) -> None:
    """As the case stood when it was joined, with all that hangs under it by a decision that still holds. What comes
    along is as close as it was itself, as this case, or as one between them. Raises Conflict where nothing says how it
    stood.
    """
    case = change.case
    beside = list(Case.objects.filter(joined_to=case.joined_to_id).values_list("pk", flat=True))
    kept = {row.pk: row for row in Undo.objects.filter(pk__in=beside, what=Action.JOIN)}
    if case.pk not in kept:
        raise Conflict
    under = {pk: row.joined_to_id for pk, row in kept.items() if row.joined_to_id is not None}
    stood = {pk: read(row, BeforeJoining) for pk, row in kept.items()}
    came_along = led_by(case.pk, beside, under)
    change.tell(CaseSeparated(came_along=sorted(came_along)))
    alike: dict[tuple[bool, ...], list[int]] = {}
    for each, between in came_along.items():
        line = [stood[one] for one in (each, *between, case.pk) if one in stood]
        alike.setdefault(tuple(any(getattr(one, name) for one in line) for name in _SEEN_BY), []).append(each)
    for seen_by, ids in alike.items():
        Case.objects.filter(pk__in=ids).update(joined_to=case, **dict(zip(_SEEN_BY, seen_by, strict=True)))
    before = stood[case.pk]
    change.to = State(before.state)
    change.set(
        joined_to_id=None,
        closed_at=None,
        report_count=1 + len(came_along),
        **columns_of(before),
    )
    Undo.objects.filter(pk=case.pk).delete()
    change.open_task(main_task_in(change.to), office_id=case.office_id, assignee_id=case.assignee_id)


def _begin_again(change: Change, carrier: Case) -> None:
    """Not solved for this reporter alone: a case of its own at the office that answered, with new clocks, and of the
    same kind where nobody had said of which it is. What had come along with it stays under the answer.
    """
    Undo.objects.filter(what=Action.JOIN, joined_to=change.case, case__joined_to=carrier).update(joined_to=carrier)
    Undo.objects.filter(pk=change.case.pk).delete()
    change.to = State.HANDLING
    if not change.case.category_code:
        change.set(**{name: getattr(carrier, name) for name in _LIMITS})
    change.set(
        joined_to_id=None,
        closed_at=None,
        queue="",
        office_id=carrier.office_id,
        assignee_id=carrier.assignee_id,
        accepted_at=change.case.accepted_at or change.now,
        rework_count=change.case.rework_count + 1,
        clock_from=change.now,
        extension_count=0,
    )
    change.deadline(DeadlineEntry.Kind.RESTART)
    change.open_task(Task.Kind.HANDLE, office_id=carrier.office_id, assignee_id=carrier.assignee_id)


@guards(Action.JUDGE_JOINED)
def _may_judge_joined(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    """The answer that the other case got waits for the verdict of this one's reporter."""
    other = find(case.joined_to_id) if case.joined_to_id is not None else None
    if other is None or not is_judgeable(other):
        return Conflict("还没有可以评价的答复，或者评价期已过。")
    if has_judged(other, case.id):
        return Conflict("这次答复已经评价过了。")
    return may_judge(other, actor)


def _recount(actor: Actor, case: Case, event: type[ReportsFacts], joined_id: int) -> None:
    """The case that carries the matter learns that reports came or went."""
    case.report_count = 1 + Case.objects.filter(joined_to=case).count()
    case.version += 1
    case.changed_at = time.now()
    case.save(update_fields=["report_count", "version", "changed_at"])
    facts = event(joined_case=joined_id, reports=case.report_count)
    events.happened(actor=actor, stream=("case", case.pk), facts=facts)
