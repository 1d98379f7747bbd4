"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

STORES = (
    *rooms.stores(
        rooms.Kept.AGAIN,
        "numbers of versions and of rows cut anew",
        "workings of the platform",
        "workings of the platform",
        "registers_version",
        "registers_word_index",
    ),
)
ROOM = rooms.Room(name="registers", label=_("登记册"), stores=STORES)
