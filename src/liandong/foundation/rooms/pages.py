"""Pages that a room hangs up where people look for them."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from liandong.kernel.rights import Right


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
    """A link to the page with this URL name. Lower `order` stands first. Without a `right` it is everybody's there."""

    url_name: str
    label: str | Promise
    place: Place
    order: int
    right: Right | None = None

    def is_for(self, role: str | None) -> bool:
        return self.right is None or role in self.right.roles
