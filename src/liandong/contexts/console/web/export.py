"""Export of a list 导出: what it will hold, for contacts the purpose, and the spreadsheet."""

from http import HTTPStatus
from itertools import chain

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from liandong.contexts.cases import public as cases
from liandong.contexts.console import exporting, filters
from liandong.contexts.console.domain import rights
from liandong.contexts.intake import public as intake
from liandong.foundation.access import public as access
from liandong.foundation.deadlines import public as deadlines
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, LiandongError, NotAllowed

from . import queues, workload
from .frame import post_of, scope_of

STATEMENT_S = 60.0
"""Each statement of an export may take so long; a page's are cut off far earlier."""
LISTS = {"square": "事件广场", "tasks": "我的任务", "queue": "队列"}


@require_http_methods(["GET", "POST"])
@never_cache
@access.signed_in()
def export(request: HttpRequest) -> HttpResponseBase:
    """The list of the address: how many rows, asked with contacts or without; the answer to the form is the file."""
    actor = access.actor(request)
    with deadlines.unhurried(STATEMENT_S):
        listing = _listing(request, actor)
        if request.method != "POST":
            return _page(request, actor, listing)
        try:
            file = exporting.export(
                actor=actor,
                listing=listing,
                contacts=bool(request.POST.get("contacts")),
                purpose=request.POST.get("purpose", ""),
            )
        except (InvalidInput, NotAllowed) as error:
            return _page(request, actor, listing, error)
        today = orgs.today()
    return FileResponse(file, as_attachment=True, filename=f"{gettext(LISTS[listing.name])}-{today}.xlsx")


def _listing(request: HttpRequest, actor: Actor) -> exporting.Listing:
    """The list that the address names, as its own page reads it. Raises InvalidInput."""
    name = request.GET.get("list", "square")
    if name == "tasks":
        return _tasks(request, actor)
    if name == "queue" and actor.may(rights.SEE_QUEUES):
        return _queue(request, actor)
    if name != "square":
        raise InvalidInput("没有这个清单。", field="list")
    scope = scope_of(request.GET, cases.scopes_of(actor))
    wanted, sort = filters.read(request.GET, actor, scope)
    return exporting.filtered(actor=actor, name=name, scope=scope, filters=wanted, sort=sort)


def _queue(request: HttpRequest, actor: Actor) -> exporting.Listing:
    queue = filters.queue_of(request.GET)
    wanted, sort = queues.filters_of(queue), queues.sort_of(queue)
    return exporting.filtered(actor=actor, name="queue", scope=cases.Scope.COUNTY, filters=wanted, sort=sort)


def _tasks(request: HttpRequest, actor: Actor) -> exporting.Listing:
    figure, most = workload.figure_of(request), exporting.MOST_ROWS
    if figure:
        rows = cases.workload_cases(actor=actor, figure=figure, limit=most)
        return exporting.chosen("tasks", rows, {"show": figure.value})
    mine, unclaimed = cases.open_tasks(actor=actor, limit=most)
    deputised = chain.from_iterable(cases.deputy_tasks(actor=actor, limit=most).values())
    return exporting.chosen("tasks", list({row.id: row for row in (*mine, *deputised, *unclaimed)}.values()))


def _page(
    request: HttpRequest, actor: Actor, listing: exporting.Listing, error: LiandongError | None = None
) -> HttpResponse:
    number = f"{listing.count.number:,}" + ("" if listing.count.exact else "+")
    back = request.GET.copy()
    back.pop("list", None)
    context = {
        "number": number,
        "is_empty": not listing.count.number,
        "is_too_long": not listing.count.exact,
        "most_rows": f"{exporting.MOST_ROWS:,}",
        "name": gettext(LISTS[listing.name]),
        "back_url": f"{reverse(f'console:{listing.name}')}?{back.urlencode()}",
        "may_hold_contacts": exporting.may_hold_contacts(actor, listing),
        "most_contacts": f"{intake.MOST_LISTED_CONTACTS:,}",
        "purposes": [(key, gettext(label)) for key, label in intake.LIST_PURPOSES.items()],
        "typed": request.POST,
        "errors": {f"id_{error.field}" if error.field else "": access.say(error)} if error else {},
        "post": post_of(actor),
    }
    status = HTTPStatus(error.status) if error else HTTPStatus.OK
    return render(request, "console/export.html", context, status=status)
