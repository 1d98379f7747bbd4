"""Neither a browser nor a proxy keeps an answer that is for one reader."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from liandong.foundation.rooms import public as rooms

_OF_THE_API = "api-1:openapi-json"
_KEYS = ("HTTP_X_API_KEY", "HTTP_API_KEY", "HTTP_AUTHORIZATION")
_KEY_IN_ADDRESS = "api_key"

_TOLD_BY = ("Accept-Language", "Cookie", "Accept")
"""The answer of a public address depends on these besides: language, by header or choice, and format."""


class NoStore:
    """Middleware: `Cache-Control: private, no-store` on every answer but public ones to who shows neither session nor
    key. What a view itself says to be public, such as outlines of divisions, stays so for everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if _is_public(request, response):
            patch_vary_headers(response, _TOLD_BY)
        elif "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "private, no-store"
        return response


@cache
def public_addresses() -> frozenset[str]:
    """Names of the addresses whose answers are the same for everybody; all others are kept by nobody."""
    return frozenset((_OF_THE_API, *(name for room in rooms.rooms() for name in room.public)))


def _is_public(request: HttpRequest, response: HttpResponse) -> bool:
    match = request.resolver_match
    if match is None or match.view_name not in public_addresses() or request.method not in ("GET", "HEAD"):
        return False
    if "public" in response.headers.get("Cache-Control", ""):
        return True
    return settings.SESSION_COOKIE_NAME not in request.COOKIES and not _has_key(request)


def _has_key(request: HttpRequest) -> bool:
    """Also in the spellings of a name that Open311 forgives: `API_KEY`, `api_key[]`."""
    return any(name in request.META for name in _KEYS) or any(_KEY_IN_ADDRESS in name.lower() for name in request.GET)
