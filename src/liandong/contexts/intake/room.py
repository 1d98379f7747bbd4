"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from .domain.rights import RIGHTS

ROOM = rooms.Room(name="intake", label=_("受理"), rights=RIGHTS)
