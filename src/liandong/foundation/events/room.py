"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

STORES = (
    *rooms.stores(
        rooms.Kept.WORK,
        "ids, codes and times of an event, handed over within seconds",
        "workings of the platform",
        "workings of the platform",
        "events_event",
    ),
    *rooms.stores(
        rooms.Kept.WORK,
        "ids, codes and times of an event that is tried again, or that somebody has to look at",
        "workings of the platform",
        "workings of the platform",
        "events_retry",
        "events_deadletter",
    ),
)
ROOM = rooms.Room(
    name="events",
    label=_("事件行"),
    services=(
        rooms.Service("events", ("worker", "--only", "events"), beats=True),
        rooms.Service("worker", ("worker", "--only", "work"), beats=True),
    ),
    stores=STORES,
)
