"""A post's batches and what became of each case."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from liandong.contexts.cases import public as cases
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import Actor
from liandong.kernel.errors import NotFound

from .models import Batch, BatchItem

State, Outcome = Batch.State, BatchItem.Outcome


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch with how many of its cases came to which outcome."""

    id: int
    action: cases.Action
    bulk: cases.BulkAction
    text: str
    state: str
    created_at: datetime
    finished_at: datetime | None
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def dealt_with(self) -> int:
        """Cases that the work at hand, doing or undoing, is through with."""
        is_undoing = self.state == State.UNDOING
        return self.total - self.counts.get(Outcome.DONE if is_undoing else Outcome.WAITING, 0)

    @property
    def is_at_work(self) -> bool:
        return self.state in (State.RUNNING, State.UNDOING)

    @property
    def may_undo(self) -> bool:
        """On the day it was done, as long as something of it stands."""
        on_the_day = self.finished_at is not None and (orgs.day_of(self.finished_at) == orgs.today())
        is_done = self.state == State.DONE and self.counts.get(Outcome.DONE, 0) > 0
        return is_done and on_the_day and self.action in cases.UNDOABLE


@dataclass(frozen=True, slots=True)
class ItemRow:
    """`why`: message and values of a refusal, {} where there is none."""

    case_id: int
    version_before: int
    version_after: int | None
    outcome: str
    why: Mapping[str, Any]


def batch_of(*, actor: Actor, batch_id: int) -> BatchRow:
    """A post's own batch. Raises NotFound for anybody else's."""
    return row_of(own_batch(actor, batch_id))


def batches_of(*, actor: Actor, most: int = 50) -> list[BatchRow]:
    """The post's batches that were confirmed, newest first."""
    found = list(Batch.objects.filter(staff_id=actor.id, confirmed_at__isnull=False).order_by("-id")[:most])
    counts: dict[int, Counter[str]] = {batch.pk: Counter() for batch in found}
    for batch_id, outcome in BatchItem.objects.filter(batch__in=found).values_list("batch_id", "outcome"):
        counts[batch_id][outcome] += 1
    return [row_of(batch, counts[batch.pk]) for batch in found]


def items_of(batch_id: int) -> list[ItemRow]:
    """All cases of a batch, in the order they were chosen."""
    rows = BatchItem.objects.filter(batch_id=batch_id).order_by("id")
    return [ItemRow(*row) for row in rows.values_list(*ItemRow.__slots__)]


def own_batch(actor: Actor, batch_id: int) -> Batch:
    batch = Batch.objects.filter(pk=batch_id, staff_id=actor.id).first() if actor.kind == "staff" else None
    if batch is None:
        raise NotFound
    return batch


def bulk_of(batch: Batch) -> cases.BulkAction:
    return cases.BulkAction(cases.Action(batch.action), batch.parameters)


def row_of(batch: Batch, counts: Mapping[str, int] | None = None) -> BatchRow:
    if counts is None:
        counts = Counter(BatchItem.objects.filter(batch=batch).values_list("outcome", flat=True))
    return BatchRow(
        id=batch.pk,
        action=cases.Action(batch.action),
        bulk=bulk_of(batch),
        text=batch.text,
        state=batch.state,
        created_at=batch.created_at,
        finished_at=batch.finished_at,
        counts=counts,
    )
