"""Deputy and absence 代理与请假: who is out, who stands in; set, ended early, resumed."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from liandong.contexts.cases.public import names
from liandong.contexts.console import filters, queries
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.foundation.ui.public import toast
from liandong.kernel import time
from liandong.kernel.errors import LiandongError

from .fields import moment, required, whole
from .frame import post_of


@require_http_methods(["GET", "POST"])
@never_cache
@access.signed_in()
def absences(request: HttpRequest) -> HttpResponse:
    """The list and the form. Whose absence it is stands in the address, so that the deputies fit without scripts."""
    if request.method != "POST":
        return _page(request)
    actor = access.actor(request)
    try:
        row = access.set_absence(
            actor=actor,
            staff_id=required(request, "staff_id"),
            deputy_id=required(request, "deputy_id"),
            begins_at=moment(request, "begins_at"),
            ends_at=moment(request, "ends_at"),
            reason=request.POST.get("reason", ""),
        )
    except LiandongError as error:
        return _page(request, error)
    told = gettext("已登记：%(post)s外出，%(deputy)s代理。")
    undo_url = reverse("console:absence_end", args=[row.id])
    toast(request, told % {"post": names.post(row.staff_id), "deputy": names.post(row.deputy_id)}, undo_url=undo_url)
    return redirect("console:absences")


@require_POST
@access.signed_in()
def end(request: HttpRequest, absence_id: int) -> HttpResponse:
    """The post is back earlier, or stays."""
    row = access.end_absence(actor=access.actor(request), absence_id=absence_id)
    undo_url = reverse("console:absence_resume", args=[row.id])
    toast(request, gettext("%(post)s的外出已结束。") % {"post": names.post(row.staff_id)}, undo_url=undo_url)
    return redirect("console:absences")


@require_POST
@access.signed_in()
def resume(request: HttpRequest, absence_id: int) -> HttpResponse:
    """It was ended by mistake."""
    row = access.resume_absence(actor=access.actor(request), absence_id=absence_id)
    toast(request, gettext("%(post)s的外出已恢复。") % {"post": names.post(row.staff_id)})
    return redirect("console:absences")


def _page(request: HttpRequest, error: LiandongError | None = None) -> HttpResponse:
    actor = access.actor(request)
    arrangeable = {post.id: post for post in access.arrangeable(actor)}
    asked = request.POST.get("staff_id") or request.GET.get("staff", "")
    chosen = arrangeable.get(whole(asked) or actor.id) or next(iter(arrangeable.values()), None)
    context = {
        "absences": queries.listed_absences(actor),
        "whose": [filters.Choice(str(pk), names.post(pk), post is chosen) for pk, post in arrangeable.items()],
        "chosen": chosen,
        "deputies": [
            filters.Choice(str(post.id), names.post(post.id), str(post.id) == request.POST.get("deputy_id"))
            for post in (access.possible_deputies(chosen) if chosen else [])
        ],
        "reasons": [(code, gettext(label)) for code, label in access.ABSENCE_REASONS.items()],
        "typed": request.POST,
        "begins_at": request.POST.get("begins_at") or f"{time.now().astimezone(orgs.county().tz):%Y-%m-%dT%H:%M}",
        "errors": {f"id_{error.field}" if error.field else "": access.say(error)} if error else {},
        "post": post_of(actor),
    }
    status = HTTPStatus(error.status) if error else HTTPStatus.OK
    return render(request, "console/absences.html", context, status=status)
