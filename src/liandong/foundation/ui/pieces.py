"""Pages hand these rows to the components. They are plain and frozen, no models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

Text = str | Callable[[], str] | object
"""A text or a lazily translated one."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Links of a list paged by key. An empty URL means that there is nothing in that direction."""

    first_url: str = ""
    prev_url: str = ""
    next_url: str = ""
    last_url: str = ""
    summary: Text = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: `url` switches it over. `tone` is a light (`green yellow red none`) or empty. `comes_off`: False of
    the choice that stands where no other is made.
    """

    label: Text
    url: str
    selected: bool = False
    count: int | str | None = None
    tone: str = ""
    comes_off: bool = True


@dataclass(frozen=True, slots=True)
class Photo:
    """`alt` says what is seen, for those who do not see it."""

    url: str
    thumb_url: str
    alt: Text
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that leads to its list (`ui/parts/figures.html`). `tone`: a light where the number isn't nought;
    `note`: said below it.
    """

    label: Text
    number: str
    url: str
    tone: str = ""
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One stop on a vertical line. `state` is `done`, `current`, `todo` or `late`; both moments are aware.
    `left`, `unit`: how much is left until `due`, where that isn't natural time. `photos` came with it, and so did
    `documents`: each has a name, a size and its address.
    """

    title: Text
    state: str
    at: datetime | None = None
    detail: Text = ""
    due: datetime | None = None
    left: int | None = None
    unit: str = ""
    photos: Sequence[Photo] = ()
    documents: Sequence[tuple[object, str]] = ()
