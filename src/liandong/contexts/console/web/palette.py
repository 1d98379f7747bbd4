"""Quick access 快速前往: by a case number, a place, a page or an action of the case that is open. It leads there and
does nothing by itself. Persons are not looked for: names and telephone numbers lead nowhere.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.console.domain import rights
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.foundation.places import public as places
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui.public import grouped, page_links
from liandong.kernel import ids, text
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, LiandongError, NotFound

from . import queues
from .frame import post_of

MOST_SIGNS = 80
MOST_OF_A_KIND = 6
_LEAST_PLACE_SIGNS = 2
_PLACES = (rooms.Place.STAFF, rooms.Place.TASKS, rooms.Place.SQUARE, rooms.Place.MENU)
_BELOW_COUNTY = {"town": "town", "village": "village"}
"""Kinds of division that the square has a filter for, with its name in addresses."""


@dataclass(frozen=True, slots=True)
class Match:
    """Something to go to."""

    label: str
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Matches of one kind."""

    name: str
    title: str
    matches: Sequence[Match]


@require_GET
@never_cache
@access.signed_in()
def palette(request: HttpRequest) -> HttpResponse:
    """The matches as a part of the dialog, or without scripts as a page of its own."""
    actor = access.actor(request)
    asked = " ".join(text.fold(request.GET.get("q", "").replace("\0", ""))[:MOST_SIGNS].split())
    at = request.GET.get("at", "")
    groups = [group for group in _groups(request, actor, asked, at) if group.matches]
    context = {
        "groups": groups,
        "asked": asked,
        "at": at,
        "notes": _notes(asked, groups),
        "count": sum(len(group.matches) for group in groups),
        "most": MOST_SIGNS,
        "post": post_of(actor),
    }
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "console/parts/palette_list.html" if is_part else "console/palette.html", context)


def _groups(request: HttpRequest, actor: Actor, asked: str, at: str) -> Iterator[Group]:
    yield Group("case", gettext("事件"), _case(actor, asked))
    yield Group("action", gettext("这个事件上"), _actions(actor, asked, at))
    yield Group("page", gettext("页面"), _pages(request, actor, asked))
    yield Group("place", gettext("地点"), _places(actor, asked))
    if asked and not _is_number(asked):
        url = f"{reverse('console:square')}?{urlencode({'q': asked})}"
        yield Group("words", gettext("文字"), [Match(gettext("在事件广场搜索“%(words)s”") % {"words": asked}, url)])


def _is_number(asked: str) -> bool:
    """Whether it is digits and what stands between them, as a case number is written or a telephone number."""
    signs = [sign for sign in asked if sign.isalnum()]
    return bool(signs) and all(sign.isdigit() for sign in signs)


def _notes(asked: str, groups: Sequence[Group]) -> list[str]:
    """The sentences that stand where nothing was found."""
    if groups:
        return []
    if not _is_number(asked):
        return [gettext("没有找到。")]
    try:
        ids.parse_case_number(asked)
    except InvalidInput as error:
        reason = access.say(error)
    else:
        reason = gettext("没有找到这个事件编号。")
    return [reason, gettext("这里不按电话和姓名查找。")]


def _case(actor: Actor, asked: str) -> list[Match]:
    """The case of this number, in whatever writing, if the post may open it."""
    with suppress(LiandongError):
        row = cases.visible_case(actor=actor, case_id=ids.parse_case_number(asked))
        label = f"{' '.join(grouped(row.number))} · {row.title}"
        detail = " · ".join(filter(None, (names.state(row.state), names.category(row.category_code))))
        return [Match(label, reverse("console:case", args=[row.number]), detail)]
    return []


def _actions(actor: Actor, asked: str, at: str) -> list[Match]:
    """Actions that the page of the case offers to the post: they lead to their forms there."""
    number = _case_open_at(at)
    if not number:
        return []
    try:
        row = cases.visible_case(actor=actor, case_id=ids.parse_case_number(number))
    except (NotFound, InvalidInput):
        return []
    address = reverse("console:case", args=[row.number])
    found = [(gettext(cases.ACTION_NAMES[action]), action) for action in cases.possible_actions(row, actor)]
    return [Match(label, f"{address}#{action.value}") for label, action in found if _holds(label, asked)]


def _case_open_at(at: str) -> str:
    """The number of the case whose page this address is; "" for any other."""
    try:
        found = resolve(at.partition("?")[0])
    except Resolver404:
        return ""
    return str(found.kwargs["number"]) if found.view_name in ("console:case", "console:act") else ""


def _pages(request: HttpRequest, actor: Actor, asked: str) -> list[Match]:
    """Pages of navigation, menu and buttons that the post may open, each once, and the queues of the desk."""
    links: dict[str, str] = {}
    for link in (link for place in _PLACES for link in page_links(place, request)):
        links.setdefault(link.url, link.label)
    found = [Match(label, url) for url, label in links.items() if _holds(label, asked)]
    if asked and actor.may(rights.SEE_QUEUES):
        path, title = reverse("console:queue"), gettext("队列")
        named = [(f"{title} · {gettext(name)}", urlencode({"queue": queue})) for queue, name in queues.NAMES.items()]
        found += [Match(label, f"{path}?{query}") for label, query in named if _holds(label, asked)]
    return found


def _places(actor: Actor, asked: str) -> list[Match]:
    """Towns and villages by name, then places of the register: they lead to the square of what lies there."""
    if len(asked) < _LEAST_PLACE_SIGNS or _is_number(asked):
        return []
    registry = orgs.organisation()
    scope = cases.scopes_of(actor)[0]
    divisions = [row for row in registry.by_code.values() if _holds(row.name, asked) or _holds(row.name_en, asked)]
    found = [
        Match(names.place(row.id), _square(scope, row), gettext("事件广场"))
        for row in divisions
        if _is_within(actor, scope, row)
    ]
    for place in places.search(asked, MOST_OF_A_KIND):
        village = _village_of(place.division_id)
        if place.match == 1 and village is not None and _is_within(actor, scope, village):
            found.append(Match(place.name, _square(scope, village), names.place(village.id)))
    return found[:MOST_OF_A_KIND]


def _village_of(division_id: int | None) -> orgs.DivisionRow | None:
    registry = orgs.organisation()
    path = [registry.divisions[pk] for pk in registry.path(division_id)]
    return next((row for row in reversed(path) if row.kind in _BELOW_COUNTY), None)


def _is_within(actor: Actor, scope: cases.Scope, row: orgs.DivisionRow) -> bool:
    """Whether the post's scope has cases there, and the square a filter for it."""
    if row.kind not in _BELOW_COUNTY:
        return False
    registry = orgs.organisation()
    if scope is cases.Scope.TOWN:
        return actor.division_id in registry.path(row.id)
    if scope is cases.Scope.CELLS:
        return any(row.id in registry.path(cell) for cell in actor.cell_ids)
    return True


def _square(scope: cases.Scope, row: orgs.DivisionRow) -> str:
    return f"{reverse('console:square')}?{urlencode({'scope': scope.value, _BELOW_COUNTY[row.kind]: row.id})}"


def _holds(label: str, asked: str) -> bool:
    folded = text.fold(label)
    return all(word in folded for word in asked.split())
