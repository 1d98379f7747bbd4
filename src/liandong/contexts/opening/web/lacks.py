"""The page of what the county still lacks before it can open, as every room has checked it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from liandong.contexts.cases.public import names
from liandong.contexts.opening.domain import rights
from liandong.foundation.access import public as access
from liandong.foundation.rooms import public as rooms


@dataclass(frozen=True, slots=True)
class Line:
    """`url` is empty where it is mended on the server."""

    lacking: rooms.Lacking
    url: str

    @property
    def more(self) -> int:
        """How many aren't named."""
        missing = self.lacking.missing
        return missing.count - len(missing.names) if missing.names else 0


@require_GET
@never_cache
@access.signed_in(rights.SET_UP)
def lacks(request: HttpRequest) -> HttpResponse:
    """Needed first, then what can wait."""
    lines = [Line(each, _url(each.lack)) for each in rooms.lacking()]
    context = {
        "needed": [line for line in lines if line.lacking.lack.is_needed],
        "advised": [line for line in lines if not line.lacking.lack.is_needed],
        "post": names.post_of(access.actor(request)),
    }
    return render(request, "opening/lacks.html", context)


def _url(lack: rooms.Lack) -> str:
    return reverse(lack.url_name, args=lack.arguments) + lack.query if lack.url_name else ""
