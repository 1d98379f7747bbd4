"""Which rooms a county has."""

from collections.abc import Iterator

from .discovered import rooms
from .hung import Room


def optional() -> tuple[Room, ...]:
    """Those that a county may do without."""
    return tuple(room for room in rooms() if room.is_optional)


def is_on(name: str) -> bool:
    """Whether there is this room, open. Only one that is optional can be off."""
    room = next((each for each in rooms() if each.name == name), None)
    return room is not None and not (room.is_optional and name in _off())


def _off() -> Iterator[str]:
    return (name for room in rooms() if room.switched_off is not None for name in room.switched_off())
