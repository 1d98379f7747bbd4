"""Event square 事件广场, my tasks 我的任务."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.console import arranging, filters, geojson, queries
from liandong.contexts.console.domain import rights
from liandong.contexts.handovers import public as handovers
from liandong.foundation.access import public as access
from liandong.foundation.language import is_english
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui.public import toast
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, TooMany

from . import workload
from .bulk import bulk_bar
from .frame import export_url_of, pager_of, post_of, scope_of

SCOPE_NAMES = {
    cases.Scope.OFFICE: "本部门",
    cases.Scope.TOWN: "本乡镇",
    cases.Scope.CELLS: "我的网格",
    cases.Scope.COUNTY: "全县",
    cases.Scope.ASSIST: "本部门协办",
}


@require_GET
@never_cache
@access.signed_in()
def square(request: HttpRequest) -> HttpResponse:
    """The list of one scope, with filters, beside a map."""
    actor = access.actor(request)
    available = cases.scopes_of(actor)
    own = arranging.opens(actor, available)
    asked = arranging.filled(request.GET, own)
    scope = scope_of(asked, available)
    is_field = scope == cases.Scope.CELLS
    shown = asked.copy()
    try:
        chosen, sort = filters.read(asked, actor, scope)
        refused = None
    except (InvalidInput, TooMany) as error:
        if "q" not in asked or error.field not in ("q", "purpose", ""):
            raise
        refused = error
        asked.pop("q")
        chosen, sort = filters.read(asked, actor, scope)
    newest = cases.newest_id()
    cursor = shown.get("cursor", "")
    page, count = cases.list_and_count(actor=actor, scope=scope, filters=chosen, sort=sort, cursor=cursor)
    told = filters.asked(asked, scope=scope.value)
    selects = filters.selects(chosen, scope, actor)
    return render(
        request,
        "console/square.html",
        {
            "cases": [cases.listed(row) for row in page.rows],
            "pager": pager_of(shown, page, count),
            "bulk": bulk_bar(actor, scope, shown.urlencode(), count),
            "scopes": [(each.value, gettext(SCOPE_NAMES[each]), each == scope) for each in available],
            "asked": shown.get("q", ""),
            "refused": access.say(refused) if refused else "",
            "purposes": filters.purposes(shown.get("purpose", "")),
            "is_county": scope == cases.Scope.COUNTY,
            "asks_purpose": bool(shown.get("q") or shown.get("purpose")),
            "sorts": [(each.value, gettext(name), each == sort) for each, name in arranging.SORT_NAMES.items()],
            "sort": sort.value,
            "scope": scope.value,
            "offered": arranging.offered(own, arranging.Opens(scope, sort), available),
            "address": shown.urlencode(),
            "chips": filters.chips(shown, actor),
            "selects": selects,
            "kept": filters.kept(shown, selects),
            "points_url": f"{reverse('api-1:case_points')}?{told}",
            "live_url": f"{reverse('api-1:live')}?{told}",
            "cells_url": reverse("console:cells") if is_field else _ground_url(),
            "is_field": is_field,
            "newest": newest,
            "export_url": export_url_of(shown, "square", scope=scope.value),
            "post": post_of(actor),
        },
    )


@require_POST
@access.signed_in()
def arrange(request: HttpRequest) -> HttpResponse:
    """The square opens like the list that is shown from now on, or as for everybody; comes back to the list."""
    actor = access.actor(request)
    if request.POST.get("do") == "forget":
        arranging.arrange_as_before(actor=actor)
        toast(request, gettext("事件广场照原样打开。"))
    else:
        scope, sort = request.POST.get("scope", ""), request.POST.get("sort", "")
        arranging.arrange(actor=actor, scope=scope, sort=sort, available=cases.scopes_of(actor))
        toast(request, gettext("事件广场以后这样打开。"))
    address = QueryDict(request.POST.get("address", "")).urlencode()
    return HttpResponseRedirect(f"{reverse('console:square')}?{address}" if address else reverse("console:square"))


@require_GET
@never_cache
@access.signed_in(cases.rights.SEE_CELLS)
def cells(request: HttpRequest) -> HttpResponse:
    """The grid worker's own cells, for the map."""
    found = geojson.own_cells(access.actor(request).cell_ids, english=is_english())
    return HttpResponse(msgspec.json.encode(found), content_type="application/geo+json")


def _ground_url() -> str:
    return f"{reverse('api-1:divisions')}?level={geojson.ground_level('town')}"


@require_GET
@never_cache
@access.signed_in()
def tasks(request: HttpRequest) -> HttpResponse:
    """Open tasks of the post, of those for whom it stands in and, below, of its office that nobody has taken; or the
    list behind one figure of its workload.
    """
    actor = access.actor(request)
    shown = workload.figure_of(request)
    waiting = handovers.waiting_handovers(actor, most=handovers.LISTED + 1) if rooms.is_on("handovers") else []
    context: dict[str, object] = {
        "export_url": export_url_of(request.GET, "tasks") if actor.may(rights.WORK_AT_DESK) else "",
        "chips": workload.chips(cases.workload(actor=actor), shown),
        "waiting": queries.listed_handovers(waiting[: handovers.LISTED]),
        "waiting_count": _counted(waiting, handovers.LISTED),
        "has_office": actor.office_id is not None and actor.may(rights.SEE_UNCLAIMED),
        "listed": cases.TASKS_LISTED,
        "post": post_of(actor),
    }
    sections = _in_hand(actor) if shown is None else _behind(actor, shown)
    listed = cases.TASKS_LISTED
    context["is_cut"] = max(len(section.rows) for section in sections) > listed
    context["sections"] = [
        (
            section.name,
            section.heading,
            [cases.listed(row) for row in section.rows[:listed]],
            _counted(section.rows, listed),
        )
        for section in sections
    ]
    return render(request, "console/tasks.html", context)


def _counted(rows: Sequence[object], listed: int) -> str:
    """How many there are, “200+” where there are more than are listed; `rows` has one more then."""
    return f"{listed}+" if len(rows) > listed else str(len(rows))


_LOOKED_FOR = cases.TASKS_LISTED + 1


@dataclass(frozen=True, slots=True)
class Section:
    """One list of my tasks; one row more than is listed where there are more."""

    name: str
    heading: str
    rows: list[cases.CaseRow]


def _in_hand(actor: Actor) -> list[Section]:
    mine, unclaimed = cases.open_tasks(actor=actor, limit=_LOOKED_FOR)
    decisions = cases.awaiting_decision(actor=actor, limit=_LOOKED_FOR)
    takes_up = actor.office_id is not None and actor.may(rights.SEE_UNCLAIMED)
    return [
        *([Section("decisions", gettext("等您决定的"), decisions)] if decisions else []),
        Section("mine", gettext("我在办的"), mine),
        *(
            Section(f"deputy-{absent}", gettext("代理：%(absent)s") % {"absent": names.post(absent)}, rows)
            for absent, rows in cases.deputy_tasks(actor=actor, limit=_LOOKED_FOR).items()
        ),
        *([Section("unclaimed", gettext("本部门待认领"), unclaimed)] if takes_up else []),
    ]


def _behind(actor: Actor, figure: cases.WorkFigure) -> list[Section]:
    rows = cases.workload_cases(actor=actor, figure=figure, limit=_LOOKED_FOR)
    return [Section(figure.value, gettext(workload.FIGURES[figure]), rows)]
