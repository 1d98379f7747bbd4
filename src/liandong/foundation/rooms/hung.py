"""A room 房间 of the house and what it hangs up, declared in its `room.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from .kinds import About, Kind
from .panels import Panel
from .words import Told


@dataclass(frozen=True, slots=True)
class Room:
    """`name`: that of its folder. `label`: what people call it.

    `panels`: parts of the pages of subjects. `about`, `kinds`: what notifications are about, and their kinds.
    `events`: what is said of its events. `loads`: modules that register something by being imported, by dotted name:
    guards and commands of actions of a room below.
    """

    name: str
    label: str | Promise
    panels: tuple[Panel, ...] = ()
    about: tuple[About, ...] = ()
    kinds: tuple[Kind, ...] = ()
    events: Mapping[str, Told] = field(default_factory=dict)
    loads: tuple[str, ...] = ()
