"""The rooms that are there, in the order of the installed apps."""

import sys

from django.apps import apps
from django.utils.module_loading import autodiscover_modules

from .addresses import MachineDoor
from .hung import Room

_rooms: list[Room] = []


def discover() -> None:
    """Loads the `room` module of every app that has one. Raises AttributeError for one without ROOM."""
    autodiscover_modules("room")
    names = (f"{config.name}.room" for config in apps.get_app_configs())
    _rooms[:] = [sys.modules[name].ROOM for name in names if name in sys.modules]
    _doors[:] = [door for room in _rooms for door in room.machine_doors]


def rooms() -> tuple[Room, ...]:
    """Lowest first."""
    return tuple(_rooms)


_doors: list[MachineDoor] = []


def machine_door(path: str) -> MachineDoor | None:
    """The door of a room that this path is below."""
    return next((door for door in _doors if path.startswith(door.prefix)), None)
