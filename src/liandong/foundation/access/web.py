"""Who asks: the signed-in post as an actor; and the one place where an error becomes an answer."""

import errno
import logging
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError, split_domain_port, validate_host
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import is_valid_path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from psycopg.errors import DiskFull

from liandong.kernel.actor import Actor
from liandong.kernel.errors import (
    Busy,
    Fault,
    LiandongError,
    MalformedPayload,
    MethodRefused,
    NotAllowed,
    NotSignedIn,
    StorageFull,
    TooLarge,
    TooMany,
)
from liandong.kernel.rights import Right

from .busy import busy_page, with_patience
from .machines import API, is_machine_door
from .queries import actor_of

log = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def actor(request: HttpRequest) -> Actor:
    """The post that is signed in. Raises NotSignedIn."""
    cached: Actor | None = getattr(request, "liandong_actor", None)
    if cached is None:
        if not request.user.is_authenticated:
            raise NotSignedIn
        cached = actor_of(request.user)
        request.liandong_actor = cached  # type: ignore[attr-defined]
    return cached


def signed_in(*rights: Right) -> Callable[[View], View]:
    """View for signed-in posts; where rights are named, for those that have one of them."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if rights and not any(map(actor(request).may, rights)):
                raise NotAllowed
            actor(request)
            return view(request, *args, **kwargs)

        return guarded

    return wrap


def say(error: LiandongError) -> str:
    """The error's sentence in the language of the request."""
    return sentence_of(error.message, error.context)


def sentence_of(message: str, context: Mapping[str, object]) -> str:
    """A message of the error tree with its values; names among them, of states and actions, are translated too."""
    sentence = gettext(message)
    values = {name: gettext(value) if isinstance(value, str) and value else value for name, value in context.items()}
    return sentence % values if values else sentence


def our_error(error: Exception) -> LiandongError:
    """The error that a visitor is told. A full disk, an absent database and an unreadable request are told by name; any
    other is our fault.
    """
    if isinstance(error, LiandongError):
        return error
    if isinstance(error, RequestDataTooBig | TooManyFilesSent | TooManyFieldsSent):
        return TooLarge()
    if isinstance(error, SuspiciousOperation | BadRequest | MultiPartParserError | UnreadablePostError):
        return MalformedPayload()
    if isinstance(error.__cause__, DiskFull) or (isinstance(error, OSError) and error.errno in _FULL):
        return StorageFull()
    return Busy() if isinstance(error, OperationalError | InterfaceError) else Fault()


def problem(error: LiandongError) -> JsonResponse:
    """RFC 9457 problem details."""
    body: dict[str, object] = {"type": "about:blank", "title": say(error), "status": error.status, "code": error.code}
    if error.field:
        body["field"] = error.field
    return with_patience(
        JsonResponse(
            body,
            status=error.status,
            content_type="application/problem+json",
            json_dumps_params={"ensure_ascii": False},
        ),
        error,
    )


class ErrorPages:
    """Middleware: a LiandongError that a view lets through becomes a page, or problem+json under /api, and so does a
    full disk, and a method that an address doesn't know.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != MethodRefused.status:
            return response
        if request.path_info.startswith(API):
            answer: HttpResponse = problem(MethodRefused())
        elif response.content or is_for_a_machine(request):
            return response
        else:
            above = {"way_out_url": _page_above(request.path_info)}
            answer = render(request, "405.html", above, status=MethodRefused.status)
        answer.headers["Allow"] = response.headers.get("Allow", "")
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        error = our_error(exception)
        if isinstance(error, Fault | Busy) and error is not exception:
            return None
        if isinstance(error, StorageFull):
            log.error("%s %s: %s", request.method, request.path, exception)
        if is_for_a_machine(request):
            return problem(error)
        if isinstance(error, Busy):
            return busy_page(request, error)
        if isinstance(error, NotSignedIn):
            return redirect_to_login(_page_to_go_on_from(request))
        page = {"status": error.status, "message": say(error)}
        return with_patience(render(request, "ui/error.html", page, status=error.status), error)


def _page_to_go_on_from(request: HttpRequest) -> str:
    """The page that was asked for, else the page to which the form or the part belongs, as a way on this site: the
    address of the form alone would answer nothing but 405.
    """
    if request.method in ("GET", "HEAD") and request.headers.get("HX-Request") != "true":
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    try:
        parts = urlsplit(page)
    except ValueError:
        return "/"
    here = urlunsplit(("", "", parts.path, parts.query, ""))
    is_ours = validate_host(split_domain_port(parts.netloc)[0], settings.ALLOWED_HOSTS)
    return here if is_ours and url_has_allowed_host_and_scheme(here, None) else "/"


def _page_above(path: str) -> str:
    """The nearest address above that is one of ours, as the page of a case above an action on it."""
    above = path.rstrip("/")
    while above:
        above = above.rpartition("/")[0]
        if is_valid_path(f"{above}/"):
            return f"{above}/"
    return "/"


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: a form of a page that was open too long. The words typed come back on the page."""
    return render(request, "403_csrf.html", {"unsent": request.POST.get("text", "")}, status=NotAllowed.status)


def too_many(request: HttpRequest) -> HttpResponse:
    """The answer where allauth counts itself, as changes of a password: each of its windows is a minute."""
    return with_patience(render(request, "429.html", status=TooMany.status), TooMany(retry_after_s=60))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500, also for what breaks before any view: a body that finds no room on the disk, a database
    that is away. The page asks neither for anything.
    """
    error = our_error(cast("Exception", sys.exc_info()[1]))
    if is_for_a_machine(request):
        return problem(error)
    if isinstance(error, Busy):
        return busy_page(request, error)
    words = {} if isinstance(error, Fault) else {"status": error.status, "message": say(error)}
    return HttpResponse(render_to_string("500.html", words), status=error.status)


def is_for_a_machine(request: HttpRequest) -> bool:
    return is_machine_door(request.path_info) or "application/json" in request.headers.get("Accept", "")
