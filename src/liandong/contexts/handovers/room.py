"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

EVENTS = {
    "HandoverWritten": rooms.Told(_("写交接")),
    "HandoverAcknowledged": rooms.Told(_("知悉交接")),
}
ROOM = rooms.Room(name="handovers", label=_("交接"), events=EVENTS)
