"""Cases that the office had a part in 曾经办, and the bare page of one that it may no longer read."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.console import filters
from liandong.foundation.access import public as access
from liandong.foundation.rooms import public as rooms
from liandong.kernel import ids

from .frame import post_of


@dataclass(frozen=True, slots=True)
class PastLine:
    """A past part with its names."""

    part: cases.PastCase
    kind: str
    role: str


def _line(part: cases.PastCase) -> PastLine:
    return PastLine(part, names.category(part.category_code), names.role(part.role))


@require_GET
@never_cache
@access.signed_in(cases.rights.HANDLE_OFFICE)
def past(request: HttpRequest) -> HttpResponse:
    """Cases in which the part of the post's office has ended, the newest first."""
    actor = access.actor(request)
    page = cases.past_cases(actor=actor, behind=request.GET.get("behind", ""))
    older = reverse("console:past") + filters.url(request.GET, behind=page.behind) if page.behind else ""
    context = {"lines": [_line(part) for part in page.rows], "older": older, "post": post_of(actor)}
    return render(request, "console/past.html", context)


def past_page(request: HttpRequest, number: str) -> HttpResponse:
    """In place of a case that the office had and may no longer read: no words, no place. Raises NotFound for others."""
    actor = access.actor(request)
    part, entries = cases.past_case(actor=actor, case_id=ids.parse_case_number(number))
    told = [(each.at, rooms.event_words(each.event), names.actor(each.actor)) for each in entries]
    return render(request, "console/past_case.html", {"line": _line(part), "entries": told, "post": post_of(actor)})
