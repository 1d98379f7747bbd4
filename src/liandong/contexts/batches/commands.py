"""Batches 批量办理: begun with the cases as they were seen, planned, then done one by one in short transactions. What
is left over when a request has taken its share is the worker's; it may be stopped anywhere and goes on from the table.
"""

import time as stopwatch
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.kernel import time, written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, InvalidInput, LiandongError, NotAllowed

from .domain import rights
from .models import Batch, BatchItem
from .queries import bulk_of, own_batch, row_of

MOST = 1000
AT_ONCE, AT_ONCE_S = 50, 1.0
"""Cases and seconds that a request, or a turn of the worker, gives to a batch; what is left is for the next turn."""
FORGOTTEN_AFTER = timedelta(days=1)
State, Outcome = Batch.State, BatchItem.Outcome


def begin(*, actor: Actor, action: str, versions: Sequence[tuple[int, int]]) -> int:
    """Keeps which cases, at which versions, the post chose for the action; returns the batch's id. Raises InvalidInput
    for none, or too many, NotAllowed.
    """
    _check_actor(actor)
    if action not in cases.bulk_actions():
        raise InvalidInput("请选择要办理的动作。", field="action")
    if not versions:
        raise InvalidInput("请先选择事件。", field="case")
    if len(versions) > MOST:
        raise InvalidInput("一次最多办理 %(most)s 件，请先缩小筛选范围。", most=MOST)
    with transaction.atomic():
        batch = Batch.objects.create(staff_id=actor.id, action=action, created_at=time.now())
        BatchItem.objects.bulk_create(
            BatchItem(batch=batch, case_id=case_id, version_before=version)
            for case_id, version in dict(versions).items()
        )
    return int(batch.pk)


def plan(*, actor: Actor, batch_id: int, bulk: cases.BulkAction, text: str) -> None:
    """What is to be done, with the reason. Raises InvalidInput for a missing value, Conflict once it was confirmed."""
    cases.check_bulk_action(bulk)
    text = written.cleaned(text)
    written.check(text, needed=bulk.action in cases.NEEDS_WORDS)
    with transaction.atomic():
        batch = _locked(actor, batch_id, State.DRAFT, State.PREVIEW)
        batch.parameters = {name: value for name, value in bulk.given.items() if value}
        batch.text, batch.state = text, State.PREVIEW
        batch.save()


def reconsider(*, actor: Actor, batch_id: int) -> None:
    """Back from the preview to the form; what was typed stays."""
    with transaction.atomic():
        batch = _locked(actor, batch_id, State.PREVIEW)
        batch.state = State.DRAFT
        batch.save(update_fields=["state"])


def confirm(*, actor: Actor, batch_id: int) -> None:
    """Does what was previewed: what a second allows now, the others in the worker. Raises Conflict the second time."""
    with transaction.atomic():
        batch = _locked(actor, batch_id, State.PREVIEW)
        batch.state, batch.confirmed_at = State.RUNNING, time.now()
        batch.save(update_fields=["state", "confirmed_at"])
    go_on(batch_id)


def undo(*, actor: Actor, batch_id: int, text: str) -> None:
    """Takes back what the batch did to each case that nothing has happened to since. Raises Conflict where the day is
    over or there is nothing to take back, InvalidInput without a reason.
    """
    text = written.cleaned(text)
    written.check(text, needed=True)
    with transaction.atomic():
        batch = _locked(actor, batch_id, State.DONE)
        if not row_of(batch).may_undo:
            raise Conflict("这一批已经不能撤销。")
        batch.state, batch.text = State.UNDOING, text
        batch.save(update_fields=["state", "text"])
    go_on(batch_id)


def go_on(batch_id: int) -> None:
    """Does or undoes some cases more of a batch at work. Whoever else is at it takes other cases."""
    batch = Batch.objects.get(pk=batch_id)
    if batch.state not in (State.RUNNING, State.UNDOING):
        return
    wanted = Outcome.WAITING if batch.state == State.RUNNING else Outcome.DONE
    items = BatchItem.objects.filter(batch=batch, outcome=wanted).order_by("id")
    actor = access.actor_of_post(batch.staff_id)
    end = stopwatch.monotonic() + AT_ONCE_S
    for item_id in list(items.values_list("id", flat=True)[:AT_ONCE]):
        _deal_with(batch, actor, item_id, wanted)
        if stopwatch.monotonic() > end:
            break
    with transaction.atomic():
        if not items.exists():
            ended = {State.RUNNING.value: State.DONE, State.UNDOING.value: State.UNDONE}[batch.state]
            Batch.objects.filter(pk=batch_id, state=batch.state).update(state=ended, finished_at=time.now(), text="")


def go_on_with_all() -> None:
    """The worker's share: some cases of the batch that has waited longest."""
    at_work = Batch.objects.filter(state__in=[State.RUNNING.value, State.UNDOING.value]).order_by("id")
    batch_id = at_work.values_list("id", flat=True).first()
    if batch_id:
        go_on(batch_id)


def forget_unconfirmed() -> int:
    """Removes what was begun and not confirmed within a day; nothing was done by it."""
    old = Batch.objects.filter(
        state__in=[State.DRAFT.value, State.PREVIEW.value], created_at__lt=time.now() - FORGOTTEN_AFTER
    )
    return old.delete()[0]


def _deal_with(batch: Batch, actor: Actor | None, item_id: int, wanted: BatchItem.Outcome) -> None:
    """One case in one transaction with its outcome, so that it is never done twice."""
    with transaction.atomic():
        waiting = BatchItem.objects.select_for_update(skip_locked=True, of=("self",))
        item = waiting.filter(pk=item_id, outcome=wanted).first()
        if item is None:
            return
        try:
            with transaction.atomic(), cases.recorded_in(batch.pk):
                row = _act(batch, actor, item)
        except LiandongError as error:
            item.outcome = Outcome.REFUSED if wanted == Outcome.WAITING else Outcome.KEPT
            item.why = {
                "message": error.message,
                "context": {name: str(value) for name, value in error.context.items()},
            }
        else:
            item.outcome = Outcome.DONE if wanted == Outcome.WAITING else Outcome.UNDONE
            item.version_after = row.version
        item.save()


def _act(batch: Batch, actor: Actor | None, item: BatchItem) -> cases.CaseRow:
    if actor is None:
        raise NotAllowed
    _check_actor(actor)
    if batch.state == State.UNDOING:
        version = item.version_after or 0
        action = cases.Action(batch.action)
        return cases.undo_bulk_action(
            actor=actor, action=action, case_id=item.case_id, text=batch.text, version=version
        )
    return cases.take_bulk_action(
        actor=actor, bulk=bulk_of(batch), case_id=item.case_id, text=batch.text, version=item.version_before
    )


def _check_actor(actor: Actor) -> None:
    if not actor.may(rights.BEGIN):
        raise NotAllowed


def _locked(actor: Actor, batch_id: int, *states: Batch.State) -> Batch:
    _check_actor(actor)
    own_batch(actor, batch_id)
    batch = Batch.objects.select_for_update().get(pk=batch_id)
    if batch.state not in states:
        raise Conflict("这一批的情况已经变了，请看下面。")
    return batch
