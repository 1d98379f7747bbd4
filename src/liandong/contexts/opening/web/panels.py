"""The room's panel on the home page."""

from collections.abc import Mapping
from typing import Any

from liandong.foundation.rooms import public as rooms


def lacks(_look: rooms.Look[Any]) -> Mapping[str, object]:
    """The line for who sets the county up; the part itself asks what is lacking."""
    return {}
