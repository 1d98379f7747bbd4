"""Pages that a room hangs up where people look for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from liandong.kernel.actor import Role


class Place(StrEnum):
    """Where links stand: the navigations of both sides, the menu of the post, the buttons of my tasks 我的任务 and of
    the event square 事件广场, the front page of the registers.
    """

    STAFF = "staff"
    RESIDENT = "resident"
    MENU = "menu"
    TASKS = "tasks"
    SQUARE = "square"
    REGISTERS = "registers"


@dataclass(frozen=True, slots=True)
class Page:
    """A link to the page with this URL name. Lower `order` stands first. Without `roles` it is for everybody there."""

    url_name: str
    label: str | Promise
    place: Place
    order: int
    roles: Sequence[Role] = ()

    def is_for(self, role: Role | str | None) -> bool:
        return not self.roles or role in self.roles
