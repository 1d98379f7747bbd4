"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

STORES = (
    *rooms.stores(
        rooms.Kept.WORK,
        "ids, codes and times only: no words, no address",
        "long work that waits",
        "long work",
        "jobs_job",
    ),
    *rooms.stores(
        rooms.Kept.REPLACED,
        "no words: when timers ran and loops moved",
        "workings of the platform",
        "workings of the platform",
        "events_timer",
        "events_worker",
    ),
)
ROOM = rooms.Room(name="jobs", label=_("作业"), stores=STORES)
