"""Panels 面板: the parts of a subject's page. The room whose matter it is hangs a panel up; the page knows none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

from django.http import HttpRequest
from django.utils.functional import Promise

from liandong.kernel.actor import Actor
from liandong.kernel.rights import Right

Row = TypeVar("Row")
Read = TypeVar("Read")


class Area(StrEnum):
    """Where on the page. ASKED: nowhere; another part of the page asks for it by its address."""

    TOP = "top"
    MATTER = "matter"
    STORY = "story"
    WORK = "work"
    AFTER = "after"
    BELOW = "below"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of the page of a `subject` ("case", "thing", "office", "place", or "home", which has no row).

    `load` is the dotted name of a function that takes a `Look` and returns the context of `template`, or None where
    there is nothing to show. Within an area the lower `order` comes first. `sheet` is its template on the printed
    sheet. Who has the `right` may see the panel, everybody where none is named. `when` is the dotted name of a function
    that takes a `Look` and says whether the page has the panel.

    A `lazy` panel is a fold with the title. Its content has an address of its own and is fetched when the fold is
    opened. `opens` is the dotted name of a function that takes a `Look` and says whether the content is fetched with
    the page instead, without a fold. `link`: what leads to the content where there are no scripts. `is_wide`: its own
    page takes the whole window.
    """

    subject: str
    name: str
    title: str | Promise
    order: int
    load: str
    template: str
    area: Area = Area.BELOW
    sheet: str = ""
    right: Right | None = None
    when: str = ""
    lazy: bool = False
    opens: str = ""
    link: str | Promise = ""
    is_wide: bool = False

    def is_for(self, actor: Actor) -> bool:
        return self.right is None or actor.may(self.right)


@dataclass(frozen=True, slots=True)
class Look(Generic[Row]):
    """One look of an actor at the page of a row."""

    actor: Actor
    row: Row
    request: HttpRequest
    _read: dict[Callable[..., Any], Any] = field(default_factory=dict)

    def once(self, read: "Callable[[Look[Row]], Read]") -> Read:
        """The result of `read`. Panels that need the same share it: it is asked once a look."""
        if read not in self._read:
            self._read[read] = read(self)
        return cast("Read", self._read[read])


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel on a page, with the context of its template."""

    panel: Panel
    template: str
    context: Mapping[str, Any]
