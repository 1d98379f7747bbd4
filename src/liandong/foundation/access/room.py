"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from .domain.rights import RIGHTS

ROOM = rooms.Room(name="access", label=_("岗位账号"), rights=RIGHTS)
