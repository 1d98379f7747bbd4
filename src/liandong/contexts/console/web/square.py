"""Event square 事件广场: the list of one scope, with filters and views of one's own, beside a map."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from liandong.contexts.cases import public as cases
from liandong.contexts.console import arranging, filters, geojson
from liandong.foundation.access import public as access
from liandong.foundation.language import is_english
from liandong.foundation.ui.public import toast
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, TooMany

from .bulk import bulk_bar
from .frame import export_url_of, pager_of, post_of, scope_of

SCOPE_NAMES = {
    cases.Scope.OFFICE: "本部门",
    cases.Scope.TOWN: "本乡镇",
    cases.Scope.CELLS: "我的网格",
    cases.Scope.COUNTY: "全县",
    cases.Scope.ASSIST: "本部门协办",
}
MAP_COOKIE = "liandong_map"
"""The browser remembers by it that the map beside the list is hidden: `hidden`; `islands/square.ts` writes it."""
_WHERE_CASES_LIE = (cases.Scope.OFFICE, cases.Scope.ASSIST)


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A view of one's own: its chip, and how it stands in the menu."""

    key: int
    name: str
    url: str
    is_shown: bool
    opens: bool
    is_first: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """A name typed into the menu of views, and why it wasn't taken; `key`: of the view to be renamed, or ""."""

    key: str
    name: str
    sentence: str


@require_GET
@never_cache
@access.signed_in()
def square(request: HttpRequest) -> HttpResponse:
    """The list of one scope, with filters, beside a map."""
    return _square(request, request.GET)


def _square(request: HttpRequest, query: QueryDict, trouble: Trouble | None = None) -> HttpResponse:
    actor = access.actor(request)
    available = cases.scopes_of(actor)
    own = arranging.views(actor)
    shown, lost = _shown(query, actor, available, own)
    scope = scope_of(shown, available)
    shown["scope"] = scope.value
    chosen, sort, refused = _read(shown, actor, scope)
    newest = cases.newest_id()
    page, count = cases.list_and_count(
        actor=actor, scope=scope, filters=chosen, sort=sort, cursor=shown.get("cursor", "")
    )
    selects = filters.selects(chosen, scope, actor)
    active = filters.active(shown, selects, actor)
    told = filters.asked(shown if not refused else _without_words(shown), scope=scope.value)
    chips = filters.chips(shown, chosen, actor, scope)
    bounds = _bounds(actor, scope, chosen)
    context = {
        "cases": [cases.listed(row) for row in page.rows],
        "pager": pager_of(shown, page, count),
        "bulk": bulk_bar(actor, scope, shown.urlencode(), count),
        "scopes": [(each.value, gettext(SCOPE_NAMES[each]), each == scope) for each in available],
        "asked": shown.get("q", ""),
        "refused": access.say(refused) if refused else lost,
        "purposes": filters.purposes(shown.get("purpose", "")),
        "is_county": scope == cases.Scope.COUNTY,
        "asks_purpose": bool(shown.get("q") or shown.get("purpose")),
        "sorts": [(each.value, gettext(name), each == sort) for each, name in _sorts(shown, actor)],
        "scope": scope.value,
        "address": shown.urlencode(),
        "views": _lines(own, shown, actor, available),
        "may_add": len(own.views) < arranging.MOST_VIEWS,
        "view_trouble": trouble,
        "chips": chips,
        "active": active,
        "in_form": sum(each.has_field for each in active),
        "is_filtered": bool(active) or any(chip.selected for chip in chips),
        "bare_url": f"?scope={scope.value}",
        "ended_url": f"?scope={scope.value}&openness=ended",
        "selects": selects,
        "kept": filters.kept(shown, selects),
        "points_url": f"{reverse('api-1:case_points')}?{told}",
        "live_url": f"{reverse('api-1:live')}?{told}",
        "cells_url": reverse("console:cells") if scope == cases.Scope.CELLS else _ground_url(),
        "bounds": bounds,
        "fit": "points" if scope in _WHERE_CASES_LIE and not bounds else "",
        "has_map": request.COOKIES.get(MAP_COOKIE) != "hidden",
        "is_field": available == [cases.Scope.CELLS],
        "newest": newest,
        "export_url": export_url_of(shown, "square", scope=scope.value),
        "post": post_of(actor),
    }
    return render(request, "console/square.html", context, status=400 if trouble else 200)


def _shown(query: QueryDict, actor: Actor, available: list[cases.Scope], own: arranging.Views) -> tuple[QueryDict, str]:
    """The whole address of the list that is opened, and what of its view can't be shown any more."""
    view = arranging.opened(query, own)
    if view is None:
        return arranging.filled(query, {}), gettext("没有找到这个视图，它可能已经移除。") if query.get("view") else ""
    fits = arranging.fitting(view.asked, actor, available)
    if not fits.lost:
        return arranging.filled(query, fits.asked), ""
    told = {"name": view.name, "lost": filters.filter_words(fits.lost)}
    sentence = gettext("视图“%(name)s”里的这些条件现在不能用，已略去：%(lost)s。") % told
    return arranging.filled(query, fits.asked), sentence


