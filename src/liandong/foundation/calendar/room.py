"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "days and hours of the county",
        "registers of the county",
        "registers of the county",
        "calendar_office_hours",
        "calendar_weekday",
        "calendar_notice",
        "calendar_day",
    ),
)
ROOM = rooms.Room(name="calendar", label=_("工作日历"), stores=STORES)
