"""Lacks 缺项: the things a county may still need before it can open, each checked by the room that knows them."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Missing:
    """How many there are, and the first of them by name, in the language of the request. None: nothing is lacking."""

    count: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lack:
    """A row of the page. `name`: `room.what`. `title` says what is lacking, `why` what follows from it, `remedy` what
    to do. `find`: dotted name of `() -> Missing`. `url_name` with `arguments` and `query`: the page where it is mended;
    `label` is what the link says. A county can open without what isn't `is_needed`. Lower `order` stands first.
    """

    name: str
    order: int
    title: str | Promise
    why: str | Promise
    remedy: str | Promise
    find: str
    url_name: str = ""
    arguments: tuple[str, ...] = ()
    query: str = ""
    label: str | Promise = ""
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Lacking:
    """A check that found something."""

    lack: Lack
    missing: Missing