def _read(
    shown: QueryDict, actor: Actor, scope: cases.Scope
) -> tuple[cases.Filters, cases.Sort, InvalidInput | TooMany | None]:
    """Filters, order, and why words that were asked for are not searched; `shown` says the order from here on."""
    usual = filters.usual_sort(shown, actor)
    if not shown.get("sort") or (shown["sort"] == cases.Sort.DUE and usual != cases.Sort.DUE):
        shown["sort"] = usual.value
    try:
        return *filters.read(shown, actor, scope), None
    except (InvalidInput, TooMany) as error:
        if "q" not in shown or error.field not in ("q", "purpose", ""):
            raise
        return *filters.read(_without_words(shown), actor, scope), error


def _without_words(shown: QueryDict) -> QueryDict:
    asked = shown.copy()
    asked.pop("q", None)
    return asked


def _sorts(shown: QueryDict, actor: Actor) -> list[tuple[cases.Sort, str]]:
    """The orders that a list offers: what has ended is due no more."""
    is_due = filters.usual_sort(shown, actor) == cases.Sort.DUE
    return [(sort, name) for sort, name in arranging.SORT_NAMES.items() if is_due or sort != cases.Sort.DUE]


def _lines(own: arranging.Views, shown: QueryDict, actor: Actor, available: list[cases.Scope]) -> list[ViewLine]:
    asked, path = arranging.asked_of(shown), reverse("console:square")
    return [
        ViewLine(
            key=view.key,
            name=view.name,
            url=f"{path}?view={view.key}",
            is_shown=arranging.fitting(view.asked, actor, available).asked == asked,
            opens=view.key == own.opens,
            is_first=view is own.views[0],
        )
        for view in own.views
    ]


def _bounds(actor: Actor, scope: cases.Scope, chosen: cases.Filters) -> str:
    """Where the list lies, for the map: a village or town, "" for the whole ground."""
    own = actor.division_id if scope == cases.Scope.TOWN else None
    return geojson.bounds_of(chosen.village_id or chosen.town_id or own)


@require_POST
@access.signed_in()
def arrange(request: HttpRequest) -> HttpResponse:
    """Keeps, renames, moves or removes a view of one's own, or says which one opens; comes back to the list."""
    do, key, name = (request.POST.get(each, "") for each in ("do", "key", "name"))
    address = QueryDict(request.POST.get("address", ""))
    if do not in _DONE:
        raise InvalidInput("没有这个操作。", field="do")
    try:
        said = _DONE[do](request, address)
    except InvalidInput as error:
        if error.field != "name":
            raise
        return _square(request, address, Trouble(key, name, access.say(error)))
    toast(request, said)
    back = address.urlencode()
    return HttpResponseRedirect(f"{reverse('console:square')}?{back}" if back else reverse("console:square"))


def _save(request: HttpRequest, address: QueryDict) -> str:
    actor = access.actor(request)
    is_new = arranging.keep(
        actor=actor,
        name=request.POST.get("name", ""),
        asked=arranging.asked_of(address),
        available=cases.scopes_of(actor),
        opens=bool(request.POST.get("opens")),
    )
    return gettext("视图已保存。") if is_new else gettext("视图已换成现在的列表。")


def _rename(request: HttpRequest, _: QueryDict) -> str:
    arranging.rename(actor=access.actor(request), key=_key(request), name=request.POST.get("name", ""))
    return gettext("视图已改名。")


def _remove(request: HttpRequest, _: QueryDict) -> str:
    arranging.remove(actor=access.actor(request), key=_key(request))
    return gettext("视图已移除。")


def _move(request: HttpRequest, _: QueryDict) -> str:
    arranging.move_up(actor=access.actor(request), key=_key(request))
    return gettext("视图已前移。")


def _open(request: HttpRequest, _: QueryDict) -> str:
    arranging.open_with(actor=access.actor(request), key=_key(request))
    return gettext("事件广场以后先打开这个视图。")


def _open_plain(request: HttpRequest, _: QueryDict) -> str:
    arranging.open_with(actor=access.actor(request), key="")
    return gettext("事件广场照原样打开。")


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "") or "-"


_DONE: Mapping[str, Callable[[HttpRequest, QueryDict], str]] = {
    "save": _save,
    "rename": _rename,
    "remove": _remove,
    "move": _move,
    "open": _open,
    "plain": _open_plain,
}


@require_GET
@never_cache
@access.signed_in(cases.rights.SEE_CELLS)
def cells(request: HttpRequest) -> HttpResponse:
    """The grid worker's own cells, for the map."""
    found = geojson.own_cells(access.actor(request).cell_ids, english=is_english())
    return HttpResponse(msgspec.json.encode(found), content_type="application/geo+json")


def _ground_url() -> str:
    return f"{reverse('api-1:divisions')}?level={geojson.ground_level('town')}&ground=1"
