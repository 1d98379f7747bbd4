"""Who asks without an account: a source to count attempts by, and pages that leave no trace elsewhere."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

View = Callable[..., HttpResponseBase]
_IPV6_HOUSEHOLD_BITS = 64


def source_of(request: HttpRequest) -> str:
    """A keyed hash of the asking address, so that no address is stored; an IPv6 household counts as one."""
    return salted_hmac("intake.visitor", _household(request.META.get("REMOTE_ADDR", ""))).hexdigest()[:32]


def _household(address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return str(known)
    return str(ipaddress.ip_network((known, _IPV6_HOUSEHOLD_BITS), strict=False))


def unlisted(view: View) -> View:
    """A page behind a secret address: not indexed, not kept by anyone on the way, its address not passed on."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return wrapped
