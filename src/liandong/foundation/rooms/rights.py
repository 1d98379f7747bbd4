"""The rights of all rooms, by name: for what knows no room, as navigation and templates."""

from collections.abc import Mapping
from functools import cache

from liandong.kernel.rights import Right

from .discovered import rooms


@cache
def rights() -> Mapping[str, Right]:
    """In the order of the rooms."""
    return {right.name: right for room in rooms() for right in room.rights}


def may(role: str | None, name: str) -> bool:
    """Whether the role has the right of this name. Raises KeyError where no room declares it."""
    return role in rights()[name].roles
