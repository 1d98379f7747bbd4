"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place

from .domain import rights

EVENTS = {
    "HandoverWritten": rooms.Told(_("写交接")),
    "HandoverAcknowledged": rooms.Told(_("知悉交接")),
}
ROOM = rooms.Room(
    name="handovers",
    label=_("交接"),
    purpose=_("岗位之间交接手上的事件，统筹台值班交接。"),
    is_optional=True,
    pages=(
        Page("console:handovers", _("交接"), Place.TASKS, 30),
        Page("console:shifts", _("值班交接"), Place.TASKS, 40, rights.CHANGE_SHIFTS),
    ),
    events=EVENTS,
    rights=rights.RIGHTS,
)
