"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place

from .domain import rights

EVENTS = {
    "HandoverWritten": rooms.Told(_("写交接")),
    "HandoverAcknowledged": rooms.Told(_("知悉交接")),
}
STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "words of a post to a post; what they quote of a reporter is erased by hand there",
        "what posts write to each other",
        "rows that the record speaks of",
        "cases_handover",
    ),
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "ids only",
        "what posts write to each other",
        "rows that the record speaks of",
        "cases_handover_line",
    ),
)
ROOM = rooms.Room(
    name="handovers",
    label=_("交接"),
    purpose=_("岗位之间交接手上的事件，统筹台值班交接。"),
    is_optional=True,
    pages=(
        Page("console:handovers", _("交接"), Place.TASKS, 30, rights.TAKE_FOR_OFFICE),
        Page("console:handovers", _("交接"), Place.MENU, 12, rights.WRITE),
        Page("console:shifts", _("值班交接"), Place.TASKS, 40, rights.CHANGE_SHIFTS),
    ),
    events=EVENTS,
    rights=rights.RIGHTS,
    stores=STORES,
)
