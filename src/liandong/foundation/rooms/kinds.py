"""Kinds of notification 通知类别, one row each, and what notifications are about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise


class Group(StrEnum):
    """A post chooses a way for each group: work that comes, time that runs out, the outcome of a case."""

    TASKS = "tasks"
    DEADLINES = "deadlines"
    PROGRESS = "progress"


class Light(StrEnum):
    """A light that turns is told by the clock: no event says so."""

    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Glance:
    """A list shows this of a row besides its words: `number` and `matter` apart, the moment that its clock ends with
    what is left of it (`left`, `unit`), and its light.
    """

    number: str = ""
    matter: str = ""
    due_at: datetime | None = None
    left: int | None = None
    unit: str = ""
    light: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """A stream that notifications are about. All but the name are dotted names of functions.

    `rows` takes ids and returns the rows that are there, by id, in a fixed number of statements. `words` says of a row
    what may stand in a message outside of the house. `address` gives the page of a row. `is_hidden_from` takes a row
    and a post, and says whether the post is never told of it. `glance` gives the `Glance` of a row that has clocks.
    """

    name: str
    rows: str
    words: str
    address: str
    is_hidden_from: str = ""
    is_urgent: str = ""
    glance: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: which `events` it tells, to which `audiences`, in which `words`.

    An audience is the dotted name of a function that takes the row and the facts of the event and returns ids of
    posts. `when` is the dotted name of a function that takes the row and the event, and says whether it is told.
    `about` is the stream of its events. Without a `group` it is told to the reporters of the case, where `of_one` says
    so to those of the case alone and not to those of the cases that are joined to it; what isn't about a case has none.

    `light`: it tells a case's light that turns. `count`: the dotted name of a function that takes a moment and says how
    many there are; such a kind is one line a day, and leads to the page that the dotted function `address` gives.
    """

    name: str
    words: str | Promise
    group: Group | None
    events: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    about: str = "case"
    when: str = ""
    of_one: bool = False
    light: Light | None = None
    count: str = ""
    address: str = ""
