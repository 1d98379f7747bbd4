"""Asking an office for a part, and the actions on a part. A refusal is a page with the words."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from liandong.contexts.cases import public as cases
from liandong.contexts.joint.public import PART_ACTIONS, PartAction, find_part, give_part, take_part_action, why_due
from liandong.foundation.access import public as access
from liandong.foundation.files import public as files
from liandong.foundation.ui.public import toast
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, LiandongError, NotFound

from .forms import form_of

_MOST_DIGITS = 9


@require_POST
@access.signed_in()
def give(request: HttpRequest, number: str) -> HttpResponse:
    """Asks an office."""
    actor = access.actor(request)
    case_id = ids.parse_case_number(number)
    asked = str(request.POST.get("asked", ""))
    try:
        part = give_part(actor=actor, case_id=case_id, office_id=_number(request, "office_id"), asked=asked)
    except LiandongError as error:
        return _refused(request, case_id, error, {"unsent": asked})
    toast(request, gettext("已请%(office)s协办。") % {"office": cases.names.office(part.office_id)})
    return HttpResponseRedirect(reverse("console:case", args=[number]))


@require_POST
@access.signed_in()
def act(request: HttpRequest, part_id: int, action: str) -> HttpResponse:
    """One action on a part."""
    actor = access.actor(request)
    if action not in set(PartAction):
        raise NotFound
    wanted, part = PartAction(action), find_part(part_id)
    uploads = files.take_uploads(request)
    text = str(request.POST.get("text", ""))
    try:
        count = _number(request, "count") if PART_ACTIONS[wanted].asks_count else None
        take_part_action(
            actor=actor, part_id=part_id, action=wanted, text=text, count=count, files=uploads.whole("files")
        )
    except LiandongError as error:
        again = {"part": part, "form": form_of(wanted, part), "part_typed": request.POST}
        return _refused(request, part.case_id, error, again | {"kept": files.kept_again(request, uploads)})
    toast(request, gettext(PART_ACTIONS[wanted].done))
    return HttpResponseRedirect(_after(actor, part.case_id))


@require_GET
@never_cache
@access.signed_in()
def why(request: HttpRequest, part_id: int) -> HttpResponse:
    """Why a part is due when it is: what its fold loads, or a page of its own without scripts."""
    part = find_part(part_id)
    row = cases.visible_case(actor=access.actor(request), case_id=part.case_id)
    is_fragment = request.headers.get("HX-Request") == "true"
    context = {"case": cases.listed(row), "why": why_due(part), "post": cases.names.post_of(access.actor(request))}
    return render(request, "joint/parts/why.html" if is_fragment else "joint/why.html", context)


def _after(actor: Actor, case_id: int) -> str:
    """The case, or what else is to do where it isn't open to the post any more."""
    try:
        row = cases.visible_case(actor=actor, case_id=case_id)
    except NotFound:
        return reverse("console:tasks")
    return reverse("console:case", args=[row.number])


def _refused(request: HttpRequest, case_id: int, error: LiandongError, more: dict[str, object]) -> HttpResponse:
    """The reason, with the form as it was sent where the case is open to the post still, else with the words alone."""
    actor = access.actor(request)
    try:
        row = cases.visible_case(actor=actor, case_id=case_id)
    except NotFound:
        row = None
    context = {
        "case": cases.listed(row) if row else None,
        "message": access.say(error),
        "unsent": request.POST.get("text", ""),
        "post": cases.names.post_of(actor),
        **more,
    }
    return render(request, "joint/refused.html", context, status=error.status)


def _number(request: HttpRequest, name: str) -> int:
    value = str(request.POST.get(name, ""))
    if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
        raise InvalidInput("请填写这一项。", field=name)
    return int(value)
