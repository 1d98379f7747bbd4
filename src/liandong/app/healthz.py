"""`/healthz`: for the machine itself, before sessions, languages and the check of names."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from . import health

ADDRESS = "/healthz"
PASSED_ON = ("X-Real-Ip", "Forwarded", "Via")
FORWARDED = "X-Forwarded-"
"""A proxy says so: who asks is somebody else, whatever the address."""


class Healthz:
    """First of the middleware. Answers 200 or 503 with JSON; to everybody else there is no such page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.rstrip("/") != ADDRESS:
            return self._get_response(request)
        if not may_ask(request):
            return HttpResponse(status=404)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        found = health.look()
        response = JsonResponse(found, status=200 if found["ok"] else 503, headers={"Cache-Control": "no-store"})
        response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 (asked every few seconds)
        return response


def may_ask(request: HttpRequest) -> bool:
    """Whether it is this machine, or what `LIANDONG_HEALTH_FROM` names; never through a proxy."""
    if any(value and (name in PASSED_ON or name.startswith(FORWARDED)) for name, value in request.headers.items()):
        return False
    try:
        asking = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    asking = getattr(asking, "ipv4_mapped", None) or asking
    return asking.is_loopback or any(asking in network for network in settings.HEALTH_FROM)
