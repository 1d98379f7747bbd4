from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import render

from liandong.kernel.errors import LiandongError, TooLarge

from .machines import is_machine_door
from .payload import check_length
from .web import our_error, problem

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


class BodyLimit:
    """Middleware before all that read what was sent: refuses unread what is larger than the fullest form, nine photos,
    and in one sentence what can't be read: too many fields or files, a torn form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            check_length(request, most_bytes=settings.BODY_MAX_BYTES)
            _read(request)
        except (TooLarge, SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError) as error:
            return _refused(request, our_error(error))
        return self._get_response(request)


def _read(request: HttpRequest) -> None:
    """Reads the body that Django would read somewhere in between. Doors of machines read their bodies themselves, and
    tell in their own words what can't be read.
    """
    _ = request.GET
    if request.method == "POST" and request.content_type in FORMS and not is_machine_door(request.path_info):
        _ = request.POST


def _refused(request: HttpRequest, error: LiandongError) -> HttpResponse:
    if is_machine_door(request.path_info):
        return problem(error)
    if isinstance(error, TooLarge):
        return render(request, "413.html", status=error.status)
    return render(request, "400.html", status=400)
