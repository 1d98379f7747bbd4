"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from .domain.rights import RIGHTS

ROOM = rooms.Room(name="notifications", label=_("通知"), rights=RIGHTS)
