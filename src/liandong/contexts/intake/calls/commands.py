"""Commands of the desk on calls. They touch no clocks of a case: ledger entries of their own streams, no events."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.domain import rights
from liandong.contexts.intake.domain.calls import FALLBACK, KINDS, LOOK_UP_PURPOSES, MOST_MISSED
from liandong.contexts.intake.domain.events import (
    CallbackTried,
    CallBegan,
    CallEnded,
    CallerLookedUp,
    CallLedToCase,
    ContactRead,
)
from liandong.contexts.intake.models import Call, Callback, Contact, ContactReading
from liandong.foundation.access import public as access
from liandong.foundation.ledger import public as ledger
from liandong.kernel import telephone, time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Busy, Conflict, InvalidInput, NotAllowed, NotFound
from liandong.kernel.kept import FileRef

from .queries import Caller, CallRow, cases_of_number, missed_since, open_call, row_of

LOOKED_UP_AT_MOST, LOOKED_UP_WINDOW_S = 30, 600


def begin_call(*, actor: Actor, kind: str = "", case_id: int | None = None, unless_open: bool = False) -> CallRow:
    """A call of this post begins; one that it had still open is over, or goes on with `unless_open`. Raises NotAllowed
    for posts that aren't the desk's, Busy where the post began another at the same moment.
    """
    _check(actor)
    if kind:
        _check_kind(kind)
    try:
        with transaction.atomic():
            for before in Call.objects.select_for_update().filter(staff_id=actor.id, ended_at=None):
                if unless_open:
                    return row_of(before)
                _end(actor, before, before.kind)
            call = Call.objects.create(staff_id=actor.id, kind=kind, began_at=time.now(), case_id=case_id)
            ledger.record(actor=actor, stream=("call", call.pk), facts=CallBegan(kind=kind))
    except IntegrityError as error:
        raise Busy from error
    return row_of(call)


def call_in_hand(*, actor: Actor) -> CallRow:
    """The call that the post is in; one begins where there is none. Two questions at the same moment, as a typed number
    and the look-up after it are, find the same call. Raises NotAllowed for posts that aren't the desk's.
    """
    call = open_call(actor)
    try:
        return call or begin_call(actor=actor, unless_open=True)
    except Busy:
        call = open_call(actor)
        if call is None:
            raise
        return call


def end_call(*, actor: Actor, kind: str = "", case_id: int | None = None) -> CallRow:
    """The post's open call is over; `kind` says what it was, where it wasn't said before. Raises NotFound."""
    _check(actor)
    if kind:
        _check_kind(kind)
    with transaction.atomic():
        call = _open_call(actor)
        if case_id is not None:
            call.case_id = case_id
        _end(actor, call, kind or call.kind)
    return row_of(call)


def call_led_to(*, actor: Actor, case_id: int, kind: str, is_new: bool = False) -> CallRow | None:
    """Notes on the post's open call which case it is about, and what it is; None where no call is open. What was noted
    before stays, unless the case `is_new` from this call.
    """
    _check(actor)
    _check_kind(kind)
    with transaction.atomic():
        call = Call.objects.select_for_update().filter(staff_id=actor.id, ended_at=None).first()
        if call is None:
            return None
        if is_new or call.case_id is None:
            call.case_id = case_id
        if is_new or not call.kind:
            call.kind = kind
        call.save(update_fields=["case_id", "kind"])
        ledger.record(actor=actor, stream=("call", call.pk), facts=CallLedToCase(kind=call.kind, case=case_id))
    return row_of(call)


def look_up(*, actor: Actor, phone: str, purpose: str) -> Caller:
    """Cases whose contact has this number, newest first, for one of `LOOK_UP_PURPOSES` that the caller asked for.

    Each case listed is recorded where its reporter can see it. Cases that complain of the post's own office aren't
    found, nor is what was erased. Raises InvalidInput, NotAllowed, NotFound without an open call, TooMany.
    """
    _check(actor)
    if purpose not in LOOK_UP_PURPOSES:
        raise InvalidInput("请先选择查找的目的。", field="purpose")
    number = _one_number(phone)
    access.count_attempt(key=f"look-up:{actor.id}", limit=LOOKED_UP_AT_MOST, window_s=LOOKED_UP_WINDOW_S)
    with transaction.atomic():
        call = _open_call(actor)
        found = cases_of_number(actor, number)
        reports = sorted(report_id for _, report_ids in found.found for report_id in report_ids)
        list(Contact.objects.select_for_update().filter(pk__in=reports).order_by("pk").values_list("pk"))
        _record(actor, call, purpose, reports)
        facts = CallerLookedUp(purpose=purpose, found=len(found.found))
        ledger.record(actor=actor, stream=("call", call.pk), facts=facts)
    return found


def _one_number(phone: str) -> telephone.Telephone:
    numbers = telephone.read(phone)
    if not numbers:
        raise InvalidInput("请填写完整的电话号码。", field="phone")
    if len(numbers) > 1:
        raise InvalidInput("一次只能查找一个号码。", field="phone")
    return numbers[0]


def _record(actor: Actor, call: Call, purpose: str, reports: list[int]) -> None:
    now = time.now()
    ContactReading.objects.bulk_create(
        ContactReading(report_id=report_id, staff_id=actor.id, purpose=purpose, at=now) for report_id in reports
    )
    ledger.append_many(
        actor=actor,
        entries=[
            ledger.entry_of(("contact", report_id), ContactRead(purpose=purpose, call=call.pk)) for report_id in reports
        ],
    )


def take_verdict(
    *,
    actor: Actor,
    case_id: int,
    solved: bool,
    satisfied: int | None,
    text: str,
    version: int | None = None,
    files: Sequence[FileRef] = (),
    reason: str = "",
) -> cases.CaseRow:
    """The verdict that the reporter speaks into the telephone; never taken by who answered. Raises as
    `cases.record_verdict`.
    """
    _check(actor)
    with transaction.atomic():
        own = cases.find(case_id)
        row = cases.judge_matter(
            actor=actor,
            own=own,
            solved=solved,
            satisfied=satisfied,
            text=text,
            version=version,
            files=files,
            reason=reason,
        )
        _keep(actor, case_id, Callback.Outcome.JUDGED)
    return row


def try_callback(*, actor: Actor, case_id: int, reached: bool) -> cases.CaseRow:
    """A callback without a verdict: nobody there, or the reporter didn't want to judge. Raises NotFound, Conflict where
    there is nothing to judge (any more), NotAllowed.
    """
    _check(actor)
    with transaction.atomic():
        row = cases.lock_visible(actor=actor, case_id=case_id)
        matter = cases.matter_of(row)
        if not matter.awaits_verdict:
            raise Conflict("事件已不在待评价状态，不用再回访。")
        if not cases.may_take_verdict(matter.main, actor):
            raise NotAllowed("不能由答复的部门回访。")
        if not reached and missed_since(row) >= MOST_MISSED:
            raise Conflict("这次答复后已三次未联系上，不再拨打。")
        _keep(actor, case_id, Callback.Outcome.DECLINED if reached else Callback.Outcome.MISSED)
    return row


def _keep(actor: Actor, case_id: int, outcome: Callback.Outcome) -> None:
    attempt = Callback.objects.create(case_id=case_id, staff_id=actor.id, outcome=outcome, at=time.now())
    facts = CallbackTried(case=case_id, outcome=outcome.value)
    ledger.record(actor=actor, stream=("callback", attempt.pk), facts=facts)


def _open_call(actor: Actor) -> Call:
    call = Call.objects.select_for_update().filter(staff_id=actor.id, ended_at=None).first()
    if call is None:
        raise NotFound("没有正在进行的通话，请先按“接听”。")
    return call


def _end(actor: Actor, call: Call, kind: str) -> None:
    call.kind = kind or ("request" if call.case_id else FALLBACK)
    call.ended_at = time.now()
    call.save(update_fields=["kind", "ended_at", "case_id"])
    ledger.record(actor=actor, stream=("call", call.pk), facts=CallEnded(kind=call.kind))


def _check(actor: Actor) -> None:
    if actor.kind != "staff" or not actor.may(rights.ANSWER_CALLS):
        raise NotAllowed


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise InvalidInput("请选择来电类型。", field="kind")
