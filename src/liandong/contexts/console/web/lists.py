"""Event square 事件广场, my tasks 我的任务, queues 队列."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from liandong.contexts.cases import public as cases
from liandong.contexts.console import filters, geojson, queries
from liandong.foundation.access import public as access
from liandong.kernel.actor import Role
from liandong.kernel.errors import InvalidInput

from .frame import pager_of, post_of, scope_of

SCOPE_NAMES = {
    cases.Scope.OFFICE: "本部门",
    cases.Scope.TOWN: "本乡镇",
    cases.Scope.CELLS: "我的网格",
    cases.Scope.COUNTY: "全县",
}


@require_GET
@access.signed_in()
def home(request: HttpRequest) -> HttpResponse:
    """Where a post begins: its tasks, or for those who only look on, the square."""
    actor = access.actor(request)
    return redirect("console:tasks" if actor.has(Role.HANDLER, Role.GRID_WORKER) else "console:square")


@require_GET
@never_cache
@access.signed_in()
def square(request: HttpRequest) -> HttpResponse:
    """The list of one scope, with filters, beside a map."""
    actor = access.actor(request)
    available = queries.scopes(actor)
    scope = scope_of(request, available)
    chosen, sort = filters.read(request.GET)
    newest = cases.newest_id()
    page = cases.list_cases(actor=actor, scope=scope, filters=chosen, sort=sort, cursor=request.GET.get("cursor", ""))
    count = cases.count_cases(actor=actor, scope=scope, filters=chosen, sort=sort)
    api = request.GET.copy()
    api["scope"] = scope.value
    return render(
        request,
        "console/square.html",
        {
            "cases": [queries.listed(row) for row in page.rows],
            "pager": pager_of(request, page, count),
            "scopes": [(each.value, gettext(SCOPE_NAMES[each]), each == scope) for each in available],
            "filters": chosen,
            "sort": sort.value,
            "chips": filters.chips(request.GET),
            "categories": filters.categories(chosen.category_code),
            "offices": filters.offices(chosen.office_id),
            "towns": filters.towns(chosen.town_id),
            "kept": [(name, value) for name, value in request.GET.items() if name in ("light", "openness", "queue")],
            "points_url": f"{reverse('api-1:case_points')}?{api.urlencode()}",
            "live_url": f"{reverse('api-1:live')}?{api.urlencode()}",
            "cells_url": f"{reverse('api-1:divisions')}?level={geojson.ground_level('town')}",
            "newest": newest,
            "post": post_of(actor),
        },
    )


@require_GET
@never_cache
@access.signed_in()
def tasks(request: HttpRequest) -> HttpResponse:
    """Open tasks of the post and, below, of its office that nobody has taken."""
    actor = access.actor(request)
    mine, unclaimed = cases.open_tasks(actor=actor)
    context = {
        "mine": [queries.listed(row) for row in mine],
        "unclaimed": [queries.listed(row) for row in unclaimed],
        "has_office": actor.office_id is not None,
        "listed": cases.TASKS_LISTED,
        "is_cut": max(len(mine), len(unclaimed)) == cases.TASKS_LISTED,
        "post": post_of(actor),
    }
    return render(request, "console/tasks.html", context)


@require_GET
@never_cache
@access.signed_in(Role.CLERK, Role.COORDINATOR)
def queue(request: HttpRequest) -> HttpResponse:
    """What is unclear, oldest first, by what is unclear about it."""
    actor = access.actor(request)
    wanted = request.GET.get("queue", "category")
    if wanted not in filters.QUEUES:
        raise InvalidInput("没有这个队列。", field="queue")
    waiting = cases.Filters(queue=wanted)
    page = cases.list_cases(
        actor=actor,
        scope=cases.Scope.COUNTY,
        filters=waiting,
        sort=cases.Sort.OLDEST,
        cursor=request.GET.get("cursor", ""),
    )
    counts = {
        each: cases.count_cases(actor=actor, scope=cases.Scope.COUNTY, filters=cases.Filters(queue=each))
        for each in filters.QUEUES
    }
    context = {
        "cases": [queries.listed(row) for row in page.rows],
        "queues": [(each, gettext(name), counts[each], each == wanted) for each, name in filters.QUEUES.items()],
        "pager": pager_of(request, page, counts[wanted]),
        "post": post_of(actor),
    }
    return render(request, "console/queue.html", context)
