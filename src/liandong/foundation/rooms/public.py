"""Door of rooms: what a room of the house hangs up for the others to show."""

from .discovered import rooms
from .hung import Room
from .rights import may, rights

__all__ = ["Room", "may", "rights", "rooms"]
