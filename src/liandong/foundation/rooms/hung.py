"""A room 房间 of the house and what it hangs up, declared in its `room.py`."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from liandong.kernel.rights import Right

from .addresses import MachineDoor, Router
from .backfills import Backfill
from .kinds import About, Kind
from .lacks import Lack
from .named_files import NamedFiles
from .pages import Page
from .panels import Panel
from .running import Service
from .stores import Store
from .words import Told


@dataclass(frozen=True, slots=True)
class Room:
    """`name`: that of its folder. `label`: what people call it.

    `is_optional`: a county may switch the room off; `purpose` tells its administrator in a sentence what it is for.
    `urls`: (prefix, dotted name of the module with its patterns). `header`: templates that stand in the header of staff
    pages. `public`: names of the addresses whose answers are the same for everybody and may be kept. `lanes`: (prefix,
    lane of `app/gate.py`) of the addresses that don't go in the lane of pages. `switched_off`: one register keeps which
    rooms the county has switched off; it is asked several times a request.
    `panels`: parts of the pages of subjects. `about`, `kinds`: what notifications are about, and their kinds.
    `files`: which of its rows name files: one that no room names is swept, whether a room is switched on or not.
    `events`: what is said of its events. `loads`: modules that register something by being imported, by dotted name:
    guards and commands of actions of a room below. `rights`: what its code asks an actor for. `backfills`: what rows of
    an earlier version lack. `lacks`: what a county may still lack before it can open. `stores`: all tables and folders
    that are its own.
    """

    name: str
    label: str | Promise
    purpose: str | Promise = ""
    is_optional: bool = False
    pages: tuple[Page, ...] = ()
    urls: tuple[tuple[str, str], ...] = ()
    api: Router | None = None
    machine_doors: tuple[MachineDoor, ...] = ()
    lanes: tuple[tuple[str, str], ...] = ()
    public: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    switched_off: Callable[[], Collection[str]] | None = None
    panels: tuple[Panel, ...] = ()
    about: tuple[About, ...] = ()
    kinds: tuple[Kind, ...] = ()
    events: Mapping[str, Told] = field(default_factory=dict)
    loads: tuple[str, ...] = ()
    rights: tuple[Right, ...] = ()
    backfills: tuple[Backfill, ...] = ()
    stores: tuple[Store, ...] = ()
    lacks: tuple[Lack, ...] = ()
    files: tuple[NamedFiles, ...] = ()
