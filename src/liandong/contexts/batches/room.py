"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place

from .domain import rights

ROOM = rooms.Room(
    name="batches",
    label=_("批量办理"),
    purpose=_("一次对多件事件办理同一个动作，先预览，可整批撤销。"),
    is_optional=True,
    rights=rights.RIGHTS,
    pages=(Page("console:bulk", _("批量办理记录"), Place.SQUARE, 10, rights.BEGIN),),
)
