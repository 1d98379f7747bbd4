"""Which rooms the county has: an administrator switches optional ones off and on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui.public import toast

from .frame import post_of


@require_GET
@never_cache
@access.signed_in(orgs.rights.SWITCH_ROOMS)
def overview(request: HttpRequest) -> HttpResponse:
    """Optional rooms, what they are for, and their switches."""
    context = {
        "rooms": [(room, rooms.is_on(room.name)) for room in rooms.optional()],
        "post": post_of(access.actor(request)),
    }
    return render(request, "console/rooms.html", context)


@require_POST
@access.signed_in(orgs.rights.SWITCH_ROOMS)
def switch(request: HttpRequest, name: str, is_on: bool) -> HttpResponse:
    """Switches a room off or on again; its data stays."""
    orgs.switch_room(actor=access.actor(request), name=name, is_on=is_on)
    label = next(str(room.label) for room in rooms.optional() if room.name == name)
    told = gettext("已启用：%(room)s") if is_on else gettext("已停用：%(room)s")
    undo_url = reverse("console:room_off" if is_on else "console:room_on", args=[name])
    toast(request, told % {"room": label}, undo_url=undo_url)
    return redirect("console:rooms")
