"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

ROOM = rooms.Room(
    name="events",
    label=_("事件行"),
    services=(
        rooms.Service("events", ("worker", "--only", "events"), beats=True),
        rooms.Service("worker", ("worker", "--only", "work"), beats=True),
    ),
)
