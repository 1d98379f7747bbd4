"""Which addresses are doors for other systems: what goes wrong there is told as data, never as a page."""

from liandong.foundation.rooms import public as rooms

API = "/api/"


def is_machine_door(path: str) -> bool:
    return path.startswith(API) or rooms.machine_door(path) is not None
