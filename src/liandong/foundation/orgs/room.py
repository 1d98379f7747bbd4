"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from . import queries
from .domain import rights

ROOM = rooms.Room(name="orgs", label=_("区划与部门"), switched_off=queries.rooms_off, rights=rights.RIGHTS)
