"""The home page 首页: what waits for a post, by its rights. It is put together from panels that rooms hang up for the
subject `home`; the console's own are in `panels`.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms

from .frame import post_of


@require_GET
@never_cache
@access.signed_in()
def home(request: HttpRequest) -> HttpResponse:
    """A post for which nothing is hung up finds links to its pages."""
    actor = access.actor(request)
    panels = rooms.compose("home", rooms.Look(actor, None, request), lambda _: "")
    context = {"panels": panels, "is_bare": not any(panels.values()), "post": post_of(actor), "today": orgs.today()}
    return render(request, "console/home.html", context)
