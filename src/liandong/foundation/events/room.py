"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

ROOM = rooms.Room(
    name="events",
    label=_("事件行"),
    services=(rooms.Service("worker", ("worker",), beats=True),),
)
