"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from .domain.rights import RIGHTS

ROOM = rooms.Room(name="categories", label=_("事项分类"), rights=RIGHTS)
