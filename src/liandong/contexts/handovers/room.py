"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

ROOM = rooms.Room(
    name="handovers",
    label=_("交接"),
    about=_("岗位之间交接手上的事件，统筹台值班交接。"),
    is_optional=True,
)
