"""Requests of other systems take a shorter way to the doors for them: who shows no session needs none, nor form token,
account, toast or part of a page (docs/decisions/machine-doors.md).
"""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.module_loading import import_string

from liandong.foundation.access import public as access

Way = Callable[[HttpRequest], HttpResponse]
KEPT = (
    "django.middleware.common.CommonMiddleware",
    "liandong.foundation.access.body_limit.BodyLimit",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "liandong.foundation.ui.middleware.ContentSecurityPolicy",
    "liandong.foundation.access.web.ErrorPages",
    "liandong.foundation.orgs.web.CountyZone",
)
"""The middleware that would follow. Language is settled here as `LocaleMiddleware` does it."""


class MachineDoors:
    """Middleware. A request with a session, whatever else it shows, goes the whole way, where its form token is asked
    for; of all others the answers are the same on both ways.
    """

    def __init__(self, get_response: Way) -> None:
        self._get_response = get_response
        self._short = _Handler().way(KEPT)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not access.is_machine_door(request.path_info) or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self._get_response(request)
        request.user = AnonymousUser()
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()
        response = self._short(request)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


class _Handler(BaseHandler):
    """Does what Django's own handler does after its middleware, behind other middleware."""

    def way(self, names: tuple[str, ...]) -> Way:
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        way = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]  # Django's own way in
        for name in reversed(names):
            middleware = import_string(name)(way)
            if hasattr(middleware, "process_exception"):
                self._exception_middleware.append(middleware.process_exception)
            way = convert_exception_to_response(middleware)
        return cast("Way", way)
