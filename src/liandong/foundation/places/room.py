"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "known places: no person",
        "registers of the county",
        "registers of the county",
        "places_place",
    ),
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "roads and waters of maps: no person",
        "registers of the county",
        "registers of the county",
        "places_ground_shape",
    ),
)
ROOM = rooms.Room(name="places", label=_("地点"), stores=STORES)
