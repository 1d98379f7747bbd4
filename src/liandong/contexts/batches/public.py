"""Door of batches 批量办理: one action on many cases, foreseen, done case by case, and taken back."""

from .commands import MOST, begin, confirm, plan, reconsider, undo
from .domain import rights
from .models import Batch, BatchItem
from .queries import BatchRow, ItemRow, batch_of, batches_of, items_of

State, Outcome = Batch.State, BatchItem.Outcome

__all__ = [
    "MOST",
    "BatchRow",
    "ItemRow",
    "Outcome",
    "State",
    "batch_of",
    "batches_of",
    "begin",
    "confirm",
    "items_of",
    "plan",
    "reconsider",
    "rights",
    "undo",
]
