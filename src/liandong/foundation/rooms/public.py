"""Door of rooms: what a room of the house hangs up for the others to show."""

from .composed import (
    about,
    compose,
    event_words,
    events_told,
    in_language,
    kinds,
    kinds_of,
    lazy_panels,
    one_panel,
    panels,
    reporter_words,
    sheet,
    told,
)
from .discovered import one_more, rooms
from .dotted import called
from .hung import Room
from .kinds import About, Group, Kind, Light
from .panels import Look, Panel, Place, Shown
from .words import Told

__all__ = [
    "About",
    "Group",
    "Kind",
    "Light",
    "Look",
    "Panel",
    "Place",
    "Room",
    "Shown",
    "Told",
    "about",
    "called",
    "compose",
    "event_words",
    "events_told",
    "in_language",
    "kinds",
    "kinds_of",
    "lazy_panels",
    "one_more",
    "one_panel",
    "panels",
    "reporter_words",
    "rooms",
    "sheet",
    "told",
]
