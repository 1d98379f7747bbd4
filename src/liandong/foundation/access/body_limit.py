from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from liandong.kernel.errors import TooLarge

from .payload import check_length
from .web import problem


class BodyLimit:
    """Middleware before all that read bodies: refuses unread what is larger than the fullest form, nine photos."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            check_length(request, most_bytes=settings.BODY_MAX_BYTES)
        except TooLarge as error:
            if request.path.startswith("/api/"):
                return problem(error)
            return render(request, "413.html", status=error.status)
        return self._get_response(request)
