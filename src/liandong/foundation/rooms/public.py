"""Door of rooms: what a room of the house hangs up for the others to show."""

from .addresses import MachineDoor, Router
from .backfills import Backfill
from .composed import (
    about,
    backfills,
    compose,
    event_words,
    events_told,
    kinds,
    kinds_of,
    lacking,
    lazy_panels,
    named_files,
    one_panel,
    panels,
    reporter_words,
    sheet,
    told,
    translated,
)
from .discovered import machine_door, one_more, rooms
from .dotted import called
from .hung import Room
from .kinds import About, Glance, Group, Kind, Light
from .lacks import Lack, Lacking, Missing
from .named_files import NamedFiles
from .pages import Page, Place
from .panels import Area, Look, Panel, Shown
from .resolving import addresses_of, while_on
from .running import Service
from .shown import header_parts, pages
from .stores import Kept, Store, stores
from .switches import is_on, optional
from .words import Told

__all__ = [
    "About",
    "Area",
    "Backfill",
    "Glance",
    "Group",
    "Kept",
    "Kind",
    "Lack",
    "Lacking",
    "Light",
    "Look",
    "MachineDoor",
    "Missing",
    "NamedFiles",
    "Page",
    "Panel",
    "Place",
    "Room",
    "Router",
    "Service",
    "Shown",
    "Store",
    "Told",
    "about",
    "addresses_of",
    "backfills",
    "called",
    "compose",
    "event_words",
    "events_told",
    "header_parts",
    "is_on",
    "kinds",
    "kinds_of",
    "lacking",
    "lazy_panels",
    "machine_door",
    "named_files",
    "one_more",
    "one_panel",
    "optional",
    "pages",
    "panels",
    "reporter_words",
    "rooms",
    "sheet",
    "stores",
    "told",
    "translated",
    "while_on",
]
