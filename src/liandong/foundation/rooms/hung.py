"""A room 房间 of the house and what it hangs up, declared in its `room.py`."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.utils.functional import Promise

from .addresses import MachineDoor, Router
from .pages import Page
from .running import Service


@dataclass(frozen=True, slots=True)
class Room:
    """`name`: that of its folder. `label`: what people call it.

    `is_optional`: a county may switch the room off; `about` tells its administrator in a sentence what it is for.
    `urls`: (prefix, dotted name of the module with its patterns). `header`: templates that stand in the header of staff
    pages. `public`: names of the addresses whose answers are the same for everybody and may be kept. `lanes`: (prefix,
    lane of `app/gate.py`) of the addresses that don't go in the lane of pages. `switched_off`: one
    register keeps which rooms the county has switched off; it is asked several times a request.
    """

    name: str
    label: str | Promise
    about: str | Promise = ""
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
