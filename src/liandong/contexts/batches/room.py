"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place

from .domain import rights

_B = "liandong.contexts.batches.filling"
STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "words of a post and its choice, nothing of a reporter; what was never confirmed goes after a day",
        "what posts write to each other",
        "rows that the record speaks of",
        "console_batch",
        "console_batch_item",
    ),
)
ROOM = rooms.Room(
    name="batches",
    label=_("批量办理"),
    purpose=_("一次对多件事件办理同一个动作，先预览，可整批撤销。"),
    is_optional=True,
    pages=(Page("console:bulk", _("批量办理记录"), Place.SQUARE, 10, rights.BEGIN),),
    rights=rights.RIGHTS,
    stores=STORES,
    backfills=(rooms.Backfill("batches.jobs", _("办理中的批次"), f"{_B}.lacking", f"{_B}.fill"),),
)
