"""All addresses of Open311 share these: methods, language, format and the way a refusal is told."""

import logging
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from liandong.foundation.access import public as access
from liandong.kernel.errors import Fault, LiandongError, MethodRefused

from . import parameters, rows
from .rendering import respond

log = logging.getLogger(__name__)
View = Callable[..., tuple[str, rows.Content]]


_TOLD = {403, 404, 405, 409, 429, 500, 503, 507}
"""Statuses told as they are; any other refusal is 400, as the standard has it."""


def door(*methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """A view that gives (root element, content); errors, language, method and format are settled here."""

    def wrap(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, format: str = "", **parts: str) -> HttpResponse:
            format = format.lower() or format_of(request)
            language = _language(request)
            with translation.override(language):
                response = _answer(request, format, parts)
            response.headers["Content-Language"] = language
            if request.method in ("GET", "HEAD"):
                response.headers["Access-Control-Allow-Origin"] = "*"
            if response.status_code == MethodRefused.status:
                response.headers["Allow"] = ", ".join(methods)
            return response

        def _answer(request: HttpRequest, format: str, parts: dict[str, str]) -> HttpResponse:
            if request.method not in methods:
                return refuse(format, MethodRefused())
            try:
                root, content = view(request, **parts)
            except LiandongError as error:
                return refuse(format, error)
            except Exception as error:
                named = access.told(error)
                if isinstance(named, Fault):
                    log.exception("%s %s", request.method, request.path)
                return refuse(format, named)
            return respond(format, root, content)

        return answer

    return wrap


def format_of(request: HttpRequest) -> str:
    """Of an address that names no format: what its ending or the Accept header looks like, else the standard's XML."""
    if request.path.lower().rstrip("/").endswith((".json", ".xml")):
        return "json" if request.path.lower().rstrip("/").endswith(".json") else "xml"
    return "json" if request.get_preferred_type(["text/xml", "application/xml", "application/json"]) == _JSON else "xml"


_JSON = "application/json"


def refused(request: HttpRequest, error: LiandongError) -> HttpResponse:
    """For who refuses a request before it comes here."""
    return refuse(format_of(request), error)


def refuse(format: str, error: LiandongError) -> HttpResponse:
    """The error as the standard writes it."""
    status = error.status if error.status in _TOLD else 400
    sentence = access.say(error)
    field = parameters.PARAMETER_OF.get(error.field, error.field)
    told = rows.Error(status, f"{field}: {sentence}" if field else sentence)
    return access.with_patience(respond(format, "errors", [told], status), error)


def _language(request: HttpRequest) -> str:
    wanted = request.GET.get("locale", "").lower()
    if wanted.startswith("en"):
        return "en"
    return "zh-hans" if wanted.startswith("zh") else get_language() or "zh-hans"
