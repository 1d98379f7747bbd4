"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from .domain.actions import RIGHT_TO
from .domain.rights import RIGHTS

ROOM = rooms.Room(name="cases", label=_("事件"), rights=(*RIGHTS, *RIGHT_TO.values()))
