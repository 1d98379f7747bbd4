"""The rooms that are there, in the order of the installed apps."""

import sys

from django.apps import apps
from django.utils.module_loading import autodiscover_modules

from .hung import Room

_rooms: list[Room] = []


def discover() -> None:
    """Loads the `room` module of every app that has one. Raises AttributeError for one without ROOM."""
    autodiscover_modules("room")
    names = (f"{config.name}.room" for config in apps.get_app_configs())
    _rooms[:] = [sys.modules[name].ROOM for name in names if name in sys.modules]


def rooms() -> tuple[Room, ...]:
    """Lowest first."""
    return tuple(_rooms)
