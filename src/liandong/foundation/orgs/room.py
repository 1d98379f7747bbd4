"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from . import queries
from .domain.rights import RIGHTS

ROOM = rooms.Room(name="orgs", label=_("区划与部门"), switched_off=queries.rooms_off, rights=RIGHTS)
