"""The rooms that are there, in the order of the installed apps."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import autodiscover_modules

from .addresses import MachineDoor
from .hung import Room

_rooms: list[Room] = []
Changed = Callable[[tuple[Room, ...]], None]
_told: list[Changed] = []


def discover() -> None:
    """Loads the `room` module of every app that has one, and what it `loads`. Raises AttributeError for one without
    ROOM.
    """
    autodiscover_modules("room")
    names = (f"{config.name}.room" for config in apps.get_app_configs())
    _stand([sys.modules[name].ROOM for name in names if name in sys.modules])


def rooms() -> tuple[Room, ...]:
    """Lowest first."""
    return tuple(_rooms)


_doors: list[MachineDoor] = []


def machine_door(path: str) -> MachineDoor | None:
    """The door of a room that this path is below."""
    return next((door for door in _doors if path.startswith(door.prefix)), None)


def changed(told: Changed) -> Changed:
    """Decorates what is called whenever the rooms are others."""
    _told.append(told)
    return told


@contextmanager
def one_more(room: Room) -> Iterator[Room]:
    """The house with another room on top, as tests build it."""
    before = list(_rooms)
    _stand([*before, room])
    try:
        yield room
    finally:
        _stand(before)


def _stand(found: list[Room]) -> None:
    _rooms[:] = found
    _doors[:] = [door for room in found for door in room.machine_doors]
    for room in found:
        for name in room.loads:
            import_module(name)
    for told in _told:
        told(rooms())
