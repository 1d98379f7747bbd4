"""Puts together what all rooms hang up."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext

from .backfills import Backfill
from .discovered import changed, rooms
from .dotted import called
from .hung import Room
from .kinds import About, Kind
from .lacks import Lacking
from .named_files import NamedFiles
from .panels import Area, Look, Panel, Shown
from .switches import is_on
from .words import Told

_FOLD = "rooms/fold.html"


@cache
def _panels() -> Mapping[str, tuple[tuple[str, Panel], ...]]:
    """By subject, in their order: the name of the room, the panel."""
    found: dict[str, list[tuple[str, Panel]]] = defaultdict(list)
    for room in rooms():
        for panel in room.panels:
            found[panel.subject].append((room.name, panel))
    return {subject: tuple(sorted(each, key=lambda hung: hung[1].order)) for subject, each in found.items()}


def panels(subject: str) -> Iterator[Panel]:
    """Those of a subject's page that the county has switched on, in their order."""
    return (panel for room, panel in _panels().get(subject, ()) if is_on(room))


def lazy_panels(subject: str) -> tuple[Panel, ...]:
    """Those with an address of their own, switched on or not."""
    return tuple(panel for _, panel in _panels().get(subject, ()) if panel.lazy)


_DRAWN = frozenset(Area) - {Area.ASKED}


def compose(
    subject: str, look: Look[Any], address: Callable[[Panel], str], *, areas: Collection[Area] = _DRAWN
) -> Mapping[str, list[Shown]]:
    """By area: the panels of the page that the actor may see, loaded. `address`: of the content of a lazy one."""
    found: dict[str, list[Shown]] = {area.value: [] for area in Area}
    for panel in panels(subject):
        if panel.area not in areas or not panel.is_for(look.actor) or not _says(panel.when, look, default=True):
            continue
        if panel.lazy:
            opens = _says(panel.opens, look, default=False)
            found[panel.area].append(Shown(panel, _FOLD, {"address": address(panel), "opens": opens}))
        elif (context := called(panel.load)(look)) is not None:
            found[panel.area].append(Shown(panel, panel.template, context))
    return found


def sheet(subject: str, look: Look[Any]) -> Mapping[str, list[Shown]]:
    """By area: the panels of the printed sheet."""
    found: dict[str, list[Shown]] = {area.value: [] for area in Area}
    for panel in panels(subject):
        if panel.sheet and panel.is_for(look.actor) and (context := called(panel.load)(look)) is not None:
            found[panel.area].append(Shown(panel, panel.sheet, context))
    return found


def one_panel(subject: str, name: str, look: Look[Any]) -> Shown | None:
    """The content of a lazy panel; None where the actor has none of this name."""
    for panel in panels(subject):
        if panel.name == name and panel.lazy and panel.is_for(look.actor):
            context = called(panel.load)(look)
            return None if context is None else Shown(panel, panel.template, context)
    return None


def _says(name: str, look: Look[Any], *, default: bool) -> bool:
    return bool(called(name)(look)) if name else default


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of notification by its name, in the order of the rooms."""
    return _unique((kind.name, kind) for room in rooms() for kind in room.kinds)


@cache
def _kinds_of_events() -> Mapping[str, tuple[tuple[str, Kind], ...]]:
    found: dict[str, list[tuple[str, Kind]]] = defaultdict(list)
    for room in rooms():
        for kind in room.kinds:
            for event in kind.events:
                found[event].append((room.name, kind))
    return {event: tuple(each) for event, each in found.items()}


def kinds_of(event: str) -> Iterator[Kind]:
    """The kinds that tell an event, of rooms that the county has switched on."""
    return (kind for room, kind in _kinds_of_events().get(event, ()) if is_on(room))


def events_told() -> frozenset[str]:
    """Events that some kind of notification tells."""
    return frozenset(_kinds_of_events())


def about(name: str) -> About | None:
    """The subject of notifications of this stream."""
    return _about().get(name)


@cache
def _about() -> Mapping[str, About]:
    return _unique((each.name, each) for room in rooms() for each in room.about)


@cache
def backfills() -> Mapping[str, Backfill]:
    """Every backfill by its name, in the order of the rooms."""
    return _unique((each.name, each) for room in rooms() for each in room.backfills)


def lacking() -> list[Lacking]:
    """Lists what the county lacks as yet, in the order in which it is mended; every check is made anew."""
    lacks = sorted((lack for room in rooms() if is_on(room.name) for lack in room.lacks), key=lambda each: each.order)
    found = (Lacking(lack, called(lack.find)()) for lack in lacks)
    return [each for each in found if each.missing.count]


def named_files() -> list[NamedFiles]:
    """Which rows of any room name files, whether a room is switched on or not."""
    return [each for room in rooms() for each in room.files]


@cache
def told() -> Mapping[str, Told]:
    """The words on every event, by its name."""
    return _unique((event, words) for room in rooms() for event, words in room.events.items())


def event_words(event: str) -> str:
    """The timeline's words for an event, in the language of the request; its name where no room says anything."""
    found = told().get(event)
    return translated(found.words) if found else event


def reporter_words(event: str) -> str:
    """The reporter's words for an event, in the language of the request; "" where the reporter isn't told."""
    found = told().get(event)
    return translated(found.reporter) if found and found.reporter else ""


def translated(words: str | Promise) -> str:
    return str(words) if isinstance(words, Promise) else gettext(words)


def _unique(pairs: Iterator[tuple[str, Any]]) -> Mapping[str, Any]:
    """Raises ValueError for a name that two rooms give."""
    found: dict[str, Any] = {}
    for name, each in pairs:
        if name in found:
            raise ValueError(f"two rooms name {name}")
        found[name] = each
    return found


@changed
def _forget(_: tuple[Room, ...]) -> None:
    for composed in (_panels, kinds, _kinds_of_events, _about, backfills, told):
        composed.cache_clear()
