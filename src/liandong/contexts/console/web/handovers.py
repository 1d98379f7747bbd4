"""Hand-over 交接 of a post's open cases, and the coordination desk's change of shift 值班交接."""

from collections.abc import Iterator
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.console import filters, queries
from liandong.contexts.handovers import public as handovers
from liandong.foundation.access import public as access
from liandong.foundation.ui.public import toast
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import LiandongError

from .fields import integer, text_of
from .frame import post_of

CASES_OFFERED = 50
SHIFT_LINES = 6


@require_http_methods(["GET", "POST"])
@never_cache
@access.signed_in()
def overview(request: HttpRequest) -> HttpResponse:
    """Shows hand-overs that wait for the post or that it has written, and a form with a field for each open case."""
    actor = access.actor(request)
    if request.method == "POST":
        return _save(request, is_shift=False)
    return _own_page(request, actor)


@require_http_methods(["GET", "POST"])
@never_cache
@access.signed_in(handovers.rights.CHANGE_SHIFTS)
def shifts(request: HttpRequest) -> HttpResponse:
    """The desk's log, and the form for the end of a shift with open points by case number."""
    if request.method == "POST":
        return _save(request, is_shift=True)
    return _shift_page(request, access.actor(request))


@require_POST
@access.signed_in()
def acknowledge(request: HttpRequest, handover_id: int) -> HttpResponse:
    """The post has read it and takes it over."""
    handovers.acknowledge_handover(actor=access.actor(request), handover_id=handover_id)
    toast(request, gettext("已知悉。"))
    return redirect("console:shifts" if request.POST.get("from") == "shifts" else "console:tasks")


def _save(request: HttpRequest, *, is_shift: bool) -> HttpResponse:
    actor = access.actor(request)
    try:
        lines = list(_typed_lines(request))
        to = integer(request, "to_staff_id")
        handovers.write_handover(actor=actor, to_staff_id=to, text=text_of(request), lines=lines, is_shift=is_shift)
    except LiandongError as error:
        return (_shift_page if is_shift else _own_page)(request, actor, error)
    toast(request, gettext("交接已写好，对方知悉后这里会显示。"))
    return redirect("console:shifts" if is_shift else "console:handovers")


def _typed_lines(request: HttpRequest) -> Iterator[tuple[int, str]]:
    """Numbers and words stand in the same order; a line without words, or without a number, says nothing yet."""
    for number, said in zip(request.POST.getlist("number"), request.POST.getlist("said"), strict=False):
        if number.strip() and said.strip():
            yield ids.parse_case_number(number), said


def _own_page(request: HttpRequest, actor: Actor, error: LiandongError | None = None) -> HttpResponse:
    mine = cases.open_tasks(actor=actor, limit=CASES_OFFERED)[0]
    typed = dict(zip(request.POST.getlist("number"), request.POST.getlist("said"), strict=False))
    out = access.away(actor.id)
    context = {
        "waiting": queries.listed_handovers(handovers.waiting_handovers(actor)),
        "written": queries.listed_handovers(handovers.written_handovers(actor)),
        "cases": [(cases.listed(row), typed.get(row.number, "")) for row in mine],
        "may_write": actor.may(handovers.rights.WRITE),
        "receivers": _receivers(request, actor, out.deputy_id if out else None, is_shift=False),
    }
    return _render(request, actor, "console/handovers.html", context, error)


def _shift_page(request: HttpRequest, actor: Actor, error: LiandongError | None = None) -> HttpResponse:
    typed = list(zip(request.POST.getlist("number"), request.POST.getlist("said"), strict=False))
    context = {
        "log": queries.listed_handovers(handovers.shift_handovers(actor)),
        "lines": (typed + [("", "")] * SHIFT_LINES)[: max(SHIFT_LINES, len(typed))],
        "receivers": _receivers(request, actor, None, is_shift=True),
    }
    return _render(request, actor, "console/shifts.html", context, error)


def _receivers(request: HttpRequest, actor: Actor, proposed: int | None, *, is_shift: bool) -> list[filters.Choice]:
    chosen = request.POST.get("to_staff_id") or str(proposed or "")
    posts = handovers.receivers(actor, is_shift=is_shift)
    return [filters.Choice(str(post.id), names.post(post.id), str(post.id) == chosen) for post in posts]


def _render(
    request: HttpRequest, actor: Actor, template: str, context: dict[str, object], error: LiandongError | None
) -> HttpResponse:
    context |= {
        "errors": {f"id_{error.field}" if error.field else "": access.say(error)} if error else {},
        "typed": request.POST,
        "has_office": actor.office_id is not None,
        "post": post_of(actor),
    }
    return render(request, template, context, status=HTTPStatus(error.status) if error else HTTPStatus.OK)
