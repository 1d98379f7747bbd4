"""The rights of all rooms, by name."""

from collections.abc import Mapping
from functools import cache

from liandong.kernel.rights import Right

from .discovered import rooms


@cache
def rights() -> Mapping[str, Right]:
    """In the order of the rooms."""
    return {right.name: right for room in rooms() for right in room.rights}
