"""Door of rooms: what a room of the house hangs up for the others to show."""

from .addresses import MachineDoor, Router
from .discovered import machine_door, rooms
from .hung import Room
from .pages import Page, Place
from .resolving import addresses_of, while_on
from .running import Service
from .shown import header_parts, pages
from .switches import is_on, optional

__all__ = [
    "MachineDoor",
    "Page",
    "Place",
    "Room",
    "Router",
    "Service",
    "addresses_of",
    "header_parts",
    "is_on",
    "machine_door",
    "optional",
    "pages",
    "rooms",
    "while_on",
]
